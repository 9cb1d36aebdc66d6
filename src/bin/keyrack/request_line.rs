//! One request as JSON, read strictly: whatever could be read in two ways is refused.

use std::{collections::BTreeSet, fmt};

use keyrack::decide::Request;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};

/// The longest request that is read: far above any real one.
pub(crate) const MAX_REQUEST_BYTES: usize = 1 << 20;

/// Why a text is no request.
#[derive(Clone, Debug)]
pub(crate) struct Malformed {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Malformed {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Reads a request.
pub(crate) fn read(text: &str) -> Result<Request<'_>, Malformed> {
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
    if let Err(error) = serde_json::from_str::<Distinct>(trimmed) {
        let code = if error.is_data() {
            "request_duplicate_key"
        } else {
            "request_malformed"
        };
        return Err(Malformed::new(code, told(&error)));
    }
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

/// Any JSON in which no object has a key twice, at any depth.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_str<E: de::Error>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Distinct, A::Error> {
        while list.next_element::<Distinct>()?.is_some() {}
        Ok(Distinct)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(de::Error::custom(format_args!("`{key}` stands twice")));
            }
            map.next_value::<Distinct>()?;
            keys.insert(key);
        }
        Ok(Distinct)
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn code(text: &str) -> &'static str {
        read(text).expect_err("malformed").code
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_however_it_is_spelt_and_however_deep() {
        assert_eq!(
            code(r#"{"subject":"a","subject":"b"}"#),
            "request_duplicate_key"
        );
        assert_eq!(
            code(r#"{"subject":"a","\u0073ubject":"b"}"#),
            "request_duplicate_key"
        );
        let deep = r#"{"assignment":{"conditions":{"budgets":[{"id":"a","id":"b"}]}}}"#;
        assert_eq!(code(deep), "request_duplicate_key");
    }

    #[test]
    fn each_mistake_has_its_code() {
        assert_eq!(code("  "), "request_empty");
        assert_eq!(code(r#"{"subject":"#), "request_malformed");
        assert_eq!(code(r#"[null,"subject"]"#), "request_malformed");
        assert_eq!(code(r#"{"subjekt":"a"}"#), "request_invalid");
        assert_eq!(code(r#"{"subject":7}"#), "request_invalid");
        assert!(read(r#"{"subject":"a","permission":"order.view"}"#).is_ok());
    }
}
