//! `keyrack slice`: the part of a policy that one member's browser may see.

use std::path::PathBuf;

use keyrack::{
    decide::Engine,
    query,
    snapshot::{Domain, model::Model, write},
};
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    load::Rack,
    output::{self, GREEN, paint},
    signed::{self, Put, signer},
    times::{self, Now},
    who_can::{known_member, unknown_member},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Whose view
    #[arg(value_name = "MEMBER")]
    member: String,
    /// An app or a service that acts on the member's behalf: what both may, and nothing else
    #[arg(long, value_name = "APP")]
    actor: Option<String>,
    /// Where the slice goes; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The private key to sign with
    #[arg(long, value_name = "FILE", required_unless_present = "leave_unsigned")]
    sign_with: Option<PathBuf>,
    /// Leave it unsigned: it loads only where the loader vouches for it
    #[arg(long, conflicts_with = "sign_with")]
    leave_unsigned: bool,
    /// The moment to load the snapshot at, and at which the actor's rights count; the clock's if absent
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let key = signer(arguments.sign_with.as_deref(), arguments.leave_unsigned)?;
    let now = Now::or_host(arguments.now);
    let loaded = arguments.rack.load(now, json)?;
    let model = match &arguments.actor {
        Some(actor) => on_behalf(&loaded.engine, &arguments.member, actor, now)?,
        None => own(&loaded.engine, &arguments.member)?,
    };
    let payload = write::payload(&model)?;
    let file = &arguments.output;
    let written = signed::write(file, (Domain::Slice, &payload), key.as_ref())?;
    let Some(Put { bytes, key_id }) = written else {
        return Ok(Answer::Yes);
    };
    if json {
        output::print_json(&json!({
            "file": file.display().to_string(),
            "bytes": bytes,
            "member": arguments.member,
            "actor": arguments.actor,
            "keyId": key_id,
        }))?;
    } else {
        output::print(&format!(
            "{} {}, {bytes} bytes, what {} may see\n",
            paint(GREEN.bold(), "wrote"),
            file.display(),
            match &arguments.actor {
                Some(actor) => format!("{actor}, for {},", arguments.member),
                None => arguments.member.clone(),
            },
        ))?;
    }
    Ok(Answer::Yes)
}

fn own(engine: &Engine, member: &str) -> Result<Model, Failure> {
    let row = engine.snapshot.find_member(member)?;
    let row = row.ok_or_else(|| unknown_member(member))?;
    Ok(engine.snapshot.slice(&row)?)
}

fn on_behalf(
    engine: &Engine,
    member: &str,
    actor: &str,
    now: Option<i64>,
) -> Result<Model, Failure> {
    for name in [member, actor] {
        known_member(engine, name)?;
    }
    let now = now.ok_or_else(|| {
        Failure::usage(
            "without a clock nobody acts on anybody's behalf",
            "say the time with `--now TIME`",
        )
    })?;
    query::slice_on_behalf(engine, member, actor, now)?.ok_or_else(|| {
        Failure::new(
            "actor_refused",
            format!("`{actor}` is no app and no service that acts for `{member}`"),
            "name a member of the kind `app` or `service`, and another one than the member",
        )
    })
}
