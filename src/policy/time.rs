//! Instants and periods as people write them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Unix seconds. Written as RFC 3339 text or as a whole number.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Instant {
    /// Unix seconds, UTC.
    pub seconds: i64,
}

/// A span of time in seconds. Written as a whole number, or as `90s`, `15m`, `4h`, `30d`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Period {
    /// Length in seconds.
    pub seconds: u32,
}

/// An end that must be written: an instant, or the word `never`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Expiry {
    /// From this instant on it is over.
    At(Instant),
    /// It has no end.
    #[default]
    Never,
}

impl Expiry {
    /// The end in unix seconds, if there is one.
    #[must_use]
    pub fn seconds(self) -> Option<i64> {
        match self {
            Self::At(instant) => Some(instant.seconds),
            Self::Never => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(i64),
    Text(String),
}

fn instant_from_text(text: &str) -> Result<Instant, String> {
    text.parse::<jiff::Timestamp>()
        .map(|timestamp| Instant {
            seconds: timestamp.as_second(),
        })
        .map_err(|_| format!("`{text}` is no time; write it like 2026-03-02T10:00:00Z"))
}

fn period_from_text(text: &str) -> Result<Period, String> {
    let wrong = || format!("`{text}` is no period; write it like 90s, 15m, 4h or 30d");
    let (digits, unit) = match text.char_indices().next_back() {
        Some((at, 's')) => (text.get(..at), 1),
        Some((at, 'm')) => (text.get(..at), 60),
        Some((at, 'h')) => (text.get(..at), 3_600),
        Some((at, 'd')) => (text.get(..at), 86_400),
        _ => return Err(wrong()),
    };
    let count: u32 = digits.unwrap_or_default().parse().map_err(|_| wrong())?;
    count
        .checked_mul(unit)
        .map(|seconds| Period { seconds })
        .ok_or_else(wrong)
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(seconds)) => Ok(Self { seconds }),
            Ok(NumberOrText::Text(text)) => instant_from_text(&text).map_err(de::Error::custom),
            Err(_) => Err(de::Error::custom(
                "expected a time like 2026-03-02T10:00:00Z",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("expected a period like 90s, 15m, 4h or 30d");
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(seconds)) => u32::try_from(seconds)
                .map(|seconds| Self { seconds })
                .map_err(|_| wrong()),
            Ok(NumberOrText::Text(text)) => period_from_text(&text).map_err(de::Error::custom),
            Err(_) => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match NumberOrText::deserialize(deserializer) {
            Ok(NumberOrText::Number(seconds)) => Ok(Self::At(Instant { seconds })),
            Ok(NumberOrText::Text(text)) if text == "never" => Ok(Self::Never),
            Ok(NumberOrText::Text(text)) => instant_from_text(&text)
                .map(Self::At)
                .map_err(de::Error::custom),
            Err(_) => Err(de::Error::custom("expected a time, or the word `never`")),
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match jiff::Timestamp::from_second(self.seconds) {
            Ok(timestamp) => serializer.collect_str(&timestamp),
            Err(_) => serializer.serialize_i64(self.seconds),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.seconds)
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(instant) => instant.serialize(serializer),
            Self::Never => serializer.serialize_str("never"),
        }
    }
}

macro_rules! number_or_text_schema {
    ($name:ident, $schema:tt) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

number_or_text_schema!(Instant, {
    "description": "An RFC 3339 time, or unix seconds",
    "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "integer" }]
});
number_or_text_schema!(Period, {
    "description": "Seconds, or text like 90s, 15m, 4h, 30d",
    "anyOf": [{ "type": "string", "pattern": "^[0-9]+[smhd]$" }, { "type": "integer", "minimum": 0 }]
});
number_or_text_schema!(Expiry, {
    "description": "An RFC 3339 time, unix seconds, or the word never",
    "anyOf": [{ "type": "string", "format": "date-time" }, { "const": "never" }, { "type": "integer" }]
});
