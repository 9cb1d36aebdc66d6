//! The acceptance cells, natively.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod source;
#[path = "../support/mod.rs"]
mod support;

use keyrack::decide::request::Request;
use support::cells::{self, CELL_COUNT, Cell};

#[test]
fn every_cell_is_there_and_reads() {
    let files = cells::files();
    let count: usize = files.iter().map(|file| file.cells.len()).sum();
    assert_eq!(count, CELL_COUNT, "cells in tests/decisions");
    for file in &files {
        file.document(None);
        for cell in &file.cells {
            let text = cell.request.to_string();
            let request = read_request(cell, &text);
            let again = serde_json::to_string(&request).unwrap();
            assert_eq!(read_request(cell, &again), request, "{}", cell.id);
        }
    }
}

fn read_request<'a>(cell: &Cell, text: &'a str) -> Request<'a> {
    serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("{} {}: {error}\n{text}", cell.id, cell.text))
}
