//! What must hold for an assignment to count.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::AttributeTest;
use crate::policy::time::{Instant, Period};

/// What must hold for an assignment to count.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// An earlier end for permissions tiered sensitive or personal.
    pub sensitive_to: Option<Instant>,
    /// How much, for measured permissions.
    pub limits: Vec<Limit>,
    /// Measured permissions without a ceiling, by name.
    pub unlimited: Vec<String>,
    /// Cumulative limits.
    pub budgets: Vec<Budget>,
    /// Which records.
    pub rows: Option<Rows>,
    /// At which hours; an empty list is refused.
    pub hours: Option<Vec<Hours>>,
    /// From which networks; an empty list is refused.
    pub networks: Option<Vec<String>>,
    /// Attributes that must compare.
    pub attributes: Vec<AttributeTest>,
    /// Training that must be done.
    pub training: Vec<String>,
    /// Second verifications beyond the permission's own.
    pub step_up: Vec<PermissionStepUp>,
    /// The least level of the sign-in itself.
    pub sign_in_level: Option<u8>,
    /// Permissions that always need an approval through this assignment.
    pub approval_for: Vec<String>,
}

/// How much one use of a measured permission may be.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The measured permission.
    pub permission: String,
    /// ISO code, for money only.
    #[serde(default)]
    pub currency: Option<String>,
    /// Above this an approval is needed.
    #[serde(default)]
    pub approve_above: Option<i64>,
    /// Above this there is no way: minor units, basis points or items.
    pub max: i64,
}

/// A cumulative limit in a window: the credit line.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The ledger's name for it.
    pub id: String,
    /// The permission whose uses it counts.
    pub permission: String,
    /// ISO code, for money only; requests in other currencies are not concerned.
    #[serde(default)]
    pub currency: Option<String>,
    /// When it starts anew.
    pub window: Window,
    /// IANA time zone of the window; the scope's where absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// The most in one window, in the permission's measure.
    #[serde(default)]
    pub amount: Option<i64>,
    /// The most uses in one window.
    #[serde(default)]
    pub count: Option<i64>,
}

/// When a budget starts anew.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// With each window of the assignment's hours.
    Shift,
    /// At local midnight.
    #[default]
    Day,
    /// On Monday, 00:00 local.
    Week,
    /// On the first, 00:00 local.
    Month,
}

/// Which records an assignment reaches.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// All of them.
    #[default]
    Any,
    /// Those assigned to the member.
    #[serde(rename = "self")]
    Own,
    /// Those of the member's department and below.
    Team,
    /// Those with an open ticket of the member.
    Ticket,
}

/// A weekly window of local wall-clock time.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// IANA time zone; the scope's where absent. All windows of one list share it.
    #[serde(default)]
    pub zone: Option<String>,
    /// 1 is Monday. The day on which the window starts.
    pub days: Vec<u8>,
    /// `HH:MM`, inclusive.
    pub from: String,
    /// `HH:MM`, exclusive (`24:00` is the end of the day); not after `from` crosses midnight.
    pub to: String,
}

/// A second verification for one permission.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionStepUp {
    /// The permission that asks.
    pub permission: String,
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// The oldest proof that counts.
    pub max_age: Period,
}
