//! The AuthZEN Authorization API: form, decisions, searches, pages, obligations.

#![cfg(all(feature = "authoring", feature = "authzen"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod certification;
mod point;
#[path = "../support/mod.rs"]
mod support;
