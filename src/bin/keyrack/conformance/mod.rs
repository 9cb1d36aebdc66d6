//! `keyrack conformance`: what others expect of requests, asked, with every deviation named.

mod matrix;
mod plan;
mod table;
mod vectors;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Answer, Outcome,
    failure::Failure,
    output::{self, BOLD, DIM, GREEN, PLAIN, RED, Table, YELLOW, paint},
    policy_file,
};

use plan::Plan;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Tables of policy, request and expectation; access matrices; vectors of AuthZEN
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How the files are to be taken: a policy, names, deviations (TOML)
    #[arg(long, value_name = "PLAN")]
    with: Option<PathBuf>,
    /// Show the cases that pass too
    #[arg(short, long)]
    all: bool,
}

/// One case that was asked.
#[derive(Clone, Debug, Serialize)]
struct Case {
    name: String,
    expected: Value,
    got: Value,
}

impl Case {
    fn passes(&self) -> bool {
        self.expected == self.got
    }
}

/// A case that is set apart, and why.
#[derive(Clone, Debug, Serialize)]
struct Named {
    name: String,
    why: String,
}

/// What came of one file.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    passed: usize,
    deviated: Vec<Named>,
    not_applicable: Vec<Named>,
    failed: Vec<Case>,
    /// Deviations that are named and do not happen.
    unfounded: Vec<String>,
    #[serde(skip)]
    passes: Vec<String>,
}

impl Report {
    /// Takes a case's answer, or the reason why it was not asked.
    fn take(&mut self, plan: &Plan, case: Case, keep: bool) {
        let deviates = plan.deviation(&case.name);
        match (case.passes(), deviates) {
            (true, Some(_)) => self.unfounded.push(case.name),
            (true, None) => {
                self.passed = self.passed.saturating_add(1);
                if keep {
                    self.passes.push(case.name);
                }
            }
            (false, Some(why)) => self.deviated.push(Named {
                name: case.name,
                why: why.to_owned(),
            }),
            (false, None) => self.failed.push(case),
        }
    }

    fn leave(&mut self, name: String, why: &str) {
        let why = why.to_owned();
        self.not_applicable.push(Named { name, why });
    }

    fn holds(&self) -> bool {
        self.failed.is_empty() && self.unfounded.is_empty()
    }

    fn is_empty(&self) -> bool {
        self.passed == 0 && self.deviated.is_empty() && self.not_applicable.is_empty()
    }
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let plan = match &arguments.with {
        Some(path) => plan::read(path)?,
        None => Plan::default(),
    };
    let mut reports = Vec::new();
    for path in &arguments.files {
        let report = file(path, &plan, arguments.all)?;
        if !json {
            output::print(&rendered(&report))?;
        }
        reports.push(report);
    }
    // A deviation that no file has is a word too many, or a case that went missing.
    let unknown = unknown(&plan, &reports);
    let holds = unknown.is_empty() && reports.iter().all(Report::holds);
    if json {
        output::print_json(&json!({ "files": reports, "unknown": unknown }))?;
    } else {
        for name in &unknown {
            let line = format!("{} `{name}` is no case\n", paint(RED, "✗"));
            output::print(&line)?;
        }
    }
    Ok(Answer::of(holds))
}

fn unknown(plan: &Plan, reports: &[Report]) -> Vec<String> {
    let deviated = reports.iter().flat_map(|report| &report.deviated);
    let unfounded = reports.iter().flat_map(|report| &report.unfounded);
    let met: BTreeSet<&String> = deviated.map(|one| &one.name).chain(unfounded).collect();
    let named = plan.deviations.keys();
    named.filter(|name| !met.contains(name)).cloned().collect()
}

/// Tells a file's form by its members.
fn file(path: &Path, plan: &Plan, keep: bool) -> Result<Report, Failure> {
    let text = policy_file::text(path, policy_file::bytes(path)?)?;
    let value: Value =
        serde_json::from_str(&text).map_err(|error| invalid(path, error.to_string()))?;
    let has = |name: &str| value.get(name).is_some();
    let mut report = Report {
        file: path.display().to_string(),
        source: value
            .get("source")
            .and_then(Value::as_str)
            .map(str::to_owned),
        ..Report::default()
    };
    let mut take = |case: Result<Case, Named>| match case {
        Ok(case) => report.take(plan, case, keep),
        Err(named) => report.leave(named.name, &named.why),
    };
    if has("cases") {
        table::ask(path, value, plan, &mut take)?;
    } else if has("users") && has("assignments") {
        matrix::ask(path, value, &mut take)?;
    } else if has("evaluation") || has("evaluations") {
        vectors::ask(path, &value, plan, &mut take)?;
    } else {
        return Err(invalid(path, "it is none of the forms that are known"));
    }
    if report.is_empty() && report.failed.is_empty() && report.unfounded.is_empty() {
        return Err(invalid(path, "it holds no case"));
    }
    Ok(report)
}

/// What a form gives its cases to: one that was asked, or one that is set apart.
type Take<'t> = dyn FnMut(Result<Case, Named>) + 't;

fn invalid(path: &Path, why: impl Into<String>) -> Failure {
    Failure::new(
        "conformance_invalid",
        format!("`{}`: {}", path.display(), why.into()),
        "docs/conformance.md shows the forms that are read",
    )
}

fn rendered(report: &Report) -> String {
    let mut text = String::new();
    for name in &report.passes {
        text.push_str(&format!("{} {name}\n", paint(GREEN, "✓")));
    }
    let apart = [
        ("deviated", &report.deviated),
        ("not applicable", &report.not_applicable),
    ];
    for (word, all) in apart {
        let mut table = Table::default();
        for one in all {
            let row = [(YELLOW, word), (PLAIN, &*one.name), (DIM, &*one.why)];
            table.row(row.map(|(style, cell)| (style, cell.to_owned())));
        }
        text.push_str(&table.text(0));
    }
    for case in &report.failed {
        text.push_str(&format!("{} {}\n", paint(RED, "✗"), case.name));
        let mut table = Table::default();
        for (title, told) in [("expected", &case.expected), ("got", &case.got)] {
            table.row([(DIM, title.to_owned()), (PLAIN, told.to_string())]);
        }
        text.push_str(&table.text(4));
    }
    for name in &report.unfounded {
        let words = "is named as a deviation and does not deviate";
        text.push_str(&format!("{} {name} {words}\n", paint(RED, "✗")));
    }
    let failed = report.failed.len().saturating_add(report.unfounded.len());
    text.push_str(&format!(
        "{}: {} passed · {} deviated · {} not applicable · {} failed\n",
        paint(BOLD, &report.file),
        report.passed,
        report.deviated.len(),
        report.not_applicable.len(),
        paint(if failed == 0 { PLAIN } else { RED }, &failed.to_string()),
    ));
    text
}
