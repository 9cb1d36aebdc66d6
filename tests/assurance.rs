//! What the documents say of tests is so: every file and every test that they name is there, and
//! every planted fault still has its place.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use support::named::{has_test, is_snake};

const DOCUMENTS: [&str; 5] = [
    "SECURITY.md",
    "docs/assurance.md",
    "docs/controls.md",
    "docs/export.md",
    "docs/gate.md",
];

/// Those that name single tests.
const NAMING: [&str; 3] = ["SECURITY.md", "docs/assurance.md", "docs/controls.md"];

const FAULTS: &str = "tests/faults/faults.toml";

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

/// Every file below a folder, or the file itself.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries
        .flat_map(|entry| files(&entry.unwrap().path()))
        .collect()
}

/// A test as a document may name it.
enum Named<'d> {
    /// `tests/file` and, behind it, `the_name` or `a sentence`.
    In(&'d str, &'d str),
    /// `module::the_name`, wherever in the tests.
    Module(&'d str, &'d str),
    /// `d05_…`.
    Trap(&'d str),
}

/// The tests that a line names. A name of two words or more behind a file is one of its tests.
fn named(line: &str) -> Vec<Named<'_>> {
    let mut file = None;
    let mut found = Vec::new();
    for token in quoted(line) {
        if is_file_of_tests(token) {
            file = Some(token);
        } else if let Some(trap) = token.strip_suffix('…').filter(|it| is_snake(it)) {
            found.push(Named::Trap(trap));
        } else if let Some((module, name)) = token.split_once("::")
            && is_snake(module)
            && is_snake(name)
            && name.contains('_')
        {
            found.push(Named::Module(module, name));
        } else if let Some(file) = file {
            let commands = ["cargo ", "node ", "keyrack ", "KEYRACK_"];
            let command = commands.iter().any(|it| token.starts_with(it));
            let script = file.ends_with("js") && token.contains(' ');
            if !command && (script || is_snake(token) && token.matches('_').count() > 1) {
                found.push(Named::In(file, token));
            }
        }
    }
    found
}

fn is_there(test: &Named<'_>) -> Result<(), String> {
    let any = |paths: Vec<PathBuf>, name: &str| paths.iter().any(|it| has_test(&read(it), name));
    let (found, said) = match test {
        Named::In(file, name) => (
            any(files(&root().join(file)), name),
            format!("{file} {name}"),
        ),
        Named::Module(module, name) => {
            let mut all = files(&root().join("tests"));
            all.retain(|path| path.with_extension("").ends_with(module));
            (any(all, name), format!("{module}::{name}"))
        }
        Named::Trap(begin) => {
            let begin = format!("fn {begin}");
            let is_there = |path| read(path).contains(&begin);
            (
                files(&root().join("tests/traps")).into_iter().any(is_there),
                begin,
            )
        }
    };
    found.then_some(()).ok_or(said)
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
fn every_test_that_a_document_names_is_there() {
    let mut missing = Vec::new();
    for document in NAMING {
        let text = read(document);
        let tests: Vec<Named<'_>> = text.lines().flat_map(named).collect();
        assert!(tests.len() > 20, "{document} names {} tests", tests.len());
        let absent = tests.iter().filter_map(|test| is_there(test).err());
        missing.extend(absent.map(|test| format!("{document}: {test}")));
        println!("{document}: {} tests named", tests.len());
    }
    assert!(missing.is_empty(), "no such test:\n{}", missing.join("\n"));
}

#[test]
fn every_control_has_a_test() {
    let page = read("docs/controls.md");
    let tables = page
        .split("\n| ")
        .filter(|row| row.matches('|').count() == 3);
    let rows = tables.filter(|row| !row.contains("| test |") && !row.starts_with("---"));
    let mut count = 0;
    for row in rows {
        assert!(
            !named(row).is_empty() || row.contains("not applicable: "),
            "no test: {row}"
        );
        count += 1;
    }
    assert!(count >= 20, "{count} controls");
}

#[test]
fn words_alone_are_no_test() {
    let has = |text: &str| has_test(text, "a_name_of_a_test");
    assert!(has("#[test]\nfn a_name_of_a_test() {"));
    assert!(has(
        "    #[test]\n    #[cfg(unix)]\n    fn a_name_of_a_test() {"
    ));
    assert!(!has("fn a_name_of_a_test() {"));
    assert!(!has("#[test]\nfn another() {}\nfn a_name_of_a_test() {"));
    assert!(!has("// #[test]\n// fn a_name_of_a_test() {"));
    assert!(!has("// #[test]\nfn a_name_of_a_test() {"));
    assert!(!has("\"a_name_of_a_test\""));
    assert!(has_test("[\n \"so it is\",\n async () => {", "so it is"));
    assert!(has_test("test(\"so it is\", () => {", "so it is"));
    assert!(!has_test(
        "throw new Error(\"so it is\", cause)",
        "so it is"
    ));
    assert!(!has_test("// \"so it is\", async", "so it is"));
    assert!(!has_test("// [\"so it is\", async", "so it is"));
    assert!(!has_test("// test(\"so it is\", () => {", "so it is"));
}

#[test]
fn every_planted_fault_still_has_its_place_and_its_row() {
    let list: toml::Table = read(FAULTS).parse().unwrap();
    let page = read("docs/assurance.md");
    let faults = list["fault"].as_array().unwrap();
    assert!(faults.len() >= 10);
    for fault in faults {
        let text = |name: &str| fault[name].as_str().unwrap();
        let (what, file, old) = (text("what"), text("file"), text("old"));
        let times = read(file).matches(old).count();
        assert_eq!(times, 1, "{file}: what `{what}` changes, written anew?");
        assert_ne!(old, text("new"), "{what}");
        assert!(page.contains(&format!("\n| {what} | ")), "no row: {what}");
    }
    println!("{} planted faults, each with its place", faults.len());
}
