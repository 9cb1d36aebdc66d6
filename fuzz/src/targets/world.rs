//! The policies of the acceptance cells in force, as engine and as document.

use std::sync::OnceLock;

use keyrack::{
    compile,
    decide::Engine,
    policy::Document,
    snapshot::{Domain, Overlay, Snapshot, container, container::Expectations, write},
};

use crate::{
    evaluator::Policy,
    support::{cells::CellFile, rack},
};

const FILES: [&str; 11] = [
    include_str!("../../../tests/decisions/n01-account-groups.json"),
    include_str!("../../../tests/decisions/n02-staff-accounts.json"),
    include_str!("../../../tests/decisions/n03-sub-accounts.json"),
    include_str!("../../../tests/decisions/n04-permission-cards.json"),
    include_str!("../../../tests/decisions/n05-credit-limits.json"),
    include_str!("../../../tests/decisions/n06-second-verification.json"),
    include_str!("../../../tests/decisions/n07-shop-authorisation.json"),
    include_str!("../../../tests/decisions/n08-multi-level-authority.json"),
    include_str!("../../../tests/decisions/n09-accounting-and-social.json"),
    include_str!("../../../tests/decisions/n10-onboarding.json"),
    include_str!("../../../tests/decisions/rulings.json"),
];

/// One policy, for the engine and for its judge.
pub struct World {
    pub document: &'static Document,
    pub policy: Policy<'static>,
    pub overlay: Overlay,
    /// Under the overlay.
    pub engine: Engine,
    /// Without one.
    pub bare: Engine,
}

/// One of the policies.
pub fn world(number: u8) -> &'static World {
    static WORLDS: [OnceLock<World>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    let number = usize::from(number) % FILES.len();
    WORLDS[number].get_or_init(|| made(FILES[number]))
}

fn made(text: &str) -> World {
    let file: CellFile = serde_json::from_str(text).expect("a file of cells");
    // For as long as the program runs.
    let document: &Document = Box::leak(Box::new(file.document(None)));
    let issued = document.policy.issued.seconds;
    let signed = rack::overlay_bytes(&file, issued);
    let keys = [rack::signing_key().verifying_key()];
    let payload = container::verify(&signed, Domain::Overlay, &keys).expect("our own signature");
    let overlay = Overlay::open(payload, &Expectations::default()).expect("a good overlay");
    World {
        document,
        policy: Policy::new(document),
        engine: Engine::with_overlay(snapshot(document), &overlay).expect("a good snapshot"),
        bare: Engine::new(snapshot(document)),
        overlay,
    }
}

/// A document as a snapshot, whether or not the compiler would refuse it.
pub fn snapshot(document: &Document) -> Snapshot {
    let payload = write::payload(&compile::lower(document)).expect("a snapshot within all caps");
    Snapshot::open(payload).expect("an undamaged snapshot")
}
