//! The decision log that cannot be quietly changed.
//!
//! A log is lines of JSON, one record each. Every record carries its number and the SHA-256 of the
//! line before it, over that line's exact bytes. Now and then a checkpoint is signed: it names the
//! number and the digest of the last record, and so vouches for all of them. [`Verifier`] reads
//! lines and tells which were changed, taken out, put in, moved or cut off.

mod chain;
mod checkpoint;
mod finding;
mod line;
mod record;
mod text;
mod verify;

pub use chain::Chain;
pub use finding::{Code, Finding, Place};
pub use record::{Attribute, Record, Value};
pub use verify::{Report, Verifier};

/// What a checkpoint's signature covers before its own bytes.
pub const DOMAIN: &[u8] = b"keyrack/log/v1\0";
/// Longer lines are no lines of a log.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The SHA-256 of a line.
pub(crate) type Digest = [u8; 32];
