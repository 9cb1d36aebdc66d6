//! The question: who wants to do what, where, when, with which facts.
//!
//! One shape serves JSON (camelCase, unknown members refused: a misspelt `actor` or `fields` that
//! was silently dropped would widen access) and postcard (the same members by position).

mod attribute;
#[cfg(feature = "authoring")]
pub mod form;
mod proposal;
mod scalar;
mod write;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use attribute::{Attributes, Value};
pub use proposal::{Proposal, ProposedConditions, ProposedHours, ProposedLimit, ProposedValidity};
pub use scalar::{Exact, Text, Unread};

/// A question, with every fact that conditions may need.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Request<'a> {
    /// The caller's name for this question, given back with the answer.
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    /// The member who wants to act.
    #[serde(borrow)]
    pub subject: Text<'a>,
    /// The app or service that acts on the subject's behalf.
    #[serde(borrow)]
    pub actor: Option<Text<'a>>,
    /// `resource.action`.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// Where; the tenant's root if absent.
    #[serde(borrow)]
    pub scope: Option<Text<'a>>,
    /// Unix seconds. Without it nothing bounded in time counts.
    pub now: Option<i64>,
    /// Money, in minor units.
    #[serde(borrow)]
    pub amount: Option<Amount<'a>>,
    /// Basis points of the old value.
    pub percent: Option<Exact>,
    /// Items.
    pub quantity: Option<Exact>,
    /// The record acted on.
    #[serde(borrow)]
    pub resource: Option<Resource<'a>>,
    /// A proposed assignment, for administration.
    #[serde(borrow)]
    pub assignment: Option<Proposal<'a>>,
    /// The member acted on, for administration.
    #[serde(borrow)]
    pub member: Option<Text<'a>>,
    /// Field groups (`order.billing`) or JSON paths (`$.billing_address`) that are touched.
    #[serde(borrow)]
    pub fields: Option<Fields<'a>>,
    /// How the subject signed in, and what it proved since.
    #[serde(borrow)]
    pub auth: Option<Auth<'a>>,
    /// The address the request came from.
    #[serde(borrow)]
    pub ip: Option<Text<'a>>,
    /// Consents of others, built by the host from its own store.
    #[serde(borrow)]
    pub approvals: Vec<Approval<'a>>,
    /// What budgets have used so far, if the caller knows.
    #[serde(borrow)]
    pub usage: Vec<Usage<'a>>,
}

/// Money.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Amount<'a> {
    /// Minor units, 0 to 2^53 − 1.
    pub value: Exact,
    /// ISO code, compared byte for byte.
    #[serde(borrow, default)]
    pub currency: Option<Text<'a>>,
}

/// The record acted on, and its facts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resource<'a> {
    /// Decides which field groups apply.
    #[serde(borrow, rename = "type")]
    pub resource_type: Text<'a>,
    /// The record's name in the host's store.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// The member it is assigned to.
    #[serde(borrow, default)]
    pub assignee: Option<Text<'a>>,
    /// The department it belongs to.
    #[serde(borrow, default)]
    pub department: Option<Text<'a>>,
    /// The members with an open ticket on it.
    #[serde(borrow, default)]
    pub open_ticket_with: Option<Vec<Text<'a>>>,
    /// Declared attributes of host or caller.
    #[serde(borrow, default)]
    pub attributes: Attributes<'a>,
}

/// What is read, written, filtered by, sorted by or exported.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Fields<'a> {
    #[serde(borrow)]
    pub read: Vec<Text<'a>>,
    #[serde(borrow)]
    pub write: Vec<Text<'a>>,
    #[serde(borrow)]
    pub filter: Vec<Text<'a>>,
    #[serde(borrow)]
    pub sort: Vec<Text<'a>>,
    #[serde(borrow)]
    pub export: Vec<Text<'a>>,
}

/// How the subject signed in, and what it proved since.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Auth<'a> {
    /// The sign-in session.
    #[serde(borrow)]
    pub session: Option<Text<'a>>,
    /// When the sign-in happened.
    pub time: Option<i64>,
    /// The authentication context; the policy maps it to a level.
    #[serde(borrow)]
    pub acr: Option<Text<'a>>,
    /// The authentication methods; the policy maps each to a level.
    #[serde(borrow)]
    pub amr: Vec<Text<'a>>,
    /// The level of the sign-in, if the host has mapped it.
    pub level: Option<u8>,
    /// Second verifications made.
    #[serde(borrow)]
    pub proofs: Vec<Proof<'a>>,
}

/// One second verification that was made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Proof<'a> {
    /// Who made it.
    #[serde(borrow)]
    pub subject: Text<'a>,
    /// In which sign-in session.
    #[serde(borrow)]
    pub session: Text<'a>,
    /// For which permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// When.
    pub at: i64,
}

/// One consent of another member.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Approval<'a> {
    /// Who agreed.
    #[serde(borrow)]
    pub by: Option<Text<'a>>,
    /// Who asked.
    #[serde(borrow)]
    pub requester: Text<'a>,
    /// For which permission.
    #[serde(borrow)]
    pub permission: Text<'a>,
    /// Where; the tenant's root if absent.
    #[serde(borrow)]
    pub scope: Option<Text<'a>>,
    /// The id of the record.
    #[serde(borrow)]
    pub resource: Option<Text<'a>>,
    /// Up to this much money.
    #[serde(borrow)]
    pub amount: Option<Amount<'a>>,
    /// Up to so many basis points.
    pub percent: Option<Exact>,
    /// Up to so many items.
    pub quantity: Option<Exact>,
    /// When.
    pub at: Option<i64>,
}

/// What one budget has used so far in its current window.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Usage<'a> {
    /// The budget's name.
    #[serde(borrow)]
    pub budget: Text<'a>,
    /// In the permission's measure.
    #[serde(default)]
    pub amount: Option<Exact>,
    /// How many times.
    #[serde(default)]
    pub count: Option<Exact>,
}
