//! The JavaScript bindings of the edge module: integers in, integers out.
//!
//! Questions are written into the module's own memory by `pkg/src`, answers are left there as
//! words, and names are asked for once each. No text is formatted and nothing is encoded as JSON,
//! for the whole module has to stay small. Signatures are checked in JavaScript before bytes get
//! here, and `pkg/src` is the only caller.

mod answer;
mod load;
mod question;
mod state;
mod tell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::snapshot::{
    Damaged, Failure,
    cursor::{Cursor, at},
};

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

pub use load::{open, overlay};

/// Why a call gives nothing: a number below every address. `pkg/src/engine.js` has the names.
#[derive(Clone, Copy, Debug)]
struct Refused(usize);

const DAMAGED: Refused = Refused(1);
const NO_REQUEST: Refused = Refused(7);

impl From<Damaged> for Refused {
    fn from(_: Damaged) -> Self {
        DAMAGED
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::EngineTooOld => Self(2),
            Failure::Expired => Self(3),
            Failure::IssuedInFuture => Self(4),
            Failure::Rollback => Self(5),
            Failure::TenantMismatch => Self(6),
            // Containers are taken apart before they get here.
            Failure::Damaged
            | Failure::FormatUnknown
            | Failure::KeyUnknown
            | Failure::Malformed
            | Failure::SignatureInvalid
            | Failure::TooLarge
            | Failure::Unsigned
            | Failure::WrongDomain => DAMAGED,
        }
    }
}

/// Makes room for at least so many bytes, keeps those that are there, and gives their address.
#[wasm_bindgen]
#[must_use]
pub fn reserve(bytes: usize) -> usize {
    state::with(|state| {
        if state.scratch.len() < bytes {
            state.scratch.resize(bytes, 0);
        }
        state.scratch.as_ptr().addr()
    })
}

/// Lets a policy go.
#[wasm_bindgen]
pub fn release(handle: usize) {
    state::with(|state| state.release(handle));
}

/// The number of the member (0), permission (1) or scope (2) whose name was written, from 1 on, so
/// that nothing that is missing in JavaScript is one. 0: unknown; the highest: damaged.
#[wasm_bindgen]
#[must_use]
pub fn find(handle: usize, kind: u32, length: usize) -> u32 {
    state::with(|state| {
        let (engine, bytes, _) = state.parts(handle, length, false)?;
        let name = Cursor(bytes).text().ok()?;
        let snapshot = &engine.snapshot;
        let found = match kind {
            0 => snapshot
                .find_member(name)
                .map(|row| row.map(|row| row.handle)),
            1 => snapshot.find_permission(name),
            _ => snapshot.find_scope(name),
        };
        found
            .ok()
            .map(|number| number.map_or(0, |number| number.saturating_add(1)))
    })
    .unwrap_or(u32::MAX)
}

/// Whether a member may, with nothing left open, by numbers: 0 no, 1 yes, 2 damaged. Scope 0 is
/// none: the root.
#[wasm_bindgen]
#[must_use]
pub fn can(handle: usize, member: u32, permission: u32, scope: u32, high: i32, low: u32) -> u32 {
    let now = instant(high, low);
    let may = state::with(|state| {
        let (member, permission) = (member.checked_sub(1)?, permission.checked_sub(1)?);
        let engine = state.engine(handle)?;
        engine
            .may(member, permission, scope.saturating_sub(1), Some(now))
            .ok()
    });
    may.map_or(2, u32::from)
}

/// Answers what was written, or what two numbers stand for, and gives the address of the answer's
/// words; below 64: why not.
#[wasm_bindgen]
#[must_use]
pub fn ask(handle: usize, what: u32, first: u32, second: u32) -> usize {
    state::with(|state| {
        // Names are asked for by numbers, and nothing is written.
        let names = what >= 16;
        let length = if names { 0 } else { at(first) };
        let Some((engine, bytes, answer)) = state.parts(handle, length, names) else {
            return DAMAGED.0;
        };
        let told = if what < 8 {
            question::read(bytes)
                .map_err(|_| NO_REQUEST)
                .and_then(|request| Ok(tell::request(what, engine, &request, answer)?))
        } else {
            tell::name(what, engine, (first, second), bytes, answer).map_err(Refused::from)
        };
        match told {
            Ok(()) => answer.0.as_ptr().addr(),
            Err(Refused(why)) => why,
        }
    })
}

/// An instant from its two words.
fn instant(high: i32, low: u32) -> i64 {
    i64::from(high) << 32 | i64::from(low)
}
