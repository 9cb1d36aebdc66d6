//! Facts that conditions read: sign-in levels, networks, attributes, training.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::time::Instant;

/// What sign-in methods are worth: 1 password, 2 one-time code, 3 passkey or hardware key.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Levels {
    /// Level of each `acr` value.
    pub acr: BTreeMap<String, u8>,
    /// Level of each `amr` value.
    pub amr: BTreeMap<String, u8>,
}

/// A named list of addresses.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Unique among networks.
    pub id: String,
    /// Blocks such as `203.0.113.0/24` or `2001:db8::/32`; a bare address is a block of one.
    pub cidrs: Vec<String>,
}

/// A fact that conditions may compare.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Unique among attributes.
    pub id: String,
    /// What kind of value it has.
    #[serde(rename = "type")]
    pub value_type: AttributeType,
    /// Whose word counts.
    pub source: AttributeSource,
}

/// What kind of value an attribute has.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeType {
    /// Text, compared byte for byte.
    #[default]
    String,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// Several texts.
    StringList,
}

/// Whose word counts for an attribute.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeSource {
    /// The member's own, written in this document; what a request says is ignored.
    #[default]
    Snapshot,
    /// The host's, sent with the request's resource.
    Host,
    /// The caller's, where the host lets it through.
    Caller,
}

/// A value of an attribute.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(
    untagged,
    expecting = "expected text, a whole number, yes or no, or a list of texts"
)]
pub enum AttributeValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(String),
    /// Several texts.
    List(Vec<String>),
}

/// One comparison of an attribute.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeTest {
    /// The declared attribute.
    pub attribute: String,
    /// How to compare.
    pub op: AttributeOperator,
    /// With what; absent for `exists`, a list for `in` and `not_in`.
    #[serde(default)]
    pub value: Option<AttributeOperand>,
}

/// How to compare an attribute.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum AttributeOperator {
    Eq,
    Ne,
    In,
    NotIn,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    Exists,
}

/// What an attribute is compared with.
#[derive(Clone, Debug, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(
    untagged,
    expecting = "expected text, a whole number, yes or no, or a list of one kind"
)]
pub enum AttributeOperand {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(String),
    /// Several whole numbers, for `in` and `not_in`.
    Integers(Vec<i64>),
    /// Several texts, for `in` and `not_in`.
    Strings(Vec<String>),
}

/// Something to learn before an assignment counts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingItem {
    /// Unique among training items.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// One training item that a member has done.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingDone {
    /// Which item.
    pub item: String,
    /// When it was finished.
    pub at: Instant,
    /// When it has to be renewed.
    #[serde(default)]
    pub expires: Option<Instant>,
}
