//! `keyrack keygen`: a key to sign with.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use keyrack::snapshot::container::SigningKey;
use serde_json::json;

use crate::{
    Answer, Outcome,
    failure::Failure,
    keys,
    output::{self, DIM, GREEN, PLAIN, Table, paint},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the private key goes; the public one goes beside it, with `.pub` added
    #[arg(short, long, value_name = "FILE", default_value = "keyrack.key")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Failure::new(
            "no_randomness",
            format!("the system gives no random bytes: {error}"),
            "try again, or on another machine",
        )
    })?;
    let public = SigningKey::from_seed(&seed).verifying_key();
    let private_file = &arguments.output;
    let mut name = private_file.as_os_str().to_owned();
    name.push(".pub");
    let public_file = PathBuf::from(name);
    let text = keys::encode(&public.to_bytes());
    if public_file.exists() {
        let there = std::io::ErrorKind::AlreadyExists.into();
        return Err(Failure::unwritable(&public_file, &there));
    }
    let line = format!("{}{}\n", keys::PRIVATE_PREFIX, keys::encode(&seed));
    create(private_file, line.as_bytes(), true)?;
    if let Err(failure) = create(&public_file, format!("{text}\n").as_bytes(), false) {
        // Half a pair is of no use.
        let _ = fs::remove_file(private_file);
        return Err(failure);
    }
    if json {
        output::print_json(&json!({
            "privateFile": private_file.display().to_string(),
            "publicFile": public_file.display().to_string(),
            "publicKey": text,
            "keyId": keys::id_text(public.id()),
        }))?;
    } else {
        let mut table = Table::default();
        let mut row = |name: &str, text: String| {
            table.row([(DIM, name.to_owned()), (PLAIN, text)]);
        };
        row(
            "private",
            format!("{}  keep it secret", private_file.display()),
        );
        row("public", public_file.display().to_string());
        row("key", text);
        row("id", keys::id_text(public.id()));
        let head = paint(GREEN.bold(), "made a key");
        output::print(&format!("{head}\n{}", table.text(2)))?;
    }
    Ok(Answer::Yes)
}

/// Writes a file that must not be there yet; a secret one is its owner's alone from the start.
fn create(path: &Path, bytes: &[u8], secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| Failure::unwritable(path, &error))
}
