//! Bytes as they come from a store: nothing passes but what the key signed.

use keyrack::{
    decide::Engine,
    snapshot::{
        Domain, Overlay,
        container::{self, Container, Expectations},
    },
};

use super::around;
use crate::support::every;

const KINDS: [Domain; 4] = [
    Domain::Snapshot,
    Domain::Slice,
    Domain::Overlay,
    Domain::Labels,
];

/// A container of any kind, under the key of the tests.
pub fn container(data: &[u8]) {
    let key = every::key();
    let expected = Expectations {
        now: Some(every::NOW),
        ..Expectations::default()
    };
    let mut kinds = 0;
    for kind in KINDS {
        let parsed = Container::parse(data, kind);
        kinds += usize::from(parsed.is_ok());
        if let Ok(payload) = container::verify(data, kind, &[key.verifying_key()]) {
            // Strict signatures have one form, so these are the publisher's own bytes.
            assert_eq!(container::sign(kind, payload, &key), data);
        }
        // What a host opens that vouches for the bytes itself.
        let Ok(Container { payload, .. }) = parsed else {
            continue;
        };
        match kind {
            Domain::Snapshot | Domain::Slice => {
                let expected = Expectations {
                    domain: kind,
                    ..expected
                };
                if let Ok(snapshot) = container::open(payload, &expected)
                    && let Ok(engine) = Engine::with_overlay(snapshot, &every::overlay())
                {
                    around::ask(&engine, 0);
                }
            }
            Domain::Overlay => drop(Overlay::open(payload, &expected)),
            Domain::Labels => {}
        }
    }
    assert!(kinds < 2, "one kind passes as another");
}
