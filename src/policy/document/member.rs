//! Members and when they count.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::{AttributeValue, TrainingDone};
use crate::policy::time::Instant;

/// A person, firm account, app or service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Unique and opaque.
    pub id: String,
    /// What kind of principal it is.
    pub kind: MemberKind,
    /// Where it stands in its life cycle.
    #[serde(default)]
    pub status: MemberStatus,
    /// Seniority; only a strictly lower one can be administered.
    #[serde(default)]
    pub rank: Option<u16>,
    /// The department it works in.
    #[serde(default)]
    pub department: Option<String>,
    /// The firm it belongs to; makes it an outside member.
    #[serde(default)]
    pub organisation: Option<String>,
    /// The groups it is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// When its account counts.
    #[serde(default)]
    pub valid: Validity,
    /// Who answers for it.
    #[serde(default)]
    pub reports_to: Option<String>,
    /// Training it has done.
    #[serde(default)]
    pub training: Vec<TrainingDone>,
    /// Whether it signs in with a second factor; told to a lint, never to a decision.
    #[serde(default)]
    pub second_factor: Option<bool>,
    /// Facts about it that conditions may compare.
    #[serde(default)]
    pub attributes: BTreeMap<String, AttributeValue>,
    /// A name for people. Never in the edge snapshot.
    #[serde(default)]
    pub name: Option<String>,
    /// An e-mail address. Never in the edge snapshot.
    #[serde(default)]
    pub email: Option<String>,
}

/// What kind of principal a member is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// Holds everything, by ownership.
    Owner,
    /// A person of the store.
    #[default]
    Employee,
    /// An outside person.
    Contractor,
    /// An outside firm's own account.
    Organisation,
    /// An installed app, alone or on a member's behalf.
    App,
    /// A machine of the store's own.
    Service,
}

/// Where a member stands in its life cycle.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Not accepted yet.
    Invited,
    /// In use.
    #[default]
    Active,
    /// Stopped for now.
    Suspended,
    /// Gone.
    Revoked,
}

/// Half-open: valid while `from` ≤ now < `to`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validity {
    /// The first instant.
    pub from: Option<Instant>,
    /// The instant after the last.
    pub to: Option<Instant>,
}
