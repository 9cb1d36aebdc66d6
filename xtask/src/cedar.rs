//! The long comparison of exported policies with the `cedar-policy` crate.

use crate::run::{Outcome, cargo, root, show};

/// Compares so many random policies, or five hundred, with two hundred requests each.
pub fn cedar(policies: Option<&str>) -> Outcome {
    let policies = policies.unwrap_or("500");
    if policies.parse::<u32>().is_err() {
        return Err(format!("`{policies}` is no count of policies"));
    }
    println!("building cedar-policy; the first time takes some minutes");
    let mut run = cargo(&["run", "--locked", "--quiet", "--release", "--", policies]);
    run.current_dir(root().join("tests/cedar/native"));
    run.env("CARGO_TARGET_DIR", root().join("target/cedar"));
    show(run)
}
