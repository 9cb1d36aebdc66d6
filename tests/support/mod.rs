//! What the harnesses share: the cells as data, and the policy that each of them speaks of.

#![allow(dead_code, reason = "every test crate uses another part")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "numbers of small policies; a test fails by panicking"
)]

pub mod aloud;
pub mod asks;
#[cfg(feature = "authoring")]
pub mod cells;
pub mod dump;
#[cfg(feature = "ed25519")]
pub mod every;
pub mod firm;
pub mod named;
#[cfg(feature = "authoring")]
pub mod rack;
pub mod run;
pub mod tape;
pub mod terms;
pub mod worlds;
