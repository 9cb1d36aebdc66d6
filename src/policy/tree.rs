//! A parsed document before it has types: one tree for both formats, each node with its place.

use std::ops::Range;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::read_error::ReadError;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    key: (u32, u32),
    span: (u32, u32),
    pub(crate) kind: Kind,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Boolean(bool),
    Integer(i64),
    /// Refused wherever it stands: no number of a policy has a fraction.
    Float,
    Text(Box<str>),
    List(Vec<Node>),
    Table(Vec<(Box<str>, Node)>),
}

fn pack(span: &Range<usize>) -> (u32, u32) {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (narrow(span.start), narrow(span.end))
}

fn unpack(span: (u32, u32)) -> Range<usize> {
    let widen = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    widen(span.0)..widen(span.1)
}

impl Node {
    pub(crate) fn new(span: &Range<usize>, kind: Kind) -> Self {
        Self {
            key: (0, 0),
            span: pack(span),
            kind,
        }
    }

    pub(crate) fn with_key(mut self, span: &Range<usize>) -> Self {
        self.key = pack(span);
        self
    }

    pub(crate) fn span(&self) -> Range<usize> {
        unpack(self.span)
    }

    pub(crate) fn key_span(&self) -> Option<Range<usize>> {
        (self.key.1 > self.key.0).then(|| unpack(self.key))
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for &'de Node {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean(value) => visitor.visit_bool(*value),
            Kind::Integer(value) => visitor.visit_i64(*value),
            Kind::Float => Err(ReadError::Value(
                "expected a whole number; amounts are minor units".to_owned(),
            )),
            Kind::Text(value) => visitor.visit_borrowed_str(value),
            Kind::List(nodes) => {
                let mut items = SeqDeserializer::new(nodes.iter());
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Kind::Table(entries) => {
                let mut members =
                    MapDeserializer::new(entries.iter().map(|(key, node)| (&**key, node)));
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.kind {
            Kind::Text(name) => visitor.visit_enum((&**name).into_deserializer()),
            _ => Err(ReadError::Value("expected one of a few words".to_owned())),
        }
    }

    /// Structures are tables only; serde would also take a list of their values by position.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match &self.kind {
            Kind::List(_) => Err(ReadError::Value(
                "expected a table, found a list".to_owned(),
            )),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}
