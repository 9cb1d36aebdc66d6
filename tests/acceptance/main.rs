//! The acceptance cells, natively: each file's policy is compiled, signed, loaded and asked.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod added;
mod laws;
mod lists;
mod narrowed;
mod source;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use keyrack::{
    decide::{Engine, Request},
    ffi::{self, Decision, decision::Obligation},
};
use support::{
    cells::{self, CELL_COUNT, Cell, CellFile, Expected, ExpectedStepUp},
    rack,
};

#[test]
fn every_cell_is_there_and_reads() {
    let files = cells::files();
    let count: usize = files.iter().map(|file| file.cells.len()).sum();
    assert_eq!(count, CELL_COUNT, "cells in tests/decisions");
    for file in &files {
        file.document(None);
        for cell in &file.cells {
            let text = cell.request.to_string();
            let request = cells::read_request(&cell.id, &text);
            let again = serde_json::to_string(&request).unwrap();
            assert_eq!(
                cells::read_request(&cell.id, &again),
                request,
                "{}",
                cell.id
            );
        }
    }
}

#[test]
fn every_cell_holds() {
    let mut asked = 0;
    let mut failures = Vec::new();
    for file in cells::files() {
        let shared = engine(&file, None);
        for cell in &file.cells {
            let own = (!cell.added_assignments.is_empty()).then(|| engine(&file, Some(cell)));
            let engine = own.as_ref().unwrap_or(&shared);
            let text = cell.request.to_string();
            let request = cells::read_request(&cell.id, &text);
            let decision = ffi::decide(engine, &request).expect("an undamaged snapshot");
            let got = told(&decision, &cell.expect);
            if got != cell.expect {
                failures.push(failure(engine, cell, &request, &got));
            }
            asked += 1;
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {asked} cells do not hold:\n\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert_eq!(asked, CELL_COUNT, "cells asked");
}

/// What the compiler refuses, and for what alone. Of the others it refuses none.
const REFUSALS: [(&str, &str); 15] = [
    ("N2.71", "owner_only_granted"),
    ("N5.19", "limit_missing"),
    ("N5.20", "empty_scopes"),
    ("N7.24", "outside_without_end"),
    ("N7.25", "empty_scopes"),
    ("N7.26", "outside_no_delegation"),
    ("N7.27", "outside_no_delegation"),
    ("R.54", "limit_missing"),
    ("R.55", "limit_missing"),
    ("R.56", "limit_missing"),
    ("R.57", "outside_without_end"),
    ("R.58", "outside_without_end"),
    ("R.84", "empty_networks"),
    ("R.85", "empty_networks"),
    ("R.86", "shift_without_hours"),
];

#[test]
fn the_compiler_refuses_what_the_cells_say_and_nothing_else() {
    let mut refused = Vec::new();
    for file in cells::files() {
        assert_eq!(
            rack::refusals(&file.document(None)),
            BTreeSet::new(),
            "{}",
            file.name
        );
        for cell in file
            .cells
            .iter()
            .filter(|cell| !cell.added_assignments.is_empty())
        {
            let codes: Vec<_> = rack::refusals(&file.document(Some(cell)))
                .into_iter()
                .collect();
            let expected = cell.expect.compile.as_deref();
            assert!(matches!(expected, None | Some("refused")), "{}", cell.id);
            assert_eq!(
                !codes.is_empty(),
                expected.is_some(),
                "{} {codes:?}",
                cell.id
            );
            refused.extend(codes.into_iter().map(|code| (cell.id.clone(), code)));
        }
    }
    refused.sort();
    let mut expected = REFUSALS.map(|(cell, code)| (cell.to_owned(), code));
    expected.sort();
    assert_eq!(refused, expected);
}

fn engine(file: &CellFile, cell: Option<&Cell>) -> Engine {
    let document = file.document(cell);
    let issued = document.policy.issued.seconds;
    let snapshot = rack::snapshot_bytes(&rack::model(file, cell));
    rack::engine(&snapshot, &rack::overlay_bytes(file, issued), issued)
}

/// The decision in the cell's words, as far as the cell speaks of it.
fn told(decision: &Decision, expected: &Expected) -> Expected {
    let missing = decision.missing.as_ref();
    let step_up = missing.and_then(|missing| missing.step_up.as_ref());
    let budgets = decision
        .obligations
        .iter()
        .filter_map(|obligation| match obligation {
            Obligation::ReserveBudget { .. } => Some("reserve_budget".to_owned()),
            Obligation::Log | Obligation::MaskFields { .. } => None,
        });
    Expected {
        outcome: decision.outcome.clone(),
        reason: decision.reason.clone(),
        hidden: (expected.hidden.as_ref().and(decision.fields.as_ref()))
            .map(|fields| fields.hidden.clone()),
        step_up: expected
            .step_up
            .as_ref()
            .and(step_up)
            .map(|demand| ExpectedStepUp {
                level: demand.level,
                max_age: demand.max_age,
            }),
        obligations: expected.obligations.as_ref().map(|_| budgets.collect()),
        compile: expected.compile.clone(),
    }
}

fn failure(engine: &Engine, cell: &Cell, request: &Request<'_>, got: &Expected) -> String {
    let explanation = ffi::explanation::explain(engine, request).map_or_else(
        |error| error.to_string(),
        |explanation| serde_json::to_string_pretty(&explanation).unwrap(),
    );
    format!(
        "{} {}\n  request  {}\n  expected {:?}\n  got      {got:?}\n  {explanation}\n",
        cell.id, cell.text, cell.request, cell.expect
    )
}
