//! `keyrack init`: a small policy to start from.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    output::{self, CYAN, GREEN, paint},
    times,
};

/// The policy, but for its time of issue.
const STARTER: &str = include_str!("starter.toml");
/// What stands in it for the time of issue.
const ISSUED: &str = "2026-01-01T00:00:00Z";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the policy goes
    #[arg(default_value = "policy.toml")]
    file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let path = &arguments.file;
    let now = times::host_clock().map_or_else(|| ISSUED.to_owned(), times::written);
    let text = STARTER.replace(ISSUED, &now);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::unwritable(path, &error))?;
    if json {
        output::print_json(&json!({ "file": path.display().to_string() }))?;
    } else {
        output::print(&format!(
            "{} {}\n\nnext:\n{}",
            paint(GREEN.bold(), "wrote"),
            path.display(),
            next(path)
        ))?;
    }
    Ok(Answer::Yes)
}

fn next(path: &Path) -> String {
    let path = path.display();
    let lines = [
        format!("keyrack check {path}"),
        format!(
            "keyrack explain {path} --subject sam --permission order.refund --scope paris --amount 4200 --currency EUR"
        ),
        "keyrack keygen".to_owned(),
        format!("keyrack compile {path} --key keyrack.key -o policy.kyrk"),
    ];
    let line = |line: &String| format!("  {}\n", paint(CYAN, line));
    lines.iter().map(line).collect()
}
