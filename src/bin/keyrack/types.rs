//! `keyrack types`: a policy's names as TypeScript, so that a misspelt one does not compile.

use std::path::{Path, PathBuf};

use keyrack::snapshot::Damaged;
use serde_json::json;

use crate::{
    Answer, Outcome,
    load::{Loaded, Rack},
    output::{self, GREEN, paint},
    times::{self, Now},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Where the `.d.ts` goes; stdout if absent
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// The moment to load a snapshot at; the clock's if absent
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let loaded = arguments.rack.load(Now::or_host(arguments.now), json)?;
    let (permissions, scopes) = names(&loaded)?;
    let stdout = arguments.output == Path::new("-");
    if json && stdout {
        output::print_json(&json!({ "permissions": permissions, "scopes": scopes }))?;
        return Ok(Answer::Yes);
    }
    let text = declaration(&loaded.engine.snapshot.head().tenant, &permissions, &scopes);
    output::write_file(&arguments.output, text.as_bytes())?;
    if json {
        let file = arguments.output.display().to_string();
        output::print_json(&json!({ "file": file, "permissions": permissions.len() }))?;
    } else if !stdout {
        output::print(&format!(
            "{} {}, {} and {}\n",
            paint(GREEN.bold(), "wrote"),
            arguments.output.display(),
            output::count(permissions.len(), "permission"),
            output::count(scopes.len(), "scope"),
        ))?;
    }
    Ok(Answer::Yes)
}

fn names(loaded: &Loaded) -> Result<(Vec<String>, Vec<String>), Damaged> {
    let snapshot = &loaded.engine.snapshot;
    let permissions = (0..snapshot.permission_count())
        .map(|number| snapshot.permission_key(number).map(str::to_owned))
        .collect::<Result<_, _>>()?;
    let scopes = (0..snapshot.scope_count())
        .map(|number| snapshot.scope_id(number).map(str::to_owned))
        .collect::<Result<_, _>>()?;
    Ok((permissions, scopes))
}

fn declaration(tenant: &str, permissions: &[String], scopes: &[String]) -> String {
    format!(
        "// Written by `keyrack types` from the policy of {}. Do not edit.\n\n\
         /** Every permission of the policy. */\nexport type Permission ={};\n\n\
         /** Every scope of the policy, each before what lies below it. */\n\
         export type Scope ={};\n\n\
         declare module \"keyrack\" {{\n  interface Policy {{\n    permission: Permission;\n    \
         scope: Scope;\n  }}\n}}\n",
        literal(tenant),
        union(permissions),
        union(scopes)
    )
}

fn union(names: &[String]) -> String {
    if names.is_empty() {
        return " never".to_owned();
    }
    let members = names.iter().map(|name| format!("\n  | {}", literal(name)));
    members.collect()
}

/// A string literal. JSON's strings are TypeScript's.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
