//! Who can do something somewhere.

use alloc::vec::Vec;

use crate::{
    decide::{Engine, Request, clock::Clock, question::People},
    snapshot::Damaged,
};

use super::session::{State, state};

/// The members who hold the request's permission at its scope, perhaps under conditions: each
/// member's handle and state, in the order of the bytes. The request's subject is not read.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn who_can(engine: &Engine, request: &Request<'_>) -> Result<Vec<(u32, State)>, Damaged> {
    let clock = Clock::at(request.now);
    let mut found = Vec::new();
    let scope = match &request.scope {
        None => Some(0),
        Some(scope) => engine.snapshot.find_scope(scope)?,
    };
    let permission = engine.snapshot.find_permission(&request.permission)?;
    let (Some(permission), Some(scope), false) = (permission, scope, engine.is_expired(&clock))
    else {
        return Ok(found);
    };
    for row in engine.snapshot.members() {
        let row = row?;
        let people = People::find(engine, request, engine.principal(row)?)?;
        let state = state(engine, request, &people, (permission, scope), &clock)?;
        if state != State::Denied {
            found.push((row.handle, state));
        }
    }
    Ok(found)
}
