//! `keyrack test`: a policy's own tests, and files of decisions.

use std::path::{Path, PathBuf};

use keyrack::{
    compile,
    decide::Engine,
    ffi::{self, Decision, decision::Obligation},
    policy::{Document, codes},
    snapshot::{Snapshot, write},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Answer, Outcome,
    decisions::Decisions,
    failure::Failure,
    findings, load,
    output::{self, BOLD, DIM, GREEN, PLAIN, RED, Table, paint},
    policy_file, request_line,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Policies, whose `tests` are run, and files of decisions, which carry their policy
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Show the tests that hold too
    #[arg(short, long)]
    all: bool,
}

/// What must come out. What is absent is not compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Expected {
    outcome: String,
    reason: Option<String>,
    hidden: Option<Vec<String>>,
    step_up: Option<Value>,
    obligations: Option<Vec<String>>,
}

/// One test that was run.
pub(crate) struct Ran {
    name: String,
    pub(crate) expected: Value,
    pub(crate) got: Value,
}

impl Ran {
    fn holds(&self) -> bool {
        self.expected == self.got
    }
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let (mut all, mut failed) = (0_usize, 0_usize);
    let mut values = Vec::new();
    for path in &arguments.files {
        let ran = file(path, json)?;
        let broken = ran.iter().filter(|ran| !ran.holds()).count();
        all = all.saturating_add(ran.len());
        failed = failed.saturating_add(broken);
        if json {
            let tests: Vec<Value> = ran.iter().map(value).collect();
            values.push(json!({ "file": path.display().to_string(), "tests": tests }));
        } else {
            output::print(&rendered(path, &ran, broken, arguments.all))?;
        }
    }
    if json {
        output::print_json(&json!({ "tests": all, "failed": failed, "files": values }))?;
    } else if arguments.files.len() > 1 {
        output::print(&format!("{}\n", summary(all, failed)))?;
    }
    Ok(Answer::of(failed == 0))
}

fn file(path: &Path, json: bool) -> Result<Vec<Ran>, Failure> {
    let bytes = policy_file::bytes(path)?;
    if load::domain(&bytes).is_some() {
        return Err(Failure::new(
            "no_tests",
            format!(
                "`{}` is a container, which carries no tests",
                path.display()
            ),
            "name the policy it was compiled from",
        ));
    }
    // A file of decisions is JSON with `cells`; a policy has no such section.
    if let Ok(decisions) = serde_json::from_slice::<Decisions>(&bytes) {
        return decisions.ask(path);
    }
    own_tests(path, bytes, json)
}

/// A policy's own tests. Its other errors keep it from being asked at all.
fn own_tests(path: &Path, bytes: Vec<u8>, json: bool) -> Result<Vec<Ran>, Failure> {
    let mut compiled = policy_file::compiled(path, bytes)?;
    compiled
        .findings
        .retain(|finding| finding.code != codes::TEST_FAILED.name);
    let (errors, _) = compiled.counts();
    if errors > 0 {
        if !json {
            output::print_error(&findings::rendered(path, &compiled));
        }
        policy_file::model(path, &mut compiled, true)?;
    }
    let engine = engine(&compiled.document)?;
    let tests = &compiled.document.tests;
    tests
        .iter()
        .map(|test| {
            let expected = Expected {
                outcome: test.expect.outcome.clone(),
                reason: test.expect.reason.clone(),
                hidden: test.expect.hidden.clone(),
                ..Expected::default()
            };
            let request = Value::Object(test.request.clone());
            ask(&engine, test.name.clone(), &request, &expected)
        })
        .collect()
}

/// A policy that was lowered without being checked, in force.
pub(crate) fn engine(document: &Document) -> Result<Engine, Failure> {
    let payload = write::payload(&compile::lower(document))?;
    Ok(Engine::new(Snapshot::open(payload)?))
}

/// Asks one request and compares the answer as far as the test speaks of it.
pub(crate) fn ask(
    engine: &Engine,
    name: String,
    request: &Value,
    expect: &Expected,
) -> Result<Ran, Failure> {
    let mut expected = json!({ "outcome": expect.outcome });
    let text = request.to_string();
    let got = match request_line::read(&text) {
        Ok(request) => told(&ffi::decide(engine, &request)?, expect),
        Err(why) => json!({ "error": format!("{}: {}", why.code, why.message) }),
    };
    let mut also = |key: &str, value: Option<Value>| {
        if let (Some(object), Some(value)) = (expected.as_object_mut(), value) {
            object.insert(key.to_owned(), value);
        }
    };
    also("reason", expect.reason.clone().map(Value::from));
    also("hidden", expect.hidden.clone().map(Value::from));
    also("stepUp", expect.step_up.clone());
    also("obligations", expect.obligations.clone().map(Value::from));
    Ok(Ran {
        name,
        expected,
        got,
    })
}

/// The decision as far as the test speaks of it.
fn told(decision: &Decision, expect: &Expected) -> Value {
    let mut told = json!({ "outcome": decision.outcome });
    let Some(object) = told.as_object_mut() else {
        return told;
    };
    if expect.reason.is_some() {
        object.insert("reason".to_owned(), json!(decision.reason));
    }
    if expect.hidden.is_some() {
        let fields = decision.fields.as_ref();
        let hidden = fields.map_or_else(Vec::new, |fields| fields.hidden.clone());
        object.insert("hidden".to_owned(), json!(hidden));
    }
    if expect.step_up.is_some() {
        let missing = decision.missing.as_ref();
        let step_up = missing.and_then(|missing| missing.step_up.as_ref());
        object.insert("stepUp".to_owned(), json!(step_up));
    }
    if expect.obligations.is_some() {
        let budgets = decision.obligations.iter().filter_map(|it| match it {
            Obligation::ReserveBudget { .. } => Some("reserve_budget"),
            _ => None,
        });
        object.insert("obligations".to_owned(), budgets.collect());
    }
    told
}

fn value(ran: &Ran) -> Value {
    json!({
        "name": ran.name, "holds": ran.holds(), "expected": ran.expected, "got": ran.got,
    })
}

fn rendered(path: &Path, ran: &[Ran], broken: usize, all: bool) -> String {
    let mut text = String::new();
    for ran in ran.iter().filter(|ran| all || !ran.holds()) {
        let (mark, style) = if ran.holds() {
            ("✓", GREEN)
        } else {
            ("✗", RED)
        };
        text.push_str(&format!("{} {}\n", paint(style, mark), ran.name));
        if !ran.holds() {
            let mut table = Table::default();
            for (title, told) in [("expected", &ran.expected), ("got", &ran.got)] {
                table.row([(DIM, title.to_owned()), (PLAIN, line(told))]);
            }
            text.push_str(&table.text(4));
        }
    }
    let name = paint(BOLD, &path.display().to_string());
    text.push_str(&format!("{name}: {}\n", summary(ran.len(), broken)));
    text
}

fn line(told: &Value) -> String {
    let Some(object) = told.as_object() else {
        return told.to_string();
    };
    let parts = object
        .iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("outcome" | "reason", Value::String(text)) => text.clone(),
            (key, value) => format!("{key} {value}"),
        });
    parts.collect::<Vec<_>>().join(" ")
}

fn summary(all: usize, failed: usize) -> String {
    let tests = output::count(all, "test");
    match failed {
        0 => format!("{tests}, {}", paint(GREEN, "all hold")),
        1 => format!("{tests}, {}", paint(RED, "1 fails")),
        _ => format!("{tests}, {}", paint(RED, &format!("{failed} fail"))),
    }
}
