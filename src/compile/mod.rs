//! Document to model: names resolved, everything checked, everything lowered.

mod address;
mod bits;
mod check;
pub mod diff;
mod hours;
pub mod labels;
mod lower;
mod number;
mod permissions;
mod report;
mod route;
mod tree;
mod ways;
mod world;
mod zones;

use crate::policy::{Damage, Document, Finding, ReadOutcome, Severity, Source, finding};
use crate::snapshot::model::Model;

/// What came of compiling.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What a snapshot is written from. `None` if anything is refused.
    pub model: Option<Model>,
    /// Everything that is refused or reported, in reading order.
    pub findings: Vec<Finding>,
}

/// Checks and lowers a document that was read from text. Findings of the reading come along.
#[must_use]
pub fn compile(outcome: &ReadOutcome) -> Compiled {
    run(
        (&outcome.document, &outcome.source, &outcome.damage),
        outcome.findings.clone(),
        None,
    )
}

/// As [`compile`], for a document that is to replace another: a role that is gone and still named
/// is told apart from one that never was.
#[must_use]
pub fn compile_change(before: &Document, outcome: &ReadOutcome) -> Compiled {
    run(
        (&outcome.document, &outcome.source, &outcome.damage),
        outcome.findings.clone(),
        Some(before),
    )
}

/// Checks and lowers a document that was made, not read. Its findings have no places.
#[must_use]
pub fn compile_document(document: &Document) -> Compiled {
    let source = Source::default();
    run((document, &source, &Damage::default()), Vec::new(), None)
}

fn run(
    (document, source, damage): (&Document, &Source, &Damage),
    findings: Vec<Finding>,
    before: Option<&Document>,
) -> Compiled {
    if damage.unreadable {
        return Compiled {
            model: None,
            findings,
        };
    }
    let world = world::World::new(document);
    let lowered = lower::lower(&world);
    let report = report::Report::new(source, damage, findings);
    let mut findings = check::run(&world, &lowered, report, before).findings;
    finding::sort(&mut findings);
    let refused = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Compiled {
        model: (!refused).then_some(lowered.model),
        findings,
    }
}

/// The model of a document that was not checked.
///
/// Hidden: tests need it to show that the evaluator fails closed on what the compiler refuses.
/// Everybody else compiles.
#[doc(hidden)]
#[must_use]
pub fn lower(document: &Document) -> Model {
    let world = world::World::new(document);
    lower::lower(&world).model
}
