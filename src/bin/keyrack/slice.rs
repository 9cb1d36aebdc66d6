//! `keyrack slice`: the part of a policy that one member's browser may see.

use std::path::{Path, PathBuf};

use keyrack::snapshot::{Domain, write};
use serde_json::json;

use crate::{
    Answer, Outcome,
    compile::{contained, signer},
    keys,
    load::Rack,
    output::{self, GREEN, paint},
    times::{self, Now},
    who_can::known_member,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Whose view
    #[arg(value_name = "MEMBER")]
    member: String,
    /// Where the slice goes; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The private key to sign with
    #[arg(long, value_name = "FILE", required_unless_present = "leave_unsigned")]
    sign_with: Option<PathBuf>,
    /// Leave it unsigned: it loads only where the loader vouches for it
    #[arg(long, conflicts_with = "sign_with")]
    leave_unsigned: bool,
    /// The moment to load the snapshot at; the clock's if absent
    #[arg(long, value_name = "TIME", value_parser = times::now)]
    now: Option<Now>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let key = signer(arguments.sign_with.as_deref(), arguments.leave_unsigned)?;
    let loaded = arguments.rack.load(Now::or_host(arguments.now), json)?;
    let snapshot = &loaded.engine.snapshot;
    known_member(&loaded.engine, &arguments.member)?;
    let Some(row) = snapshot.find_member(&arguments.member)? else {
        return Ok(Answer::No);
    };
    let payload = write::payload(&snapshot.slice(&row)?)?;
    let bytes = contained(Domain::Slice, &payload, key.as_ref());
    output::write_file(&arguments.output, &bytes)?;
    if arguments.output == Path::new("-") {
        return Ok(Answer::Yes);
    }
    let key_id = key.map(|key| keys::id_text(key.verifying_key().id()));
    if json {
        output::print_json(&json!({
            "file": arguments.output.display().to_string(),
            "bytes": bytes.len(),
            "member": arguments.member,
            "keyId": key_id,
        }))?;
    } else {
        output::print(&format!(
            "{} {}, {} bytes, what {} may see\n",
            paint(GREEN.bold(), "wrote"),
            arguments.output.display(),
            bytes.len(),
            arguments.member,
        ))?;
    }
    Ok(Answer::Yes)
}
