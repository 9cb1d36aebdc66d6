//! Rules over the whole policy: demands, separation of duty, invariants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::member::MemberKind;
use super::permission::{StepUp, Tier};
use crate::policy::time::Instant;

/// A demand that a permission makes on everyone who holds it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The permission. Exactly one of permission and tier is set.
    #[serde(default)]
    pub permission: Option<String>,
    /// All permissions of this tier.
    #[serde(default)]
    pub tier: Option<Tier>,
    /// A second verification, joined with the permission's own.
    #[serde(default)]
    pub step_up: Option<StepUp>,
    /// Makes the step-up a band: only above this amount.
    #[serde(default)]
    pub above: Option<i64>,
    /// ISO code of the band, for money only.
    #[serde(default)]
    pub currency: Option<String>,
    /// The least level of the sign-in itself.
    #[serde(default)]
    pub sign_in_level: Option<u8>,
    /// Training that must be done.
    #[serde(default)]
    pub training: Vec<String>,
    /// Whether a second person must always agree.
    #[serde(default)]
    pub approval: bool,
}

/// Permissions that one person should not hold together in one scope.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationSet {
    /// Unique among separation sets.
    pub id: String,
    /// The permissions. Either these or `roles`.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The roles, counted through inheritance.
    #[serde(default)]
    pub roles: Vec<String>,
    /// How many of them are too many; two where absent.
    #[serde(default)]
    pub too_many: Option<usize>,
    /// Whether a breach is refused or reported.
    #[serde(default)]
    pub level: Severity,
    /// What could go wrong.
    #[serde(default)]
    pub danger: Option<String>,
}

/// Whether a finding is refused or reported.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy does not compile.
    #[default]
    Error,
    /// The policy compiles and the finding is shown.
    Warn,
}

/// A written exception to a separation set, by an owner.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The set it lifts: an id, or `permission+permission` for a built-in pair.
    pub separation: String,
    /// For whom.
    pub member: String,
    /// The owner who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub to: Instant,
}

/// What must be true of every published policy. A failure names a witness.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invariant {
    /// Unique among invariants.
    pub id: String,
    /// The permission it speaks of.
    pub permission: String,
    /// Where; the whole tenant where absent. A grant anywhere below counts too.
    #[serde(default)]
    pub scope: Option<String>,
    /// No member of these kinds may hold it.
    #[serde(default)]
    pub never_kinds: Vec<MemberKind>,
    /// No member of these groups may hold it.
    #[serde(default)]
    pub never_groups: Vec<String>,
    /// No outside member may hold it.
    #[serde(default)]
    pub never_outside: bool,
    /// Only these members may hold it.
    #[serde(default)]
    pub only_members: Option<Vec<String>>,
    /// At least so many active members besides owners hold it.
    #[serde(default)]
    pub at_least: Option<usize>,
    /// At most so many members besides owners hold it.
    #[serde(default)]
    pub at_most: Option<usize>,
    /// Why it matters.
    #[serde(default)]
    pub reason: Option<String>,
}
