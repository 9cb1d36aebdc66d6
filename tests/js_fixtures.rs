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

use keyrack::policy::Document;
use support::rack;

#[test]
fn the_policy_of_the_package_tests_compiles() {
    let text = fs::read_to_string("tests/js/store.toml").unwrap();
    let document: Document = toml::from_str(&text).unwrap();
    let bytes = rack::snapshot_bytes(&rack::lowered(&document));
    fs::create_dir_all("target/js").unwrap();
    fs::write("target/js/store.kyrk", bytes).unwrap();
}
