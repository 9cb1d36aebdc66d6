//! Corners of decisions that random policies seldom turn: found by looking at which lines, and which
//! small changes of the code, no other test sees.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod agreement;
mod edges;
mod explained;
mod outright;
mod passing_on;
mod requests;
mod sessions;
mod store;
#[path = "../support/mod.rs"]
mod support;
