//! The reader on its own, in cases so few and small that Miri can run them: `cargo xtask miri`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    dead_code,
    reason = "a test fails by panicking, and uses a part of what tests share"
)]

#[path = "support/every.rs"]
mod every;

use keyrack::{
    decide::{Engine, Request, decide},
    query,
    snapshot::{
        Overlay, Snapshot,
        container::{self, Container, Domain, Expectations},
        write,
    },
};

fn expected() -> Expectations<'static> {
    Expectations {
        now: Some(every::NOW),
        ..Expectations::default()
    }
}

fn request() -> Request<'static> {
    Request {
        subject: "m-supervisor".into(),
        permission: "order.view".into(),
        scope: Some("paris-01".into()),
        now: Some(every::NOW),
        ..Request::default()
    }
}

/// Reads all of a snapshot and asks a little.
fn read(payload: &[u8]) -> bool {
    read_as(Domain::Snapshot, payload)
}

fn read_as(domain: Domain, payload: &[u8]) -> bool {
    let expected = Expectations {
        domain,
        ..expected()
    };
    let Ok(snapshot) = container::open(payload, &expected) else {
        return false;
    };
    let whole = snapshot.restore().is_ok();
    let Ok(engine) = Engine::with_overlay(snapshot, &every::overlay()) else {
        return false;
    };
    let answered = decide(&engine, &request()).is_ok();
    let _ = query::session(&engine, &request());
    let _ = query::route::find(&engine.snapshot, "POST", "/orders/7/refund");
    whole && answered
}

#[test]
fn what_was_written_is_read_whole() {
    let payload = write::payload(&every::model()).unwrap();
    assert!(read(&payload));
    let bytes = container::unsigned(Domain::Snapshot, &payload);
    let container = Container::parse(&bytes, Domain::Snapshot).unwrap();
    assert_eq!(container.payload, payload);
    let overlay = every::overlay().payload().unwrap();
    assert!(Overlay::open(&overlay, &expected()).is_ok());
}

#[test]
fn a_slice_is_read_whole() {
    let payload = write::payload(&every::model()).unwrap();
    let snapshot = Snapshot::open(payload).unwrap();
    let row = snapshot.find_member("m-supervisor").unwrap().unwrap();
    let slice = write::payload(&snapshot.slice(&row).unwrap()).unwrap();
    assert!(read_as(Domain::Slice, &slice));
    assert!(!read(&slice), "it is no snapshot");
}

#[test]
fn damage_is_read_as_far_as_it_goes() {
    let payload = write::payload(&every::model()).unwrap();
    // A step that meets every section, and no pattern of the bytes.
    for place in (0..payload.len()).step_by(61) {
        for value in [0xff, payload[place] ^ 1] {
            let mut damaged = payload.clone();
            damaged[place] = value;
            let _ = read(&damaged);
        }
    }
    for end in (0..payload.len()).step_by(97) {
        assert!(!read(&payload[..end]), "cut at {end}");
    }
}
