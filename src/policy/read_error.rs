//! Why a parsed document does not fit the document's types.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why a parsed document does not fit the document's types.
#[derive(Clone, Debug)]
pub(crate) enum ReadError {
    /// A key that must be there is not.
    Missing(&'static str),
    /// A key that means nothing here.
    Unknown(String, &'static [&'static str]),
    /// A key that stands twice.
    Twice(&'static str),
    /// A value of the wrong form.
    Value(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(key) => write!(formatter, "`{key}` is missing"),
            Self::Unknown(key, _) => write!(formatter, "`{key}` means nothing here"),
            Self::Twice(key) => write!(formatter, "`{key}` stands twice"),
            Self::Value(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for ReadError {}

fn found(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("`{value}`"),
        Unexpected::Signed(value) => format!("`{value}`"),
        Unexpected::Str(value) => format!("`{value}`"),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        _ => "something else".to_owned(),
    }
}

/// Says in plain words what the deserialisers expect in Rust's.
fn wanted(expected: &dyn Expected) -> String {
    let words = expected.to_string();
    match words.as_str() {
        "a string" | "str" => "text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        "a boolean" => "yes or no, as `true` or `false`".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            "a whole number".to_owned()
        }
        other if other.starts_with("struct ") => "a table".to_owned(),
        _ => words,
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Value(format!(
            "expected {}, found {}",
            wanted(expected),
            found(unexpected)
        ))
    }
    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::Value(format!(
            "`{variant}` is none of {}",
            super::suggest::list(expected.iter().copied())
        ))
    }
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned(), expected)
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
    fn duplicate_field(field: &'static str) -> Self {
        Self::Twice(field)
    }
}
