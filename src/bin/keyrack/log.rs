//! `keyrack log`: the decision log, read back.

use std::path::PathBuf;

use keyrack::govern::log::{Place, Report, Verifier};
use serde_json::{Value, json};

use crate::{
    Answer, Outcome, keys, log_file,
    output::{self, BOLD, DIM, GREEN, RED, YELLOW, count, paint},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Find records that were changed, taken out, put in, moved or cut off
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// Lines of a log, in order, and lists of checkpoints; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A public key that checkpoints are signed by: a file, or the key itself
    #[arg(
        long = "key",
        visible_alias = "keys",
        value_name = "KEY",
        allow_hyphen_values = true
    )]
    keys: Vec<String>,
    /// Whose log it has to be
    #[arg(long)]
    tenant: Option<String>,
    /// The first record that is still kept
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    first: u64,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    match &arguments.command {
        Command::Verify(arguments) => verify(arguments, json),
    }
}

fn verify(arguments: &Verify, json: bool) -> Outcome {
    let keys = arguments
        .keys
        .iter()
        .map(|given| keys::public(given))
        .collect::<Result<Vec<_>, _>>()?;
    let mut verifier = Verifier::new(&keys).from(arguments.first);
    if let Some(tenant) = &arguments.tenant {
        verifier = verifier.of(tenant);
    }
    for (file, path) in (0..).zip(&arguments.files) {
        log_file::each_line(path, |line, bytes| {
            verifier.read(Place { file, line }, bytes);
            Ok(())
        })?;
    }
    let report = verifier.finish();
    let good = report.findings.is_empty();
    if json {
        output::print_json(&machine(&report, &arguments.files))?;
    } else {
        output::print(&people(&report, &arguments.files))?;
    }
    Ok(Answer::of(good))
}

fn name(files: &[PathBuf], place: Place) -> String {
    usize::try_from(place.file)
        .ok()
        .and_then(|file| files.get(file))
        .map(|path| path.display().to_string())
        .unwrap_or_default()
}

fn machine(report: &Report, files: &[PathBuf]) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code.name(),
                "file": finding.place.map(|place| name(files, place)),
                "line": finding.place.map(|place| place.line),
                "message": finding.message,
            })
        })
        .collect();
    json!({
        "good": report.findings.is_empty(),
        "tenant": report.tenant,
        "records": report.records,
        "first": report.first,
        "last": report.last,
        "sealed": report.sealed,
        "checkpoints": report.checkpoints,
        "signaturesChecked": report.signatures_checked,
        "findings": findings,
    })
}

fn people(report: &Report, files: &[PathBuf]) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let place = finding.place.map_or_else(String::new, |place| {
            format!("{}:{}: ", name(files, place), place.line)
        });
        text.push_str(&format!(
            "{place}{}: {}\n",
            paint(RED.bold(), finding.code.name()),
            finding.message
        ));
    }
    let records = count(report.records, "record");
    let whose = report
        .tenant
        .as_deref()
        .map_or_else(String::new, |tenant| format!(" of {tenant}"));
    if report.findings.is_empty() {
        let head = paint(GREEN.bold(), "unchanged");
        text.push_str(&format!("{head}: {records}{whose}\n"));
    } else {
        let head = paint(BOLD, "tampered");
        let findings = count(report.findings.len(), "finding");
        text.push_str(&format!("{head}: {findings} in {records}{whose}\n"));
        return text;
    }
    if !report.signatures_checked {
        let note = "no key was given: whoever can write the file could have written all of it anew";
        text.push_str(&format!("  {}\n", paint(YELLOW, note)));
    }
    text.push_str(&format!("  {}\n", paint(DIM, &sealed(report))));
    text
}

/// How far checkpoints reach.
fn sealed(report: &Report) -> String {
    let after = match (report.sealed, report.last) {
        (Some(sealed), Some(last)) => last.saturating_sub(sealed),
        _ => 0,
    };
    match report.sealed {
        None => "no checkpoint reaches any of it".to_owned(),
        Some(sealed) if after == 0 => format!("checkpoints reach record {sealed}, the last one"),
        Some(sealed) => format!("checkpoints reach record {sealed}; {after} after it"),
    }
}
