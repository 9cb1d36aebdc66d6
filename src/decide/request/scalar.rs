//! Text, whole numbers, and members that are not read.

use alloc::string::String;
use core::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Where requests come as JSON, whose escapes have to be undone.
#[cfg(any(feature = "authoring", feature = "authzen"))]
type Kept<'a> = alloc::borrow::Cow<'a, str>;
/// Where requests are read in place. What owns nothing has nothing to be dropped: this takes a
/// fortieth off the edge module.
#[cfg(not(any(feature = "authoring", feature = "authzen")))]
type Kept<'a> = &'a str;

/// Text that borrows from its source where it can.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Text<'a>(Kept<'a>);

impl Text<'_> {
    /// Text that its source does not lend.
    ///
    /// # Errors
    /// In the edge build, which reads in place.
    #[cfg_attr(
        not(any(feature = "authoring", feature = "authzen")),
        allow(clippy::unnecessary_wraps)
    )]
    pub(super) fn kept<E: de::Error>(text: String) -> Result<Self, E> {
        #[cfg(any(feature = "authoring", feature = "authzen"))]
        return Ok(Self::from(text));
        #[cfg(not(any(feature = "authoring", feature = "authzen")))]
        {
            drop(text);
            Err(E::custom("text that is not lent"))
        }
    }
}

/// A whole number as it was sent. Anything that is no exact integer is kept as invalid, so that
/// the decision can say so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exact(pub Option<i64>);

/// A member that is accepted and not read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Unread;

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        AsRef::<str>::as_ref(&self.0)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    #[allow(clippy::useless_conversion, reason = "it is none in every build")]
    fn from(text: &'a str) -> Self {
        Self(text.into())
    }
}

#[cfg(any(feature = "authoring", feature = "authzen"))]
impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

struct TextVisitor;

impl<'de> de::Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }
    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text::from(text))
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Text::kept(text.into())
    }
    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Text::kept(text)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

struct ExactVisitor;

impl de::Visitor<'_> for ExactVisitor {
    type Value = Exact;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number")
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Exact, E> {
        Ok(Exact(Some(value)))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Exact, E> {
        Ok(Exact(i64::try_from(value).ok()))
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Exact, E> {
        Ok(Exact(None))
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(ExactVisitor)
        } else {
            Option::deserialize(deserializer).map(Self)
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            match self.0 {
                Some(value) => serializer.serialize_i64(value),
                None => serializer.serialize_f64(0.5),
            }
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            de::IgnoredAny::deserialize(deserializer)?;
        }
        Ok(Self)
    }
}
