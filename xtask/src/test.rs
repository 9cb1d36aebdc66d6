//! Everything that must hold, in the order in which failures are cheapest to learn.

use std::{
    io::{IsTerminal, Write},
    time::Instant,
};

use crate::{
    audit, build, fuzz, guard,
    run::{Outcome, capture, cargo, command},
    size,
    tools::{self, WASM_TARGET},
};

/// One part: its name, and the work that gives what it printed.
type Part = (&'static str, fn() -> Outcome<String>);

const PARTS: &[Part] = &[
    ("format", || capture(cargo(&["fmt", "--all", "--check"]))),
    ("lints, native", || {
        capture(cargo(&[
            "clippy",
            "--locked",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-Dwarnings",
        ]))
    }),
    ("lints, wasm32", || {
        tools::wasm_target()?;
        let all = ["wasm", "slicing", "admin", "authzen-module"].map(lints_of);
        all.into_iter().collect()
    }),
    ("Rust tests", || {
        capture(cargo(&[
            "test",
            "--locked",
            "--workspace",
            "--no-fail-fast",
        ]))
    }),
    ("build of the package", || {
        build::package(true).map(|()| String::new())
    }),
    ("size limits", size::check),
    ("instructions and bytes", guard::check),
    ("cells for JavaScript", build::cells),
    ("package types", || {
        capture(tools::npm_program("tsc", &["--project", "tests/js/types"]))
    }),
    ("API reference", || {
        capture(command("node", &["tests/api/run.mjs"]))
    }),
    ("benchmarks' report", || {
        capture(command("node", &["benches/report/test.mjs"]))
    }),
    ("package in Node", || {
        capture(command("node", &["tests/js/run/node.mjs"]))
    }),
    ("slices in Node", || {
        capture(command("node", &["tests/js/run/slicing.mjs"]))
    }),
    ("authoring in Node", || {
        capture(command("node", &["tests/js/run/admin.mjs"]))
    }),
    ("fuzz seeds in Node", fuzz::seeds),
    ("Cedar decides alike", || {
        capture(command("node", &["tests/cedar/wasm.mjs"]))
    }),
    ("CASL shows alike", || {
        capture(command("node", &["tests/casl/fields.mjs"]))
    }),
    ("package in workerd", || {
        capture(command("node", &["tests/js/run/workerd.mjs"]))
    }),
    ("package in Chromium", || {
        in_chromium("tests/js/run/chromium.mjs")
    }),
    ("packed tarball", || in_chromium("tests/packed/run.mjs")),
    ("worker in workerd", || {
        capture(command("node", &["tests/worker/run.mjs"]))
    }),
    ("AuthZEN in workerd", || {
        capture(command("node", &["tests/worker/authzen.mjs"]))
    }),
    ("page in Chromium", || in_chromium("tests/page/run.mjs")),
    ("front end in Chromium", || {
        in_chromium("tests/front/run.mjs")
    }),
    ("shop in Chromium", || in_chromium("tests/store/run.mjs")),
    ("README's quick starts", || {
        in_chromium("tests/readme/run.mjs")
    }),
    ("known advisories", audit::where_reachable),
];

/// Lints of what only a module of the package holds.
fn lints_of(feature: &str) -> Outcome<String> {
    capture(cargo(&[
        "clippy",
        "--locked",
        "--quiet",
        "--lib",
        "--package",
        "keyrack",
        "--target",
        WASM_TARGET,
        "--no-default-features",
        "--features",
        feature,
        "--",
        "-Dwarnings",
    ]))
}

fn in_chromium(script: &str) -> Outcome<String> {
    let mut run = command("node", &[script]);
    run.env("CHROMIUM", tools::chromium()?);
    capture(run)
}

/// Runs all parts, one line each; an error if anything failed.
pub fn test() -> Outcome {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    let mut skipped = Vec::new();
    let start = Instant::now();
    for (name, work) in PARTS {
        if std::io::stdout().is_terminal() {
            print!("{name:<24}…\r");
            let _ = std::io::stdout().flush();
        }
        let begun = Instant::now();
        let outcome = work();
        let (text, good) = match &outcome {
            Ok(text) => (text, true),
            Err(text) => (text, false),
        };
        let (here_passed, here_failed) = count(text, good);
        passed = passed.saturating_add(here_passed);
        failed = failed.saturating_add(here_failed);
        let word = if good { "ok" } else { "FAILED" };
        println!(
            "{name:<24}{word:<8}{here_passed:>6} passed {:>7}",
            seconds(begun)
        );
        if good {
            // What was left out for want of a program is no success to be silent about.
            for line in skips(text) {
                println!("{line}");
                skipped.push(format!("  {name}: {line}"));
            }
        } else {
            println!("{text}");
        }
    }
    println!("{:<39}{:>14}\n", "in all", seconds(start));
    if !skipped.is_empty() {
        let skipped = skipped.join("\n");
        println!("left out, and so neither passed nor failed:\n{skipped}\n");
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        Ok(())
    } else {
        Err("not everything holds".to_owned())
    }
}

/// What a part says that it left out.
fn skips(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.starts_with("skipped "))
}

fn seconds(since: Instant) -> String {
    let tenths = since.elapsed().as_millis() / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// Tests passed and failed according to the words `3 passed` and `1 failed` of summary lines;
/// a part without such lines counts as one.
fn count(text: &str, good: bool) -> (u64, u64) {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for line in text.lines().filter(|line| is_summary(line)) {
        let words: Vec<&str> = line
            .split([' ', ';', ','])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            if let [number, what] = pair
                && let Ok(number) = number.parse::<u64>()
            {
                match *what {
                    "passed" => passed = passed.saturating_add(number),
                    "failed" => failed = failed.saturating_add(number),
                    _ => {}
                }
            }
        }
    }
    match (good, passed, failed) {
        (true, 0, 0) => (1, 0),
        (false, passed, 0) => (passed, 1),
        (_, passed, failed) => (passed, failed),
    }
}

fn is_summary(line: &str) -> bool {
    line.starts_with("test result: ")
        || (line.starts_with(|first: char| first.is_ascii_digit())
            && line.contains(" passed, ")
            && line.ends_with(" failed"))
}

#[cfg(test)]
mod tests {
    use super::{count, skips};

    #[test]
    fn what_is_left_out_is_told() {
        let text = "3 passed, 0 failed\nskipped Bun: it is not here\nnothing was skipped\n\
                    test it_agrees ... ok\nskipped what asks catalogue.md: it is not there";
        assert_eq!(
            skips(text).collect::<Vec<_>>(),
            [
                "skipped Bun: it is not here",
                "skipped what asks catalogue.md: it is not there"
            ]
        );
    }

    #[test]
    fn summaries_of_cargo_and_of_our_runners_are_added_up() {
        let cargo = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(
            count(&format!("{cargo}\n12 passed, 1 failed"), false),
            (15, 1)
        );
    }

    #[test]
    fn a_part_without_tests_counts_as_one() {
        assert_eq!(count("", true), (1, 0));
        assert_eq!(count("error: 3 passed by", false), (0, 1));
    }

    #[test]
    fn a_part_that_fails_is_never_counted_as_passed_alone() {
        assert_eq!(count("4 passed, 0 failed", false), (4, 1));
    }
}
