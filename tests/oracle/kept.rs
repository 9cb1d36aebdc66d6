//! Cases that once differed, kept as data and asked in every run.

use std::fs;

use keyrack::{decide::Request, policy::Document, snapshot::Overlay};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    compare,
    evaluator::{self, Policy},
    support::{aloud, cells},
};

/// One policy, what was cut off since, and one request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What it shows.
    pub text: String,
    pub document: Value,
    pub overlay: Option<Value>,
    pub request: Value,
    /// The reason that both must give, where it was decided what is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Kept {
    /// How the engine and the oracle differ from each other, or from what is right; nothing where
    /// the case does not read.
    pub fn difference(&self) -> Option<Option<String>> {
        let document: Document = serde_json::from_value(self.document.clone()).ok()?;
        let overlay: Option<Overlay> = match &self.overlay {
            Some(overlay) => Some(serde_json::from_value(overlay.clone()).ok()?),
            None => None,
        };
        let text = self.request.to_string();
        let request: Request<'_> = serde_json::from_str(&text).ok()?;
        let policy = Policy::new(&document);
        let answer = evaluator::decide(&policy, overlay.as_ref(), &request);
        if let Some(reason) = self.reason.as_ref().filter(|it| **it != answer.reason) {
            return Some(Some(format!("{reason} is right, oracle {answer:?}")));
        }
        let engine = compare::unsigned(&document, overlay.as_ref());
        Some(compare::difference(&engine, &request, &answer))
    }
}

/// All that is kept.
pub fn all() -> impl Iterator<Item = Kept> {
    let folder = cells::root().join("tests/oracle/cases");
    fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        cells::read(&path.display().to_string(), &text)
    })
}

#[test]
fn what_once_differed_agrees() {
    let mut asked = 0;
    for kept in all() {
        let difference = kept
            .difference()
            .unwrap_or_else(|| panic!("{} does not read", kept.text));
        assert_eq!(difference, None, "{}", kept.text);
        asked += 1;
    }
    aloud::say(&format!("{asked} kept cases agree"));
    assert!(asked > 0, "no cases");
}
