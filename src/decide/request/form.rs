//! A request as JSON, read strictly: whatever could be read in two ways is refused.

use std::{cell::Cell, collections::BTreeSet, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

use super::Request;

/// Why a text is no request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Malformed {
    /// Stable.
    pub code: &'static str,
    /// What is wrong, and where.
    pub message: String,
}

impl Malformed {
    /// A text that is no request.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Reads a request.
///
/// # Errors
/// `request_empty`, `request_malformed`, `request_duplicate_key`, `request_invalid`, in this order.
pub fn read(text: &str) -> Result<Request<'_>, Malformed> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Malformed::new("request_empty", "there is no request"));
    }
    if !trimmed.starts_with('{') {
        // A list would be read by position.
        return Err(Malformed::new(
            "request_malformed",
            "a request is a JSON object",
        ));
    }
    let fault = Cell::new("request_malformed");
    let checked = Part {
        place: Place::Object,
        fault: &fault,
    };
    let mut reader = serde_json::Deserializer::from_str(trimmed);
    let checked = checked.deserialize(&mut reader).and_then(|()| reader.end());
    checked.map_err(|error| Malformed::new(fault.get(), told(&error)))?;
    serde_json::from_str(trimmed).map_err(|error| Malformed::new("request_invalid", told(&error)))
}

/// Without the line, which is always the first.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line 1 column ") {
        Some((said, column)) => format!("{said}, at column {column}"),
        None => text,
    }
}

/// What has to stand at a place of a request.
#[derive(Clone, Copy)]
enum Place {
    /// An object: a list would be read by position.
    Object,
    /// A list of objects.
    Objects,
    /// Anything.
    Any,
    /// Anything, and anything below it: its keys are the host's.
    Free,
}

impl Place {
    /// What has to stand under a key.
    fn under(self, key: &str) -> Self {
        match (self, key) {
            (Self::Free, _) | (_, "attributes") => Self::Free,
            (
                _,
                "amount" | "assignment" | "auth" | "conditions" | "fields" | "resource" | "valid",
            ) => Self::Object,
            (_, "approvals" | "hours" | "limits" | "proofs" | "usage") => Self::Objects,
            _ => Self::Any,
        }
    }
}

/// A part of a request, in which no object has a key twice, and no list stands for an object.
struct Part<'f> {
    place: Place,
    fault: &'f Cell<&'static str>,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let place = match self.place {
            Place::Object => {
                self.fault.set("request_invalid");
                return Err(de::Error::custom("a list stands where an object is meant"));
            }
            Place::Objects => Place::Object,
            place => place,
        };
        let fault = self.fault;
        while list.next_element_seed(Part { place, fault })?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fault = self.fault;
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                fault.set("request_duplicate_key");
                return Err(de::Error::custom(format_args!("`{key}` stands twice")));
            }
            let place = self.place.under(&key);
            map.next_value_seed(Part { place, fault })?;
            keys.insert(key);
        }
        Ok(())
    }
}
