//! The JavaScript bindings of the edge module: integers and bytes in, integers and bytes out.

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

use wasm_bindgen::prelude::wasm_bindgen;

/// The engine's version: a snapshot can ask for a newer one.
#[wasm_bindgen(js_name = engineVersion)]
#[must_use]
pub fn engine_version() -> u32 {
    1
}
