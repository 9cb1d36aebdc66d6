//! Where things are and who belongs together: scopes, departments, organisations, groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A node of the tenant's tree. A grant at a scope covers everything below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Unique within the tenant.
    pub id: String,
    /// What it stands for.
    pub kind: ScopeKind,
    /// The node above; only the tenant has none.
    #[serde(default)]
    pub parent: Option<String>,
    /// IANA time zone; inherited from above where absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// A title for people. Never in the edge snapshot.
    #[serde(default)]
    pub title: Option<String>,
}

/// What a scope stands for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// The root: exactly one.
    #[default]
    Tenant,
    /// A group of countries.
    Region,
    /// One country.
    Country,
    /// One store.
    Store,
    /// A channel of a store, or an outside account beside it.
    Channel,
}

/// A department; a team is a department with everything below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Unique among departments.
    pub id: String,
    /// The department above.
    #[serde(default)]
    pub parent: Option<String>,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}

/// A partner firm. Its assignments reach its direct members and nobody beyond.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Unique among organisations.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Whose partner it is in turn; carries no access.
    #[serde(default)]
    pub partner_of: Option<String>,
    /// Whom to call; kept out of the snapshot.
    #[serde(default)]
    pub contact: Option<Contact>,
}

/// Whom to call about an outside grant.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A person's name.
    pub name: String,
    /// A telephone number.
    #[serde(default)]
    pub telephone: Option<String>,
    /// An e-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

/// A named set of members that holds assignments.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Unique among groups.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
}
