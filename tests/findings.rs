//! One case for each kind of finding: what is written, and exactly which text is underlined.
//!
//! In `tests/findings/*.txt`, a line `#### CODE` starts a case; `«` and `»` stand around the
//! offending text and are taken out. A case without a `[policy]` of its own follows `base.txt`.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use keyrack::compile::{compile, compile_change, lower};
use keyrack::policy::{Finding, Format, Severity, codes, read};
use keyrack::snapshot::{Snapshot, write};

const BASE: &str = include_str!("findings/base.txt");
const FILES: [&str; 6] = [
    include_str!("findings/form.txt"),
    include_str!("findings/names.txt"),
    include_str!("findings/catalogue.txt"),
    include_str!("findings/grants.txt"),
    include_str!("findings/conditions.txt"),
    include_str!("findings/rules.txt"),
];

struct Case {
    codes: Vec<&'static str>,
    text: String,
    /// Bytes of the offending text.
    start: usize,
    end: usize,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for file in FILES {
        for part in file.split("#### ").skip(1) {
            let (codes, body) = part.split_once('\n').expect("a case has a body");
            let whole = body.contains("[policy]");
            let marked = if whole {
                body.to_owned()
            } else {
                format!("{BASE}{body}")
            };
            let start = marked.find('«').expect("a marked start");
            let end = marked.find('»').expect("a marked end") - '«'.len_utf8();
            cases.push(Case {
                codes: codes.split_whitespace().collect(),
                text: marked.replace(['«', '»'], ""),
                start,
                end,
            });
        }
    }
    cases
}

fn findings(case: &Case) -> Vec<Finding> {
    let outcome = read(&case.text, Format::Toml);
    if case.codes == ["role_in_use"] {
        let role = "\n[[roles]]\nid = \"deleted\"\npermissions = [\"order.view\"]\n";
        let before = read(&format!("{}{role}", case.text), Format::Toml);
        assert_eq!(before.findings, []);
        return compile_change(&before.document, &outcome).findings;
    }
    compile(&outcome).findings
}

#[test]
fn each_mistake_is_found_where_it_stands_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for case in cases() {
        let found = findings(&case);
        let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
        let places: BTreeSet<(usize, usize)> = found
            .iter()
            .map(|finding| {
                finding
                    .place
                    .map_or((0, 0), |place| (place.start, place.end))
            })
            .collect();
        if codes != case.codes || !places.iter().eq(&[(case.start, case.end)]) {
            let texts: Vec<&str> = places.iter().map(|it| &case.text[it.0..it.1]).collect();
            wrong.push(format!(
                "{:?} at {:?}\n  found {codes:?} at {texts:?}\n  {:?}",
                case.codes,
                &case.text[case.start..case.end],
                found.iter().map(|it| &it.message).collect::<Vec<_>>()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_finding_names_a_way_out_and_lines_count_from_one() {
    for case in cases() {
        for finding in findings(&case) {
            assert!(!finding.help.is_empty(), "{finding:?}");
            assert!(
                !finding.message.is_empty() && !finding.message.ends_with('.'),
                "{finding:?}"
            );
            let place = finding.place.expect("a place");
            let before = &case.text[..place.start];
            assert_eq!(place.line, before.matches('\n').count() + 1);
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            assert_eq!(
                place.column,
                case.text[line..place.start].chars().count() + 1
            );
        }
    }
}

#[test]
fn every_code_has_a_case() {
    // Covered by tests/read.rs: they need more than a snippet.
    let elsewhere = [
        "document_too_large",
        "document_too_deep",
        "too_many_findings",
    ];
    let covered: BTreeSet<&str> = cases().into_iter().flat_map(|case| case.codes).collect();
    let all: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    let missing: Vec<_> = all
        .iter()
        .filter(|code| !covered.contains(*code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(all.len(), codes::ALL.len(), "a code stands twice");
    assert!(covered.is_subset(&all));
}

#[test]
fn only_errors_keep_a_document_from_compiling() {
    for case in cases() {
        let outcome = read(&case.text, Format::Toml);
        let compiled = compile(&outcome);
        let refused = compiled
            .findings
            .iter()
            .any(|it| it.severity == Severity::Error);
        assert_eq!(compiled.model.is_none(), refused, "{:?}", case.codes);
    }
}

#[test]
fn what_is_refused_can_still_be_lowered_written_and_opened() {
    for case in cases() {
        let outcome = read(&case.text, Format::Toml);
        if outcome.document.scopes.is_empty() {
            // Text that is no document has no tree, and a snapshot without one does not open.
            assert_eq!(case.codes, ["syntax"]);
            continue;
        }
        let payload = write::payload(&lower(&outcome.document));
        let snapshot = payload.map(Snapshot::open);
        assert!(
            matches!(snapshot, Ok(Ok(_))),
            "{:?}: {snapshot:?}",
            case.codes
        );
    }
}
