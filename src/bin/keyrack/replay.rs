//! `keyrack replay`: the decisions of a log, asked again of another policy.

use std::path::{Path, PathBuf};

use keyrack::{
    decide::{
        Engine, Request,
        request::{Resource, Text},
    },
    ffi,
    query::{self, State},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    load::Rack,
    log_file::{self, Decided, Told},
    output::{self, DIM, GREEN, PLAIN, RED, Table, count, paint},
    progress::Progress,
    pseudonym::Pseudonyms,
    times::{self, Now},
};

/// Refusals that came of what no policy holds: the overlay of that time, and fields of the body.
const FROM_ELSEWHERE: [&str; 5] = [
    "field_hidden",
    "member_suspended",
    "operation_suspended",
    "overlay_stale",
    "session_revoked",
];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The policy to ask; its overlay, if any, is left out
    #[command(flatten)]
    rack: Rack,
    /// Lines of a decision log; `-` is stdin
    #[arg(required = true, value_name = "LOG")]
    files: Vec<PathBuf>,
    /// The keys of the log's pseudonyms, as `LOG_PSEUDONYM_KEYS` has them
    #[arg(long, value_name = "FILE")]
    pseudonym_keys: Option<PathBuf>,
    /// Ask everything at this moment; if absent each at its own
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
    /// Show at most so many changes
    #[arg(long, value_name = "N", default_value_t = 20)]
    show: usize,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    /// Records of decisions that were asked again.
    replayed: u64,
    /// The same outcome.
    alike: u64,
    /// What was let through, asked for a second act or a second person, and would be refused.
    refused: u64,
    /// What was refused, or asked for more, and would be allowed with nothing left open.
    allowed: u64,
    /// What hangs on facts that the log does not keep.
    open: u64,
    /// Records of no decision, and checkpoints.
    no_decision: u64,
    /// Records whose member is told by a pseudonym of an unknown key.
    unknown_subject: u64,
    /// Lines that are none of this tenant's log.
    malformed: u64,
}

#[derive(Debug, Serialize)]
struct Change {
    file: String,
    line: u64,
    change: &'static str,
    time: i64,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    permission: String,
    scope: Option<String>,
    was: Answered,
    becomes: Answered,
}

#[derive(Debug, Serialize)]
struct Answered {
    outcome: String,
    reason: String,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    if arguments.rack.trust.overlay.is_some() {
        return Err(Failure::usage(
            "a log is replayed under a policy, and not under an overlay",
            "leave `--overlay` out: what it stopped is counted as open",
        ));
    }
    let takes_stdin = |path: &PathBuf| path == Path::new("-");
    if arguments.rack.is_stdin() && arguments.files.iter().any(takes_stdin) {
        return Err(Failure::usage(
            "stdin cannot be the policy and the log at once",
            "name a file for one of them",
        ));
    }
    let loaded = arguments.rack.load(Now::or_host(arguments.now), json)?;
    let engine = &loaded.engine;
    let head = engine.snapshot.head();
    let pseudonyms = match &arguments.pseudonym_keys {
        Some(path) => Pseudonyms::read(path, &engine.snapshot)?,
        None => Pseudonyms::default(),
    };
    let mut counts = Counts::default();
    let mut changes = Vec::new();
    let progress = Progress::start("asking again", None);
    for path in &arguments.files {
        log_file::each_line(path, |line, bytes| {
            let decided = match log_file::told(bytes, &head.tenant, &pseudonyms) {
                Told::Decided(decided) => decided,
                other => {
                    let count = counts.skipped(&other);
                    *count = count.saturating_add(1);
                    return Ok(());
                }
            };
            let change = counts.ask(engine, &decided, arguments.now)?;
            if let Some((change, becomes)) = change
                && changes.len() < arguments.show
            {
                changes.push(Change::of(*decided, (path, line), change, becomes));
            }
            Ok(())
        })?;
    }
    drop(progress);
    let same = counts.refused == 0 && counts.allowed == 0;
    if json {
        output::print_json(&json!({
            "tenant": head.tenant,
            "version": head.version,
            "counts": counts,
            "changes": changes,
        }))?;
    } else {
        output::print(&people(&counts, &changes, head.version))?;
    }
    Ok(Answer::of(same))
}

impl Counts {
    fn skipped(&mut self, told: &Told) -> &mut u64 {
        match told {
            Told::Decided(_) => &mut self.replayed,
            Told::Nothing => &mut self.no_decision,
            Told::Nobody => &mut self.unknown_subject,
            Told::Malformed => &mut self.malformed,
        }
    }

