//! Which lines of the decide and snapshot rooms no test reaches, by the compiler's own counters.

use std::{collections::BTreeSet, fs, path::Path, path::PathBuf, process::Command};

use crate::run::{Outcome, answer, capture, cargo, command, root};

/// The tests that are about these rooms.
const TESTS: [&str; 18] = [
    "alias",
    "attributes",
    "boundary",
    "corners",
    "fuzz_seeds",
    "js_fixtures",
    "laws",
    "lists",
    "log",
    "oracle",
    "proposals",
    "snapshot_caps",
    "snapshot_document",
    "snapshot_golden",
    "snapshot_hostile",
    "snapshot_reader",
    "snapshot_refused",
    "traps",
];
const ROOMS: [&str; 2] = ["src/decide", "src/snapshot"];

/// Runs the tests with counters, and prints each file's share and the lines that were not reached.
pub fn coverage() -> Outcome {
    let folder = root().join("target/coverage");
    let tools = tools()?;
    let profiles = folder.join("profiles");
    // Those of another build would count lines that have moved.
    let _ = fs::remove_dir_all(&profiles);
    println!("building the tests with counters; the first time takes some minutes");
    let mut run = cargo(&["test", "--locked", "--lib", "--no-default-features"]);
    run.arg("--features=authoring,authzen");
    TESTS.iter().for_each(|test| {
        run.args(["--test", test]);
    });
    run.env("RUSTFLAGS", "-Cinstrument-coverage")
        .env("CARGO_TARGET_DIR", &folder)
        .env("LLVM_PROFILE_FILE", profiles.join("%p-%m.profraw"));
    let told = capture(run)?;
    let merged = folder.join("all.profdata");
    let mut merge = Command::new(tools.join("llvm-profdata"));
    merge.args(["merge", "-sparse"]).args(files(&profiles)?);
    merge.arg("-o").arg(&merged);
    capture(merge)?;
    let mut export = Command::new(tools.join("llvm-cov"));
    export.args(["export", "-format=lcov"]).current_dir(root());
    let mut first = true;
    for program in programs(&told) {
        if !first {
            export.arg("-object");
        }
        export.arg(program);
        first = false;
    }
    export.arg("-instr-profile").arg(&merged);
    export
        .arg("-sources")
        .args(ROOMS.map(|room| root().join(room)));
    report(&answer(export)?);
    Ok(())
}

/// Where the toolchain keeps LLVM's programs.
fn tools() -> Outcome<PathBuf> {
    let library = answer(command("rustc", &["--print", "target-libdir"]))?;
    let folder = Path::new(library.trim()).with_file_name("bin");
    if folder.join("llvm-cov").exists() {
        return Ok(folder);
    }
    Err("LLVM's programs are not installed: rustup component add llvm-tools".to_owned())
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// The programs that cargo says it ran.
fn programs(told: &str) -> BTreeSet<&str> {
    let running = told.lines().filter(|line| line.contains("Running "));
    running
        .filter_map(|line| line.rsplit_once('(')?.1.strip_suffix(')'))
        .collect()
}

fn report(lcov: &str) {
    let (mut lines, mut reached) = (0_u32, 0_u32);
    let (mut file, mut missed) = (String::new(), Vec::new());
    for line in lcov.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            let path = Path::new(path);
            let short = path.strip_prefix(root()).unwrap_or(path);
            file = short.display().to_string();
        } else if let Some((number, times)) = line.strip_prefix("DA:").and_then(counted) {
            lines = lines.saturating_add(1);
            if times == "0" {
                missed.push(number.to_owned());
            } else {
                reached = reached.saturating_add(1);
            }
        } else if line == "end_of_record" {
            if !missed.is_empty() {
                println!("{file}: {}", missed.join(" "));
            }
            missed.clear();
        }
    }
    println!("{reached} of {lines} lines reached");
}

/// A line's number and how often it was reached.
fn counted(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split(',');
    Some((parts.next()?, parts.next()?))
}
