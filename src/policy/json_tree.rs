//! JSON text to a tree with places.

use std::collections::HashMap;
use std::ops::Range;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::toml_tree::Flaw;
use super::tree::{Kind, Node};

/// JSON as RFC 8259 has it, and nothing beyond.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses a document. A tree comes back where the text could be read.
pub(crate) fn parse(text: &str, max_depth: usize) -> (Option<Node>, Vec<Flaw>) {
    let parsed = match parse_to_ast(text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => parsed,
        Err(error) => {
            let range = error.range();
            let flaw = Flaw {
                message: error.kind().to_string().to_lowercase(),
                span: range.start..range.end,
                code: super::codes::SYNTAX,
            };
            return (None, vec![flaw]);
        }
    };
    let mut flaws = Vec::new();
    let root = match &parsed.value {
        Some(value) => convert(value, max_depth, &mut flaws),
        None => {
            flaws.push(Flaw {
                message: "there is no document".to_owned(),
                span: 0..0,
                code: super::codes::SYNTAX,
            });
            return (None, flaws);
        }
    };
    (Some(root), flaws)
}

fn convert(value: &Value<'_>, depth: usize, flaws: &mut Vec<Flaw>) -> Node {
    let range = value.range();
    let span = range.start..range.end;
    let Some(depth) = depth.checked_sub(1) else {
        flaws.push(Flaw {
            message: "objects and lists are nested too deeply".to_owned(),
            span: span.clone(),
            code: super::codes::TOO_DEEP,
        });
        return Node::new(&span, Kind::Null);
    };
    let kind = match value {
        Value::StringLit(text) => Kind::Text(text.value.as_ref().into()),
        Value::NumberLit(number) => number
            .value
            .parse::<i64>()
            .map_or(Kind::Float, Kind::Integer),
        Value::BooleanLit(boolean) => Kind::Boolean(boolean.value),
        Value::NullKeyword(_) => Kind::Null,
        Value::Array(array) => Kind::List(
            array
                .elements
                .iter()
                .map(|element| convert(element, depth, flaws))
                .collect(),
        ),
        Value::Object(object) => {
            let mut entries: Vec<(Box<str>, Node)> = Vec::with_capacity(object.properties.len());
            let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
            for property in &object.properties {
                let (name, at) = match &property.name {
                    ObjectPropName::String(text) => (text.value.as_ref(), text.range),
                    ObjectPropName::Word(word) => (word.value, word.range),
                };
                let key = at.start..at.end;
                if seen.insert(name, key.clone()).is_some() {
                    flaws.push(Flaw {
                        message: format!("duplicate key `{name}`"),
                        span: key,
                        code: super::codes::DUPLICATE_KEY,
                    });
                    continue;
                }
                let node = convert(&property.value, depth, flaws).with_key(&key);
                entries.push((name.into(), node));
            }
            Kind::Table(entries)
        }
    };
    Node::new(&span, kind)
}
