//! `keyrack who-can`: the members who hold a permission at a scope.

use keyrack::query::{self, State};
use serde_json::json;

use crate::{
    Answer, Outcome,
    facts::Facts,
    failure::Failure,
    load::Rack,
    output::{self, DIM, GREEN, PLAIN, Table, YELLOW},
    progress::Progress,
    times::Now,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// What: `resource.action`
    #[arg(value_name = "PERMISSION")]
    permission: String,
    #[command(flatten)]
    facts: Facts,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let request = arguments.facts.request("", &arguments.permission)?;
    let loaded = arguments
        .rack
        .load(Now::or_host(arguments.facts.now), json)?;
    loaded.in_force(request.now)?;
    let engine = &loaded.engine;
    known_permission(engine, &arguments.permission)?;
    known_scope(engine, arguments.facts.scope.as_deref())?;
    let progress = Progress::start("asking for every member", None);
    let mut found = Vec::new();
    for (handle, state) in query::who_can(engine, &request)? {
        found.push((engine.snapshot.member(handle)?.name()?.to_owned(), state));
    }
    drop(progress);
    found.sort();
    if json {
        let members: Vec<_> = found
            .iter()
            .map(|(member, state)| json!({ "member": member, "state": state.code() }))
            .collect();
        output::print_json(&json!({
            "permission": arguments.permission,
            "scope": arguments.facts.scope,
            "members": members,
        }))?;
    } else if found.is_empty() {
        output::print("nobody\n")?;
    } else {
        let mut table = Table::default();
        for (member, state) in &found {
            table.row([(PLAIN, member.clone()), state_cell(*state)]);
        }
        output::print(&table.text(0))?;
    }
    Ok(Answer::of(!found.is_empty()))
}

/// A state as a cell.
pub(crate) fn state_cell(state: State) -> (clap::builder::styling::Style, String) {
    let style = match state {
        State::Allowed => GREEN,
        State::Conditional => YELLOW,
        State::Denied => DIM,
    };
    (style, state.code().to_owned())
}

/// A list of a permission that is not there would be an empty answer to a misspelt question.
pub(crate) fn known_permission(
    engine: &keyrack::decide::Engine,
    permission: &str,
) -> Result<(), Failure> {
    match engine.snapshot.find_permission(permission)? {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            "permission_unknown",
            format!("the policy has no permission `{permission}`"),
            "`keyrack types` lists them all",
        )),
    }
}

/// The same of a scope.
pub(crate) fn known_scope(
    engine: &keyrack::decide::Engine,
    scope: Option<&str>,
) -> Result<(), Failure> {
    match scope {
        Some(scope) if engine.snapshot.find_scope(scope)?.is_none() => Err(Failure::new(
            "scope_unknown",
            format!("the policy has no scope `{scope}`"),
            "`keyrack types` lists them all",
        )),
        _ => Ok(()),
    }
}

/// The same of a member.
pub(crate) fn known_member(engine: &keyrack::decide::Engine, member: &str) -> Result<(), Failure> {
    match engine.snapshot.find_member(member)? {
        Some(_) => Ok(()),
        None => Err(unknown_member(member)),
    }
}

/// Says that there is no such member.
pub(crate) fn unknown_member(member: &str) -> Failure {
    Failure::new(
        "member_unknown",
        format!("the policy has no member `{member}`"),
        "write the id as the policy has it",
    )
}
