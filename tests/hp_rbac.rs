//! Access matrices of real organisations: every pair of a user and a permission answers as the
//! matrix says, denies included. `keyrack conformance` reads and asks them; here stands how many
//! pairs there are and have to pass.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use std::{fs, process::Command};

use serde_json::Value;
use support::{aloud, cells};

fn check(name: &str) {
    let folder = cells::root().join("../shared/data/hp-rbac");
    let path = folder.join(format!("{name}.json"));
    if !path.is_file() {
        aloud::skip(&path);
        return;
    }
    let set: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let count = |what: &str| set[what].as_array().expect("a list").len();
    let ran = Command::new(env!("CARGO_BIN_EXE_keyrack"))
        .args(["conformance", "--json"])
        .arg(&path)
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&ran.stdout).expect("one JSON value");
    assert!(ran.status.success(), "{name}: {told}");
    let (users, permissions) = (count("users"), count("permissions"));
    let passed = &told["files"][0]["passed"];
    assert_eq!(*passed, users * permissions, "{name}");
    aloud::say(&format!(
        "{name}: {users} users × {permissions} permissions = {passed} pairs"
    ));
}

#[test]
fn domino_answers_as_its_matrix() {
    check("domino");
}

#[test]
fn hc_answers_as_its_matrix() {
    check("hc");
}

#[test]
fn fire1_answers_as_its_matrix() {
    check("fire1");
}

#[test]
fn apj_answers_as_its_matrix() {
    check("apj");
}
