//! `keyrack check`: everything that is wrong or doubtful.

use std::path::PathBuf;

use crate::{Answer, Outcome, findings, output, policy_file};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A policy in TOML or JSON; `-` reads stdin
    policy: PathBuf,
    /// Let warnings count as errors
    #[arg(long)]
    deny_warnings: bool,
    /// The policy that it replaces: tells names that are gone from names that never were
    #[arg(long, value_name = "POLICY")]
    replaces: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let path = &arguments.policy;
    let before = match &arguments.replaces {
        Some(path) => Some(policy_file::read(path, policy_file::bytes(path)?)?.document),
        None => None,
    };
    let read = policy_file::read(path, policy_file::bytes(path)?)?;
    let compiled = policy_file::check(read, before.as_ref());
    let (errors, warnings) = compiled.counts();
    if json {
        output::print_json(&findings::value(path, &compiled))?;
    } else {
        output::print(&findings::rendered(path, &compiled))?;
        output::print(&findings::summary(path, &compiled))?;
    }
    let denied = arguments.deny_warnings && warnings > 0;
    Ok(Answer::of(errors == 0 && !denied))
}
