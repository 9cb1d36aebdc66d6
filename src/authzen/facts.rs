//! What the host knows when a request comes in, from its own stores. Nothing of it is a caller's
//! word.

use alloc::vec::Vec;

use serde::Deserialize;

use crate::decide::request::{Approval, Attributes, Auth, Text, Usage};

/// What the host knows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Facts<'f> {
    /// Whether the caller is an authenticated enforcement point, whose word counts for attributes
    /// that the policy declares as a caller's.
    pub trusted: bool,
    /// What this evaluation is called; with a batch, what its items' names begin with.
    #[serde(borrow)]
    pub evaluation_id: Option<Text<'f>>,
    /// Records.
    #[serde(borrow)]
    pub records: Vec<Record<'f>>,
    /// How subjects signed in, and where they are.
    #[serde(borrow)]
    pub people: Vec<Person<'f>>,
    /// Consents that a caller may refer to.
    #[serde(borrow)]
    pub approvals: Vec<Consent<'f>>,
}

/// A record as the host's store has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record<'f> {
    /// What callers call its type.
    #[serde(borrow, rename = "type")]
    pub resource_type: Text<'f>,
    /// Its id.
    #[serde(borrow)]
    pub id: Text<'f>,
    /// Where it lies; counts instead of what a caller says.
    #[serde(borrow, default)]
    pub scope: Option<Text<'f>>,
    /// The member it is assigned to.
    #[serde(borrow, default)]
    pub assignee: Option<Text<'f>>,
    /// The department it belongs to.
    #[serde(borrow, default)]
    pub department: Option<Text<'f>>,
    /// The members with an open ticket on it.
    #[serde(borrow, default)]
    pub open_ticket_with: Option<Vec<Text<'f>>>,
    /// Its declared attributes.
    #[serde(borrow, default)]
    pub attributes: Attributes<'f>,
}

/// What the host knows of a subject.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person<'f> {
    /// The member.
    #[serde(borrow)]
    pub subject: Text<'f>,
    /// The app or service that acts on its behalf.
    #[serde(borrow, default)]
    pub actor: Option<Text<'f>>,
    /// How it signed in, and what it proved since.
    #[serde(borrow, default)]
    pub auth: Option<Auth<'f>>,
    /// The address it calls from.
    #[serde(borrow, default)]
    pub ip: Option<Text<'f>>,
    /// Its declared attributes, by their whole names (`subject.role`).
    #[serde(borrow, default)]
    pub attributes: Attributes<'f>,
    /// What its budgets have used so far.
    #[serde(borrow, default)]
    pub usage: Vec<Usage<'f>>,
}

/// A consent, or the wait for one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consent<'f> {
    /// What a caller refers to it by.
    #[serde(borrow)]
    pub id: Text<'f>,
    /// What was agreed to; absent while nobody has answered.
    #[serde(borrow, default)]
    pub approval: Option<Approval<'f>>,
}

impl<'f> Facts<'f> {
    pub(super) fn record(&self, resource_type: &str, id: &str) -> Option<&Record<'f>> {
        let mut records = self.records.iter();
        records.find(|one| *one.id == *id && *one.resource_type == *resource_type)
    }

    pub(super) fn person(&self, subject: &str) -> Option<&Person<'f>> {
        self.people.iter().find(|one| *one.subject == *subject)
    }

    pub(super) fn consent(&self, id: &str) -> Option<&Consent<'f>> {
        self.approvals.iter().find(|one| *one.id == *id)
    }
}
