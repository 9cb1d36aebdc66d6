//! Files of decisions: a policy, what was revoked since, requests, and what must be answered.

use std::path::Path;

use keyrack::{
    decide::Engine,
    policy::{self, Document, Format, document::Assignment},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    failure::Failure,
    overlay,
    test::{self, Expected, Ran},
};

/// A file of decisions: a policy, what was revoked since, and what must be answered.
#[derive(Debug, Deserialize)]
pub(crate) struct Decisions {
    policy: Value,
    overlay: Option<Value>,
    cells: Vec<Cell>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    id: String,
    text: String,
    request: Value,
    expect: Expected,
    #[serde(default)]
    added_assignments: Vec<Value>,
}

impl Decisions {
    /// Asks everything. What the compiler would refuse is asked all the same: such files show that
    /// the evaluator fails closed.
    pub(crate) fn ask(&self, path: &Path) -> Result<Vec<Ran>, Failure> {
        let invalid = |error: String| {
            Failure::new(
                "decisions_invalid",
                format!("`{}`: {error}", path.display()),
                "docs/cli.md shows the form of a file of decisions",
            )
        };
        let text = self.policy.to_string();
        let read = policy::read(&text, Format::Json);
        if let Some(finding) = read.findings.first() {
            return Err(invalid(finding.message.clone()));
        }
        let document = read.document;
        let overlay = match &self.overlay {
            None => None,
            Some(told) => {
                let mut told = told.clone();
                if let Some(object) = told.as_object_mut() {
                    object
                        .entry("tenant")
                        .or_insert(json!(document.policy.tenant));
                    object.entry("version").or_insert(json!(1));
                    object
                        .entry("issued")
                        .or_insert(json!(document.policy.issued));
                }
                let name = path.with_extension("json");
                Some(overlay::read(&name, told.to_string().into_bytes())?)
            }
        };
        let rack = |document: &Document| {
            let engine = test::engine(document)?;
            Ok::<_, Failure>(match &overlay {
                Some(overlay) => Engine::with_overlay(engine.snapshot, overlay)?,
                None => engine,
            })
        };
        let shared = rack(&document)?;
        let mut ran = Vec::new();
        for cell in &self.cells {
            let name = format!("{} {}", cell.id, cell.text);
            let own = if cell.added_assignments.is_empty() {
                None
            } else {
                let mut document = document.clone();
                for assignment in &cell.added_assignments {
                    let assignment: Assignment = serde_json::from_value(assignment.clone())
                        .map_err(|error| invalid(format!("{name}: {error}")))?;
                    document.assignments.push(assignment);
                }
                Some(rack(&document)?)
            };
            let engine = own.as_ref().unwrap_or(&shared);
            ran.push(test::ask(engine, name, &cell.request, &cell.expect)?);
        }
        Ok(ran)
    }
}
