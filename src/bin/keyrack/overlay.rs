//! `keyrack overlay`: a list of revocations and suspensions becomes a signed overlay.

use std::path::{Path, PathBuf};

use keyrack::{
    policy::{
        Format,
        time::{Expiry, Instant},
    },
    snapshot::{
        Domain, Overlay,
        overlay::{MemberSuspended, OperationSuspended, SessionRevoked},
    },
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    load::{Loaded, Trust},
    output::{self, DIM, GREEN, PLAIN, RED, Table, paint},
    policy_file,
    signed::{self, Output, Put},
    times::{self, End},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Revocations and suspensions in TOML or JSON; docs/cli.md shows the form
    file: PathBuf,
    #[command(flatten)]
    to: Output,
    /// The policy document it lies over: refuse names that it does not have
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Another version than the file's
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// Another time of issue than the file's
    #[arg(long, value_name = "TIME", value_parser = times::instant)]
    issued: Option<i64>,
    /// Another bound than the file's, or `never`
    #[arg(long, value_name = "TIME", value_parser = times::end)]
    fresh_until: Option<End>,
}

/// An overlay as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    tenant: String,
    version: u64,
    issued: Instant,
    #[serde(alias = "freshUntil")]
    fresh_until: Expiry,
    #[serde(default, alias = "sessionRevoked")]
    session_revoked: Vec<Session>,
    #[serde(default, alias = "memberSuspended")]
    member_suspended: Vec<Member>,
    #[serde(default, alias = "operationSuspended")]
    operation_suspended: Vec<Operation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    member: String,
    before: Instant,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    member: String,
    from: Option<Instant>,
    to: Option<Instant>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    member: Option<String>,
    permission: String,
    from: Option<Instant>,
    to: Option<Instant>,
}

impl Written {
    fn overlay(self) -> Overlay {
        let seconds = |instant: Option<Instant>| instant.map(|instant| instant.seconds);
        let sessions = self.session_revoked.into_iter();
        let members = self.member_suspended.into_iter();
        let operations = self.operation_suspended.into_iter();
        let mut overlay = Overlay {
            tenant: self.tenant,
            version: self.version,
            issued: self.issued.seconds,
            fresh_until: self.fresh_until.seconds(),
            session_revoked: sessions
                .map(|it| SessionRevoked {
                    member: it.member,
                    before: it.before.seconds,
                })
                .collect(),
            member_suspended: members
                .map(|it| MemberSuspended {
                    member: it.member,
                    from: seconds(it.from),
                    to: seconds(it.to),
                })
                .collect(),
            operation_suspended: operations
                .map(|it| OperationSuspended {
                    member: it.member,
                    permission: it.permission,
                    from: seconds(it.from),
                    to: seconds(it.to),
                })
                .collect(),
        };
        overlay.sort();
        overlay
    }
}

/// Reads an overlay as people write it.
pub(crate) fn read(path: &Path, bytes: Vec<u8>) -> Result<Overlay, Failure> {
    let text = policy_file::text(path, bytes)?;
    let written = match policy_file::format(path, &text) {
        Format::Json => serde_json::from_str::<Written>(&text).map_err(|error| error.to_string()),
        Format::Toml => toml::from_str::<Written>(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.split('\n').count());
            match line {
                Some(line) => format!("{} at line {line}", error.message()),
                None => error.message().to_owned(),
            }
        }),
    };
    written.map(Written::overlay).map_err(|message| {
        Failure::new(
            "overlay_invalid",
            format!("`{}` is no overlay: {message}", path.display()),
            "docs/cli.md shows the form of an overlay",
        )
    })
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let key = arguments.to.signer()?;
    let path = &arguments.file;
    let mut overlay = read(path, policy_file::bytes(path)?)?;
    overlay.version = arguments.version.unwrap_or(overlay.version);
    overlay.issued = arguments.issued.unwrap_or(overlay.issued);
    match arguments.fresh_until {
        Some(End::At(seconds)) => overlay.fresh_until = Some(seconds),
        Some(End::Never) => overlay.fresh_until = None,
        None => {}
    }
    let unknown = match &arguments.policy {
        Some(policy) => unknown(&overlay, policy, json)?,
        None => Vec::new(),
    };
    if !unknown.is_empty() {
        if json {
            output::print_json(&json!({ "unknown": unknown }))?;
        } else {
            let mut text = format!(
                "{} these would stop nobody:\n",
                paint(RED.bold(), "refused")
            );
            for name in &unknown {
                text.push_str(&format!("  {name}\n"));
            }
            output::print_error(&text);
        }
        return Ok(Answer::No);
    }
    let file = &arguments.to.output;
    let payload = overlay.payload()?;
    let written = signed::write(file, (Domain::Overlay, &payload), key.as_ref())?;
    let Some(Put { bytes, key_id }) = written else {
        return Ok(Answer::Yes);
    };
    if json {
        output::print_json(&json!({
            "file": file.display().to_string(),
            "bytes": bytes,
            "tenant": overlay.tenant,
            "version": overlay.version,
            "freshUntil": overlay.fresh_until,
            "keyId": key_id,
        }))?;
    } else {
        let head = paint(GREEN.bold(), "wrote");
        let file = file.display();
        let text = described(&overlay, key_id.as_deref());
        output::print(&format!("{head} {file}, {bytes} bytes\n{text}"))?;
    }
    Ok(Answer::Yes)
}

/// Names that the policy does not have: an entry on them would stop nobody.
fn unknown(overlay: &Overlay, policy: &Path, json: bool) -> Result<Vec<String>, Failure> {
    let trust = Trust {
        key: Vec::new(),
        // Only names are looked up here; nothing is decided on it.
        unsigned: true,
        overlay: None,
        min_version: 0,
        tenant: None,
    };
    let Loaded { engine } = trust.load(policy, times::host_clock(), json)?;
    let snapshot = &engine.snapshot;
    let mut unknown = Vec::new();
    if snapshot.head().tenant != overlay.tenant {
        unknown.push(format!("tenant {}", overlay.tenant));
    }
    let sessions = overlay.session_revoked.iter().map(|it| &it.member);
    let members = overlay.member_suspended.iter().map(|it| &it.member);
    let operations = overlay.operation_suspended.iter();
    let acting = operations.clone().filter_map(|it| it.member.as_ref());
    for member in sessions.chain(members).chain(acting) {
        if snapshot.find_member(member)?.is_none() {
            unknown.push(format!("member {member}"));
        }
    }
    for entry in operations {
        if snapshot.find_permission(&entry.permission)?.is_none() {
            unknown.push(format!("permission {}", entry.permission));
        }
    }
    unknown.sort();
    unknown.dedup();
    Ok(unknown)
}

/// What an overlay says, in rows.
pub(crate) fn described(overlay: &Overlay, key_id: Option<&str>) -> String {
    let mut table = Table::default();
    let mut row = |name: &str, text: String| {
        table.row([(DIM, name.to_owned()), (PLAIN, text)]);
    };
    row(
        "tenant",
        format!("{}, version {}", overlay.tenant, overlay.version),
    );
    row("issued", times::written(overlay.issued));
    row("fresh until", times::written_end(overlay.fresh_until));
    row("sessions", overlay.session_revoked.len().to_string());
    row("members", overlay.member_suspended.len().to_string());
    row("operations", overlay.operation_suspended.len().to_string());
    let unsigned = || "unsigned".to_owned();
    row(
        "signed",
        key_id.map_or_else(unsigned, |id| format!("by key {id}")),
    );
    table.text(2)
}
