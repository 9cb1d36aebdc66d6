//! The project's front door: build, test, measure and start it. Installs what it needs, and says so.

#[macro_use]
mod printing;

mod audit;
mod bench;
mod build;
mod cedar;
mod coverage;
mod faults;
mod fuzz;
mod guard;
mod load;
mod miri;
mod mutants;
mod order;
mod page;
mod parts;
mod run;
mod size;
mod soak;
mod start;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask <command>

  build            the edge module and the npm package (pkg/gen)
  test             format, lints, all tests; what CI runs
  size [--json]    bytes of the edge module, of the package's JavaScript, and of what a page loads
  size --parts [--write]
                   what each room of the code and each kind of data costs in the edge module;
                   --write puts it into docs/package.md
  bench [--json] [--quick] [--write] [--skip-gate]
                   Keyrack beside its peers; --write puts the figures into docs/benchmarks.md
  bench --scale [--json] [--quick | --stored] [--write]
                   what members, stores and roles cost; --write puts it into docs/scale.md, with
                   --stored from the figures that were committed
  audit [folder]   known advisories of crates and npm packages, over the network; or RustSec's
                   list (github.com/rustsec/advisory-db) in a folder
  cedar [count]    random policies, exported and decided by the cedar-policy crate (500)
  coverage         lines of the decide and snapshot rooms that no test reaches
  faults [word]    planted faults, each of which a test has to find; those with a word alone
  guard [--bless]  instructions of the hot paths, and bytes, against those that were committed
  soak [count]     random decisions compared with the second evaluator (ten million)
  fuzz [--wasm] [seconds] [target …]
                   each fuzz target for so long (60), natively or inside the modules in Node
  load [--json] [--write [--stored]]
                   requests a second through the gate, beside none and beside Cedar's; --write
                   puts it into docs/load.md
  miri             the snapshot reader under Miri
  mutants [option …]
                   small changes to the decide room, each of which a test has to find; options
                   are cargo-mutants' own, such as --file or --shard
  start [--check]  the sample store on localhost; --check plays its scripted day and stops";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["build"] => build::build(),
        ["test"] => test::test(),
        ["size"] => size::size(false),
        ["size", "--json"] => size::size(true),
        ["bench", options @ ..] => bench::bench(options),
        ["size", "--parts"] => size::parts(false),
        ["size", "--parts", "--write"] => size::parts(true),
        ["miri"] => miri::miri(),
        ["mutants", words @ ..] => mutants::mutants(words),
        ["guard"] => guard::guard(),
        ["guard", "--bless"] => guard::bless(),
        ["soak"] => soak::soak(None),
        ["soak", count] => soak::soak(Some(count)),
        ["audit"] => audit::audit(None),
        ["audit", folder] => audit::audit(Some(folder)),
        ["cedar"] => cedar::cedar(None),
        ["cedar", count] => cedar::cedar(Some(count)),
        ["coverage"] => coverage::coverage(),
        ["faults"] => faults::faults(""),
        ["faults", word] => faults::faults(word),
        ["fuzz", arguments @ ..] => fuzz::fuzz(arguments),
        ["load", options @ ..] => load::load(options),
        ["start"] => start::start(false),
        ["start", "--check"] => start::start(true),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("unknown command `{}`\n\n{HELP}", words.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
