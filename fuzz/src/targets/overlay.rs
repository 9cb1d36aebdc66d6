//! An overlay that a valid signature covers: an error, or cuts; it never opens anything.

use keyrack::{
    decide::{
        Engine, Request,
        request::{Auth, Text},
    },
    ffi,
    snapshot::{
        Domain, Overlay,
        container::{self, Expectations},
    },
};

use super::world::{snapshot, world};
use crate::support::rack;

/// Members and permissions that are asked about.
const FEW: usize = 6;

/// A byte that chooses the policy, and the payload of an overlay.
pub fn overlay(data: &[u8]) {
    let Some((number, payload)) = data.split_first() else {
        return;
    };
    let key = rack::signing_key();
    let signed = container::sign(Domain::Overlay, payload, &key);
    let verified = container::verify(&signed, Domain::Overlay, &[key.verifying_key()]);
    let verified = verified.expect("our own signature");
    let Ok(overlay) = Overlay::open(verified, &Expectations::default()) else {
        return;
    };
    let written = overlay.payload().expect("an overlay within all caps");
    let again = Overlay::open(&written, &Expectations::default());
    assert_eq!(again.as_ref(), Ok(&overlay), "written and read");
    let world = world(*number);
    let Ok(engine) = Engine::with_overlay(snapshot(world.document), &overlay) else {
        return;
    };
    let members = world.document.members.iter().take(FEW);
    let roles = world.document.roles.iter();
    let permissions: Vec<&String> = roles.flat_map(|role| &role.permissions).take(FEW).collect();
    for member in members {
        for permission in &permissions {
            let request = Request {
                subject: Text::from(&*member.id),
                permission: Text::from(permission.as_str()),
                now: Some(world.document.policy.issued.seconds),
                auth: Some(Auth {
                    time: Some(world.document.policy.issued.seconds),
                    ..Auth::default()
                }),
                ..Request::default()
            };
            let ask = |engine| ffi::decide(engine, &request).expect("an undamaged snapshot");
            if ask(&engine).outcome == "allow" {
                assert_eq!(ask(&world.bare).outcome, "allow", "an overlay opens");
            }
        }
    }
}
