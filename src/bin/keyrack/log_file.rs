//! The lines of a decision log, and what they tell of decisions.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use keyrack::govern::log::{MAX_LINE_BYTES, Record};
use serde::Deserialize;

use crate::{failure::Failure, pseudonym::Pseudonyms};

/// What a record of a decision is called.
const DECISION: &str = "keyrack.decision";
const NANOSECONDS: i64 = 1_000_000_000;

/// A record's line. The chain is for `keyrack log verify`.
#[derive(Deserialize)]
struct Line {
    keyrack: String,
    tenant: String,
    record: Option<Record>,
}

/// A decision as the log tells it.
#[derive(Debug)]
pub(crate) struct Decided {
    /// When, in unix seconds.
    pub(crate) time: i64,
    pub(crate) outcome: String,
    pub(crate) reason: String,
    pub(crate) subject: String,
    pub(crate) actor: Option<String>,
    pub(crate) permission: String,
    pub(crate) scope: Option<String>,
    pub(crate) resource: Option<(String, String)>,
}

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Told {
    Decided(Box<Decided>),
    /// No decision on names that the policy knew: a bad token, an unmapped route, a lost record.
    Nothing,
    /// The member is told by a pseudonym whose key is not here.
    Nobody,
    /// No line of a log, or of another tenant's.
    Malformed,
}

/// Reads a line of a tenant's log.
pub(crate) fn told(line: &[u8], tenant: &str, pseudonyms: &Pseudonyms) -> Told {
    let Ok(line) = serde_json::from_slice::<Line>(line) else {
        return Told::Malformed;
    };
    let record = match (line.keyrack.as_str(), line.record) {
        ("log-checkpoint/1", None) => return Told::Nothing,
        ("log/1", Some(record)) if line.tenant == tenant => record,
        _ => return Told::Malformed,
    };
    let text = |key: &str| record.text(key).map(str::to_owned);
    let (Some(outcome), Some(reason), Some(permission)) = (
        text("keyrack.outcome"),
        text("keyrack.reason"),
        text("keyrack.permission"),
    ) else {
        return Told::Nothing;
    };
    let time = record.time_unix_nano.parse::<i64>().ok();
    let time = time.and_then(|time| time.checked_div(NANOSECONDS));
    let (DECISION, Some(time)) = (record.event_name.as_str(), time) else {
        return Told::Nothing;
    };
    let key = record.text("keyrack.user.hash_key").unwrap_or_default();
    // Under a key that is here, whom no member's pseudonym fits is nobody of this policy.
    let whose = |hash: &str| {
        let whose = pseudonyms.whose(key, hash)?;
        Some(whose.map_or_else(|| hash.to_owned(), str::to_owned))
    };
    let (subject, actor) = match (text("user.id"), record.text("user.hash")) {
        (Some(id), _) => (Some(id), text("keyrack.actor").map(Some)),
        (None, Some(hash)) => (whose(hash), record.text("keyrack.actor").map(whose)),
        (None, None) => return Told::Nothing,
    };
    let actor = match actor {
        Some(None) => return Told::Nobody,
        actor => actor.flatten(),
    };
    let Some(subject) = subject else {
        return Told::Nobody;
    };
    let resource = text("keyrack.resource.type").map(|kind| {
        let id = text("keyrack.resource.id").unwrap_or_default();
        (kind, id)
    });
    Told::Decided(Box::new(Decided {
        time,
        outcome,
        reason,
        subject,
        actor,
        permission,
        scope: text("keyrack.scope"),
        resource,
    }))
}

/// Hands every line over with its number. `-` is stdin. Of a line that is too long only so much is
/// kept as shows that it is.
pub(crate) fn each_line(
    path: &Path,
    mut hand_over: impl FnMut(u64, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(failed)?)
    };
    let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        line.clear();
        let limit = most.saturating_add(2);
        let read = input.by_ref().take(limit).read_until(b'\n', &mut line);
        if read.map_err(failed)? == 0 {
            return Ok(());
        }
        number = number.saturating_add(1);
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() > MAX_LINE_BYTES {
            input.skip_until(b'\n').map_err(failed)?;
        }
        hand_over(number, &line)?;
    }
}
