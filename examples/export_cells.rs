//! Writes what a test in another language needs to ask the acceptance cells: for each policy a
//! signed snapshot and a signed overlay, `cells.json` with the requests and what must come out,
//! and `key.json` with the key to trust and the moment to load at.
//!
//! `cargo run --example export_cells -- OUT_DIR`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool for tests fails by panicking"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{env, fs, path::PathBuf};

use serde_json::{Value, json};
use support::{
    cells::{self, CELL_COUNT, Cell, CellFile},
    rack,
};

fn main() {
    let folder = env::args_os().nth(1).expect("usage: export_cells OUT_DIR");
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).unwrap();
    let mut all: Vec<Value> = Vec::new();
    let mut moments: Vec<i64> = Vec::new();
    for file in cells::files() {
        let name = format!("{}.snapshot", file.name);
        let overlay = format!("{}.overlay", file.name);
        let issued = file.document(None).policy.issued.seconds;
        fs::write(folder.join(&name), snapshot(&file, None)).unwrap();
        fs::write(folder.join(&overlay), rack::overlay_bytes(&file, issued)).unwrap();
        for cell in &file.cells {
            let mut snapshot_name = name.clone();
            if !cell.added_assignments.is_empty() {
                snapshot_name = format!("{}-{}.snapshot", file.name, cell.id);
                fs::write(folder.join(&snapshot_name), snapshot(&file, Some(cell))).unwrap();
            }
            all.push(json!({
                "id": cell.id, "text": cell.text, "snapshot": snapshot_name, "overlay": overlay,
                "request": cell.request, "expect": cell.expect,
            }));
        }
        moments.push(issued);
    }
    assert_eq!(all.len(), CELL_COUNT, "cells exported");
    let public = rack::signing_key().verifying_key().to_bytes();
    let hex: String = public.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = json!({ "publicKey": hex, "loadAt": moments.iter().max() });
    fs::write(folder.join("key.json"), format!("{key:#}\n")).unwrap();
    fs::write(folder.join("cells.json"), lines(&all)).unwrap();
    println!("{} cells, {} in {}", all.len(), key, folder.display());
}

fn snapshot(file: &CellFile, cell: Option<&Cell>) -> Vec<u8> {
    rack::snapshot_bytes(&rack::model(file, cell))
}

/// One cell a line, so that a person can find it.
fn lines(cells: &[Value]) -> String {
    let lines: Vec<String> = cells.iter().map(Value::to_string).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
