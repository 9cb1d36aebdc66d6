//! A policy document as a file: read, checked, compiled.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use keyrack::{
    compile,
    policy::{self, Document, Finding, Format, MAX_DOCUMENT_BYTES, ReadOutcome, Severity, Source},
    snapshot::{layout::MAX_PAYLOAD_BYTES, model::Model},
};

use crate::{failure::Failure, findings, keys, output, progress::Progress};

/// The largest file of any kind that is read.
const MAX_FILE_BYTES: usize = if MAX_DOCUMENT_BYTES > MAX_PAYLOAD_BYTES {
    MAX_DOCUMENT_BYTES
} else {
    MAX_PAYLOAD_BYTES
};

/// A policy that was read and checked.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) document: Document,
    pub(crate) source: Source,
    pub(crate) findings: Vec<Finding>,
    /// Absent where the policy is refused.
    pub(crate) model: Option<Model>,
}

impl Compiled {
    /// How many findings are errors, and how many are warnings.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let errors = |finding: &&Finding| finding.severity == Severity::Error;
        let errors = self.findings.iter().filter(errors).count();
        (errors, self.findings.len().saturating_sub(errors))
    }
}

/// Reads a file of bounded size. `-` is stdin.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let read = if path == Path::new("-") {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::unreadable(path, &error))?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Failure::new(
            "file_too_large",
            format!("`{}` has more than {MAX_FILE_BYTES} bytes", path.display()),
            "name the right file",
        ));
    }
    Ok(bytes)
}

/// Bytes as text.
pub(crate) fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Failure> {
    // SECURITY: findings show the text they are about; a private key must not end in a log.
    if bytes
        .trim_ascii_start()
        .starts_with(keys::PRIVATE_PREFIX.as_bytes())
    {
        return Err(Failure::new(
            "key_private",
            format!("`{}` is a private key", path.display()),
            "name the file that was meant; a private key belongs to `--key` of `compile`, `sign` and `overlay` only",
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(
            "not_text",
            format!("`{}` is no text in UTF-8", path.display()),
            "name a policy in TOML or JSON, or a snapshot that `keyrack compile` wrote",
        )
    })
}

/// TOML or JSON: by the name's ending, else by the first letter.
pub(crate) fn format(path: &Path, text: &str) -> Format {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => Format::Json,
        Some("toml") => Format::Toml,
        _ if text.trim_start().starts_with('{') => Format::Json,
        _ => Format::Toml,
    }
}

/// Reads a policy without checking more than its form.
pub(crate) fn read(path: &Path, bytes: Vec<u8>) -> Result<ReadOutcome, Failure> {
    let text = text(path, bytes)?;
    let _progress = Progress::start("reading the policy", None);
    Ok(policy::read(&text, format(path, &text)))
}

/// Checks and compiles what was read, perhaps in place of what was before.
pub(crate) fn check(read: ReadOutcome, before: Option<&Document>) -> Compiled {
    let progress = Progress::start("checking the policy", None);
    let compiled = match before {
        Some(before) => compile::compile_change(before, &read),
        None => compile::compile(&read),
    };
    drop(progress);
    Compiled {
        document: read.document,
        source: read.source,
        findings: compiled.findings,
        model: compiled.model,
    }
}

/// Reads, checks and compiles.
pub(crate) fn compiled(path: &Path, bytes: Vec<u8>) -> Result<Compiled, Failure> {
    Ok(check(read(path, bytes)?, None))
}

/// The model of a policy that has to compile to be of use; its errors are shown where it does not.
pub(crate) fn model(path: &Path, compiled: &mut Compiled, json: bool) -> Result<Model, Failure> {
    if let Some(model) = compiled.model.take() {
        return Ok(model);
    }
    let (errors, _) = compiled.counts();
    if !json {
        compiled
            .findings
            .retain(|finding| finding.severity == Severity::Error);
        output::print_error(&findings::rendered(path, compiled));
    }
    Err(Failure::new(
        "policy_refused",
        format!(
            "`{}` does not compile: {}",
            path.display(),
            output::count(errors, "error")
        ),
        format!("`keyrack check {}` shows everything", path.display()),
    ))
}
