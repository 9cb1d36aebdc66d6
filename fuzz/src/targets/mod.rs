//! One function for each target: bytes in; whatever must never be is a panic.
//!
//! The tests of the crate run every one of them over its seeds (`tests/fuzz_seeds.rs`), so that a
//! crash that was once found stays mended.

mod around;
mod authzen;
mod container;
mod document;
mod overlay;
mod payload;
mod request;
mod route;
mod world;

pub use authzen::authzen;
pub use container::container;
pub use document::{policy_json, policy_toml};
pub use overlay::overlay;
pub use payload::payload;
pub use request::request;
pub use route::route;

/// A target's name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them. A folder of seeds bears each name.
pub const ALL: [Target; 8] = [
    ("authzen", authzen),
    ("container", container),
    ("overlay", overlay),
    ("payload", payload),
    ("policy_json", policy_json),
    ("policy_toml", policy_toml),
    ("request", request),
    ("route", route),
];
