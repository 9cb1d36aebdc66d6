//! Checkpoints: what was signed over a log up to one of its records.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{DOMAIN, Digest, text};
use crate::snapshot::container::{SigningKey, VerifyingKey};

const SIGNATURE: &[u8] = b",\"signature\":\"";
const END: &[u8] = b"\"}";

/// A checkpoint that was read, and not believed yet.
#[derive(Debug)]
pub(super) struct Checkpoint {
    pub(super) tenant: String,
    pub(super) sequence: u64,
    pub(super) head: Digest,
    key: String,
    signed: Vec<u8>,
    signature: [u8; 64],
}

/// A checkpoint as it is written. The signature stands last: it covers the bytes before it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    keyrack: String,
    tenant: String,
    sequence: u64,
    head: String,
    time: i64,
    key: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    signature: String,
}

/// What a checkpoint is worth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Good,
    KeyUnknown,
    SignatureInvalid,
}

impl Checkpoint {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(line).ok()?;
        let body = line.strip_suffix(END)?;
        let signature = text::decode(written.signature.as_bytes())?;
        let signed = body
            .strip_suffix(written.signature.as_bytes())?
            .strip_suffix(SIGNATURE)?;
        Some(Self {
            tenant: written.tenant,
            sequence: written.sequence,
            head: text::decode(written.head.as_bytes())?,
            key: written.key,
            signed: signed.to_vec(),
            signature,
        })
    }

    /// Holds it against the keys that the reader trusts.
    pub(super) fn standing(&self, keys: &[VerifyingKey]) -> Standing {
        let Some(key) = keys.iter().find(|key| id(key) == self.key) else {
            return Standing::KeyUnknown;
        };
        if key.has_signed(DOMAIN, &self.signed, &self.signature) {
            Standing::Good
        } else {
            Standing::SignatureInvalid
        }
    }
}

/// Signs a checkpoint.
pub(super) fn sign(
    tenant: &str,
    sequence: u64,
    head: &Digest,
    time: i64,
    key: &SigningKey,
) -> Option<String> {
    let written = Written {
        keyrack: "log-checkpoint/1".into(),
        tenant: tenant.into(),
        sequence,
        head: text::encode(head),
        time,
        key: id(&key.verifying_key()),
        signature: String::new(),
    };
    let mut line = serde_json::to_string(&written).ok()?;
    // The brace comes back after the signature.
    line.pop();
    let signature = text::encode(&key.sign_bytes(DOMAIN, line.as_bytes()));
    line.push_str(",\"signature\":\"");
    line.push_str(&signature);
    line.push_str("\"}");
    Some(line)
}

fn id(key: &VerifyingKey) -> String {
    key.id().iter().map(|byte| format!("{byte:02x}")).collect()
}
