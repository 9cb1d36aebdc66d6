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

use std::{fs, path::PathBuf};

use keyrack::{
    decide::{Engine, Request},
    ffi,
    policy::{self, Format},
};
use support::{cells, rack};

/// The ten named systems and the realistic company.
const LEAST_EXAMPLES: usize = 11;

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

/// The compiler runs a policy's tests itself; here they take the way of every request, through
/// signed bytes, so that a compiler that forgot to run them would not pass.
#[test]
fn every_example_keeps_its_promises_from_signed_bytes() {
    let mut failures = Vec::new();
    for path in policies() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let read = policy::read(&fs::read_to_string(&path).unwrap(), Format::Toml);
        assert!(read.findings.is_empty(), "{name}: {:#?}", read.findings);
        let document = read.document;
        assert!(!document.tests.is_empty(), "{name} promises nothing");
        assert!(!document.routes.is_empty(), "{name} has no routes");
        let bytes = rack::snapshot_bytes(&rack::lowered(&document));
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
