//! The compiler refuses the documents that the acceptance cells mark, and no other.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod support;

use keyrack::compile::{compile, compile_document};
use keyrack::policy::{Format, Severity, read};

use support::cells::files;

fn refusals(findings: &[keyrack::policy::Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn what_the_cells_mark_is_refused_and_nothing_else_is() {
    let mut refused = 0;
    for file in files() {
        let base = compile_document(&file.document(None));
        assert_eq!(refusals(&base.findings), [""; 0], "{}", file.name);
        for cell in &file.cells {
            if cell.added_assignments.is_empty() {
                assert_eq!(cell.expect.compile, None, "{}", cell.id);
                continue;
            }
            let compiled = compile_document(&file.document(Some(cell)));
            let expected = cell.expect.compile.as_deref() == Some("refused");
            assert_eq!(
                compiled.model.is_none(),
                expected,
                "{}: {:?}",
                cell.id,
                compiled.findings
            );
            refused += usize::from(expected);
        }
    }
    assert_eq!(refused, 15);
}

#[test]
fn refusals_of_cells_have_the_code_of_their_mistake() {
    let expected = [
        ("N2.71", "owner_only_granted"),
        ("N5.19", "limit_missing"),
        ("N5.20", "empty_scopes"),
        ("N7.24", "outside_without_end"),
        ("N7.25", "empty_scopes"),
        ("N7.26", "outside_no_delegation"),
        ("N7.27", "outside_no_delegation"),
        ("R.54", "limit_missing"),
        ("R.57", "outside_without_end"),
        ("R.84", "empty_networks"),
        ("R.86", "shift_without_hours"),
    ];
    let mut seen = 0;
    for file in files() {
        for cell in &file.cells {
            let Some((_, code)) = expected.iter().find(|(id, _)| *id == cell.id) else {
                continue;
            };
            let document = file.document(Some(cell));
            // The way a written document takes.
            let text = serde_json::to_string(&document).expect("a document as JSON");
            let compiled = compile(&read(&text, Format::Json));
            assert_eq!(refusals(&compiled.findings), [*code], "{}", cell.id);
            seen += 1;
        }
    }
    assert_eq!(seen, expected.len());
}
