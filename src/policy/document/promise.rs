//! Policy tests and routes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A request whose answer the policy promises.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyTest {
    /// What is promised, as a sentence.
    pub name: String,
    /// The request, in the same form as everywhere.
    #[serde(deserialize_with = "sorted_request")]
    pub request: serde_json::Map<String, Value>,
    /// What must come out.
    pub expect: Expectation,
}

/// Sorts the members, so that two spellings of one request are equal.
fn sorted_request<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<serde_json::Map<String, Value>, D::Error> {
    Ok(sorted(serde_json::Map::deserialize(deserializer)?))
}

fn sorted(map: serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
    let members: BTreeMap<String, Value> = map
        .into_iter()
        .map(|(key, value)| (key, sorted_value(value)))
        .collect();
    members.into_iter().collect()
}

fn sorted_value(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(sorted(map)),
        Value::Array(values) => Value::Array(values.into_iter().map(sorted_value).collect()),
        plain => plain,
    }
}

/// What must come out of a policy test.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// `allow`, `deny`, `step_up` or `approval`.
    pub outcome: String,
    /// The reason code; any where absent.
    #[serde(default)]
    pub reason: Option<String>,
    /// Exactly the hidden field groups; not compared where absent.
    #[serde(default)]
    pub hidden: Option<Vec<String>>,
}

/// Which HTTP request asks for which permission, and where its facts come from.
///
/// A fact's source is written `path:NAME`, `query:NAME`, `header:NAME`, `body:/json/pointer`
/// or `fixed:VALUE`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// Segments, of which `{name}` matches exactly one.
    pub path: String,
    /// What is asked for.
    pub permission: String,
    /// Where the scope comes from; the tenant's root where absent.
    #[serde(default)]
    pub scope: Option<String>,
    /// Where the amount comes from, for measured permissions.
    #[serde(default)]
    pub amount: Option<String>,
    /// Where the currency comes from, for money.
    #[serde(default)]
    pub currency: Option<String>,
    /// What kind of record is asked for; the permission's where absent.
    #[serde(default)]
    pub resource_type: Option<String>,
    /// Where the record's id comes from.
    #[serde(default)]
    pub resource: Option<String>,
    /// Whether the record's other facts have to be fetched from the store before the decision.
    #[serde(default)]
    pub load_resource: bool,
    /// The member acted on, for administration.
    #[serde(default)]
    pub member: Option<String>,
    /// Where a proposed assignment comes from, for administration.
    #[serde(default)]
    pub assignment: Option<String>,
    /// The query parameter that names a field to sort by.
    #[serde(default)]
    pub sort: Option<String>,
    /// Query parameters that filter, and the field each filters by.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// Whether the body's keys are fields that are written. A written `false` says that the API
    /// takes no hidden field from it.
    #[serde(default)]
    pub writes_body: Option<bool>,
    /// Whether the answer is a whole export.
    #[serde(default)]
    pub exports: bool,
}
