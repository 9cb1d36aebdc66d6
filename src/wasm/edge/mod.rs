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

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::snapshot::{
    Damaged, Domain, Failure,
    container::Expectations,
    cursor::{Cursor, at},
};
use state::State;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Ends the call with a trap, which JavaScript meets as an exception.
#[cfg(target_family = "wasm")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Why a call gives nothing: a number below every address. `pkg/src/engine.js` has the names.
#[derive(Clone, Copy, Debug)]
struct Refused(usize);

/// What tells why not stands below.
const FIRST: usize = 64;

const DAMAGED: Refused = Refused(1);
const NO_REQUEST: Refused = Refused(7);
/// This module was built without what cuts slices.
#[cfg(not(feature = "slicing"))]
const NO_SLICING: Refused = Refused(8);

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

/// Everything else, by one door: each further one would cost 300 bytes. Gives an address, a handle
/// or a number from 64 on; below that, why not.
///
/// 0 to 4 and 6 answer the request of `length` bytes that was written (0 and 6 may tell the member in
/// `version`, the permission and the scope in `above`; 6 also the instant, where nothing but facts
/// for conditions is in it), 5 a batch, 8 and 9 what else was written, 16
/// to 23 tell names; see [`tell`]. 32 reserves `length` bytes of scratch, 33 lets a policy go, 34
/// to 36 find a member, a permission or a scope by the name that was written, 40 opens a snapshot,
/// 41 a slice, 42 an overlay.
#[wasm_bindgen]
#[must_use]
pub fn ask(
    what: u32,
    handle: usize,
    length: usize,
    version: u32,
    above: u32,
    high: i32,
    low: u32,
) -> usize {
    state::with(|state| {
        let member = version.checked_sub(1);
        let found = member.map(|member| (member, above >> 17, above & 0x1_ffff));
        if what == 6
            && let Some(asked) = found
            && let Some(address) = outright(state, handle, asked, instant(high, low))
        {
            return address;
        }
        let told = match what {
            32 => Ok(state.reserve(length)),
            33 => {
                state.release(handle);
                Ok(FIRST)
            }
            5 => batch(state, handle, length, instant(high, low)),
            34..40 => find(state, what, handle, length),
            40.. => {
                let now = Some(instant(high, low));
                let expected = Expectations {
                    domain: if what == 41 {
                        Domain::Slice
                    } else {
                        Domain::Snapshot
                    },
                    tenant: None,
                    min_version: u64::from(above) << 32 | u64::from(version),
                    now,
                };
                load::load(state, what, handle, length, expected)
            }
            _ => answer(state, what, handle, (length, version), found),
        };
        told.unwrap_or_else(|Refused(why)| why)
    })
}

/// The decision on a request that hangs on none of its facts, if it is one.
fn outright(state: &mut State, handle: usize, asked: (u32, u32, u32), now: i64) -> Option<usize> {
    let (engine, _, answer) = state.parts(handle, 0, false)?;
    let (told, holds_until) = engine.decide_outright(asked, now).ok()?;
    answer.outright(told, holds_until)?;
    Some(answer.0.as_ptr().addr())
}

/// The boolean question for each row that was written: three words as [`can`] takes them, little-endian,
/// but that 0 is no scope either. Gives a byte a row. A row with a 0 is a no.
fn batch(state: &mut State, handle: usize, length: usize, now: i64) -> Result<usize, Refused> {
    let (engine, bytes, answer) = state.parts(handle, length, false).ok_or(DAMAGED)?;
    let (words, _) = bytes.as_chunks();
    let mut told = Vec::with_capacity(words.len() / 3);
    let mut words = words
        .iter()
        .map(|word| u32::from_le_bytes(*word).checked_sub(1));
    while let (Some(member), Some(permission), Some(scope)) =
        (words.next(), words.next(), words.next())
    {
        let may = match (member, permission, scope) {
            (Some(member), Some(permission), Some(scope)) => {
                engine.may(member, permission, scope, Some(now))?
            }
            _ => false,
        };
        told.push(u8::from(may));
    }
    answer.bytes(&told);
    Ok(answer.0.as_ptr().addr())
}

/// The number of a name, from 1 on, so that nothing that is missing in JavaScript is one.
fn find(state: &mut State, what: u32, handle: usize, length: usize) -> Result<usize, Refused> {
    let (engine, bytes, _) = state.parts(handle, length, false).ok_or(DAMAGED)?;
    let name = Cursor(bytes).text()?;
    let snapshot = &engine.snapshot;
    let found = match what {
        34 => snapshot.find_member(name)?.map(|row| row.handle),
        35 => snapshot.find_permission(name)?,
        _ => snapshot.find_scope(name)?,
    };
    let number = found.map_or(0, |number| at(number).saturating_add(1));
    Ok(number.saturating_add(FIRST))
}

fn answer(
    state: &mut State,
    what: u32,
    handle: usize,
    (first, second): (usize, u32),
    found: Option<(u32, u32, u32)>,
) -> Result<usize, Refused> {
    // Names are asked for by numbers, and nothing is written.
    let names = what >= 16;
    let length = if names { 0 } else { first };
    let (engine, bytes, answer) = state.parts(handle, length, names).ok_or(DAMAGED)?;
    #[cfg(not(feature = "slicing"))]
    if what == 9 {
        return Err(NO_SLICING);
    }
    if what < 8 {
        question::with(bytes, |request| {
            let request = request.ok_or(NO_REQUEST)?;
            tell::request(what, engine, (request, found), answer).map_err(Refused::from)
        })?;
    } else {
        let first = u32::try_from(first).map_err(|_| DAMAGED)?;
        tell::name(what, engine, (first, second), bytes, answer)?;
    }
    Ok(answer.0.as_ptr().addr())
}

/// An instant from its two words.
fn instant(high: i32, low: u32) -> i64 {
    i64::from(high) << 32 | i64::from(low)
}
