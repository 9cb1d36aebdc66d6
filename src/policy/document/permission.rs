//! Permissions, field groups and aliases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::time::Period;

/// What a tenant adds to the built-in catalogue, or tightens in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueAdditions {
    /// Permissions of the tenant's own.
    pub permissions: Vec<PermissionDefinition>,
    /// Field groups of the tenant's own.
    pub field_groups: Vec<FieldGroupDefinition>,
    /// Keys that were split.
    pub aliases: Vec<Alias>,
    /// Changes to built-in permissions.
    pub overrides: Vec<PermissionOverride>,
}

/// One permission of the catalogue.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionDefinition {
    /// `resource.action`, lower snake case, two or three parts.
    pub key: String,
    /// A title for people.
    pub title: String,
    /// The area of the panel it appears in.
    #[serde(default)]
    pub area: String,
    /// Whether it changes anything.
    pub kind: PermissionKind,
    /// How dangerous it is, and to whom it may be given.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// Permissions that come with it.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What is measured when it is used.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// The second verification it asks for.
    #[serde(default)]
    pub step_up: Option<StepUp>,
}

/// Whether a permission changes anything in the store.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionKind {
    /// Changes nothing; exports are reads.
    #[default]
    Read,
    /// Changes something.
    Write,
}

/// A property of a permission that decisions and lints read.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Every active member holds it.
    Default,
    /// Moves or creates money.
    Funds,
    /// Never to an outside member, never through an app.
    NoDelegation,
    /// Nobody but an owner, in both profiles.
    OwnerOnly,
    /// Nobody but an owner, in profile `strict`.
    #[serde(rename = "owner_only:strict")]
    OwnerOnlyStrict,
    /// Shows or changes personal data.
    Personal,
    /// Changes who may do what, or hands over control.
    Privileged,
    /// Can harm the store.
    Sensitive,
}

/// What is measured when a permission is used.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Minor units with an ISO currency.
    Money,
    /// Basis points of the old value.
    Percent,
    /// Items.
    Quantity,
}

/// A second verification: how strong, and how long ago at most.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// The oldest proof that counts.
    pub max_age: Period,
}

/// A set of fields that one permission unlocks.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FieldGroupDefinition {
    /// `resource_type.group`.
    pub id: String,
    /// The permission that shows it; absent: nobody, owners included.
    #[serde(default)]
    pub unlocked_by: Option<String>,
    /// JSON paths relative to one record.
    pub paths: Vec<String>,
}

/// One old key that became several.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The retired key.
    pub key: String,
    /// What it means now.
    pub means: Vec<String>,
    /// The catalogue version from which on only the parts are real.
    pub since: u32,
}

/// A change to one built-in permission. What is absent stays as it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionOverride {
    /// The permission to change.
    pub key: String,
    /// Another title.
    #[serde(default)]
    pub title: Option<String>,
    /// Tiers to add; none can be taken away.
    #[serde(default)]
    pub add_tiers: Vec<Tier>,
    /// Replaces the default step-up; a weaker one is reported.
    #[serde(default)]
    pub step_up: Option<StepUp>,
    /// Removes the default step-up; reported for funds and privileged permissions.
    #[serde(default)]
    pub no_step_up: bool,
}
