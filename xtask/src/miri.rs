//! The snapshot reader under Miri: whether anything beneath it, the standard library included, is
//! used in a way that is not defined. The crate itself has no `unsafe`.

use crate::run::{Outcome, capture, command, show};

/// Runs the small cases of the reader; needs a nightly toolchain with Miri, and says so.
pub fn miri() -> Outcome {
    let there = command("rustup", &["run", "nightly", "cargo", "miri", "--version"]);
    capture(there).map_err(|_| {
        "Miri is not installed: rustup component add miri rust-src --toolchain nightly".to_owned()
    })?;
    let mut run = command(
        "rustup",
        &["run", "nightly", "cargo", "miri", "test", "--locked"],
    );
    run.args(["--no-default-features", "--features", "ed25519"]);
    run.args(["--test", "snapshot_reader"]);
    // This program was started by another toolchain's cargo.
    run.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    show(run)
}
