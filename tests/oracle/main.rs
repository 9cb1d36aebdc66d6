//! The oracle: a second, naive evaluator, and its comparison with the engine over the acceptance
//! cells and over random policies and requests.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod cells;
mod compare;
mod evaluator;
mod generator;
mod javascript;
mod kept;
mod laws;
mod order;
mod random;
mod record;
mod shrink;
#[path = "../support/mod.rs"]
mod support;
