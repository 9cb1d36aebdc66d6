//! What is logged of a decision: an OpenTelemetry log record in the shape of OTLP/JSON.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

/// One record. What it does not know is kept by its line, and not read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When it was decided: nanoseconds since 1970, as text.
    pub time_unix_nano: String,
    /// When the record was made.
    pub observed_time_unix_nano: String,
    /// 9 for an allow, 13 for a refusal, 17 where something failed.
    pub severity_number: u8,
    /// The same as a word.
    pub severity_text: String,
    /// What happened: `keyrack.decision`.
    pub event_name: String,
    /// The rest, by name.
    pub attributes: Vec<Attribute>,
    /// The trace it belongs to: 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// The gate's own span in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_id: Option<String>,
    /// The flags of the trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<u32>,
}

/// A named value.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Attribute {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Value,
}

/// A value as OTLP/JSON writes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Value {
    /// Text.
    StringValue(String),
    /// Yes or no.
    BoolValue(bool),
    /// A whole number, as text: it may not fit into a double.
    IntValue(String),
    /// Several values.
    ArrayValue {
        /// Each of them.
        values: Vec<Self>,
    },
}

impl Record {
    /// The text of an attribute.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.key == key)
            .and_then(|attribute| match &attribute.value {
                Value::StringValue(text) | Value::IntValue(text) => Some(text.as_str()),
                Value::BoolValue(_) | Value::ArrayValue { .. } => None,
            })
    }
}
