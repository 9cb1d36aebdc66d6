//! TOML text to a tree with places.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::tree::{Kind, Node};

/// What went wrong in the text, where.
pub(crate) struct Flaw {
    pub(crate) message: String,
    pub(crate) span: Range<usize>,
    pub(crate) code: super::codes::Code,
}

/// Parses a document. A tree comes back where at least its outline could be read.
pub(crate) fn parse(text: &str, max_depth: usize) -> (Option<Node>, Vec<Flaw>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut flaws: Vec<Flaw> = errors
        .iter()
        .map(|error| Flaw {
            message: error.message().to_owned(),
            span: error.span().unwrap_or(0..0),
            code: if error.message() == "duplicate key" {
                super::codes::DUPLICATE_KEY
            } else {
                super::codes::SYNTAX
            },
        })
        .collect();
    let readable = flaws
        .iter()
        .all(|flaw| flaw.code == super::codes::DUPLICATE_KEY);
    if !readable {
        return (None, flaws);
    }
    let root = convert_table(&(0..text.len()), table.get_ref(), max_depth, &mut flaws);
    (Some(root), flaws)
}

fn convert_table(
    span: &Range<usize>,
    table: &DeTable<'_>,
    depth: usize,
    flaws: &mut Vec<Flaw>,
) -> Node {
    let entries = table
        .iter()
        .map(|(key, value)| {
            let node = convert(&value.span(), value.get_ref(), depth, flaws).with_key(&key.span());
            (key.get_ref().as_ref().into(), node)
        })
        .collect();
    Node::new(span, Kind::Table(entries))
}

fn convert(span: &Range<usize>, value: &DeValue<'_>, depth: usize, flaws: &mut Vec<Flaw>) -> Node {
    let Some(depth) = depth.checked_sub(1) else {
        flaws.push(Flaw {
            message: "tables and lists are nested too deeply".to_owned(),
            span: span.clone(),
            code: super::codes::TOO_DEEP,
        });
        return Node::new(span, Kind::Null);
    };
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.as_ref().into()),
        DeValue::Integer(integer) => {
            match i64::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(value) => Kind::Integer(value),
                // Too large for any number of a policy.
                Err(_) => Kind::Float,
            }
        }
        DeValue::Float(_) => Kind::Float,
        DeValue::Boolean(value) => Kind::Boolean(*value),
        DeValue::Datetime(time) => Kind::Text(time.to_string().into()),
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| convert(&item.span(), item.get_ref(), depth, flaws))
                .collect(),
        ),
        DeValue::Table(table) => return convert_table(span, table, depth, flaws),
    };
    Node::new(span, kind)
}
