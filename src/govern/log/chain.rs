//! Writing a log.

use alloc::string::String;

use super::{
    Digest, Record, checkpoint,
    line::{self, Written},
    text,
};
use crate::snapshot::container::SigningKey;

/// The end of a tenant's log, to which records are added.
#[derive(Clone, Debug)]
pub struct Chain {
    tenant: String,
    sequence: u64,
    head: Digest,
}

impl Chain {
    /// A log without records.
    #[must_use]
    pub fn new(tenant: &str) -> Self {
        Self {
            tenant: tenant.into(),
            sequence: 0,
            head: line::genesis(tenant),
        }
    }

    /// Adds a record, and gives its line without the end. `None` if it cannot be written as JSON.
    pub fn append(&mut self, record: &Record) -> Option<String> {
        let sequence = self.sequence.checked_add(1)?;
        let line = serde_json::to_string(&Written {
            keyrack: "log/1".into(),
            tenant: self.tenant.clone(),
            sequence,
            previous: text::encode(&self.head),
            record,
        })
        .ok()?;
        self.sequence = sequence;
        self.head = line::digest(line.as_bytes());
        Some(line)
    }

    /// A checkpoint over all records so far, signed at `time` (unix seconds).
    #[must_use]
    pub fn checkpoint(&self, time: i64, key: &SigningKey) -> Option<String> {
        checkpoint::sign(&self.tenant, self.sequence, &self.head, time, key)
    }
}
