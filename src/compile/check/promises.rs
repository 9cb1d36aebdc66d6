//! Policy tests: requests whose answers the document promises, asked of the very bytes that would
//! be published.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::Check;
use crate::compile::report::at;
use crate::decide::decision::{Decision, Depth, decide_with};
use crate::decide::explain::Considered;
use crate::decide::request::form;
use crate::decide::{Engine, Outcome, Reason, Request};
use crate::policy::codes;
use crate::policy::document::{Expectation, PolicyTest};
use crate::policy::{Severity, suggest, time::Instant};
use crate::snapshot::{Damaged, Snapshot, write};

/// So many looked-at assignments are told of a failed test.
const MAX_TOLD: usize = 5;

/// An answer in names.
struct Answer {
    outcome: Outcome,
    reason: Reason,
    hidden: Option<Vec<String>>,
    considered: Vec<String>,
}

impl Check<'_, '_> {
    /// Runs the tests of a document that is otherwise sound.
    pub(super) fn policy_tests(&mut self) {
        let tests = &self.world.document.tests;
        for (i, test) in tests.iter().enumerate() {
            self.expectation(i, &test.expect);
        }
        let refused = |severity| severity == Severity::Error;
        if tests.is_empty() || self.report.findings.iter().any(|it| refused(it.severity)) {
            return;
        }
        let payload = match write::payload(&self.lowered.model) {
            Ok(payload) => payload,
            Err(error) => {
                let finding = (
                    codes::TOO_LARGE,
                    format!("the policy does not fit into a snapshot: {error}"),
                    "shorten it, or split the tenant".to_owned(),
                );
                self.report.value(&at!["policy", "tenant"], finding);
                return;
            }
        };
        let Ok(snapshot) = Snapshot::open(payload) else {
            return;
        };
        let engine = Engine::new(snapshot);
        for (i, test) in tests.iter().enumerate() {
            self.policy_test(i, test, &engine);
        }
    }

    fn expectation(&mut self, i: usize, expected: &Expectation) {
        let outcomes = Outcome::ALL.iter().map(|outcome| outcome.code());
        self.expected_word((i, "outcome"), Some(&expected.outcome), outcomes);
        let reasons = Reason::ALL.iter().map(|reason| reason.code());
        self.expected_word((i, "reason"), expected.reason.as_deref(), reasons);
        for (j, name) in expected.hidden.iter().flatten().enumerate() {
            let groups = &self.world.permissions.field_groups;
            if !groups.iter().any(|group| group.id == *name) {
                let names: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
                let path = at!["tests", i, "expect", "hidden", j];
                let what = ("field group", "catalogue");
                self.unknown(codes::UNKNOWN_NAME, what, name, &path, names.into_iter());
            }
        }
    }

    fn expected_word(
        &mut self,
        (i, key): (usize, &'static str),
        word: Option<&str>,
        words: impl Iterator<Item = &'static str>,
    ) {
        let Some(word) = word else { return };
        let words: Vec<&str> = words.collect();
        if words.contains(&word) {
            return;
        }
        let help = match suggest::nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("docs/semantics.md lists every {key}"),
        };
        let finding = (codes::TEST_FORM, format!("`{word}` is no {key}"), help);
        self.report.value(&at!["tests", i, "expect", key], finding);
    }

