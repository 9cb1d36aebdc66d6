//! A proposed assignment, for administration.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Text, Unread};

/// A proposed assignment: may the subject issue it?
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Proposal<'a> {
    /// The member it would be given to. Exactly one of member, group and organisation is set.
    #[serde(borrow)]
    pub member: Option<Text<'a>>,
    /// The group it would be given to.
    #[serde(borrow)]
    pub group: Option<Text<'a>>,
    /// The organisation it would be given to.
    #[serde(borrow)]
    pub organisation: Option<Text<'a>>,
    /// A role.
    #[serde(borrow)]
    pub role: Option<Text<'a>>,
    /// Permissions beside the role or alone.
    #[serde(borrow)]
    pub permissions: Vec<Text<'a>>,
    /// Where.
    #[serde(borrow)]
    pub scopes: Vec<Text<'a>>,
    /// When.
    pub valid: ProposedValidity,
    /// What else must hold.
    #[serde(borrow)]
    pub conditions: ProposedConditions<'a>,
}

/// When a proposed assignment would count, in unix seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProposedValidity {
    /// The first instant.
    pub from: Option<i64>,
    /// The instant after the last.
    pub to: Option<i64>,
}

/// The conditions of a proposed assignment. Those that are not compared are accepted unread:
/// they can only narrow.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ProposedConditions<'a> {
    /// How much, for measured permissions.
    #[serde(borrow)]
    pub limits: Vec<ProposedLimit<'a>>,
    /// Measured permissions without a ceiling.
    #[serde(borrow)]
    pub unlimited: Vec<Text<'a>>,
    /// `any`, `self`, `team` or `ticket`; `any` where absent.
    #[serde(borrow)]
    pub rows: Option<Text<'a>>,
    /// At which hours.
    #[serde(borrow)]
    pub hours: Option<Vec<ProposedHours<'a>>>,
    /// From which networks.
    #[serde(borrow)]
    pub networks: Option<Vec<Text<'a>>>,
    /// Permissions that always need an approval this way.
    #[serde(borrow)]
    pub approval_for: Vec<Text<'a>>,
    #[allow(missing_docs)]
    pub sensitive_to: Unread,
    #[allow(missing_docs)]
    pub budgets: Unread,
    #[allow(missing_docs)]
    pub attributes: Unread,
    #[allow(missing_docs)]
    pub training: Unread,
    #[allow(missing_docs)]
    pub step_up: Unread,
    #[allow(missing_docs)]
    pub sign_in_level: Unread,
}

/// A limit of a proposed assignment.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposedLimit<'a> {
    /// The measured permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// ISO code, for money.
    #[serde(borrow, default)]
    pub currency: Option<Text<'a>>,
    /// Above this an approval is needed.
    #[serde(default)]
    pub approve_above: Option<i64>,
    /// Above this there is no way.
    pub max: i64,
}

/// A weekly window of a proposed assignment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProposedHours<'a> {
    /// IANA time zone; the scope's where absent.
    #[serde(borrow, default)]
    pub zone: Option<Text<'a>>,
    /// 1 is Monday.
    pub days: Vec<u8>,
    /// `HH:MM`, inclusive.
    #[serde(borrow)]
    pub from: Text<'a>,
    /// `HH:MM`, exclusive.
    #[serde(borrow)]
    pub to: Text<'a>,
}
