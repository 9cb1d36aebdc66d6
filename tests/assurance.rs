//! What the documents say of tests is so: every file and every test that they name is there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

const DOCUMENTS: [&str; 5] = [
    "SECURITY.md",
    "docs/assurance.md",
    "docs/controls.md",
    "docs/export.md",
    "docs/gate.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between backticks in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_file_of_tests(name: &str) -> bool {
    name.starts_with("tests/") && !name.contains(' ')
}

#[test]
fn every_file_of_tests_that_a_document_names_is_there() {
    let mut count = 0;
    for document in DOCUMENTS {
        let text = read(document);
        for name in text
            .lines()
            .flat_map(quoted)
            .filter(|name| is_file_of_tests(name))
        {
            assert!(root().join(name).exists(), "{document}: {name}");
            count += 1;
        }
    }
    assert!(count > 30, "{count} files named");
}

#[test]
fn every_control_names_a_test_that_is_there() {
    let mut count = 0;
    for line in read("docs/controls.md").lines() {
        let names: Vec<&str> = quoted(line).collect();
        let Some(place) = names.iter().position(|name| is_file_of_tests(name)) else {
            continue;
        };
        if let (file, Some(test)) = (names[place], names.get(place + 1)) {
            assert!(read(file).contains(test), "{file} has no `{test}`");
            count += 1;
        }
    }
    assert!(count >= 20, "{count} controls");
}
