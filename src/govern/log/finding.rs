//! What is wrong with a log.

use alloc::string::String;

/// Where a line stands: which of the files, and its number in it from 1.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// Which file, from 0.
    pub file: u32,
    /// Which line, from 1.
    pub line: u64,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Where; `None` where the log as a whole is meant.
    pub place: Option<Place>,
    /// What kind of thing.
    pub code: Code,
    /// What exactly, for people.
    pub message: String,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Code {
    /// A checkpoint by a key that the reader does not trust.
    CheckpointKeyUnknown,
    /// Keys were given, and no checkpoint vouches for anything.
    CheckpointMissing,
    /// A checkpoint that is not by the key it names, or was changed.
    CheckpointSignatureInvalid,
    /// A line that is no record and no checkpoint.
    LineMalformed,
    /// There is nothing at all.
    LogEmpty,
    /// A record is not the one that the next record, or a checkpoint, stands upon.
    RecordChanged,
    /// A record stands after a later one.
    RecordMoved,
    /// A number stands twice.
    RecordRepeated,
    /// Numbers are missing, before a line or at the end.
    RecordsMissing,
    /// The first record is not the log's first, and no checkpoint tells what it follows.
    StartMissing,
    /// A line of another tenant's log.
    TenantMismatch,
}

impl Code {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CheckpointKeyUnknown => "checkpoint_key_unknown",
            Self::CheckpointMissing => "checkpoint_missing",
            Self::CheckpointSignatureInvalid => "checkpoint_signature_invalid",
            Self::LineMalformed => "line_malformed",
            Self::LogEmpty => "log_empty",
            Self::RecordChanged => "record_changed",
            Self::RecordMoved => "record_moved",
            Self::RecordRepeated => "record_repeated",
            Self::RecordsMissing => "records_missing",
            Self::StartMissing => "start_missing",
            Self::TenantMismatch => "tenant_mismatch",
        }
    }
}
