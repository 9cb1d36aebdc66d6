//! `keyrack sign`: puts a signature under what has none.

use std::path::PathBuf;

use clap::ValueEnum;
use keyrack::{
    compile::labels::Labels,
    snapshot::{
        Domain, Overlay, Snapshot,
        container::{self, Container, Expectations, MAGIC},
    },
};
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::{Failure, kind_name},
    keys, load,
    output::{self, GREEN, paint},
    policy_file,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// An unsigned container, or a payload
    file: PathBuf,
    /// The private key to sign with
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where the signed container goes; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What a bare payload is
    #[arg(long)]
    kind: Option<Kind>,
}

/// What a container holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// A whole policy
    Snapshot,
    /// One member's view of it
    Slice,
    /// Revocations and suspensions
    Overlay,
    /// Titles for people
    Labels,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let key = keys::private(&arguments.key)?;
    let bytes = policy_file::bytes(&arguments.file)?;
    let (kind, payload) = if bytes.starts_with(&MAGIC) {
        let kind = load::domain(&bytes).unwrap_or(Domain::Snapshot);
        let container =
            Container::parse(&bytes, kind).map_err(|why| Failure::container(kind, why))?;
        if container.key_id != [0; 8] {
            return Err(Failure::new(
                "already_signed",
                format!(
                    "the {} is signed by key {}",
                    kind_name(kind),
                    keys::id_text(container.key_id)
                ),
                "to change the key, compile the policy again with the new one",
            ));
        }
        (kind, container.payload)
    } else {
        let kind = match arguments.kind {
            Some(Kind::Snapshot) => Domain::Snapshot,
            Some(Kind::Slice) => Domain::Slice,
            Some(Kind::Overlay) => Domain::Overlay,
            Some(Kind::Labels) => Domain::Labels,
            None => {
                return Err(Failure::usage(
                    "the file is no container, and nothing says what payload it is",
                    "say it with `--kind`, or make a container with `keyrack compile --unsigned`",
                ));
            }
        };
        (kind, bytes.as_slice())
    };
    check(kind, payload)?;
    let signed = container::sign(kind, payload, &key);
    output::write_file(&arguments.output, &signed)?;
    if arguments.output.as_os_str() == "-" {
        return Ok(Answer::Yes);
    }
    let id = keys::id_text(key.verifying_key().id());
    if json {
        output::print_json(&json!({
            "file": arguments.output.display().to_string(),
            "kind": kind_name(kind),
            "bytes": signed.len(),
            "keyId": id,
        }))?;
    } else {
        output::print(&format!(
            "{} {}, a {} by key {id}\n",
            paint(GREEN.bold(), "wrote"),
            arguments.output.display(),
            kind_name(kind),
        ))?;
    }
    Ok(Answer::Yes)
}

/// Nobody should put a name under what cannot be read.
fn check(kind: Domain, payload: &[u8]) -> Result<(), Failure> {
    let damaged = |why| Failure::container(kind, why);
    match kind {
        Domain::Snapshot | Domain::Slice => {
            let snapshot = Snapshot::open(payload.to_vec()).map_err(|why| damaged(why.into()))?;
            if snapshot.head().slice_of.is_some() != (kind == Domain::Slice) {
                return Err(damaged(container::Failure::WrongDomain));
            }
            snapshot.restore().map_err(|why| damaged(why.into()))?;
        }
        Domain::Overlay => {
            // Without a clock only damage is refused.
            Overlay::open(payload, &Expectations::default()).map_err(damaged)?;
        }
        Domain::Labels => {
            Labels::open(payload).map_err(|why| damaged(why.into()))?;
        }
    }
    Ok(())
}
