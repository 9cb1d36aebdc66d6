//! `keyrack review`: who holds what by which assignment, what ends, what never does, what nobody
//! uses, and which duties one member joins.

use std::path::{Path, PathBuf};

use keyrack::{
    policy::{Document, Finding},
    snapshot::{Snapshot, model::Model, write},
};
use serde::Serialize;

use crate::{
    Answer, Outcome,
    failure::Failure,
    log_file::{self, Told},
    output, policy_file,
    progress::Progress,
    pseudonym::Pseudonyms,
    review_held::{Held, NEVER_ENDS},
    review_text,
    review_use::{Decisions, Uses},
    times::{self, Now},
};

const DAY: i64 = 86_400;
/// Of the compiler's findings, those that a review is about.
const DUTIES: [&str; 5] = [
    "separation_warned",
    "grantor_lost_right",
    "holder_outside_post",
    "sensitive_single_factor",
    "shared_account",
];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The policy in TOML or JSON
    policy: PathBuf,
    /// Lines of a decision log, to tell what nobody uses; repeat it, `-` is stdin
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    /// The keys of the log's pseudonyms, as `LOG_PSEUDONYM_KEYS` has them
    #[arg(long, value_name = "FILE", requires = "log")]
    pseudonym_keys: Option<PathBuf>,
    /// The log has a record of every allow, and not only of those that always have one
    #[arg(long, requires = "log")]
    log_is_complete: bool,
    /// What ends within so many days is told
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    within: u32,
    /// The moment of the review; the clock's if absent
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
}

/// What a review tells.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Review {
    pub(crate) tenant: String,
    pub(crate) version: u64,
    pub(crate) at: i64,
    pub(crate) assignments: Vec<Reviewed>,
    pub(crate) members: Vec<Person>,
    pub(crate) conflicts: Vec<Conflict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogRead>,
}

/// One assignment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reviewed {
    pub(crate) name: String,
    /// `member`, `group` or `organisation`.
    pub(crate) holder_kind: &'static str,
    pub(crate) holder: String,
    /// Whom it reaches.
    pub(crate) members: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) scopes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issued_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review_due: Option<i64>,
    /// What to look at.
    pub(crate) flags: Vec<&'static str>,
    /// Permissions in it that nobody used by it while the log was written.
    pub(crate) unused: Vec<String>,
}

/// What a member did while the log was written.
#[derive(Debug, Serialize)]
pub(crate) struct Person {
    pub(crate) member: String,
    /// Names of assignments.
    pub(crate) holds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decisions: Option<Decisions>,
}

/// What the compiler finds of somebody's duties.
#[derive(Debug, Serialize)]
pub(crate) struct Conflict {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) line: Option<usize>,
}

/// What was read of the log.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogRead {
    pub(crate) decisions: u64,
    pub(crate) unknown_subject: u64,
    pub(crate) malformed: u64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let now = Now::or_host(arguments.now).ok_or_else(|| {
        Failure::usage("a review needs a clock", "say the time with `--now TIME`")
    })?;
    let stdin = |path: &PathBuf| path == Path::new("-");
    if stdin(&arguments.policy) && arguments.log.iter().any(stdin) {
        return Err(Failure::usage(
            "stdin cannot be the policy and the log at once",
            "name a file for one of them",
        ));
    }
    let path = &arguments.policy;
    let mut compiled = policy_file::compiled(path, policy_file::bytes(path)?)?;
    let model = policy_file::model(path, &mut compiled, json)?;
    let mut uses = Uses::new(&model);
    let log = match arguments.log.is_empty() {
        true => None,
        false => Some(read_log(arguments, &model, &mut uses)?),
    };
    let progress = Progress::start("reviewing", None);
    let held = Held {
        model: &model,
        uses: log.as_ref().map(|_| &uses),
        is_complete: arguments.log_is_complete,
        now,
        soon: now.saturating_add(i64::from(arguments.within).saturating_mul(DAY)),
    };
    let assignments = held.reviewed(&compiled.document.assignments);
    let review = Review {
        tenant: model.header.tenant.clone(),
        version: model.header.version,
        at: now,
        members: people(&compiled.document, &assignments, &uses),
        assignments,
        conflicts: conflicts(compiled.findings),
        log,
    };
    drop(progress);
    if json {
        output::print_json(&review)?;
    } else {
        output::print(&review_text::text(&review, arguments.within))?;
    }
    let flagged = review.assignments.iter();
    let flagged = flagged
        .flat_map(|it| &it.flags)
        .any(|flag| *flag != NEVER_ENDS);
    Ok(Answer::of(!flagged && review.conflicts.is_empty()))
}

fn read_log(arguments: &Arguments, model: &Model, uses: &mut Uses) -> Result<LogRead, Failure> {
    let pseudonyms = match &arguments.pseudonym_keys {
        Some(path) => Pseudonyms::read(path, &Snapshot::open(write::payload(model)?)?)?,
        None => Pseudonyms::default(),
    };
    let mut read = LogRead::default();
    let progress = Progress::start("reading the log", None);
    for path in &arguments.log {
        log_file::each_line(path, |_, line| {
            let count = match log_file::told(line, &model.header.tenant, &pseudonyms) {
                Told::Decided(decided) => {
                    read.first = Some(read.first.map_or(decided.time, |it| it.min(decided.time)));
                    read.last = Some(read.last.map_or(decided.time, |it| it.max(decided.time)));
                    uses.add(&decided);
                    &mut read.decisions
                }
                Told::Nobody => &mut read.unknown_subject,
                Told::Malformed => &mut read.malformed,
                Told::Nothing => return Ok(()),
            };
            *count = count.saturating_add(1);
            Ok(())
        })?;
    }
    drop(progress);
    Ok(read)
}

fn conflicts(findings: Vec<Finding>) -> Vec<Conflict> {
    let findings = findings.into_iter();
    findings
        .filter(|finding| DUTIES.contains(&finding.code))
        .map(|finding| Conflict {
            code: finding.code,
            message: finding.message,
            line: finding.place.map(|place| place.line),
        })
        .collect()
}

fn people(document: &Document, assignments: &[Reviewed], uses: &Uses) -> Vec<Person> {
    let holds = |id: &String| {
        let held = assignments.iter().filter(|it| it.members.contains(id));
        held.map(|it| it.name.clone()).collect()
    };
    let members = document.members.iter();
    members
        .map(|member| Person {
            member: member.id.clone(),
            holds: holds(&member.id),
            decisions: uses.of(&member.id),
        })
        .collect()
}
