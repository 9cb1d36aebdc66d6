//! One member at one scope, every permission answered: what a panel asks hundreds of times.

use alloc::vec::Vec;

use crate::{
    decide::{
        Decision, Engine, Outcome, Request,
        clock::Clock,
        decision::{Depth, answer},
        question::Question,
    },
    snapshot::Damaged,
};

/// What a panel draws.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum State {
    /// Not on this member's rights now, whatever else is told or done.
    Denied,
    /// It depends on the record, the amount, a second verification or another member: ask the gate.
    Conditional,
    /// Yes, and nothing is left open.
    Allowed,
}

/// Every permission of one member at one scope, at one instant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// By permission number.
    pub states: Vec<State>,
    /// The next instant at which any of them could change by time alone.
    pub holds_until: Option<i64>,
}

impl State {
    /// The state of a thorough decision on a request that names no record.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        match decision.outcome {
            Outcome::Allow if decision.is_unconditional() => Self::Allowed,
            Outcome::Deny if !decision.open => Self::Denied,
            _ => Self::Conditional,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Conditional => "conditional",
            Self::Allowed => "allowed",
        }
    }
}

/// The depth at which states are decided.
pub(super) const THOROUGH: Depth<'_> = Depth {
    fields: false,
    thorough: true,
    considered: None,
};

/// Answers every permission for the request's subject at its scope. The request's own permission
/// is not read; its sign-in, address and actor are.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn session(engine: &Engine, request: &Request<'_>) -> Result<Session, Damaged> {
    let clock = Clock::at(request.now);
    let count = engine.snapshot.permission_count();
    let mut states = Vec::new();
    let scope = match &request.scope {
        None => Some(0),
        Some(scope) => engine.snapshot.find_scope(scope)?,
    };
    let subject = engine.find(&request.subject)?;
    let known = scope.zip(subject).filter(|_| !engine.is_expired(&clock));
    for permission in 0..count {
        states.push(match known {
            None => State::Denied,
            Some((scope, subject)) => {
                let asked = (subject, permission, scope);
                let question = Question::pose(engine, request, asked, &clock, THOROUGH)?;
                State::of(&answer(&question, false)?)
            }
        });
    }
    Ok(Session {
        states,
        holds_until: clock.holds_until(),
    })
}