    /// Asks again, counts, and tells what would change.
    fn ask(
        &mut self,
        engine: &Engine,
        decided: &Decided,
        now: Option<Now>,
    ) -> Result<Option<(&'static str, Answered)>, Failure> {
        let request = request(decided, now);
        let elsewhere = FROM_ELSEWHERE.contains(&decided.reason.as_str());
        let (was_allowed, was_refused) = (decided.outcome == "allow", decided.outcome == "deny");
        let (count, change) = match query::standing(engine, &request)? {
            State::Denied if was_refused => (&mut self.alike, None),
            State::Denied => (&mut self.refused, Some(("refused", "deny"))),
            State::Allowed if was_allowed => (&mut self.alike, None),
            State::Allowed if !elsewhere => (&mut self.allowed, Some(("allowed", "allow"))),
            State::Allowed | State::Conditional => (&mut self.open, None),
        };
        *count = count.saturating_add(1);
        self.replayed = self.replayed.saturating_add(1);
        let Some((change, outcome)) = change else {
            return Ok(None);
        };
        let decision = ffi::decide(engine, &request)?;
        let becomes = Answered {
            outcome: outcome.to_owned(),
            reason: decision.reason,
        };
        Ok(Some((change, becomes)))
    }
}

/// The request, as far as the log keeps it.
fn request(decided: &Decided, now: Option<Now>) -> Request<'_> {
    Request {
        subject: decided.subject.as_str().into(),
        actor: decided.actor.as_deref().map(Into::into),
        permission: decided.permission.as_str().into(),
        scope: decided.scope.as_deref().map(Into::into),
        now: match now {
            Some(now) => Now::or_host(Some(now)),
            None => Some(decided.time),
        },
        resource: decided.resource.as_ref().map(|(kind, id)| Resource {
            resource_type: Text::from(kind.as_str()),
            id: Text::from(id.as_str()),
            ..Resource::default()
        }),
        ..Request::default()
    }
}

impl Change {
    fn of(
        decided: Decided,
        (file, line): (&Path, u64),
        change: &'static str,
        becomes: Answered,
    ) -> Self {
        Self {
            file: file.display().to_string(),
            line,
            change,
            time: decided.time,
            subject: decided.subject,
            actor: decided.actor,
            permission: decided.permission,
            scope: decided.scope,
            was: Answered {
                outcome: decided.outcome,
                reason: decided.reason,
            },
            becomes,
        }
    }
}

fn people(counts: &Counts, changes: &[Change], version: u64) -> String {
    let mut table = Table::default();
    for change in changes {
        let style = if change.change == "refused" {
            RED
        } else {
            GREEN
        };
        let who = match &change.actor {
            Some(actor) => format!("{actor} for {}", change.subject),
            None => change.subject.clone(),
        };
        table.row([
            (DIM, format!("{}:{}", change.file, change.line)),
            (PLAIN, times::written(change.time)),
            (PLAIN, who),
            (PLAIN, change.permission.clone()),
            (PLAIN, change.scope.clone().unwrap_or_default()),
            (
                style,
                format!("{} ▸ {}", change.was.reason, change.becomes.reason),
            ),
        ]);
    }
    let mut text = table.text(0);
    let shown = u64::try_from(changes.len()).unwrap_or(u64::MAX);
    let left = counts.refused.saturating_add(counts.allowed);
    if left > shown {
        let more = format!(
            "and {} more; `--show N` shows more",
            left.saturating_sub(shown)
        );
        text.push_str(&format!("{}\n", paint(DIM, &more)));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let counted =
        |number: u64, one: &str| count(usize::try_from(number).unwrap_or(usize::MAX), one);
    text.push_str(&format!(
        "{} under version {version}: {} alike, {} would be refused, {} would be allowed\n",
        counted(counts.replayed, "decision"),
        counts.alike,
        counts.refused,
        counts.allowed,
    ));
    for (number, what) in [
        (counts.open, "hang on facts that the log does not keep"),
        (counts.no_decision, "are of no decision"),
        (
            counts.unknown_subject,
            "tell the member by a pseudonym; name its key with `--pseudonym-keys`",
        ),
        (counts.malformed, "are no lines of this tenant's log"),
    ] {
        if number > 0 {
            text.push_str(&format!("  {}\n", paint(DIM, &format!("{number} {what}"))));
        }
    }
    text
}
