//! Memory that JavaScript writes questions into. One for all engines: a question is read before the
//! next is written.

use alloc::vec::Vec;
use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

std::thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for at least so many bytes, keeps those that are there, and gives their address.
#[wasm_bindgen]
#[must_use]
pub fn reserve(bytes: usize) -> usize {
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < bytes {
            scratch.resize(bytes, 0);
        }
        scratch.as_ptr().addr()
    })
}

/// Lets `read` see the first bytes of what was written.
pub fn with_written<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
    SCRATCH.with_borrow(|scratch| scratch.get(..length).map(read))
}
