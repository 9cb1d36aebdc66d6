//! What was looked at on the way to a decision.

use alloc::vec::Vec;

use crate::snapshot::{code::RowRule, records::ScopeReference};

use super::reason::{Reason, Truth};

/// One assignment or denial that speaks of the permission.
#[derive(Clone, Debug)]
pub struct Considered {
    /// Its terms, by number.
    pub terms: u32,
    /// Its scopes.
    pub scopes: ScopeReference,
    /// How it reaches the member.
    pub way: Way,
    /// Whether it is a denial.
    pub denies: bool,
    /// Why it does not count; of a denial, that it does.
    pub refused: Option<Reason>,
    /// Each condition.
    pub findings: Vec<Finding>,
}

/// How an assignment or a denial reaches a member.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// It is the member's own.
    Direct,
    /// By a group, by number.
    Group(u32),
    /// By the member's organisation, by number.
    Organisation(u32),
}

/// How one condition came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Which.
    pub condition: Condition,
    /// Whether it holds.
    pub truth: Truth,
}

/// A condition of an assignment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Condition {
    /// A training item, by number.
    Training(u32),
    /// Working hours.
    Hours,
    /// Networks.
    Networks,
    /// An attribute, by number.
    Attribute(u32),
    /// The record.
    Rows(RowRule),
    /// The amount against the limits.
    Amount,
    /// A budget, by name number.
    Budget(u32),
}