    fn policy_test(&mut self, i: usize, test: &PolicyTest, engine: &Engine) {
        let request = Value::Object(in_seconds(&test.request)).to_string();
        let request: Request<'_> = match form::read(&request) {
            Ok(request) => request,
            Err(why) => {
                let finding = (
                    codes::TEST_FORM,
                    format!("the request cannot be read: {}", plain(&why.message)),
                    "write it as for `keyrack decide`".to_owned(),
                );
                self.report.value(&at!["tests", i, "request"], finding);
                return;
            }
        };
        let Ok(answer) = answer(engine, &request) else {
            return;
        };
        let expected = &test.expect;
        let mut wanted = expected.hidden.clone();
        if let Some(wanted) = &mut wanted {
            wanted.sort();
        }
        let agrees = answer.outcome.code() == expected.outcome
            && expected
                .reason
                .as_ref()
                .is_none_or(|reason| answer.reason.code() == reason)
            && (wanted.is_none() || wanted == answer.hidden);
        if agrees {
            return;
        }
        let shown = |outcome: &str, reason: Option<&str>, hidden: Option<&Vec<String>>| {
            let mut text = outcome.to_owned();
            if let Some(reason) = reason {
                text.push(' ');
                text.push_str(reason);
            }
            if let Some(hidden) = hidden {
                text.push_str(" hiding ");
                text.push_str(&hidden.join(", "));
            }
            text
        };
        let expected_text = shown(
            &expected.outcome,
            expected.reason.as_deref(),
            wanted.as_ref(),
        );
        let got_text = shown(
            answer.outcome.code(),
            Some(answer.reason.code()),
            answer.hidden.as_ref().filter(|_| wanted.is_some()),
        );
        let witness = if answer.considered.is_empty() {
            format!("{got_text}; no assignment or denial speaks of it")
        } else {
            format!("{got_text}; looked at {}", answer.considered.join(", "))
        };
        let finding = (
            codes::TEST_FAILED,
            format!("`{}`: expected {expected_text}, got {got_text}", test.name),
            "change the policy, or what the test expects".to_owned(),
        );
        self.report
            .value_with(&at!["tests", i, "expect"], finding, |it| {
                it.witness(witness)
            });
    }
}

/// An error of the reader without its position in text that nobody wrote.
fn plain(text: &str) -> &str {
    text.split_once(", at column ")
        .map_or(text, |(said, _)| said)
}

/// Requests hold unix seconds; in a document they may be written as times.
fn in_seconds(request: &Map<String, Value>) -> Map<String, Value> {
    request
        .iter()
        .map(|(key, value)| (key.clone(), seconds(key, value)))
        .collect()
}

fn seconds(key: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if matches!(key, "now" | "time" | "at" | "from" | "to") => {
            let instant: Result<Instant, _> = serde_json::from_value(Value::String(text.clone()));
            instant.map_or_else(|_| value.clone(), |instant| instant.seconds.into())
        }
        Value::Object(members) => Value::Object(in_seconds(members)),
        Value::Array(items) => Value::Array(items.iter().map(|item| seconds("", item)).collect()),
        _ => value.clone(),
    }
}

fn answer(engine: &Engine, request: &Request<'_>) -> Result<Answer, Damaged> {
    let gathered = RefCell::new(Vec::new());
    let depth = Depth {
        fields: true,
        thorough: false,
        considered: Some(&gathered),
    };
    let Decision {
        outcome,
        reason,
        fields,
        ..
    } = decide_with(engine, request, depth)?;
    let hidden = match fields {
        None => None,
        Some(fields) => {
            let mut names = Vec::new();
            for group in fields.hidden {
                let id = engine.snapshot.field_group(group)?.id;
                names.push(engine.snapshot.name(id)?.to_owned());
            }
            names.sort();
            Some(names)
        }
    };
    let mut considered = Vec::new();
    for one in gathered.into_inner().iter().take(MAX_TOLD) {
        considered.push(name(engine, one)?);
    }
    Ok(Answer {
        outcome,
        reason,
        hidden,
        considered,
    })
}

fn name(engine: &Engine, one: &Considered) -> Result<String, Damaged> {
    let snapshot = &engine.snapshot;
    let detail = snapshot.terms(one.terms)?.detail()?;
    let called = match (detail.id, detail.role) {
        (Some(name), _) | (None, Some(name)) => snapshot.name(name)?,
        (None, None) => "direct",
    };
    let kind = if one.denies { "denial " } else { "" };
    Ok(match one.refused {
        Some(reason) => format!("{kind}{called} ({})", reason.code()),
        None => format!("{kind}{called}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::seconds;

    #[test]
    fn times_in_requests_become_seconds_wherever_they_stand() {
        let written = json!({
            "now": "2026-03-02T10:00:00Z",
            "scope": "2026-03-02T10:00:00Z",
            "auth": { "time": 5, "proofs": [{ "at": "1970-01-01T00:00:07Z" }] },
            "assignment": { "conditions": { "hours": [{ "from": "08:00" }] } }
        });
        let read = json!({
            "now": 1_772_445_600,
            "scope": "2026-03-02T10:00:00Z",
            "auth": { "time": 5, "proofs": [{ "at": 7 }] },
            "assignment": { "conditions": { "hours": [{ "from": "08:00" }] } }
        });
        assert_eq!(seconds("", &written), read);
    }
}
