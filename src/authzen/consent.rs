//! The consent of another member that a caller refers to by its id. The id alone opens nothing:
//! what was agreed to is the host's own record, and the policy judges it like any other.

use crate::decide::{
    Outcome, Reason,
    request::{Approval, Request},
};

use super::{ask::Properties, facts::Facts, json::Json};

/// What a presented reference leads to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presented<'p> {
    /// None was presented.
    Nothing,
    /// The host has no such consent, or it was spent in this very batch.
    Unknown,
    /// Nobody has answered yet.
    Pending,
    /// Somebody has agreed.
    Given {
        /// Its id.
        id: &'p str,
        /// To what.
        approval: &'p Approval<'p>,
        /// Whether it has been given too long ago.
        expired: bool,
    },
}

/// A refusal in the words of the access request profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Blame {
    pub reason: &'static str,
    pub next_action: &'static str,
    pub retry_after: Option<u32>,
}

/// After how many seconds a caller asks again whether somebody has answered.
const RETRY_SECONDS: u32 = 5;

impl<'p> Presented<'p> {
    /// What the `approval` of a request's context leads to.
    pub fn find(
        context: Properties<'p>,
        facts: &'p Facts<'p>,
        spent: &[&str],
        (now, fresh): (Option<i64>, u32),
    ) -> Self {
        let Some(Json::Object(reference)) = context.find("approval") else {
            return Self::Nothing;
        };
        let Some(Json::String(id)) = reference.find("id") else {
            return Self::Unknown;
        };
        let Some(consent) = facts.consent(id).filter(|_| !spent.contains(&&**id)) else {
            return Self::Unknown;
        };
        let Some(approval) = &consent.approval else {
            return Self::Pending;
        };
        let end = approval.at.and_then(|at| at.checked_add(i64::from(fresh)));
        Self::Given {
            id,
            approval,
            expired: end.zip(now).is_none_or(|(end, now)| now >= end),
        }
    }

    /// The id of a consent that was given.
    pub fn id(self) -> Option<&'p str> {
        match self {
            Self::Given { id, .. } => Some(id),
            Self::Nothing | Self::Unknown | Self::Pending => None,
        }
    }

    /// The same question with what was agreed to; `None` where nothing was.
    pub fn join(self, question: &Request<'p>) -> Option<Request<'p>> {
        match self {
            Self::Given { approval, .. } => Some(Request {
                approvals: alloc::vec![approval.clone()],
                ..question.clone()
            }),
            Self::Nothing | Self::Unknown | Self::Pending => None,
        }
    }

    /// Why a consent that was presented does not help; `None` where none was, or where the member
    /// itself has something left to do.
    pub fn blame(self, outcome: Outcome, reason: Reason) -> Option<Blame> {
        if matches!(self, Self::Nothing) || outcome == Outcome::StepUp {
            return None;
        }
        // There is no endpoint to ask for another consent, so nobody is sent there.
        let (reason, next_action, retry_after) = match (self, reason) {
            (Self::Unknown, _) => ("approval_unverifiable", "none", None),
            (Self::Pending, Reason::ApprovalRequired) => {
                ("grant_pending", "retry", Some(RETRY_SECONDS))
            }
            (Self::Given { expired: true, .. }, Reason::ApprovalInvalid) => {
                ("approval_expired", "none", None)
            }
            (Self::Given { .. }, Reason::ApprovalInvalid) => ("out_of_scope", "none", None),
            _ => ("policy_denied", "none", None),
        };
        Some(Blame {
            reason,
            next_action,
            retry_after,
        })
    }
}
