//! `keyrack what-can`: what a member may do at a scope.

use keyrack::query::{self, State};
use serde_json::json;

use crate::{
    Answer, Outcome,
    facts::Facts,
    load::Rack,
    output::{self, DIM, PLAIN, Table, paint},
    times::{self, Now},
    who_can::{known_member, known_scope, state_cell},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Who
    #[arg(value_name = "MEMBER")]
    subject: String,
    /// List what is denied too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    facts: Facts,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let request = arguments.facts.request(&arguments.subject, "")?;
    let loaded = arguments
        .rack
        .load(Now::or_host(arguments.facts.now), json)?;
    loaded.in_force(request.now)?;
    let engine = &loaded.engine;
    known_member(engine, &arguments.subject)?;
    known_scope(engine, arguments.facts.scope.as_deref())?;
    let session = query::session(engine, &request)?;
    let mut found = Vec::new();
    for (number, state) in (0_u32..).zip(session.states()) {
        if arguments.all || state != State::Denied {
            found.push((engine.snapshot.permission_key(number)?.to_owned(), state));
        }
    }
    let any = found.iter().any(|(_, state)| *state != State::Denied);
    if json {
        let permissions: Vec<_> = found
            .iter()
            .map(|(permission, state)| json!({ "permission": permission, "state": state.code() }))
            .collect();
        output::print_json(&json!({
            "subject": arguments.subject,
            "scope": arguments.facts.scope,
            "permissions": permissions,
            "holdsUntil": session.holds_until,
        }))?;
    } else if found.is_empty() {
        output::print("nothing\n")?;
    } else {
        let mut table = Table::default();
        for (permission, state) in &found {
            table.row([(PLAIN, permission.clone()), state_cell(*state)]);
        }
        let mut text = table.text(0);
        if let Some(until) = session.holds_until {
            text.push_str(&paint(
                DIM,
                &format!("holds until {}\n", times::written(until)),
            ));
        }
        output::print(&text)?;
    }
    Ok(Answer::of(any))
}
