//! Text to a document, with every mistake of form reported at its place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::codes;
use super::document::Document;
use super::finding::{self, Finding};
use super::prune::prune;
use super::source::Source;
use super::toml_tree::Flaw;
use super::tree::Kind;

/// The largest text that is read: room for more than 100,000 members with everything written out.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024 * 1024;

/// How deep tables and lists may nest; the document's own shape needs eight.
pub const MAX_DOCUMENT_DEPTH: usize = 48;

/// How a document is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// JSON, without comments.
    Json,
    /// TOML.
    Toml,
}

/// What came of reading a document.
#[derive(Clone, Debug, Default)]
pub struct ReadOutcome {
    /// What could be read. Parts that do not fit are left out, and each is a finding.
    pub document: Document,
    /// Where everything stands.
    pub source: Source,
    /// Mistakes of form.
    pub findings: Vec<Finding>,
    /// What had to be left out, so that the checks do not report its absence again.
    pub(crate) damage: Damage,
}

/// What had to be left out of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Damage {
    /// The text could not be read at all.
    pub(crate) unreadable: bool,
    /// Names of elements that were left out, by section.
    pub(crate) names: BTreeMap<String, BTreeSet<String>>,
    /// Sections of which something without a name was left out.
    pub(crate) sections: BTreeSet<String>,
    /// Sections that were left out whole.
    pub(crate) lost: BTreeSet<String>,
    /// Elements of which a part was left out.
    pub(crate) elements: BTreeSet<(String, usize)>,
}

impl Damage {
    /// A section that is left out whole.
    pub(crate) fn lose(&mut self, section: &str) {
        self.sections.insert(section.to_owned());
        self.lost.insert(section.to_owned());
    }

    /// Whether something of a section was left out.
    pub(crate) fn touches(&self, section: &str) -> bool {
        self.unreadable || self.sections.contains(section) || self.names.contains_key(section)
    }

    /// Whether a name may stand for something that was left out.
    pub(crate) fn may_name(&self, section: &str, name: &str) -> bool {
        self.unreadable
            || self.sections.contains(section)
            || self
                .names
                .get(section)
                .is_some_and(|names| names.contains(name))
    }
}

/// Reads a document.
#[must_use]
pub fn read(text: &str, format: Format) -> ReadOutcome {
    if text.len() > MAX_DOCUMENT_BYTES {
        let finding = Finding::new(
            codes::TOO_LARGE,
            format!("the document has {} bytes", text.len()),
            format!("split the tenant, or shorten it below {MAX_DOCUMENT_BYTES} bytes"),
        );
        return unreadable(Source::default(), vec![finding]);
    }
    let mut source = Source::new(text);
    let (root, flaws) = match format {
        Format::Json => super::json_tree::parse(text, MAX_DOCUMENT_DEPTH),
        Format::Toml => super::toml_tree::parse(text, MAX_DOCUMENT_DEPTH),
    };
    let mut findings: Vec<Finding> = flaws.iter().map(|flaw| told(flaw, &source)).collect();
    let Some(root) = root else {
        return unreadable(source, findings);
    };
    let mut damage = Damage::default();
    let (root, document) = match Document::deserialize(&root) {
        Ok(document) => (root, document),
        Err(_) => {
            let root = prune(root, &source, &mut findings, &mut damage);
            let document = Document::deserialize(&root).unwrap_or_default();
            (root, document)
        }
    };
    if !matches!(&root.kind, Kind::Table(entries) if entries.iter().any(|(key, _)| &**key == "policy"))
        && !damage.lost.contains("policy")
    {
        findings.push(
            Finding::new(
                codes::MISSING_KEY,
                "the document does not say whose policy it is",
                "write a table `policy` with `tenant`, `version`, `issued`, `expires` and `profile`",
            )
            .at(Some(source.place(0..0))),
        );
        damage.lose("policy");
    }
    source.set_root(root);
    finding::sort(&mut findings);
    ReadOutcome {
        document,
        source,
        findings,
        damage,
    }
}

fn unreadable(source: Source, mut findings: Vec<Finding>) -> ReadOutcome {
    finding::sort(&mut findings);
    ReadOutcome {
        source,
        findings,
        damage: Damage {
            unreadable: true,
            ..Damage::default()
        },
        ..ReadOutcome::default()
    }
}

fn told(flaw: &Flaw, source: &Source) -> Finding {
    let help = match flaw.code {
        codes::DUPLICATE_KEY => "keep one of the two",
        codes::TOO_DEEP => "write it flatter; no part of a policy nests so deep",
        _ => "correct the text at this place",
    };
    Finding::new(flaw.code, flaw.message.clone(), help).at(Some(source.place(flaw.span.clone())))
}
