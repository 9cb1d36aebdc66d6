//! Every policy under `examples/` compiles without an error, and keeps the promises it makes.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use std::{collections::BTreeSet, fs, path::PathBuf};

use keyrack::{
    compile,
    decide::{Engine, Request},
    ffi,
    policy::{self, Format},
};
use support::{cells, rack};

/// The ten named systems and the realistic company.
const LEAST_EXAMPLES: usize = 11;

/// What the compiler points out, on purpose, in the examples. In all others it points out nothing.
const WARNINGS: [(&str, &[&str]); 4] = [
    (
        "n01-account-groups.toml",
        &["separation_warned", "unlimited_written"],
    ),
    ("n03-sub-accounts.toml", &["holder_outside_post"]),
    ("n04-permission-cards.toml", &["review_overdue"]),
    ("n08-multi-level-authority.toml", &["separation_warned"]),
];

fn policies() -> Vec<PathBuf> {
    let folder = cells::root().join("examples");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    assert!(paths.len() >= LEAST_EXAMPLES, "{} examples", paths.len());
    paths
}

#[test]
fn every_example_compiles_without_an_error() {
    for path in policies() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let read = policy::read(&fs::read_to_string(&path).unwrap(), Format::Toml);
        let compiled = compile::compile(&read);
        let warned: BTreeSet<_> = compiled
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect();
        let expected = WARNINGS.iter().filter(|(file, _)| *file == name);
        let expected: BTreeSet<_> = expected
            .flat_map(|(_, codes)| codes.iter().copied())
            .collect();
        assert_eq!(warned, expected, "{name}: {:#?}", compiled.findings);
        assert!(compiled.model.is_some(), "{name} does not compile");
    }
}

/// A compiler that did not run a policy's tests, or ran them and kept silent, would not notice.
#[test]
fn a_broken_promise_is_refused_in_every_example() {
    for path in policies() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let read = policy::read(&fs::read_to_string(&path).unwrap(), Format::Toml);
        let mut document = read.document;
        let count = document.tests.len();
        for test in &mut document.tests {
            let other = if test.expect.outcome == "allow" {
                "deny"
            } else {
                "allow"
            };
            other.clone_into(&mut test.expect.outcome);
        }
        let findings = compile::compile_document(&document).findings;
        let failed = findings
            .iter()
            .filter(|finding| finding.code == "test_failed");
        assert_eq!(failed.count(), count, "{name}: {findings:#?}");
    }
}

/// The compiler runs a policy's tests itself; here they take the way of every request, through
/// signed bytes, so that a compiler that forgot to run them would not pass.
#[test]
fn every_example_keeps_its_promises_from_signed_bytes() {
    let mut failures = Vec::new();
    for path in policies() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let (document, model) = rack::compiled_text(&name, &text, Format::Toml);
        assert!(!document.tests.is_empty(), "{name} promises nothing");
        assert!(!document.routes.is_empty(), "{name} has no routes");
        let bytes = rack::snapshot_bytes(&model);
        let engine = Engine::new(rack::load(&bytes, document.policy.issued.seconds));
        for test in &document.tests {
            let text = serde_json::to_string(&test.request).unwrap();
            let request: Request<'_> = cells::read_request(&test.name, &text);
            let decision = ffi::decide(&engine, &request).unwrap();
            let expect = &test.expect;
            let holds = decision.outcome == expect.outcome
                && expect
                    .reason
                    .as_ref()
                    .is_none_or(|reason| *reason == decision.reason)
                && expect.hidden.as_ref().is_none_or(|hidden| {
                    decision
                        .fields
                        .as_ref()
                        .is_some_and(|fields| fields.hidden == *hidden)
                });
            if !holds {
                failures.push(format!(
                    "{name}: {}\n  {expect:?}\n  {decision:?}",
                    test.name
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
