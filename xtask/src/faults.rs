//! Planted faults: every change that `tests/faults/faults.toml` lists is made to a copy of the
//! project, one at a time, and tests run on it until one is red.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::Table;

use crate::run::{Outcome, capture, cargo, root};

const LIST: &str = "tests/faults/faults.toml";

/// What cargo reads to build the tests.
const COPIED: [&str; 8] = [
    "Cargo.lock",
    "Cargo.toml",
    "benches/guard",
    "docs",
    "examples",
    "src",
    "tests",
    "xtask",
];

/// All that tests over policy documents need, and no command.
const FULL: [&str; 2] = ["--no-default-features", "--features=authoring,authzen"];

/// Fewer than a test run's random decisions: most faults show within the first thousand.
const CASES: &str = "20000";

/// Some tests, and the file or the folder that they stand in.
struct Pass {
    place: &'static str,
    targets: &'static [&'static str],
    names: &'static [&'static str],
}

/// The narrowest first.
const PASSES: [Pass; 5] = [
    Pass {
        place: "tests/oracle",
        targets: &["--test=oracle"],
        names: &["cells::", "kept::", "laws::", "random::"],
    },
    Pass {
        place: "tests/short_way.rs",
        targets: &["--test=short_way"],
        names: &[],
    },
    Pass {
        place: "tests/lists.rs",
        targets: &["--test=lists"],
        names: &[],
    },
    Pass {
        place: "tests/lists_found.rs",
        targets: &["--test=lists_found"],
        names: &[],
    },
    Pass {
        place: "tests/acceptance",
        targets: &["--test=acceptance"],
        names: &[],
    },
];

struct Fault {
    what: String,
    file: String,
    old: String,
    new: String,
}

/// Plants each fault whose words or file have this part, or every one, and prints which tests found
/// it, as rows of a table.
pub fn faults(part: &str) -> Outcome {
    let wanted = |fault: &Fault| fault.what.contains(part) || fault.file.contains(part);
    let faults: Vec<Fault> = listed()?.into_iter().filter(wanted).collect();
    if faults.is_empty() {
        return Err(format!("{LIST} has no fault with `{part}`"));
    }
    let folder = root().join("target/faults");
    let tree = folder.join("tree");
    let _ = fs::remove_dir_all(&tree);
    for name in COPIED {
        copy(&root().join(name), &tree.join(name))?;
    }
    for pass in &PASSES {
        if let Red::Tests(found) = run(pass, &folder)? {
            return Err(format!("red without a fault: {}", found.join(", ")));
        }
    }
    println!("| fault | found by |\n| --- | --- |");
    let mut undetected = Vec::new();
    for fault in &faults {
        match plant(fault, &folder)? {
            Some(found) => println!("| {} | {found} |", fault.what),
            None => undetected.push(fault.what.as_str()),
        }
    }
    if undetected.is_empty() {
        println!("\n{} faults, each found", faults.len());
        return Ok(());
    }
    Err(format!("no test found:\n{}", undetected.join("\n")))
}

fn listed() -> Outcome<Vec<Fault>> {
    let text = read(&root().join(LIST))?;
    let table: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let rows = table.get("fault").and_then(toml::Value::as_array);
    let fault = |row: &toml::Value| {
        let text = |name| row.get(name).and_then(toml::Value::as_str);
        Some(Fault {
            what: text("what")?.to_owned(),
            file: text("file")?.to_owned(),
            old: text("old")?.to_owned(),
            new: text("new")?.to_owned(),
        })
    };
    let all: Option<Vec<Fault>> = rows.into_iter().flatten().map(fault).collect();
    all.ok_or_else(|| format!("{LIST}: a fault needs `what`, `file`, `old` and `new`"))
}

/// Makes the change in the copy, runs the passes until one is red, and takes it back.
fn plant(fault: &Fault, folder: &Path) -> Outcome<Option<String>> {
    let path = folder.join("tree").join(&fault.file);
    let sound = read(&path)?;
    let places = sound.matches(&fault.old).count();
    if places != 1 {
        return Err(format!(
            "{}: what `{}` changes stands there {places} times",
            fault.file, fault.what
        ));
    }
    write(&path, &sound.replacen(&fault.old, &fault.new, 1))?;
    let found = passes(fault, folder);
    write(&path, &sound)?;
    found
}

fn passes(fault: &Fault, folder: &Path) -> Outcome<Option<String>> {
    for pass in &PASSES {
        let red = run(pass, folder).map_err(|error| format!("`{}`: {error}", fault.what))?;
        if let Red::Tests(found) = red {
            let found: Vec<String> = found.iter().map(|name| format!("`{name}`")).collect();
            return Ok(Some(format!("`{}` {}", pass.place, found.join(", "))));
        }
    }
    Ok(None)
}

/// How a pass ended.
enum Red {
    None,
    Tests(Vec<String>),
}

fn run(pass: &Pass, folder: &Path) -> Outcome<Red> {
    let mut tests = cargo(&["test", "--locked", "--package=keyrack"]);
    tests.args(FULL).args(pass.targets);
    tests.arg("--").args(pass.names);
    tests
        .current_dir(folder.join("tree"))
        .env("CARGO_TARGET_DIR", folder.join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("KEYRACK_ORACLE_CASES", CASES)
        // What differed need not be made small.
        .env("KEYRACK_ORACLE_RAW", "1")
        .env("RUST_BACKTRACE", "0");
    let Err(text) = capture(tests) else {
        return Ok(Red::None);
    };
    let failed = |line: &str| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
        Some(name.to_owned())
    };
    let mut found: Vec<String> = text.lines().filter_map(failed).collect();
    found.sort();
    if found.is_empty() {
        // It does not compile, or it ended without a word: that is no test that found it.
        return Err(text);
    }
    Ok(Red::Tests(found))
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    if !from.is_dir() {
        let parent: PathBuf = to.parent().unwrap_or(to).to_path_buf();
        fs::create_dir_all(parent).map_err(failed)?;
        return fs::copy(from, to).map(|_| ()).map_err(failed);
    }
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
