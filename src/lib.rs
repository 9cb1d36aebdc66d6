//! Keyrack: permissions for the people behind an online store, decided next to the person who asks.

// The edge module has a panic handler of its own: the standard one formats messages for nobody.
#![cfg_attr(all(feature = "wasm", target_family = "wasm"), no_std)]

extern crate alloc;

#[cfg(feature = "authzen")]
pub mod authzen;
#[cfg(feature = "authoring")]
pub mod compile;
pub mod decide;
pub mod ffi;
#[cfg(feature = "authoring")]
pub mod govern;
#[cfg(feature = "authoring")]
pub mod policy;
pub mod query;
pub mod snapshot;
#[cfg(any(feature = "wasm", feature = "admin", feature = "authzen-module"))]
pub mod wasm;

/// The README's Rust, run as it stands.
#[cfg(all(doctest, feature = "authoring"))]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The Rust of docs/rust-service.md, run as it stands.
#[cfg(all(doctest, feature = "authoring"))]
#[doc = include_str!("../docs/rust-service.md")]
pub struct RustService;
