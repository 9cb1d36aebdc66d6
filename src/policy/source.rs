//! Where each part of a document stands in its text.

use std::ops::Range;

use super::finding::Place;
use super::tree::{Kind, Node};

/// One step from a part of the document to a part of that part.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step<'a> {
    /// A key of a table.
    Key(&'a str),
    /// An element of a list.
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Self::Key(key)
    }
}

impl<'a> From<&'a String> for Step<'a> {
    fn from(key: &'a String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The text of a document, and where each part of it stands. Empty for a document that was not
/// read from text; then nothing has a place.
#[derive(Clone, Debug, Default)]
pub struct Source {
    text: String,
    /// The byte at which each line starts.
    lines: Vec<usize>,
    root: Option<Node>,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let mut lines = vec![0];
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                lines.push(at.saturating_add(1));
            }
        }
        Self {
            text: text.to_owned(),
            lines,
            root: None,
        }
    }

    pub(crate) fn set_root(&mut self, root: Node) {
        self.root = Some(root);
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a value stands. The nearest part that is there stands in for one that is not.
    #[must_use]
    pub fn value(&self, path: &[Step<'_>]) -> Option<Place> {
        self.node(path).map(|node| self.place(node.span()))
    }

    /// Where a key stands; the value where it has none.
    #[must_use]
    pub fn key(&self, path: &[Step<'_>]) -> Option<Place> {
        self.node(path)
            .map(|node| self.place(node.key_span().unwrap_or_else(|| node.span())))
    }

    fn node(&self, path: &[Step<'_>]) -> Option<&Node> {
        let mut node = self.root.as_ref()?;
        for step in path {
            match node.child(*step) {
                Some(child) => node = child,
                None => break,
            }
        }
        Some(node)
    }

    /// The place of a stretch of bytes, cut to its first line.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let line_start = line
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .copied()
            .unwrap_or(0);
        let column = self
            .text
            .get(line_start..span.start)
            .map_or(0, |before| before.chars().count());
        let stretch = self.text.get(span.clone()).unwrap_or_default();
        let first_line = stretch.lines().next().unwrap_or_default();
        Place {
            start: span.start,
            end: span.start.saturating_add(first_line.len()),
            line: line.max(1),
            column: column.saturating_add(1),
        }
    }
}

impl Node {
    fn child(&self, step: Step<'_>) -> Option<&Node> {
        match (step, &self.kind) {
            (Step::Key(key), Kind::Table(entries)) => entries
                .iter()
                .find(|(name, _)| &**name == key)
                .map(|(_, node)| node),
            (Step::Index(index), Kind::List(nodes)) => nodes.get(index),
            _ => None,
        }
    }
}
