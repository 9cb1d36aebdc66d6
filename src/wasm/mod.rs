//! The JavaScript bindings of the edge module: integers and bytes in, integers and bytes out.
//!
//! What crosses is written into [`scratch`], and answers are left in an engine's own words, so that
//! a question costs one call and no copy. Signatures are checked in JavaScript, by `pkg/src`,
//! which is the only caller.

mod engine;
mod frame;
mod json;
mod question;
mod scratch;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use engine::RawEngine;
pub use scratch::reserve;
