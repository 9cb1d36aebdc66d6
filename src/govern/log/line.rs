//! The lines of a log.

use alloc::string::String;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::{DOMAIN, Digest, MAX_LINE_BYTES, Record, checkpoint::Checkpoint, text};

/// How the line of a record begins.
const ENTRY: &[u8] = b"{\"keyrack\":\"log/1\",";
/// How a checkpoint begins.
const CHECKPOINT: &[u8] = b"{\"keyrack\":\"log-checkpoint/1\",";

/// What a line holds.
#[derive(Debug)]
pub(super) enum Line {
    /// A record and its place in the chain.
    Entry(Entry),
    /// A signature over everything up to a record.
    Checkpoint(Checkpoint),
}

/// A record's place in the chain.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) tenant: String,
    pub(super) sequence: u64,
    pub(super) previous: Digest,
}

/// A record's line as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written<R> {
    pub(super) keyrack: String,
    pub(super) tenant: String,
    pub(super) sequence: u64,
    pub(super) previous: String,
    pub(super) record: R,
}

/// Reads a line without its end; `None` if it is none of a log.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    if line.len() > MAX_LINE_BYTES || line.last() != Some(&b'}') {
        return None;
    }
    if line.starts_with(CHECKPOINT) {
        return Checkpoint::read(line).map(Line::Checkpoint);
    }
    if !line.starts_with(ENTRY) {
        return None;
    }
    let written: Written<Record> = serde_json::from_slice(line).ok()?;
    Some(Line::Entry(Entry {
        tenant: written.tenant,
        sequence: written.sequence,
        previous: text::decode(written.previous.as_bytes())?,
    }))
}

/// The digest by which the next line names this one.
pub(super) fn digest(line: &[u8]) -> Digest {
    sha2::Sha256::digest(line).into()
}

/// What the first record of a tenant's log follows.
pub(super) fn genesis(tenant: &str) -> Digest {
    let mut hasher = sha2::Sha256::new();
    hasher.update(DOMAIN);
    hasher.update(tenant.as_bytes());
    hasher.finalize().into()
}
