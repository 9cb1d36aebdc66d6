//! Takes what does not fit out of a parsed document, and reports each mistake at its place.

use std::ops::Range;

use serde::Deserialize;
use serde_path_to_error::Segment;

use super::codes;
use super::document::Document;
use super::finding::Finding;
use super::read::Damage;
use super::read_error::ReadError;
use super::source::Source;
use super::suggest;
use super::tree::{Kind, Node};

/// A document with more mistakes of form than this is not a policy.
const MAX_FORM_FINDINGS: usize = 1_000;

/// What is left of a document.
pub(crate) fn prune(
    root: Node,
    source: &Source,
    findings: &mut Vec<Finding>,
    damage: &mut Damage,
) -> Node {
    let mut pruner = Pruner {
        source,
        findings,
        damage,
    };
    pruner.prune(root)
}

/// Takes out what does not fit, one element at a time, so that a mistake in one hides none in
/// another and the cost grows with the number of mistakes only.
struct Pruner<'p> {
    source: &'p Source,
    findings: &'p mut Vec<Finding>,
    damage: &'p mut Damage,
}

impl Pruner<'_> {
    fn prune(&mut self, root: Node) -> Node {
        let span = root.span();
        let Kind::Table(sections) = root.kind else {
            self.findings.push(
                Finding::new(
                    codes::WRONG_VALUE,
                    "a policy is a table",
                    "write the document's sections as keys of one table",
                )
                .at(Some(self.source.place(span.clone()))),
            );
            self.damage.unreadable = true;
            return Node::new(&span, Kind::Table(Vec::new()));
        };
        let mut kept = Vec::with_capacity(sections.len());
        for (name, mut section) in sections {
            let key = section.key_span();
            let listed = takes_a_list(&name, &span);
            if let (true, Kind::List(elements)) = (listed, &mut section.kind) {
                let elements = std::mem::take(elements);
                let mut left = Vec::with_capacity(elements.len());
                for element in elements {
                    if let Some((element, touched)) = self.prune_element(&name, element, true) {
                        if touched {
                            self.damage.elements.insert((name.to_string(), left.len()));
                        }
                        left.push(element);
                    }
                }
                section.kind = Kind::List(left);
                kept.push((name, section));
                continue;
            }
            match self.prune_element(&name, section, false) {
                Some((section, touched)) => {
                    if touched {
                        self.damage.sections.insert(name.to_string());
                    }
                    let section = match key {
                        Some(key) => section.with_key(&key),
                        None => section,
                    };
                    kept.push((name, section));
                }
                None => self.damage.lose(&name),
            }
        }
        Node::new(&span, Kind::Table(kept))
    }

    /// What is left of an element, and whether anything had to go.
    fn prune_element(
        &mut self,
        section: &str,
        element: Node,
        listed: bool,
    ) -> Option<(Node, bool)> {
        let span = element.span();
        let called = element.name().map(str::to_owned);
        let inner = if listed {
            Node::new(&span, Kind::List(vec![element]))
        } else {
            element
        };
        let mut probe = Node::new(&span, Kind::Table(vec![(section.into(), inner)]));
        let mut gone: Vec<(String, String)> = Vec::new();
        loop {
            let error = match serde_path_to_error::deserialize::<_, Document>(&probe) {
                Ok(_) => break,
                Err(error) => error,
            };
            if self.findings.len() >= MAX_FORM_FINDINGS {
                self.too_many(&span);
                return None;
            }
            let path: Vec<Segment> = error.path().iter().cloned().collect();
            let removed = self.report(&probe, &path, error.inner(), &gone);
            if let Some(Segment::Map { key }) = path.last() {
                let parent = path.split_last().map_or(&[][..], |(_, parent)| parent);
                gone.push((written(parent), key.clone()));
            }
            let root_gone = path.len() <= if listed { 2 } else { 1 };
            if root_gone || !removed || !probe.remove(&path) {
                match called {
                    Some(name) => {
                        let names = self.damage.names.entry(section.to_owned()).or_default();
                        names.insert(name);
                    }
                    None => {
                        self.damage.sections.insert(section.to_owned());
                    }
                }
                return None;
            }
        }
        let touched = !gone.is_empty() || probe.emptied(listed);
        probe.into_only(listed).map(|element| (element, touched))
    }

    /// Reports one mistake. False where the path leads nowhere.
    fn report(
        &mut self,
        probe: &Node,
        path: &[Segment],
        error: &ReadError,
        gone: &[(String, String)],
    ) -> bool {
        let Some(node) = probe.find(path) else {
            self.push(codes::WRONG_VALUE, error.to_string(), String::new(), probe);
            return false;
        };
        match error {
            ReadError::Missing(key) => {
                let container = written(path);
                let known = gone
                    .iter()
                    .any(|(parent, name)| *parent == container && name == key);
                if !known {
                    let help = format!("write `{key}`");
                    self.push(codes::MISSING_KEY, error.to_string(), help, node);
                }
            }
            ReadError::Unknown(key, expected) => {
                let help = match suggest::nearest(key, expected.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("what can stand here: {}", all(expected)),
                };
                let place = node.key_span().unwrap_or_else(|| node.span());
                let finding = Finding::new(codes::UNKNOWN_KEY, error.to_string(), help);
                self.findings
                    .push(finding.at(Some(self.source.place(place))));
            }
            ReadError::Twice(key) => {
                let help = format!("keep one `{key}`");
                self.push(codes::DUPLICATE_KEY, error.to_string(), help, node);
            }
            ReadError::Value(_) => {
                let help = "see docs/policy.md for the form of each key".to_owned();
                self.push(codes::WRONG_VALUE, error.to_string(), help, node);
            }
        }
        true
    }

    fn push(&mut self, code: codes::Code, message: String, help: String, node: &Node) {
        self.findings
            .push(Finding::new(code, message, help).at(Some(self.source.place(node.span()))));
    }

    fn too_many(&mut self, span: &Range<usize>) {
        let known = self
            .findings
            .iter()
            .rev()
            .take(2)
            .any(|finding| finding.code == codes::TOO_MANY.name);
        if !known {
            let finding = Finding::new(
                codes::TOO_MANY,
                format!("more than {MAX_FORM_FINDINGS} mistakes in the form"),
                "correct these first",
            );
            self.findings
                .push(finding.at(Some(self.source.place(span.clone()))));
        }
        self.damage.unreadable = true;
    }
}

