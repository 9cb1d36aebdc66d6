//! From verified payloads to policies in force.

use alloc::borrow::ToOwned;

use super::{DAMAGED, FIRST, Refused, state::State};
use crate::{
    decide::Engine,
    snapshot::{
        Snapshot,
        container::{self, Expectations},
    },
};

/// Opens the payload that was written: 40 of a snapshot, 41 of a slice, 42 of an overlay over the
/// policy of `handle`. Gives a handle. The scratch of a snapshot is given back, for the next question
/// will be a thousand times shorter.
pub fn load(
    state: &mut State,
    what: u32,
    handle: usize,
    length: usize,
    expected: Expectations<'_>,
) -> Result<usize, Refused> {
    let engine = if what == 42 {
        let (engine, bytes, _) = state.parts(handle, length, false).ok_or(DAMAGED)?;
        let snapshot = &engine.snapshot;
        let current = engine.overlay_version().unwrap_or_default();
        let expected = Expectations {
            tenant: Some(&snapshot.head().tenant),
            min_version: expected.min_version.max(current),
            ..expected
        };
        let snapshot = Snapshot::open(snapshot.payload().to_owned())?;
        Engine::under(snapshot, bytes, &expected)?
    } else {
        let mut payload = core::mem::take(&mut state.scratch);
        payload.truncate(length);
        Engine::new(container::open_owned(payload, &expected)?)
    };
    Ok(state.keep(engine).saturating_add(FIRST))
}
