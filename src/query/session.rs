//! One member at one scope, every permission answered: what a panel asks hundreds of times.

use alloc::vec::Vec;

use crate::{
    decide::{
        Decision, Engine, Outcome, Request,
        clock::Clock,
        decision::{Depth, answer},
        question::{People, Question},
    },
    snapshot::{Damaged, cursor::at},
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
    /// How many permissions there are.
    pub count: u32,
    /// Those that are allowed, as bits.
    pub allowed: Vec<u8>,
    /// Those that are conditional, as bits.
    pub conditional: Vec<u8>,
    /// The next instant at which any of them could change by time alone.
    pub holds_until: Option<i64>,
}

fn has(bits: &[u8], number: u32) -> bool {
    let byte = bits.get(at(number >> 3)).copied().unwrap_or_default();
    byte >> (number & 7) & 1 == 1
}

impl Session {
    /// All states, by permission number.
    #[must_use]
    pub fn states(&self) -> Vec<State> {
        let state = |number| {
            if has(&self.allowed, number) {
                State::Allowed
            } else if has(&self.conditional, number) {
                State::Conditional
            } else {
                State::Denied
            }
        };
        (0..self.count).map(state).collect()
    }
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
    let scope = match &request.scope {
        None => Some(0),
        Some(scope) => engine.snapshot.find_scope(scope)?,
    };
    let subject = engine.find(&request.subject)?;
    let count = engine.snapshot.permission_count();
    let mut session = Session {
        count,
        allowed: alloc::vec![0; at(count.div_ceil(8))],
        conditional: alloc::vec![0; at(count.div_ceil(8))],
        holds_until: None,
    };
    if let (Some(scope), Some(subject), false) = (scope, subject, engine.is_expired(&clock)) {
        let people = People::find(engine, request, subject)?;
        let mut untold = None;
        if is_bare(request)
            && let Some(outright) = engine.outright(subject.row.handle, scope)?
        {
            session.allowed = outright.0;
            untold = Some(outright.1);
        }
        for permission in 0..count {
            if untold
                .as_ref()
                .is_some_and(|untold| !has(untold, permission))
            {
                continue;
            }
            let bits = match state(engine, request, &people, (permission, scope), &clock)? {
                State::Allowed => &mut session.allowed,
                State::Conditional => &mut session.conditional,
                State::Denied => continue,
            };
            if let Some(byte) = bits.get_mut(at(permission >> 3)) {
                *byte |= 1 << (permission & 7);
            }
        }
    }
    session.holds_until = clock.holds_until();
    Ok(session)
}

/// How the request's own permission stands: the state that [`session`] tells of it. What the policy
/// does not have is denied.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn standing(engine: &Engine, request: &Request<'_>) -> Result<State, Damaged> {
    let clock = Clock::at(request.now);
    let scope = match &request.scope {
        None => Some(0),
        Some(scope) => engine.snapshot.find_scope(scope)?,
    };
    let permission = engine.snapshot.find_permission(&request.permission)?;
    let subject = engine.find(&request.subject)?;
    let (Some(scope), Some(permission), Some(subject)) = (scope, permission, subject) else {
        return Ok(State::Denied);
    };
    if engine.is_expired(&clock) {
        return Ok(State::Denied);
    }
    let people = People::find(engine, request, subject)?;
    state(engine, request, &people, (permission, scope), &clock)
}

/// Whether nobody acts for the subject and nobody's rights are acted on: of such alone the short way
/// tells.
fn is_bare(request: &Request<'_>) -> bool {
    request.actor.is_none() && request.member.is_none() && request.assignment.is_none()
}

/// The state of one permission at one scope.
pub(super) fn state(
    engine: &Engine,
    request: &Request<'_>,
    people: &People<'_>,
    asked: (u32, u32),
    clock: &Clock,
) -> Result<State, Damaged> {
    if is_bare(request)
        && let Some(allowed) =
            engine.allows_outright(people.subject.row.handle, asked.0, asked.1)?
    {
        return Ok(if allowed {
            State::Allowed
        } else {
            State::Denied
        });
    }
    let question = Question::pose(engine, request, people, asked, clock, THOROUGH)?;
    Ok(State::of(&answer(&question, false)?))
}
