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
    fs,
    process::Command,
};

use serde_json::Value;
use support::cells::root;

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

/// Every crate that is compiled for any target that is built for.
fn crates() -> Vec<Value> {
    let mut found = BTreeMap::new();
    for target in names(&toml_of("deny.toml")["graph"]["targets"]) {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--locked", "--format-version=1"])
            .args(["--filter-platform", &target])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
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
    found.into_values().collect()
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
fn every_crate_has_a_licence_that_is_allowed_and_comes_from_the_registry() {
    let allowed = names(&toml_of("deny.toml")["licenses"]["allow"]);
    let is_allowed = |name: &str| allowed.iter().any(|one| one == name);
    let crates = crates();
    assert!(crates.len() > 50, "{} crates", crates.len());
    for one in &crates {
        let licence = one["license"].as_str().unwrap_or("none");
        assert!(is_met(licence, &is_allowed), "{}: {licence}", one["name"]);
        let source = one["source"].as_str().unwrap_or_default();
        let own = ["keyrack", "keyrack-guard", "xtask"].contains(&one["name"].as_str().unwrap());
        let registry = source == "registry+https://github.com/rust-lang/crates.io-index";
        assert!(
            registry || own && source.is_empty(),
            "{}: {source}",
            one["name"]
        );
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
    let lock: Value = serde_json::from_str(&text("package-lock.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    let mut count = 0;
    for (path, package) in packages {
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
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
        assert!(is_met(licence, &is_allowed), "{name}: {licence}");
        count += 1;
    }
    assert!(count > 100, "{count} packages");
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
    let project: Value = serde_json::from_str(&text("package.json")).unwrap();
    let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
    let named = keys(kinds.into_iter().filter_map(|kind| project.get(kind)));
    assert_eq!(named, listed("Development in JavaScript"));
}
