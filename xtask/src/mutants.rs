//! Mutation testing of the decide room: each small change that cargo-mutants makes to it has to turn
//! a test red, or be named in docs/assurance.md with the reason why none can.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::run::{Outcome, capture, cargo, root, show};

/// The page that names the mutants that stay.
const PAGE: &str = "docs/assurance.md";

/// Some tests with all that they need built, over the mutants that the passes before left.
struct Pass {
    what: &'static str,
    options: &'static [&'static str],
    tests: &'static [&'static str],
    /// Handed to the tests themselves.
    behind: &'static [&'static str],
}

/// All that tests over policy documents need, and no command.
const FULL: [&str; 2] = ["--no-default-features", "--features=authoring,authzen"];

/// The cheapest first: most mutants die in the first, which builds the rooms of the edge alone.
const PASSES: [Pass; 3] = [
    Pass {
        what: "the second evaluator's answers",
        options: &["--no-default-features"],
        tests: &["--test=answers"],
        behind: &["--ignored"],
    },
    Pass {
        what: "corners",
        options: &FULL,
        tests: &["--lib", "--test=corners"],
        behind: &[],
    },
    Pass {
        what: "all other tests of decisions",
        options: &FULL,
        tests: &[
            "--test=acceptance",
            "--test=attributes",
            "--test=budget_windows",
            "--test=fuzz_seeds",
            "--test=lists",
            "--test=lists_found",
            "--test=proposals",
            "--test=short_way",
            "--test=traps",
        ],
        behind: &[],
    },
];

/// Goes through the passes; the words are handed to cargo-mutants, to look at a part alone.
pub fn mutants(words: &[&str]) -> Outcome {
    capture(cargo(&["mutants", "--version"])).map_err(|_| {
        "cargo-mutants is not installed: cargo install --locked cargo-mutants".to_owned()
    })?;
    let folder = root().join("target/mutants");
    let told = folder.join("mutants.out");
    // What another run caught says nothing of today's code.
    let _ = fs::remove_dir_all(&told);
    let recorded = folder.join("recorded");
    println!("the second evaluator writes down its answers");
    let mut record = cargo(&["test", "--locked", "--test=oracle"]);
    record.args(FULL);
    record.args(["answers_are_written", "--", "--ignored"]);
    // Not in the folder that mutants are built in: cargo would take one of them for this.
    record.env("KEYRACK_RECORDED", &recorded);
    show(record)?;
    let mut ended = (0_usize, 0_usize, 0_usize);
    for pass in &PASSES {
        println!("{}", pass.what);
        let mut run = cargo(&["mutants", "--iterate", "-j1", "--output"]);
        run.arg(&folder).args(pass.options).args(words);
        for test in pass.tests {
            run.arg(format!("--cargo-arg={test}"));
        }
        if !pass.behind.is_empty() {
            run.args(["--", "--"]).args(pass.behind);
        }
        let status = environment(run, &folder, &recorded)
            .status()
            .map_err(|error| error.to_string())?;
        // 2 and 3: some were missed, or took too long.
        if !matches!(status.code(), Some(0 | 2 | 3)) {
            return Err("cargo-mutants could not go through".to_owned());
        }
        ended.0 = ended.0.saturating_add(named(&told, "caught")?.len());
        ended.1 = ended.1.saturating_add(named(&told, "unviable")?.len());
        ended.2 = named(&told, "timeout")?.len();
        if named(&told, "missed")?.is_empty() && ended.2 == 0 {
            break;
        }
    }
    report(&named(&told, "missed")?, ended)
}

/// One build folder for all passes, small programs, and no stacks of what fails on purpose.
fn environment(
    mut run: std::process::Command,
    folder: &Path,
    recorded: &PathBuf,
) -> std::process::Command {
    run.env("CARGO_TARGET_DIR", folder.join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("KEYRACK_RECORDED", recorded)
        .env("RUST_BACKTRACE", "0");
    run
}

/// The mutants that ended in one way, in the last pass.
fn named(told: &Path, way: &str) -> Outcome<Vec<String>> {
    let path = told.join(format!("{way}.txt"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn report(missed: &[String], (caught, unviable, timeout): (usize, usize, usize)) -> Outcome {
    let page = fs::read_to_string(root().join(PAGE)).map_err(|error| error.to_string())?;
    // In a table a bar is written with a backslash.
    let mut page = page.replace("\\|", "|");
    let mut unexplained = Vec::new();
    for mutant in missed {
        // `file:line:column: what`: lines move, so the page names what alone, once for each.
        let what = mutant.split_once(": ").map_or(&**mutant, |(_, what)| what);
        let named = format!("`{what}`");
        if page.contains(&named) {
            page = page.replacen(&named, "", 1);
        } else {
            unexplained.push(mutant.as_str());
        }
    }
    println!(
        "{caught} caught, {timeout} timed out, {unviable} do not compile, {} stay",
        missed.len()
    );
    if unexplained.is_empty() {
        return Ok(());
    }
    Err(format!(
        "not caught, and not explained in {PAGE}:\n{}",
        unexplained.join("\n")
    ))
}