/// Whether a section is known and is a list.
fn takes_a_list(section: &str, span: &Range<usize>) -> bool {
    let empty = Node::new(span, Kind::List(Vec::new()));
    let probe = Node::new(span, Kind::Table(vec![(section.into(), empty)]));
    Document::deserialize(&probe).is_ok()
}

fn written(path: &[Segment]) -> String {
    path.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("/")
}

fn all(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Node {
    /// What an element calls itself.
    fn name(&self) -> Option<&str> {
        let Kind::Table(entries) = &self.kind else {
            return None;
        };
        entries
            .iter()
            .find(|(key, _)| matches!(&**key, "id" | "key"))
            .and_then(|(_, node)| match &node.kind {
                Kind::Text(name) => Some(&**name),
                _ => None,
            })
    }

    fn find(&self, path: &[Segment]) -> Option<&Self> {
        let mut node = self;
        for segment in path {
            node = match (segment, &node.kind) {
                (Segment::Map { key }, Kind::Table(entries)) => {
                    &entries.iter().find(|(name, _)| **name == **key)?.1
                }
                (Segment::Seq { index }, Kind::List(nodes)) => nodes.get(*index)?,
                _ => return None,
            };
        }
        Some(node)
    }

    /// Takes one part out. False where the path leads nowhere.
    fn remove(&mut self, path: &[Segment]) -> bool {
        let Some((segment, rest)) = path.split_first() else {
            return false;
        };
        match (segment, &mut self.kind) {
            (Segment::Map { key }, Kind::Table(entries)) => {
                let Some(at) = entries.iter().position(|(name, _)| **name == **key) else {
                    return false;
                };
                if rest.is_empty() {
                    entries.remove(at);
                    return true;
                }
                entries
                    .get_mut(at)
                    .is_some_and(|(_, node)| node.remove(rest))
            }
            (Segment::Seq { index }, Kind::List(nodes)) => {
                if rest.is_empty() {
                    if *index < nodes.len() {
                        nodes.remove(*index);
                        return true;
                    }
                    return false;
                }
                nodes.get_mut(*index).is_some_and(|node| node.remove(rest))
            }
            _ => false,
        }
    }

    fn emptied(&self, listed: bool) -> bool {
        match &self.kind {
            Kind::Table(entries) => entries.first().is_none_or(|(_, node)| {
                listed && matches!(&node.kind, Kind::List(nodes) if nodes.is_empty())
            }),
            _ => false,
        }
    }

    /// The one element of a probe.
    fn into_only(self, listed: bool) -> Option<Self> {
        let Kind::Table(entries) = self.kind else {
            return None;
        };
        let (_, node) = entries.into_iter().next()?;
        if !listed {
            return Some(node);
        }
        match node.kind {
            Kind::List(nodes) => nodes.into_iter().next(),
            _ => None,
        }
    }
}
