//! `keyrack compile`: a policy becomes a snapshot.

use std::path::PathBuf;

use keyrack::{
    compile::labels::Labels,
    policy::time::{Expiry, Instant},
    snapshot::{Domain, write},
};
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    findings,
    output::{self, DIM, GREEN, PLAIN, Table, paint},
    policy_file,
    progress::Progress,
    signed::{self, Output, Put},
    times::{self, End},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A policy in TOML or JSON; `-` reads stdin
    policy: PathBuf,
    #[command(flatten)]
    to: Output,
    /// Write titles and names for people to a file of their own
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Another version than the policy's
    #[arg(long, value_name = "N")]
    version: Option<u64>,
    /// Another time of issue than the policy's
    #[arg(long, value_name = "TIME", value_parser = times::instant)]
    issued: Option<i64>,
    /// Another end than the policy's, or `never`
    #[arg(long, value_name = "TIME", value_parser = times::end)]
    expires: Option<End>,
    /// Let warnings count as errors
    #[arg(long)]
    deny_warnings: bool,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let path = &arguments.policy;
    let key = arguments.to.signer()?;
    let mut read = policy_file::read(path, policy_file::bytes(path)?)?;
    let header = &mut read.document.policy;
    if let Some(version) = arguments.version {
        header.version = version;
    }
    if let Some(seconds) = arguments.issued {
        header.issued = Instant { seconds };
    }
    match arguments.expires {
        Some(End::At(seconds)) => header.expires = Expiry::At(Instant { seconds }),
        Some(End::Never) => header.expires = Expiry::Never,
        None => {}
    }
    let compiled = policy_file::check(read, None);
    let (_, warnings) = compiled.counts();
    let denied = arguments.deny_warnings && warnings > 0;
    let Some(model) = compiled.model.as_ref().filter(|_| !denied) else {
        if json {
            output::print_json(&findings::value(path, &compiled))?;
        } else {
            output::print_error(&findings::rendered(path, &compiled));
            output::print_error(&findings::summary(path, &compiled));
        }
        return Ok(Answer::No);
    };
    let progress = Progress::start("writing the snapshot", None);
    let payload = write::payload(model)?;
    let file = &arguments.to.output;
    let written = signed::write(file, (Domain::Snapshot, &payload), key.as_ref())?;
    drop(progress);
    if let Some(file) = &arguments.labels {
        let payload = Labels::of(&compiled.document).payload();
        let payload = payload
            .map_err(|why| Failure::new("labels_failed", why.to_string(), "shorten the titles"))?;
        signed::write(file, (Domain::Labels, &payload), key.as_ref())?;
    }
    let Some(Put { bytes, key_id }) = written else {
        return Ok(Answer::Yes);
    };
    let header = &model.header;
    if json {
        output::print_json(&json!({
            "file": file.display().to_string(),
            "bytes": bytes,
            "tenant": header.tenant,
            "version": header.version,
            "issued": header.issued,
            "expires": header.expires,
            "members": model.members.len(),
            "keyId": key_id,
            "warnings": warnings,
            "findings": compiled.findings,
        }))?;
    } else {
        let mut table = Table::default();
        let mut row = |name: &str, text: String| {
            table.row([(DIM, name.to_owned()), (PLAIN, text)]);
        };
        row(
            "tenant",
            format!("{}, version {}", header.tenant, header.version),
        );
        let (from, to) = (
            times::written(header.issued),
            times::written_end(header.expires),
        );
        row("issued", from);
        row("expires", to);
        row("members", model.members.len().to_string());
        let unsigned = || "unsigned".to_owned();
        row(
            "signed",
            key_id.map_or_else(unsigned, |id| format!("by key {id}")),
        );
        if warnings > 0 {
            let said = output::count(warnings, "warning");
            row("findings", format!("{said}; `keyrack check` shows them"));
        }
        output::print(&format!(
            "{} {}, {bytes} bytes\n{}",
            paint(GREEN.bold(), "wrote"),
            file.display(),
            table.text(2)
        ))?;
    }
    Ok(Answer::Yes)
}
