//! From verified payloads to policies in force.

use alloc::{borrow::ToOwned, vec::Vec};

use wasm_bindgen::prelude::wasm_bindgen;

use super::{DAMAGED, Refused, instant, state};
use crate::{
    decide::Engine,
    snapshot::{
        Overlay, Snapshot,
        container::{self, Expectations},
    },
};

/// A handle one after those numbers that tell why not.
const FIRST_HANDLE: usize = 64;

/// Opens the payload that was written, of a snapshot or of a slice. The scratch is given back, for
/// the next question will be a thousand times shorter.
#[wasm_bindgen]
#[must_use]
pub fn open(length: usize, is_slice: bool, version: u32, above: u32, high: i32, low: u32) -> usize {
    state::with(|state| {
        let mut payload = core::mem::take(&mut state.scratch);
        payload.truncate(length);
        let expected = expected(version, above, high, low);
        let opened = container::open(&payload, &expected).map_err(Refused::from);
        match opened {
            Ok(snapshot) if snapshot.head().slice_of.is_some() == is_slice => state
                .keep(Engine::new(snapshot))
                .saturating_add(FIRST_HANDLE),
            Ok(_) => DAMAGED.0,
            Err(Refused(why)) => why,
        }
    })
}

/// The same policy under the overlay whose payload was written.
#[wasm_bindgen]
#[must_use]
pub fn overlay(
    handle: usize,
    length: usize,
    version: u32,
    above: u32,
    high: i32,
    low: u32,
) -> usize {
    state::with(|state| {
        let Some((engine, bytes, _)) = state.parts(handle, length, false) else {
            return DAMAGED.0;
        };
        let snapshot = &engine.snapshot;
        let current = engine.overlay_version().unwrap_or_default();
        let expected = expected(version, above, high, low);
        let expected = Expectations {
            tenant: Some(&snapshot.head().tenant),
            min_version: expected.min_version.max(current),
            ..expected
        };
        match layered(snapshot, bytes, &expected) {
            Ok(engine) => state.keep(engine).saturating_add(FIRST_HANDLE),
            Err(Refused(why)) => why,
        }
    })
}

fn layered(
    snapshot: &Snapshot,
    bytes: &[u8],
    expected: &Expectations<'_>,
) -> Result<Engine, Refused> {
    let overlay = Overlay::open(bytes, expected)?;
    let payload: Vec<u8> = snapshot.payload().to_owned();
    Ok(Engine::with_overlay(Snapshot::open(payload)?, &overlay)?)
}

fn expected(version: u32, above: u32, high: i32, low: u32) -> Expectations<'static> {
    Expectations {
        tenant: None,
        min_version: u64::from(above) << 32 | u64::from(version),
        now: Some(instant(high, low)),
    }
}
