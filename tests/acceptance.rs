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

mod support;

use std::fs;

use keyrack::decide::request::Request;
use serde_json::Value;
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

/// The cells were carried over from a neutral form that lies beside the project while it is
/// built. Where that form is there, nothing may have been lost or changed on the way.
#[test]
fn the_carried_cells_agree_with_their_source() {
    let source = cells::root().join("../shared/acceptance");
    if !source.is_dir() {
        println!(
            "SKIPPED: {} is not there, nothing to compare with",
            source.display()
        );
        return;
    }
    let mut compared = 0;
    for file in cells::files() {
        let path = source.join(format!("{}.json", file.system));
        let original: Value = cells::read(&file.name, &fs::read_to_string(path).unwrap());
        let originals = original["cells"].as_array().unwrap();
        assert_eq!(originals.len(), file.cells.len(), "{}", file.name);
        for (original, cell) in originals.iter().zip(&file.cells) {
            assert_same_cell(original, cell);
            compared += 1;
        }
    }
    assert_eq!(compared, CELL_COUNT);
}

fn assert_same_cell(original: &Value, cell: &Cell) {
    let (given, expect) = (&original["given"], &original["expect"]);
    let same = |what: &str, original: &Value, carried: Value| {
        assert_eq!(*original, carried, "{} {what}", cell.id);
    };
    same("id", &original["id"], cell.id.clone().into());
    same("text", &original["text"], cell.text.clone().into());
    same(
        "outcome",
        &expect["outcome"],
        cell.expect.outcome.clone().into(),
    );
    same(
        "reason",
        &expect["reason"],
        cell.expect.reason.clone().into(),
    );
    same(
        "hidden",
        &expect["fields_hidden"],
        cell.expect.hidden.clone().into(),
    );
    same(
        "obligations",
        &expect["obligations"],
        cell.expect.obligations.clone().into(),
    );
    same(
        "compile",
        &expect["compile"],
        cell.expect.compile.clone().into(),
    );
    let demand = cell.expect.step_up.as_ref();
    same(
        "level",
        &expect["step_up"]["level"],
        demand.map(|demand| demand.level).into(),
    );
    let age = demand.and_then(|demand| demand.max_age);
    same("age", &expect["step_up"]["max_age_s"], age.into());
    for fact in ["subject", "actor", "permission", "scope", "now"] {
        same(fact, &given[fact], cell.request[fact].clone());
    }
    let request = &cell.request;
    let measure = match given["unit"].as_str() {
        Some("money") => &request["amount"]["value"],
        Some(unit) => &request[unit],
        None => &Value::Null,
    };
    same("amount", &given["amount"], measure.clone());
    same(
        "currency",
        &given["currency"],
        request["amount"]["currency"].clone(),
    );
    let added = given["extra_grants"].as_array().map_or(0, Vec::len);
    assert_eq!(
        added,
        cell.added_assignments.len(),
        "{} added assignments",
        cell.id
    );
    for (list, carried) in [
        ("approvals", &request["approvals"]),
        ("usage", &request["usage"]),
    ] {
        let lengths = [&given[list], carried].map(|list| list.as_array().map_or(0, Vec::len));
        assert_eq!(lengths[0], lengths[1], "{} {list}", cell.id);
    }
    let proofs = [&given["auth"], &request["auth"]]
        .map(|auth| auth["proofs"].as_array().map_or(0, Vec::len));
    assert_eq!(proofs[0], proofs[1], "{} proofs", cell.id);
}
