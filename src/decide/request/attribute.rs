//! Attributes of the record, as sent.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Text;

/// Attribute values by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes<'a>(pub Vec<(Text<'a>, Value<'a>)>);

/// A value of an attribute as sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(Text<'a>),
    /// Several texts.
    Strings(Vec<Text<'a>>),
    /// Anything else: present, and of no declared type.
    Other,
}

impl Attributes<'_> {
    /// Whether none is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of one attribute, if it is told.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Value<'_>> {
        self.0
            .iter()
            .find(|(told, _)| told == name)
            .map(|(_, value)| value)
    }
}

struct AttributesVisitor;

impl<'de> de::Visitor<'de> for AttributesVisitor {
    type Value = Attributes<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("attributes by name")
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values: Vec<(Text<'de>, Value<'de>)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<Text<'de>, Value<'de>>()? {
            if values.iter().any(|(told, _)| *told == name) {
                return Err(de::Error::custom("an attribute is told twice"));
            }
            values.push((name, value));
        }
        Ok(Attributes(values))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributesVisitor)
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The form of a value where the format names no types.
#[derive(Deserialize, Serialize)]
enum TaggedValue<'a> {
    Boolean(bool),
    Integer(i64),
    String(#[serde(borrow)] Text<'a>),
    Strings(#[serde(borrow)] Vec<Text<'a>>),
    Other,
}

struct ValueVisitor;

impl<'de> de::Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a yes or no, a whole number, text, or a list of texts")
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Boolean(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Value::Other, Value::Integer))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Text::from(text)))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Text::kept(text.into()).map(Value::String)
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = seq.next_element::<Value<'de>>()? {
            match value {
                Value::String(text) => texts.push(text),
                _ => {
                    while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                    return Ok(Value::Other);
                }
            }
        }
        Ok(Value::Strings(texts))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map
            .next_entry::<de::IgnoredAny, de::IgnoredAny>()?
            .is_some()
        {}
        Ok(Value::Other)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(ValueVisitor);
        }
        Ok(match TaggedValue::deserialize(deserializer)? {
            TaggedValue::Boolean(value) => Self::Boolean(value),
            TaggedValue::Integer(value) => Self::Integer(value),
            TaggedValue::String(value) => Self::String(value),
            TaggedValue::Strings(value) => Self::Strings(value),
            TaggedValue::Other => Self::Other,
        })
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return match self {
                Self::Boolean(value) => serializer.serialize_bool(*value),
                Self::Integer(value) => serializer.serialize_i64(*value),
                Self::String(value) => value.serialize(serializer),
                Self::Strings(value) => value.serialize(serializer),
                Self::Other => serializer.serialize_unit(),
            };
        }
        match self.clone() {
            Self::Boolean(value) => TaggedValue::Boolean(value),
            Self::Integer(value) => TaggedValue::Integer(value),
            Self::String(value) => TaggedValue::String(value),
            Self::Strings(value) => TaggedValue::Strings(value),
            Self::Other => TaggedValue::Other,
        }
        .serialize(serializer)
    }
}
