//! What the project is built from: licences, duplicates, sources, and the list with its reasons.
//!
//! The rules stand in `deny.toml`, so that `cargo deny` and these tests hold the same.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::Command,
};

use serde_json::Value;
use support::{aloud, cells::root};

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn toml_of(path: &str) -> Value {
    toml::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|name| name.as_str().expect("a name").to_owned())
        .collect()
}

/// What is built apart from the crate, each with a lock of its own. Nothing of it is downloaded
/// unless somebody builds it.
const APART: [&str; 3] = ["benches/native", "fuzz", "tests/cedar/native"];

/// Set by `cargo xtask audit`, which downloads all of them first.
const ALL: &str = "KEYRACK_SUPPLY_OF_ALL";

/// Crates of the project itself.
const OWN: [&str; 6] = [
    "keyrack",
    "keyrack-bench",
    "keyrack-beside-cedar",
    "keyrack-fuzz",
    "keyrack-guard",
    "xtask",
];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Every crate of the crate's own workspace.
fn crates() -> Vec<Value> {
    let targets = names(&toml_of("deny.toml")["graph"]["targets"]);
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    compiled(".", &targets, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// Every crate of a workspace apart, which runs natively alone; `None`, said aloud, where not all
/// of them have been downloaded.
fn crates_apart(folder: &str) -> Option<Vec<Value>> {
    let targets = toml_of("deny.toml")["graph"]["targets"].clone();
    let native = targets[0].as_str().unwrap();
    match compiled(folder, &[native], &["--offline"]) {
        Ok(crates) => Some(crates),
        Err(error) if env::var_os(ALL).is_some() => panic!("{folder}: {error}"),
        Err(error) => {
            let missing = ["failed to download", "you're using offline mode"];
            assert!(missing.iter().any(|sign| error.contains(sign)), "{error}");
            aloud::say(&format!(
                "skipped licences of the crates of {folder}: they are not downloaded here; \
                 `cargo xtask audit` does"
            ));
            None
        }
    }
}

/// Every crate of a workspace that is compiled for any of these targets.
fn compiled(folder: &str, targets: &[&str], more: &[&str]) -> Result<Vec<Value>, String> {
    let mut found = BTreeMap::new();
    for target in targets {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--locked", "--format-version=1"])
            .args(["--filter-platform", target])
            .args(more)
            .current_dir(root().join(folder))
            .output()
            .unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let nodes = metadata["resolve"]["nodes"].as_array().unwrap().iter();
        let used: BTreeSet<&str> = nodes.map(|node| node["id"].as_str().unwrap()).collect();
        for package in metadata["packages"].as_array().unwrap() {
            let id = package["id"].as_str().unwrap();
            if used.contains(id) {
                found.insert(id.to_owned(), package.clone());
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Whether an SPDX expression can be met by what is allowed. `/` is an old word for `OR`.
fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = either(&words, allowed);
    assert!(rest.is_empty(), "`{expression}` is no licence");
    met
}

fn either<'w>(words: &'w [&'w str], allowed: &dyn Fn(&str) -> bool) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = both(words, allowed);
    while let ["OR", after @ ..] = rest {
        let (other, left) = both(after, allowed);
        (met, rest) = (met || other, left);
    }
    (met, rest)
}

fn both<'w>(words: &'w [&'w str], allowed: &dyn Fn(&str) -> bool) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let ["AND", after @ ..] = rest {
        let (other, left) = one(after, allowed);
        (met, rest) = (met && other, left);
    }
    (met, rest)
}

fn one<'w>(words: &'w [&'w str], allowed: &dyn Fn(&str) -> bool) -> (bool, &'w [&'w str]) {
    match words {
        ["(", inner @ ..] => {
            let (met, rest) = either(inner, allowed);
            (met, rest.strip_prefix(&[")"]).expect("a closing bracket"))
        }
        // An exception only gives more; still, it has to be allowed by its whole name.
        [name, "WITH", exception, rest @ ..] => {
            (allowed(&format!("{name} WITH {exception}")), rest)
        }
        [name, rest @ ..] => (allowed(name), rest),
        [] => panic!("a licence is missing"),
    }
}

#[test]
fn licences_are_read_as_they_are_meant() {
    let allowed = |name: &str| ["MIT", "ISC"].contains(&name);
    for met in [
        "MIT",
        "MIT/Apache-2.0",
        "(GPL-3.0 OR MIT) AND ISC",
        "X WITH Y OR ISC",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT WITH Y",
        "(MIT OR ISC) AND X",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

#[test]
fn every_crate_has_a_licence_that_is_allowed() {
    let allowed = names(&toml_of("deny.toml")["licenses"]["allow"]);
    let is_allowed = |name: &str| allowed.iter().any(|one| one == name);
    let crates = crates();
    assert!(crates.len() > 50, "{} crates", crates.len());
    for one in &crates {
        let licence = one["license"].as_str().unwrap_or("none");
        assert!(is_met(licence, &is_allowed), "{}: {licence}", one["name"]);
    }
}

#[test]
fn every_crate_of_a_peer_has_a_licence_that_is_allowed() {
    let allowed = names(&toml_of("deny.toml")["licenses"]["allow"]);
    let only = toml_of("tests/supply.toml")["crates"]["only"].clone();
    let (mut met, mut asked) = (BTreeSet::new(), true);
    for folder in APART {
        let Some(crates) = crates_apart(folder) else {
            asked = false;
            continue;
        };
        assert!(crates.len() > 50, "{folder}: {} crates", crates.len());
        for one in &crates {
            let name = one["name"].as_str().unwrap();
            let here = only
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, of)| names(of).iter().any(|it| it == name))
                .map(|(licence, _)| licence.as_str())
                .collect::<BTreeSet<_>>();
            let by_all = |one: &str| allowed.iter().any(|it| it == one);
            let licence = one["license"].as_str().unwrap_or("none");
            if !is_met(licence, &by_all) {
                met.extend(here.iter().map(|it| (*it).to_owned()));
                let by_name = |one: &str| by_all(one) || here.contains(one);
                assert!(is_met(licence, &by_name), "{folder}: {name}: {licence}");
            }
        }
    }
    if asked {
        let named: BTreeSet<String> = keys([&only]);
        assert_eq!(met, named, "named in tests/supply.toml, and needed");
    }
}

#[test]
fn every_crate_of_every_lock_file_comes_from_the_registry() {
    for folder in APART.into_iter().chain(["."]) {
        let lock = toml_of(&format!("{folder}/Cargo.lock"));
        let packages = lock["package"].as_array().unwrap();
        assert!(packages.len() > 50, "{folder}: {} crates", packages.len());
        for one in packages {
            let name = one["name"].as_str().unwrap();
            let source = one.get("source").map(|source| source.as_str().unwrap());
            let own = source.is_none() && OWN.contains(&name);
            assert!(
                own || source == Some(REGISTRY),
                "{folder}: {name}: {source:?}"
            );
            assert_eq!(own, one.get("checksum").is_none(), "{folder}: {name}");
        }
    }
}

#[test]
fn no_crate_is_there_twice_without_a_reason() {
    let skip = toml_of("deny.toml")["bans"]["skip"].clone();
    let mut skip: BTreeSet<String> = skip.as_array().unwrap().iter().map(skipped).collect();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in crates() {
        let word = |key: &str| one[key].as_str().unwrap().to_owned();
        versions
            .entry(word("name"))
            .or_default()
            .push(word("version"));
    }
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let mut left = versions.clone();
        left.retain(|version| {
            let named = skip.iter().find(|skipped| {
                let (of, beginning) = skipped.split_once('@').unwrap();
                of == name && format!("{version}.").starts_with(&format!("{beginning}."))
            });
            let named = named.cloned();
            named.is_none_or(|named| !skip.remove(&named))
        });
        assert!(left.len() == 1, "{name}: {versions:?}");
    }
    assert!(skip.is_empty(), "no longer there twice: {skip:?}");
}

fn skipped(one: &Value) -> String {
    assert!(one["reason"].as_str().is_some_and(|why| !why.is_empty()));
    one["crate"].as_str().unwrap().to_owned()
}

#[test]
fn every_npm_package_has_a_licence_that_is_allowed() {
    let mut allowed = names(&toml_of("deny.toml")["licenses"]["allow"]);
    let rules = toml_of("tests/supply.toml")["npm"].clone();
    allowed.extend(names(&rules["allow"]));
    for (path, least) in [("package-lock.json", 100), ("benches/package-lock.json", 5)] {
        let lock: Value = serde_json::from_str(&text(path)).unwrap();
        let mut count = 0;
        for (place, package) in lock["packages"].as_object().unwrap() {
            let Some((_, name)) = place.rsplit_once("node_modules/") else {
                continue;
            };
            if package["link"] == true {
                continue;
            }
            let licence = package["license"].as_str().unwrap_or("none");
            let is_allowed = |one: &str| {
                let only = rules["only"].get(one).map(names).unwrap_or_default();
                allowed.iter().any(|it| it == one)
                    || only.iter().any(|it| name.starts_with(it.as_str()))
            };
            assert!(is_met(licence, &is_allowed), "{path}: {name}: {licence}");
            count += 1;
        }
        assert!(count >= least, "{path}: {count} packages");
    }
}

/// The names that a heading of the document lists.
fn listed(heading: &str) -> BTreeSet<String> {
    let document = text("docs/dependencies.md");
    let section = document.split(&format!("## {heading}\n")).nth(1);
    let section = section.unwrap_or_else(|| panic!("{heading} is not there"));
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let (name, why) = row.split_once("` | ").expect("a name and a reason");
        assert!(why.len() > 4, "{name} has no reason");
        name.to_owned()
    })
    .collect()
}

fn keys<'v>(tables: impl IntoIterator<Item = &'v Value>) -> BTreeSet<String> {
    let tables = tables.into_iter().filter_map(Value::as_object);
    tables.flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn every_dependency_is_listed_with_its_reason() {
    for (manifest, heading) in [
        ("Cargo.toml", "The crate"),
        ("xtask/Cargo.toml", "The project's own tools"),
        ("benches/guard/Cargo.toml", "Counting instructions"),
        ("benches/native/Cargo.toml", "Beside the peers"),
        ("fuzz/Cargo.toml", "Fuzzing"),
        ("tests/cedar/native/Cargo.toml", "Beside Cedar"),
    ] {
        let manifest = toml_of(manifest);
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        let named = keys(kinds.into_iter().filter_map(|kind| manifest.get(kind)));
        assert_eq!(named, listed(heading), "{heading}");
    }
    let package: Value = serde_json::from_str(&text("pkg/package.json")).unwrap();
    assert_eq!(
        keys(package.get("peerDependencies")),
        listed("The package's peers")
    );
    for kind in [
        "dependencies",
        "devDependencies",
        "optionalDependencies",
        "bundleDependencies",
    ] {
        assert!(package.get(kind).is_none(), "the package has {kind}");
    }
    for (manifest, heading) in [
        ("package.json", "Development in JavaScript"),
        ("benches/package.json", "Benchmarks in JavaScript"),
        ("www/storefront/package.json", "The sample store's plugins"),
    ] {
        let manifest: Value = serde_json::from_str(&text(manifest)).unwrap();
        let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
        let named = keys(kinds.into_iter().filter_map(|kind| manifest.get(kind)));
        assert_eq!(named, listed(heading), "{heading}");
    }
}

/// Every manifest and every lock file of the project is one of those that are checked above.
#[test]
fn no_manifest_is_forgotten() {
    let output = Command::new("git")
        .args([
            "ls-files",
            "*Cargo.toml",
            "*Cargo.lock",
            "*package.json",
            "*package-lock.json",
        ])
        .current_dir(root())
        .output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        aloud::say("skipped the search for manifests: no git here");
        return;
    };
    let found = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> = found.lines().collect();
    let known = [
        "Cargo.lock",
        "Cargo.toml",
        "benches/guard/Cargo.toml",
        "benches/native/Cargo.lock",
        "benches/native/Cargo.toml",
        "benches/package-lock.json",
        "benches/package.json",
        "fuzz/Cargo.lock",
        "fuzz/Cargo.toml",
        "package-lock.json",
        "package.json",
        "pkg/package.json",
        "tests/cedar/native/Cargo.lock",
        "tests/cedar/native/Cargo.toml",
        "www/storefront/package.json",
        "xtask/Cargo.toml",
    ];
    assert_eq!(found, BTreeSet::from(known));
}
