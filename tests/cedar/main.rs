//! Random policies and requests in Cedar's words, with Keyrack's answers, for Cedar to decide too.
//!
//! Written here for `tests/cedar/wasm.mjs`, which asks Cedar's own module; `tests/cedar/native`
//! asks many more of the `cedar-policy` crate.

#![cfg(all(feature = "authoring", feature = "cli"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    dead_code,
    unused_imports,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

mod cases;
#[path = "../../src/bin/keyrack/cedar/mod.rs"]
mod cedar;
#[path = "../oracle/evaluator/mod.rs"]
mod evaluator;
#[path = "../oracle/generator/mod.rs"]
mod generator;

use std::fs;

const POLICIES: u64 = 60;
const REQUESTS: usize = 60;

#[test]
fn policies_and_answers_are_written_for_cedar() {
    let cases: Vec<_> = (0..POLICIES)
        .map(|seed| cases::case(seed, REQUESTS).value())
        .collect();
    fs::create_dir_all("target/js").unwrap();
    let text = serde_json::Value::from(cases).to_string();
    fs::write("target/js/cedar.json", text).unwrap();
}
