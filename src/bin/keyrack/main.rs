//! The `keyrack` command: writes, checks, compiles, signs and asks policies.
//!
//! Exit codes: 0 yes, 1 no or findings, 2 error.

mod cedar;
mod check;
mod compile;
mod conformance;
mod csv;
mod decide;
mod decisions;
mod diff;
mod explain;
mod export;
mod facts;
mod failure;
mod findings;
mod import;
mod import_row;
mod import_text;
mod init;
mod inspect;
mod keygen;
mod keys;
mod load;
mod log;
mod log_file;
mod output;
mod overlay;
mod policy_file;
mod progress;
mod pseudonym;
mod question;
mod replay;
mod request_line;
mod review;
mod review_held;
mod review_text;
mod review_use;
mod sign;
mod signed;
mod slice;
mod stream;
mod test;
mod times;
mod types;
mod what_can;
mod where_can;
mod who_can;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Whether the answer is yes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    /// Yes: exit code 0.
    Yes,
    /// No, or there are findings: exit code 1.
    No,
}

impl Answer {
    const fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// What a command comes to.
type Outcome = Result<Answer, Failure>;

/// Permissions for the people behind an online store.
#[derive(Debug, Parser)]
#[command(
    name = "keyrack",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 yes, 1 no or findings, 2 error."
)]
struct Arguments {
    /// Machine output on stdout, and nothing else there
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small policy to start from
    Init(init::Arguments),
    /// Report everything that is wrong or doubtful in a policy
    Check(check::Arguments),
    /// Compile a policy into a snapshot
    Compile(compile::Arguments),
    /// Show what a snapshot, slice or overlay holds
    Inspect(inspect::Arguments),
    /// Decide one request, or a stream of them
    Decide(decide::Arguments),
    /// Tell why a request is decided as it is
    Explain(explain::Arguments),
    /// List the members who hold a permission at a scope
    WhoCan(who_can::Arguments),
    /// List what a member may do at a scope
    WhatCan(what_can::Arguments),
    /// List where, and on which records, a member holds a permission
    WhereCan(where_can::Arguments),
    /// Run a policy's tests, and files of decisions
    Test(test::Arguments),
    /// Ask what others expect, with every deviation named
    Conformance(conformance::Arguments),
    /// Show what changes for whom between two policies
    Diff(diff::Arguments),
    /// Take members and assignments from a table, each row within its importer's own rights
    Import(import::Arguments),
    /// Write a policy for another engine, and say what it cannot express there
    Export(export::Arguments),
    /// Write TypeScript types of a policy's names
    Types(types::Arguments),
    /// Make a key to sign with
    Keygen(keygen::Arguments),
    /// Sign a container or a payload
    Sign(sign::Arguments),
    /// Turn a list of revocations and suspensions into an overlay
    Overlay(overlay::Arguments),
    /// Cut the part of a snapshot that one member's browser may see
    Slice(slice::Arguments),
    /// Tell who holds what by which assignment, and what to look at
    Review(review::Arguments),
    /// Ask the decisions of a log again of another policy
    Replay(replay::Arguments),
    /// Read the decision log back
    Log(log::Arguments),
    /// Print the JSON Schema of the policy document
    Schema,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    let outcome = match arguments.command {
        Command::Init(arguments) => init::run(&arguments, json),
        Command::Check(arguments) => check::run(&arguments, json),
        Command::Compile(arguments) => compile::run(&arguments, json),
        Command::Inspect(arguments) => inspect::run(&arguments, json),
        Command::Decide(arguments) => decide::run(&arguments, json),
        Command::Explain(arguments) => explain::run(&arguments, json),
        Command::WhoCan(arguments) => who_can::run(&arguments, json),
        Command::WhatCan(arguments) => what_can::run(&arguments, json),
        Command::WhereCan(arguments) => where_can::run(&arguments, json),
        Command::Test(arguments) => test::run(&arguments, json),
        Command::Conformance(arguments) => conformance::run(&arguments, json),
        Command::Diff(arguments) => diff::run(&arguments, json),
        Command::Import(arguments) => import::run(&arguments, json),
        Command::Export(arguments) => export::run(&arguments, json),
        Command::Types(arguments) => types::run(&arguments, json),
        Command::Keygen(arguments) => keygen::run(&arguments, json),
        Command::Sign(arguments) => sign::run(&arguments, json),
        Command::Overlay(arguments) => overlay::run(&arguments, json),
        Command::Slice(arguments) => slice::run(&arguments, json),
        Command::Review(arguments) => review::run(&arguments, json),
        Command::Replay(arguments) => replay::run(&arguments, json),
        Command::Log(arguments) => log::run(&arguments, json),
        Command::Schema => schema(),
    };
    match outcome {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => failure.report(json),
    }
}

fn schema() -> Outcome {
    output::print(&keyrack::policy::schema())?;
    Ok(Answer::Yes)
}
