//! The `keyrack` command as its users meet it: what it prints, and its exit codes.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod answers;
mod conformance;
mod export;
mod import;
mod log;
mod policies;
mod replay;
mod review;
mod run;
mod signing;
mod stream;
#[path = "../support/mod.rs"]
mod support;
