//! Known advisories: RustSec's list against every lock file of crates, npm's against its own. And
//! what the tests hold of licences, with nothing left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use semver::{Version, VersionReq};
use toml::Table;

use crate::run::{Outcome, capture, cargo, command, root, show};

const LOCKS: [&str; 4] = [
    "Cargo.lock",
    "fuzz/Cargo.lock",
    "benches/native/Cargo.lock",
    "tests/cedar/native/Cargo.lock",
];
/// Workspaces whose crates no test needs, and the target they are built for.
const APART: [&str; 3] = ["benches/native", "fuzz", "tests/cedar/native"];
const NATIVE: &str = "x86_64-unknown-linux-gnu";
/// By which `tests/supply.rs` knows that all crates are there.
const ALL: &str = "KEYRACK_SUPPLY_OF_ALL";
const PACKAGES: [&str; 2] = [".", "benches"];
/// What may pass, in the words of `cargo deny`.
const RULES: &str = "deny.toml";
const LIST: &str = "https://github.com/rustsec/advisory-db";
/// Where a copy of the list is kept from one run to the next.
const COPY: &str = "target/advisory-db";
/// What npm says where nobody could be asked.
const UNASKED: [&str; 6] = [
    "audit endpoint returned an error",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ENETUNREACH",
    "ENOTFOUND",
    "ETIMEDOUT",
];

/// Versions of each crate, by its name.
type Locked = BTreeMap<String, BTreeSet<Version>>;

/// What became of one of the two questions.
enum Asked {
    Free(String),
    Unreachable(String),
}

/// Licences, sources and duplicates of all crates, those that only the peers need too; then both
/// lists, RustSec's in a folder if one is named. What cannot be asked is no success.
pub fn audit(folder: Option<&str>) -> Outcome {
    supply()?;
    let mut unasked = false;
    for asked in both(folder)? {
        match asked {
            Asked::Free(text) => println!("{text}"),
            Asked::Unreachable(text) => {
                unasked = true;
                println!("not asked: {text}");
            }
        }
    }
    if unasked {
        return Err("not everything was asked".to_owned());
    }
    Ok(())
}

/// As a part of the tests: an advisory fails, a list that is out of reach is skipped aloud.
pub fn where_reachable() -> Outcome<String> {
    let lines = both(None)?.map(|asked| match asked {
        Asked::Free(text) => format!("{text}\n"),
        Asked::Unreachable(text) => format!("skipped {text}\n"),
    });
    Ok(lines.concat())
}

/// `tests/supply.rs` with every crate downloaded.
fn supply() -> Outcome {
    for apart in APART {
        let mut fetch = cargo(&["fetch", "--locked", "--quiet", "--target", NATIVE]);
        fetch.current_dir(root().join(apart));
        show(fetch)?;
    }
    let mut test = cargo(&["test", "--locked", "--quiet", "--test", "supply"]);
    test.env(ALL, "1");
    println!("{}", capture(test)?.trim());
    Ok(())
}

fn both(folder: Option<&str>) -> Outcome<[Asked; 2]> {
    Ok([crates(folder)?, packages()?])
}

fn crates(folder: Option<&str>) -> Outcome<Asked> {
    let list = match folder {
        Some(folder) => PathBuf::from(folder),
        None => match copied() {
            Ok(list) => list,
            Err(_) => return Ok(Asked::Unreachable(format!("advisories of crates: {LIST}"))),
        },
    };
    let locked = locked()?;
    let rules = table(&read(&root().join(RULES))?, RULES)?;
    let (ignored, passing) = (ignored(&rules), passing(&rules)?);
    let (mut read, mut told, mut apply) = (0_usize, Vec::new(), Vec::new());
    for (name, versions) in &locked {
        let Ok(entries) = fs::read_dir(list.join("crates").join(name)) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let advisory = Advisory::read(&path)?;
            read = read.saturating_add(1);
            for version in versions {
                if !advisory.concerns(version) || ignored.contains(&advisory.id) {
                    continue;
                }
                let line = format!("{name} {version}: {}", advisory.id);
                if passing.contains(&&*advisory.informational) {
                    told.push(format!("{line}, {}", advisory.informational));
                } else {
                    apply.push(line);
                }
            }
        }
    }
    if read == 0 {
        return Err(format!("{}: no advisories in it", list.display()));
    }
    if !apply.is_empty() {
        return Err(apply.join("\n"));
    }
    let count = locked.len();
    let mut text = format!("{count} crates: {read} advisories on them read, none applies");
    for line in told {
        text.push_str("\n  told only: ");
        text.push_str(&line);
    }
    Ok(Asked::Free(text))
}

/// The list as it is today.
fn copied() -> Outcome<PathBuf> {
    let folder = root().join(COPY);
    // A server that hangs is as good as none.
    let patience = [
        "-c",
        "http.lowSpeedLimit=1000",
        "-c",
        "http.lowSpeedTime=20",
    ];
    let asked: &[&str] = if folder.is_dir() {
        &["-C", COPY, "pull", "--quiet", "--ff-only"]
    } else {
        &["clone", "--quiet", "--depth=1", LIST, COPY]
    };
    let mut git = command("git", &patience);
    git.args(asked).env("GIT_TERMINAL_PROMPT", "0");
    capture(git)?;
    Ok(folder)
}

