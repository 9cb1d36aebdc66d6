//! Compiles the policy that the package's own tests ask, for `tests/js`.

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

use std::fs;

use keyrack::{decide::Request, ffi, policy::Document};
use serde_json::{Value, json};
use support::{cells, rack};

#[test]
fn the_policy_of_the_package_tests_compiles() {
    let text = fs::read_to_string("tests/js/store.toml").unwrap();
    let document: Document = toml::from_str(&text).unwrap();
    let bytes = rack::snapshot_bytes(&rack::lowered(&document));
    fs::create_dir_all("target/js").unwrap();
    fs::write("target/js/store.kyrk", bytes).unwrap();
}

/// What Rust answers to every cell, so that JavaScript can be held to the very members.
#[test]
fn the_native_answers_to_every_cell_are_written_down() {
    let mut answers = Vec::new();
    for file in cells::files() {
        let base = rack::unsigned(&rack::model(&file, None), Some(&file.overlay));
        for cell in &file.cells {
            let own = (!cell.added_assignments.is_empty())
                .then(|| rack::unsigned(&rack::model(&file, Some(cell)), Some(&file.overlay)));
            let engine = own.as_ref().unwrap_or(&base);
            let text = cell.request.to_string();
            let request: Request = serde_json::from_str(&text).unwrap();
            let decision = ffi::decide(engine, &request).unwrap();
            let explanation = ffi::explanation::explain(engine, &request).unwrap();
            answers.push(json!({ "decision": decision, "explanation": explanation }));
        }
    }
    assert_eq!(answers.len(), cells::CELL_COUNT);
    fs::create_dir_all("target/js").unwrap();
    fs::write("target/js/answers.json", Value::Array(answers).to_string()).unwrap();
}
