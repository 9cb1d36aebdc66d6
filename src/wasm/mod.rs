//! The JavaScript bindings: one set for each module that is built.

#[cfg(feature = "admin")]
pub mod admin;
#[cfg(feature = "authzen-module")]
pub mod authzen;
#[cfg(feature = "wasm")]
pub mod edge;
