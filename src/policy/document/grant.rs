//! Roles, assignments and denials.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::Conditions;
use super::member::Validity;
use crate::policy::time::{Instant, Period};

/// A named set of permissions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Unique among roles.
    pub id: String,
    /// A title for people.
    #[serde(default)]
    pub title: Option<String>,
    /// A label: role, post, card, level, area.
    #[serde(default)]
    pub kind: Option<String>,
    /// The seniority of those who hold it, where the member states none.
    #[serde(default)]
    pub rank: Option<u16>,
    /// A built-in preset whose permissions it starts from.
    #[serde(default)]
    pub preset: Option<String>,
    /// Roles whose permissions it includes.
    #[serde(default)]
    pub inherits: Vec<String>,
    /// Permissions of its own.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Meant for looking only: a write in it is reported.
    #[serde(default)]
    pub read_only: bool,
    /// The ladder it is a level of; a higher rank that lacks something of a lower one is reported.
    #[serde(default)]
    pub ladder: Option<String>,
    /// Conditions that join those of each assignment of the role.
    #[serde(default)]
    pub conditions: Conditions,
}

/// Who gets what, where, until when, and under which conditions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// A name for explanations and the log; `role@scope` where absent.
    #[serde(default)]
    pub id: Option<String>,
    /// The member it is given to. Exactly one of member, group and organisation is set.
    #[serde(default)]
    pub member: Option<String>,
    /// The group it is given to.
    #[serde(default)]
    pub group: Option<String>,
    /// The organisation whose direct members it reaches.
    #[serde(default)]
    pub organisation: Option<String>,
    /// A role to hold.
    #[serde(default)]
    pub role: Option<String>,
    /// Permissions to hold, beside the role or alone.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Where; each covers everything below. Empty is refused.
    pub scopes: Vec<String>,
    /// When.
    #[serde(default)]
    pub valid: Validity,
    /// What else must hold.
    #[serde(default)]
    pub conditions: Conditions,
    /// Who gave it.
    #[serde(default)]
    pub issued_by: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// When somebody last looked at it. Never changes a decision.
    #[serde(default)]
    pub reviewed_at: Option<Instant>,
    /// How often somebody should.
    #[serde(default)]
    pub review_every: Option<Period>,
}

/// An explicit negative assignment; wins over every grant.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    /// A name for explanations and the log.
    #[serde(default)]
    pub id: Option<String>,
    /// The member it binds. Exactly one of member, group and organisation is set.
    #[serde(default)]
    pub member: Option<String>,
    /// The group it binds.
    #[serde(default)]
    pub group: Option<String>,
    /// The organisation whose direct members it binds.
    #[serde(default)]
    pub organisation: Option<String>,
    /// A role whose permissions are denied.
    #[serde(default)]
    pub role: Option<String>,
    /// Permissions that are denied, with whatever requires them.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Where; each covers everything below. Empty is refused.
    pub scopes: Vec<String>,
    /// When.
    #[serde(default)]
    pub valid: Validity,
    /// Rows, hours, networks and attributes only.
    #[serde(default)]
    pub conditions: Conditions,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}
