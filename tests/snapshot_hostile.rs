//! Payloads that a valid signature covers and that say anything at all: an error or a decision,
//! never a panic, never without end.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod support;

use std::time::{Duration, Instant};

use keyrack::{
    decide::{self, Engine, Request, request::Text},
    ffi, query,
    snapshot::{
        Overlay, Snapshot,
        container::{self, Expectations},
        write,
    },
};
use proptest::{prelude::*, sample::Index};

use support::{
    asks, every, tape,
    tape::{Tape, cases},
    worlds::{self, PERMISSIONS},
};

/// Mutated payloads; `KEYRACK_CASES` multiplies it.
const MUTATIONS: u32 = 20_000;
/// Longer than any question about so small a payload may take.
const LONG: Duration = Duration::from_secs(5);
const KEPT: &str = "tests/regressions/hostile.txt";

fn opened(payload: &[u8]) -> Option<Snapshot> {
    let expected = Expectations {
        now: Some(worlds::NOW),
        ..Expectations::default()
    };
    container::open(payload, &expected).ok()
}

/// One change of a payload.
#[derive(Clone, Debug)]
struct Change {
    place: Index,
    how: u8,
    value: u8,
}

fn change() -> impl Strategy<Value = Change> {
    (any::<Index>(), 0..8_u8, any::<u8>()).prop_map(|(place, how, value)| Change {
        place,
        how,
        value,
    })
}

fn mutate(payload: &mut [u8], change: &Change) {
    let place = change.place.index(payload.len());
    match change.how {
        0 => payload[place] ^= 1 << (change.value & 7),
        1 => payload[place] = 0xff,
        2 => payload[place] = 0,
        3 => payload[place] = payload[place].wrapping_add(1),
        4 => payload[place] = payload[place].wrapping_sub(1),
        5 => {
            let from = usize::from(change.value) % payload.len();
            payload[place] = payload[from];
        }
        _ => payload[place] = change.value,
    }
}

/// Asks a little of everything; which members and permissions, the turn tells.
fn ask_around(snapshot: Snapshot, overlay: &Overlay, turn: usize) {
    let Ok(engine) = Engine::with_overlay(snapshot, overlay) else {
        return;
    };
    let mut tape = Tape::of(&[u16::try_from(turn % 60_000).unwrap(); 8]);
    let rows: Vec<_> = engine.snapshot.members().take(8).collect();
    let ids: Vec<String> = ["m-owner", "m-supervisor", "m-partner", "m-app"]
        .map(String::from)
        .into();
    let subject = &ids[turn % ids.len()];
    let model = every::model();
    let request = Request {
        subject: Text::from(&**subject),
        actor: turn.is_multiple_of(5).then(|| Text::from("m-app")),
        permission: Text::from(&*model.permissions[turn % model.permissions.len()].key),
        scope: Some(Text::from(&*model.scopes[turn % 3].id)),
        now: Some(every::NOW),
        ip: Some(Text::from("192.0.2.7")),
        resource: Some(asks::resource(&mut tape, &model)),
        ..Request::default()
    };
    let _ = ffi::decide(&engine, &request);
    let _ = decide::decide(&engine, &request);
    let _ = query::session(&engine, &request);
    match turn % 4 {
        0 => drop(query::who_can(&engine, &request)),
        1 => {
            if let Ok(filter) = query::where_can(&engine, &request) {
                let record = asks::resource(&mut tape, &model);
                let _ = filter.passes(&engine, &request, 1, &record);
            }
        }
        2 => drop(query::route::find(
            &engine.snapshot,
            "POST",
            "/orders/7/refund",
        )),
        _ => {}
    }
    for row in rows.into_iter().flatten() {
        // A slice of nonsense is nonsense, and at worst cannot be written.
        if let Ok(model) = engine.snapshot.slice(&row) {
            let _ = write::payload(&model);
        }
        let behalf = std::str::from_utf8(row.id)
            .map(|id| query::slice::slice_on_behalf(&engine, id, "m-app", worlds::NOW));
        if let Ok(Ok(Some(model))) = behalf {
            let _ = write::payload(&model);
        }
        let _ = engine.may(row.handle, 1, 1, Some(every::NOW));
    }
    let _ = engine.snapshot.restore();
}

proptest! {
    #![proptest_config(cases(MUTATIONS, KEPT))]

    #[test]
    fn mutated_payloads_give_errors_or_decisions(changes in proptest::collection::vec(change(), 1..4), turn in 0..1_000_usize) {
        thread_local! {
            static PAYLOAD: Vec<u8> = write::payload(&every::model()).unwrap();
        }
        let mut payload = PAYLOAD.with(Clone::clone);
        for change in &changes {
            mutate(&mut payload, change);
        }
        let started = Instant::now();
        if let Some(snapshot) = opened(&payload) {
            ask_around(snapshot, &every::overlay(), turn);
        }
        prop_assert!(started.elapsed() < LONG);
    }

    #[test]
    fn mutated_overlays_give_errors_or_overlays(changes in proptest::collection::vec(change(), 1..4)) {
        let mut payload = every::overlay().payload().unwrap();
        for change in &changes {
            mutate(&mut payload, change);
        }
        let started = Instant::now();
        let _ = Overlay::open(&payload, &Expectations::default());
        prop_assert!(started.elapsed() < LONG);
    }
}

proptest! {
    #![proptest_config(cases(MUTATIONS / 100, KEPT))]

    #[test]
    fn mutated_random_policies_answer_everybody(choices in tape::tape(2_000), changes in proptest::collection::vec(change(), 1..6)) {
        let mut tape = Tape::of(&choices);
        let model = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &model);
        let mut payload = write::payload(&model).unwrap();
        for change in &changes {
            mutate(&mut payload, change);
        }
        let Some(snapshot) = opened(&payload) else { return Ok(()) };
        let Ok(engine) = Engine::with_overlay(snapshot, &overlay) else { return Ok(()) };
        for member in &model.members {
            for entry in PERMISSIONS {
                let mut request = asks::request(&mut tape, &model);
                request.subject = Text::from(&*member.id);
                request.permission = Text::from(entry.0);
                let _ = ffi::decide(&engine, &request);
            }
        }
    }

    #[test]
    fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Some(snapshot) = opened(&noise) {
            ask_around(snapshot, &every::overlay(), 0);
        }
        let _ = Overlay::open(&noise, &Expectations::default());
    }
}
