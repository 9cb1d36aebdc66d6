//! Containers as files: what makes them signs them, or is told not to.

use std::path::{Path, PathBuf};

use keyrack::snapshot::{
    Domain,
    container::{self, SigningKey},
};

use crate::{failure::Failure, keys, output};

/// Where a container goes, and who signs it.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// Where it goes; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The private key to sign with
    #[arg(long, value_name = "FILE", required_unless_present = "unsigned")]
    key: Option<PathBuf>,
    /// Leave it unsigned: it loads only where the loader vouches for it
    #[arg(long, conflicts_with = "key")]
    unsigned: bool,
}

impl Output {
    pub(crate) fn signer(&self) -> Result<Option<SigningKey>, Failure> {
        signer(self.key.as_deref(), self.unsigned)
    }
}

/// What there is to tell of a container that was written.
pub(crate) struct Put {
    pub(crate) bytes: usize,
    pub(crate) key_id: Option<String>,
}

/// Writes a container, signed if there is a key. `None` if it went to stdout, where nothing may
/// stand beside it.
pub(crate) fn write(
    path: &Path,
    (kind, payload): (Domain, &[u8]),
    key: Option<&SigningKey>,
) -> Result<Option<Put>, Failure> {
    let bytes = match key {
        Some(key) => container::sign(kind, payload, key),
        None => container::unsigned(kind, payload),
    };
    output::write_file(path, &bytes)?;
    Ok((path != Path::new("-")).then(|| Put {
        bytes: bytes.len(),
        key_id: key.map(|key| keys::id_text(key.verifying_key().id())),
    }))
}

/// The key to sign with, where one of two flags has to be said.
pub(crate) fn signer(key: Option<&Path>, unsigned: bool) -> Result<Option<SigningKey>, Failure> {
    match key {
        Some(path) => keys::private(path).map(Some),
        None if unsigned => Ok(None),
        None => Err(Failure::usage(
            "nothing says how to sign",
            "name a private key with `--key`, or say `--unsigned`",
        )),
    }
}
