//! What keeps a command from answering: a stable code, what happened, and a way out.

use std::{
    io::{self, ErrorKind},
    path::Path,
    process::ExitCode,
};

use keyrack::snapshot::{
    Damaged,
    container::{self, Domain},
    write::Oversized,
};
use serde_json::json;

use crate::output::{self, BOLD, CYAN, RED, paint};

/// Why a command could not answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// Stable.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// A way out.
    pub(crate) help: String,
    /// Whoever read the output has gone; there is nobody to tell.
    unheard: bool,
}

impl Failure {
    pub(crate) fn new(
        code: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            help: help.into(),
            unheard: false,
        }
    }

    /// A flag or an argument that does not fit.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new("usage", message, help)
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::new(
            "file_unreadable",
            format!("cannot read `{}`: {}", path.display(), said(error)),
            "check the path and its permissions",
        )
    }

    /// A file that cannot be written.
    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        if error.kind() == ErrorKind::AlreadyExists {
            return Self::new(
                "file_exists",
                format!("`{}` is there already", path.display()),
                "choose another name, or move the file away; nothing was overwritten",
            );
        }
        Self::new(
            "file_unwritable",
            format!("cannot write `{}`: {}", path.display(), said(error)),
            "check the path and its permissions",
        )
    }

    /// Output that cannot be written. A reader that has gone is no failure to tell of.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self {
            unheard: error.kind() == ErrorKind::BrokenPipe,
            ..Self::new(
                "output_failed",
                format!("cannot write the output: {}", said(error)),
                "check where stdout leads",
            )
        }
    }

    /// A container that is not loaded.
    pub(crate) fn container(kind: Domain, why: container::Failure) -> Self {
        use container::Failure as Why;
        let what = kind_name(kind);
        let (message, help) = match why {
            Why::Damaged => ("is damaged", "get it again from where it was published"),
            Why::EngineTooOld => ("needs a newer keyrack than this", "update keyrack"),
            Why::Expired => (
                "has expired",
                "publish a new one; `--now TIME` asks at another time",
            ),
            Why::FormatUnknown => (
                "is of a format that this keyrack does not know",
                "update keyrack, or compile the policy again",
            ),
            Why::IssuedInFuture => (
                "was issued after now",
                "check the clock, or say the time with `--now TIME`",
            ),
            Why::KeyUnknown => (
                "was signed by another key",
                "name the publisher's public key with `--key`; `keyrack inspect` shows the key's id",
            ),
            Why::Malformed => (
                "is cut, or no container at all",
                "get it again from where it was published",
            ),
            Why::Rollback => (
                "is older than the version already seen",
                "load the newer one, or lower `--min-version`",
            ),
            Why::SignatureInvalid => (
                "does not bear the signature of the key it names",
                "somebody changed it; get it again from where it was published",
            ),
            Why::TenantMismatch => ("belongs to another tenant", "name the right file"),
            Why::TooLarge => ("is larger than any that is read", "name the right file"),
            Why::Unsigned => (
                "has no signature",
                "sign it with `keyrack sign`, or vouch for it with `--unsigned`",
            ),
            Why::WrongDomain => (
                "holds another kind of thing",
                "`keyrack inspect` shows what it is",
            ),
        };
        Self::new(
            format!("{what}_{}", why.code()),
            format!("the {what} {message}"),
            help,
        )
    }

    /// Tells it, and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        if self.unheard {
            return ExitCode::from(1);
        }
        if json {
            // If stdout fails too, the exit code is all that is left to say.
            let _ = output::print(&format!("{}\n", json!({ "error": self.value() })));
        } else {
            let mut text = format!(
                "{}{}\n",
                paint(RED.bold(), &format!("error[{}]", self.code)),
                paint(BOLD, &format!(": {}", self.message)),
            );
            if !self.help.is_empty() {
                text.push_str(&format!("  {} {}\n", paint(CYAN, "help:"), self.help));
            }
            output::print_error(&text);
        }
        ExitCode::from(2)
    }

    fn value(&self) -> serde_json::Value {
        json!({ "code": self.code, "message": self.message, "help": self.help })
    }
}

/// The word for what a container holds.
pub(crate) const fn kind_name(kind: Domain) -> &'static str {
    match kind {
        Domain::Snapshot => "snapshot",
        Domain::Slice => "slice",
        Domain::Overlay => "overlay",
        Domain::Labels => "labels",
    }
}

/// The system's words without its number.
fn said(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

impl From<Damaged> for Failure {
    fn from(_: Damaged) -> Self {
        Self::container(Domain::Snapshot, container::Failure::Damaged)
    }
}

impl From<Oversized> for Failure {
    fn from(oversized: Oversized) -> Self {
        Self::new(
            "policy_too_large",
            format!("no snapshot holds so much: {oversized}"),
            "split the tenant, or shorten the policy",
        )
    }
}
