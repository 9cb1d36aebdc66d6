//! What the compiler has to say about a document.

use serde::Serialize;

use super::codes::Code;

/// One thing that is wrong or doubtful, where it stands, and what to do about it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable name of the kind of finding.
    pub code: &'static str,
    /// Whether the document is refused for it.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The offending text; `None` where the document was not read from text.
    pub place: Option<Place>,
    /// A way out.
    pub help: String,
    /// Somebody or something in whom the problem shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Other places that have a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
}

/// Whether a document with the finding is refused.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does not compile.
    Error,
    /// It compiles, and somebody should look.
    Warning,
}

/// A stretch of the document's text.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte in characters, from 1.
    pub column: usize,
}

/// Another place that has a part in a finding.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// Where.
    pub place: Option<Place>,
    /// Which part.
    pub label: String,
}

impl Finding {
    /// A finding of this kind, without a place.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code: code.name,
            severity: code.severity,
            message: message.into(),
            place: None,
            help: help.into(),
            witness: None,
            related: Vec::new(),
        }
    }

    /// Puts it at a place.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Names somebody or something in whom it shows.
    #[must_use]
    pub fn witness(mut self, witness: impl Into<String>) -> Self {
        self.witness = Some(witness.into());
        self
    }

    /// Points at another place that has a part in it.
    #[must_use]
    pub fn related(mut self, place: Option<Place>, label: impl Into<String>) -> Self {
        self.related.push(Related {
            place,
            label: label.into(),
        });
        self
    }
}

/// Puts findings in reading order: by place, those without one last.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.place.is_none(), finding.place);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.severity.cmp(&right.severity))
            .then_with(|| left.code.cmp(right.code))
            .then_with(|| left.message.cmp(&right.message))
            .then_with(|| left.witness.cmp(&right.witness))
    });
}
