//! The long comparison of the engine with its oracle.

use crate::run::{Outcome, cargo, show};

/// Compares so many random decisions, or ten million, from a seed that no test run uses.
pub fn soak(count: Option<&str>) -> Outcome {
    let count = count.unwrap_or("10000000");
    if count.parse::<usize>().is_err() {
        return Err(format!("`{count}` is no count of decisions"));
    }
    let mut run = cargo(&[
        "test",
        "--locked",
        "--release",
        "--test",
        "oracle",
        "random::",
    ]);
    run.env("KEYRACK_ORACLE_CASES", count);
    run.env("KEYRACK_ORACLE_SEED", "1000000");
    show(run)
}
