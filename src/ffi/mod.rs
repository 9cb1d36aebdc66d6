//! Plain data in and out: the one form that JavaScript, the CLI and HTTP speak.
//!
//! Requests are [`crate::decide::Request`]; answers are made here, numbers turned into names.

pub mod decision;
pub mod explanation;

use alloc::string::String;

use crate::{
    decide::{self, Engine, Request},
    snapshot::{Damaged, records::ScopeReference},
};

pub use decision::Decision;
pub use explanation::Explanation;

/// Decides a request and gives the answer in names.
///
/// # Errors
/// If the snapshot is damaged where the request reads it.
pub fn decide(engine: &Engine, request: &Request<'_>) -> Result<Decision, Damaged> {
    Decision::of(engine, request, &decide::decide(engine, request)?)
}

/// What an assignment is called: its written id, else `role@scope`, else `direct@scope`.
///
/// # Errors
/// If the snapshot is damaged there.
pub fn grant_name(engine: &Engine, terms: u32, scopes: ScopeReference) -> Result<String, Damaged> {
    let snapshot = &engine.snapshot;
    let detail = snapshot.terms(terms)?.detail()?;
    if let Some(id) = detail.id {
        return Ok(String::from(snapshot.name(id)?));
    }
    let mut name = String::from(match detail.role {
        Some(role) => snapshot.name(role)?,
        None => "direct",
    });
    for (place, scope) in snapshot.scopes_of(scopes)?.enumerate() {
        name.push(if place == 0 { '@' } else { '+' });
        name.push_str(snapshot.scope_id(scope?)?);
    }
    Ok(name)
}
