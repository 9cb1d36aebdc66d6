//! The native side of the benchmarks. Each command prints one line of JSON.

mod casbins;
mod compare;
mod make;
mod rounds;

/// A failed measurement ends the run: there is nobody to recover for.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["compile", document, snapshot] => make::compile(document, snapshot)?,
        ["compare", workload, rounds] => compare::compare(workload, rounds.parse()?)?,
        _ => return Err("compile DOCUMENT SNAPSHOT | compare WORKLOAD N".into()),
    };
    println!("{told}");
    Ok(())
}
