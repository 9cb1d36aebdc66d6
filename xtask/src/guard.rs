//! Instructions of the hot paths and bytes of what is loaded, against what was committed. Time is
//! too noisy for a check; these are the same in every run of one toolchain.

use std::fs;

use crate::{
    run::{Outcome, capture, cargo, command, root},
    size, tools,
};

const COMMITTED: &str = "benches/guard/guard.json";
const TARGET: &str = "target/guard";

/// How far instructions may stray, and bytes grow, in thousandths.
const TOLERANCE: u64 = 20;

/// A path of benches/guard, and whether it may allocate.
const PATHS: [(&str, bool); 8] = [
    ("can", false),
    ("can, in groups", false),
    ("can, measured", false),
    ("decide", false),
    ("decide, measured", false),
    ("find a member", false),
    ("session", true),
    ("load", true),
];

/// What is the same by whatever compiler.
const OF_ANY_COMPILER: &str = "package JavaScript, gzip";

/// Names of what allocates, as they stand in a profile.
const ALLOCATES: [&str; 3] = ["malloc", "__rust_alloc", "calloc"];

/// A figure, by its name.
type Figure = (String, u64);

/// Counts and compares; the table of it.
pub fn check() -> Outcome<String> {
    let toolchain = toolchain()?;
    let path = root().join(COMMITTED);
    let committed = fs::read_to_string(&path).map_err(|error| format!("{COMMITTED}: {error}"))?;
    let counts = tools::valgrind();
    // Whatever allocates and must not is an error here, by any compiler.
    let figures = if counts { figures()? } else { sizes()? };
    let is_same = text(&committed, "toolchain") == Some(&toolchain);
    let (mut table, mut strayed) = (String::new(), Vec::new());
    for (name, value) in figures {
        if !is_same && !name.ends_with(OF_ANY_COMPILER) {
            continue;
        }
        let Some(known) = number(&committed, &name) else {
            return Err(format!("{COMMITTED} knows nothing of `{name}`; {BLESS}"));
        };
        let room = known.saturating_mul(TOLERANCE) / 1000;
        let bytes = name.starts_with("bytes");
        // What has become smaller is committed too, or it could creep back unseen.
        let fits =
            value <= known.saturating_add(room) && (bytes || value >= known.saturating_sub(room));
        table.push_str(&format!("{name:<36}{known:>10}{value:>10}\n"));
        if !fits {
            strayed.push(format!("{name}: {value}, committed were {known}"));
        }
    }
    if !is_same {
        table.push_str(&format!(
            "skipped the comparison of instructions and of the module's bytes: {COMMITTED} was made \
             with another toolchain than {toolchain}\n"
        ));
    }
    if !counts {
        table.push_str(
            "skipped the counts of instructions, and with them whether a hot path allocates: there \
             is no valgrind, and it cannot be installed\n",
        );
    }
    if strayed.is_empty() {
        Ok(table)
    } else {
        Err(format!("{table}{}\n{BLESS}", strayed.join("\n")))
    }
}

const BLESS: &str = "if that is meant, `cargo xtask guard --bless` commits it";

/// Counts, compares and prints.
pub fn guard() -> Outcome {
    print!("{}", check()?);
    Ok(())
}

/// Writes what is counted now to the file that is committed.
pub fn bless() -> Outcome {
    if !tools::valgrind() {
        return Err("there is no valgrind, and it cannot be installed".to_owned());
    }
    let lines: Vec<String> = figures()?
        .iter()
        .map(|(name, value)| format!("  \"{name}\": {value}"))
        .collect();
    let told = format!(
        "{{\n  \"toolchain\": \"{}\",\n  \"tolerance in thousandths\": {TOLERANCE},\n{}\n}}\n",
        toolchain()?,
        lines.join(",\n")
    );
    fs::write(root().join(COMMITTED), told).map_err(|error| format!("{COMMITTED}: {error}"))
}

