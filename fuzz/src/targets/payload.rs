//! A payload that a valid signature covers: errors or decisions, whatever it says.

use keyrack::{
    decide::Engine,
    snapshot::{
        Domain, Snapshot,
        container::{self, Expectations},
        write,
    },
};

use super::around;
use crate::support::every;

/// A payload, and after it two bytes that choose what is asked.
pub fn payload(data: &[u8]) {
    let Some((payload, turn)) = data.split_last_chunk::<2>() else {
        return;
    };
    let key = every::key();
    let signed = container::sign(Domain::Snapshot, payload, &key);
    let verified = container::verify(&signed, Domain::Snapshot, &[key.verifying_key()]);
    let expected = Expectations {
        now: Some(every::NOW),
        ..Expectations::default()
    };
    let Ok(snapshot) = container::open(verified.expect("our own signature"), &expected) else {
        return;
    };
    if let Ok(model) = snapshot.restore() {
        // What can be read as a whole and written again is no worse than it was.
        if let Ok(bytes) = write::payload(&model) {
            let again = Snapshot::open(bytes).expect("what was written opens");
            drop(again.restore());
        }
    }
    if let Ok(engine) = Engine::with_overlay(snapshot, &every::overlay()) {
        around::ask(&engine, u16::from_le_bytes(*turn));
    }
}
