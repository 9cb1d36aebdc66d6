//! The AuthZEN Authorization API: form, decisions, searches, pages, obligations.

#![cfg(all(feature = "authoring", feature = "authzen"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod batch;
mod certification;
mod consents;
mod form;
mod laws;
mod outcomes;
mod paging;
mod point;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod vectors;