fn figures() -> Outcome<Vec<Figure>> {
    capture(cargo(&[
        "build",
        "--locked",
        "--quiet",
        "--release",
        "--package",
        "keyrack-guard",
        "--target-dir",
        TARGET,
    ]))?;
    let mut figures = Vec::new();
    let mut snapshot = 0;
    for (path, may_allocate) in PATHS {
        let (instructions, bytes) = count(path, may_allocate)?;
        figures.push((format!("instructions: {path}"), instructions));
        snapshot = bytes;
    }
    figures.push(("bytes: snapshot of 1,000 members".to_owned(), snapshot));
    figures.extend(sizes()?);
    Ok(figures)
}

/// Bytes of what is loaded, which nothing has to run for.
fn sizes() -> Outcome<Vec<Figure>> {
    let figures = size::figures()?;
    let named = |(what, bytes)| (format!("bytes: {what}"), bytes);
    Ok(figures.into_iter().map(named).collect())
}

/// Runs one path: instructions each time, and the snapshot's bytes. An error if it allocates and
/// must not.
fn count(path: &str, may_allocate: bool) -> Outcome<(u64, u64)> {
    let profile = root().join(TARGET).join("profile.out");
    let told = capture(command(
        "valgrind",
        &[
            "--tool=callgrind",
            "--collect-atstart=no",
            "--toggle-collect=keyrack_guard::hot_*",
            &format!("--callgrind-out-file={}", profile.display()),
            &format!("{TARGET}/release/keyrack-guard"),
            path,
        ],
    ))?;
    let unclear = || format!("cannot read what was counted of `{path}`: {told}");
    let numbers = told
        .lines()
        .find_map(|line| {
            let numbers: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
            numbers.ok()?.try_into().ok()
        })
        .ok_or_else(unclear)?;
    let [times, _, bytes]: [u64; 3] = numbers;
    let collected = told
        .lines()
        .find_map(|line| {
            line.split_once("Collected : ")?
                .1
                .trim()
                .parse::<u64>()
                .ok()
        })
        .filter(|collected| *collected > 0)
        .ok_or_else(unclear)?;
    let profile = fs::read_to_string(&profile).map_err(|error| error.to_string())?;
    let culprit = profile
        .lines()
        .filter(|line| line.starts_with("fn=") || line.starts_with("cfn="))
        .find(|line| ALLOCATES.iter().any(|name| line.contains(name)));
    match culprit {
        Some(name) if !may_allocate => Err(format!("`{path}` allocates: {name}")),
        _ => Ok((collected.checked_div(times).unwrap_or_default(), bytes)),
    }
}

/// The compiler and what it compiles for: another one counts otherwise.
fn toolchain() -> Outcome<String> {
    let told = crate::run::answer(command("rustc", &["-vV"]))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    let first = told.lines().next().unwrap_or_default();
    Ok(format!("{first} {}", host.unwrap_or_default()))
}

/// The value of a member, one on a line, as [`bless`] writes them.
fn member<'t>(json: &'t str, name: &str) -> Option<&'t str> {
    let start = format!("\"{name}\": ");
    let line = json
        .lines()
        .find_map(|line| line.trim().strip_prefix(&start))?;
    Some(line.trim_end_matches(','))
}

fn text<'t>(json: &'t str, name: &str) -> Option<&'t str> {
    member(json, name)?.strip_prefix('"')?.strip_suffix('"')
}

fn number(json: &str, name: &str) -> Option<u64> {
    member(json, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{number, text};

    #[test]
    fn figures_are_read_as_they_are_written() {
        let json = "{\n  \"toolchain\": \"rustc 1 host\",\n  \"bytes: a\": 12,\n  \"b\": 7\n}\n";
        assert_eq!(text(json, "toolchain"), Some("rustc 1 host"));
        assert_eq!(number(json, "bytes: a"), Some(12));
        assert_eq!(number(json, "b"), Some(7));
        assert_eq!(number(json, "c"), None);
    }
}