fn locked() -> Outcome<Locked> {
    let mut found = Locked::new();
    for lock in LOCKS {
        let table = table(&read(&root().join(lock))?, lock)?;
        let packages = table.get("package").and_then(toml::Value::as_array);
        for package in packages.into_iter().flatten() {
            let text = |name| package.get(name).and_then(toml::Value::as_str);
            let (Some(name), Some(version)) = (text("name"), text("version")) else {
                return Err(format!("{lock}: a package without a name or a version"));
            };
            let version = Version::parse(version).map_err(|error| error.to_string())?;
            found.entry(name.to_owned()).or_default().insert(version);
        }
    }
    Ok(found)
}

/// Advisories that `deny.toml` lets pass, each with its reason there.
fn ignored(rules: &Table) -> BTreeSet<String> {
    let ignored = rules.get("advisories").and_then(|it| it.get("ignore"));
    let list = ignored
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let id = |it: &toml::Value| {
        it.as_str()
            .or_else(|| it.get("id")?.as_str())
            .map(str::to_owned)
    };
    list.filter_map(id).collect()
}

/// Kinds of news that are told and fail nothing, as `deny.toml` has them for `cargo deny` too. All
/// others fail, as there.
fn passing(rules: &Table) -> Outcome<Vec<&'static str>> {
    let word = |kind| rules.get("advisories")?.get(kind)?.as_str();
    let mut passing = Vec::new();
    for kind in ["unmaintained", "unsound"] {
        match word(kind) {
            Some("all") => {}
            Some("none") => passing.push(kind),
            // Those between ask which crates are direct, and a word left out is such a one.
            _ => return Err(format!("{RULES}: `{kind}` has to be \"all\" or \"none\"")),
        }
    }
    Ok(passing)
}

struct Advisory {
    id: String,
    /// Empty for a hole; else what kind of news it is.
    informational: String,
    withdrawn: bool,
    /// Versions that it does not concern.
    free: Vec<VersionReq>,
}

impl Advisory {
    /// Reads one as RustSec writes it: TOML in a fence at the top of a page.
    fn read(path: &Path) -> Outcome<Self> {
        let place = path.display().to_string();
        let page = read(path)?;
        let fenced = page
            .split_once("```toml")
            .and_then(|(_, rest)| rest.split_once("```"));
        let (front, _) = fenced.ok_or_else(|| format!("{place}: no TOML at its top"))?;
        let front = table(front, &place)?;
        let of = |name| {
            let value = front.get("advisory").and_then(|it| it.get(name));
            value.and_then(toml::Value::as_str).map(str::to_owned)
        };
        let mut free = Vec::new();
        for name in ["patched", "unaffected"] {
            let versions = front.get("versions").and_then(|it| it.get(name));
            for range in versions
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
            {
                let range = range.as_str().unwrap_or_default();
                free.push(VersionReq::parse(range).map_err(|error| format!("{place}: {error}"))?);
            }
        }
        Ok(Self {
            id: of("id").ok_or_else(|| format!("{place}: no id"))?,
            informational: of("informational").unwrap_or_default(),
            withdrawn: of("withdrawn").is_some(),
            free,
        })
    }

    fn concerns(&self, version: &Version) -> bool {
        !self.withdrawn && !self.free.iter().any(|range| range.matches(version))
    }
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn table(text: &str, place: &str) -> Outcome<Table> {
    text.parse().map_err(|error| format!("{place}: {error}"))
}

/// What npm knows of the packages that the project is built and measured with. The package that
/// ships has no dependency.
fn packages() -> Outcome<Asked> {
    for folder in PACKAGES {
        let words = [
            "audit",
            "--package-lock-only",
            "--audit-level=high",
            "--prefix",
            folder,
        ];
        if let Err(why) = capture(command("npm", &words)) {
            if UNASKED.iter().any(|sign| why.contains(sign)) {
                let text = "advisories of npm packages: the registry in use has no list";
                return Ok(Asked::Unreachable(text.to_owned()));
            }
            return Err(why);
        }
    }
    Ok(Asked::Free("npm packages: nothing grave known".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{RULES, passing, read, root, table};

    #[test]
    fn what_fails_is_what_fails_by_cargo_deny() {
        let rules = read(&root().join(RULES)).unwrap();
        assert_eq!(
            passing(&table(&rules, RULES).unwrap()),
            Ok(vec!["unmaintained"])
        );
        let of = |text: &str| passing(&table(text, "here").unwrap());
        let both = "[advisories]\nunmaintained = 'all'\nunsound = 'all'";
        assert_eq!(of(both), Ok(Vec::new()));
        // A word left out means another for each of them there; `workspace` asks more than is asked here.
        assert!(of("[advisories]\nunmaintained = 'all'").is_err());
        assert!(of(&both.replace("'all'", "'workspace'")).is_err());
    }
}
