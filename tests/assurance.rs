//! What the documents say of tests is so: every file and every test that they name is there and is
//! run, and every planted fault still has its place.

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

use support::{
    named::{has_test, is_snake},
    run::{Module, Run, imports, modules},
};

const DOCUMENTS: [&str; 10] = [
    "SECURITY.md",
    "docs/assurance.md",
    "docs/cli.md",
    "docs/controls.md",
    "docs/dependencies.md",
    "docs/deploy.md",
    "docs/export.md",
    "docs/gate.md",
    "docs/load.md",
    "docs/snapshot-format.md",
];

/// Those that name single tests.
const NAMING: [&str; 3] = ["SECURITY.md", "docs/assurance.md", "docs/controls.md"];

/// Scripts that need what is not here: each is a command in the documents.
const ALONE: [&str; 1] = ["tests/worker/wycheproof.mjs"];

/// A crate with a lock of its own; `cargo xtask cedar` runs it.
const NATIVE: &str = "tests/cedar/native/src/main.rs";

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

/// The files and folders of tests that a line names; a script's name alone is beside the one before.
fn files_named(line: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for token in quoted(line) {
        if is_file_of_tests(token) {
            found.push(token.into());
        } else if let Some(before) = found.last()
            && token.ends_with(".mjs")
            && !token.contains(['/', ' '])
        {
            found.push(before.with_file_name(token));
        }
    }
    found
}

/// What is run: by `cargo xtask test`, and the scripts and the crate that are commands of their own.
fn run() -> Run {
    let mut run = Run::of(&root());
    for own in ALONE {
        run.script(&root().join(own));
    }
    run.rust(&root().join(NATIVE));
    run
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

/// Whether a test is in a file that is run.
fn is_there(run: &Run, test: &Named<'_>) -> Result<(), String> {
    let any = |paths: Vec<PathBuf>, name: &str| {
        let mut paths = paths.iter();
        paths.any(|it| run.has(it) && has_test(&read(it), name))
    };
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
            let is_there = |path: PathBuf| run.has(&path) && read(path).contains(&begin);
            (
                files(&root().join("tests/traps")).into_iter().any(is_there),
                begin,
            )
        }
    };
    found.then_some(()).ok_or(said)
}

#[test]
fn every_file_of_tests_that_a_document_names_is_there_and_is_run() {
    let run = run();
    let (mut count, mut idle) = (0, Vec::new());
    for document in DOCUMENTS {
        let text = read(document);
        for name in text.lines().flat_map(files_named) {
            let path = root().join(&name);
            assert!(path.exists(), "{document}: {}", name.display());
            let is_code = |path: &Path| {
                let kind = path.extension().and_then(|it| it.to_str());
                kind.is_some_and(|it| ["rs", "mjs", "js"].contains(&it))
            };
            if path.is_file() && is_code(&path) && !run.has(&path) {
                idle.push(format!("{document}: {}", name.display()));
            }
            count += 1;
        }
    }
    assert!(idle.is_empty(), "nothing runs:\n{}", idle.join("\n"));
    assert!(count > 150, "{count} files named");
}

#[test]
fn every_file_of_rust_below_the_tests_is_built() {
    let run = run();
    let mut all = files(&root().join("tests"));
    all.retain(|path| path.extension().is_some_and(|it| it == "rs"));
    assert!(all.len() > 100, "{} files", all.len());
    all.retain(|path| !run.has(path));
    assert!(all.is_empty(), "no `mod` names:\n{all:#?}");
}

#[test]
fn what_is_run_alone_is_a_command_in_the_documents() {
    let pages = files(&root().join("docs")).into_iter();
    let pages = pages.filter(|path| path.extension().is_some_and(|it| it == "md"));
    let pages: String = pages.map(read).collect();
    for script in ALONE {
        assert!(pages.contains(&format!("`node {script}")), "{script}");
    }
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let (run, mut missing) = (run(), Vec::new());
    for document in NAMING {
        let text = read(document);
        let tests: Vec<Named<'_>> = text.lines().flat_map(named).collect();
        assert!(tests.len() > 20, "{document} names {} tests", tests.len());
        let absent = tests.iter().filter_map(|test| is_there(&run, test).err());
        missing.extend(absent.map(|test| format!("{document}: {test}")));
        println!("{document}: {} tests named", tests.len());
    }
    assert!(
        missing.is_empty(),
        "no such test, or nothing runs it:\n{}",
        missing.join("\n")
    );
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
    assert!(!has(
        "#[test]\n#[ignore = \"slow\"]\nfn a_name_of_a_test() {"
    ));
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
fn words_alone_run_nothing() {
    let text = "mod a;\npub mod b;\n// mod c;\nmod d {}\n#[path = \"../e/mod.rs\"]\nmod e;\nmod f;";
    let named = [
        Module::Named("a"),
        Module::Named("b"),
        Module::At("../e/mod.rs"),
        Module::Named("f"),
    ];
    assert_eq!(modules(text), named);

    let used = "import { a, b as c } from \"./x.mjs\";\n";
    assert_eq!(imports(&format!("{used}check(c);")), ["./x.mjs"]);
    assert_eq!(imports(&format!("{used}const PARTS = [a];")), ["./x.mjs"]);
    for unused in ["check(b);", "// a", "const PARTS = [\n  // a,\n];", ""] {
        assert_eq!(imports(&format!("{used}{unused}")), [""; 0], "{unused}");
    }
    assert_eq!(imports(&format!("// {used}check(a);")), [""; 0]);
    assert_eq!(imports("import \"./x.mjs\";\n"), ["./x.mjs"]);
    assert_eq!(
        imports("import {\n  a,\n} from \"./x.mjs\";\na();"),
        ["./x.mjs"]
    );
    assert_eq!(imports("import { a } from \"keyrack\";\na();"), [""; 0]);
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
