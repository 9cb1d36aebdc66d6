//! The schema and the reference of the policy document say what the code says.
//!
//! `KEYRACK_WRITE_DOCS=1 cargo test --test policy_docs` writes what is generated anew.

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

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use keyrack::compile::compile;
use keyrack::policy::{Format, Severity, codes, read, schema};
use serde_json::Value;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name)
}

fn writes() -> bool {
    std::env::var_os("KEYRACK_WRITE_DOCS").is_some()
}

#[test]
fn the_schema_in_docs_is_the_schema_of_the_types() {
    let path = path("policy.schema.json");
    if writes() {
        std::fs::write(&path, schema()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written == schema(), "{} is out of date", path.display());
}

/// The table of findings between two marks of the reference.
fn code_table() -> String {
    let mut table = String::from("| code | | meaning |\n| --- | --- | --- |\n");
    for code in codes::ALL {
        let level = match code.severity {
            Severity::Error => "refused",
            Severity::Warning => "warned",
        };
        let _ = writeln!(table, "| `{}` | {level} | {} |", code.name, code.meaning);
    }
    table
}

const START: &str = "<!-- findings: written by tests/policy_docs.rs -->\n";
const END: &str = "<!-- end of findings -->";

#[test]
fn the_reference_lists_every_finding() {
    let path = path("policy.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).expect("the start mark");
    let (table, after) = rest.split_once(END).expect("the end mark");
    if writes() {
        std::fs::write(
            &path,
            format!("{before}{START}{}{END}{after}", code_table()),
        )
        .unwrap();
    } else {
        assert!(table == code_table(), "{} is out of date", path.display());
    }
}

#[test]
fn the_reference_names_every_key_of_the_document() {
    let text = std::fs::read_to_string(path("policy.md")).unwrap();
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let definitions = schema["$defs"].as_object().unwrap();
    let objects = definitions.values().chain([&schema]);
    let keys: BTreeSet<&String> = objects
        .filter_map(|it| it["properties"].as_object())
        .flat_map(|it| it.keys())
        .collect();
    assert!(keys.len() > 100, "{}", keys.len());
    let spans = text.split('`').skip(1).step_by(2);
    let words: BTreeSet<&str> = spans
        .flat_map(|span| span.split(|c: char| !c.is_ascii_lowercase() && c != '_'))
        .collect();
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !words.contains(key.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_policies_of_the_reference_compile() {
    let text = std::fs::read_to_string(path("policy.md")).unwrap();
    let mut whole = 0;
    for block in text.split("```toml\n").skip(1) {
        let policy = block.split("```").next().unwrap();
        let outcome = read(policy, Format::Toml);
        if policy.contains("[policy]") {
            let compiled = compile(&outcome);
            assert_eq!(compiled.findings, [], "{policy}");
            whole += 1;
        } else {
            // A part of a policy: right in its form.
            let form = outcome.findings.iter().filter(|it| it.message != NO_HEAD);
            assert_eq!(form.count(), 0, "{policy}: {:?}", outcome.findings);
        }
    }
    assert!(whole >= 1);
}

const NO_HEAD: &str = "the document does not say whose policy it is";
