//! JSON as it was sent, read once and strictly: a body that two readers could understand in two
//! ways is refused (RFC 7493).

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed},
};

use super::Fault;

/// How deeply values may be nested.
const MAX_DEPTH: u8 = 32;
/// The most members of one object.
const MAX_MEMBERS: usize = 256;

/// A value as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text.
    String(Cow<'a, str>),
    /// Values in order.
    Array(Vec<Json<'a>>),
    /// Values by name.
    Object(Object<'a>),
}

/// Values by name, each name once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Reads a body, which has to be one object and nothing more.
    ///
    /// # Errors
    /// If it is none: 400, with what is wrong.
    pub fn read(body: &'a [u8]) -> Result<Self, Fault> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let value = Depth(MAX_DEPTH)
            .deserialize(&mut deserializer)
            .map_err(unreadable)?;
        deserializer.end().map_err(unreadable)?;
        match value {
            Json::Object(object) => Ok(object),
            _ => Err(Fault::bad("the body is not an object")),
        }
    }

    /// The value of a member, if it is there.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Json<'a>> {
        let mut members = self.0.iter();
        members
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The members in the order of their names.
    #[must_use]
    pub fn sorted(&self) -> Vec<(&str, &Json<'a>)> {
        let mut members: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| (&**name, value))
            .collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        members
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }
}

impl Json<'_> {
    /// Feeds the value's meaning to a digest: the order of members makes no difference.
    pub fn feed(&self, digest: &mut impl FnMut(&[u8])) {
        match self {
            Self::Null => digest(b"0"),
            Self::Boolean(value) => digest(if *value { b"t" } else { b"f" }),
            Self::Integer(value) => {
                digest(b"i");
                digest(&value.to_le_bytes());
            }
            Self::Number(value) => {
                digest(b"n");
                digest(&value.to_le_bytes());
            }
            Self::String(value) => feed_text(value, digest),
            Self::Array(values) => {
                digest(b"a");
                feed_length(values.len(), digest);
                for value in values {
                    value.feed(digest);
                }
            }
            Self::Object(object) => {
                digest(b"o");
                feed_length(object.0.len(), digest);
                for (name, value) in object.sorted() {
                    feed_text(name, digest);
                    value.feed(digest);
                }
            }
        }
    }
}

fn feed_text(text: &str, digest: &mut impl FnMut(&[u8])) {
    digest(b"s");
    feed_length(text.len(), digest);
    digest(text.as_bytes());
}

/// Lengths stand before what they measure, so that no two values feed the same bytes.
fn feed_length(length: usize, digest: &mut impl FnMut(&[u8])) {
    digest(&u64::try_from(length).unwrap_or(u64::MAX).to_le_bytes());
}

fn unreadable(error: serde_json::Error) -> Fault {
    let mut message = String::from("the body cannot be read: ");
    message.push_str(&error.to_string());
    Fault::bad(message)
}

/// How much deeper a value may go.
#[derive(Clone, Copy)]
struct Depth(u8);

impl Depth {
    fn below<E: de::Error>(self) -> Result<Self, E> {
        match self.0.checked_sub(1) {
            Some(left) => Ok(Self(left)),
            None => Err(E::custom("values are nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Json<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Depth {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }
    fn visit_unit<E: de::Error>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Boolean(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Json<'de>, E> {
        // Beyond what anybody can represent exactly: a number, and no whole one.
        Ok(i64::try_from(value).map_or(Json::Number(f64::MAX), Json::Integer))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }
    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(value.into())))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let below = self.below()?;
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(below)? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let below = self.below()?;
        let mut members: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(name) = map.next_key_seed(Name)? {
            if members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom("an object has two members of one name"));
            }
            if members.len() == MAX_MEMBERS {
                return Err(de::Error::custom("an object has too many members"));
            }
            members.push((name, map.next_value_seed(below)?));
        }
        Ok(Json::Object(Object(members)))
    }
}

/// A member's name, borrowed where it can be.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> de::Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }
    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.into()))
    }
}
