//! A request as JSON: an error, or the answer that the second evaluator gives.

use keyrack::{decide::Request, ffi};

use super::world::world;
use crate::{compare, evaluator};

/// For so long after its issue a snapshot without an end knows its zones. The second evaluator
/// knows them for ever, and is not asked beyond.
const ZONES_KNOWN_SECONDS: i64 = 10 * 365 * 86_400;

/// A byte that chooses the policy, and a request.
pub fn request(data: &[u8]) {
    let Some((number, text)) = data.split_first() else {
        return;
    };
    let Ok(request) = serde_json::from_slice::<Request<'_>>(text) else {
        return;
    };
    let world = world(*number);
    let issued = world.document.policy.issued.seconds;
    let known = issued..issued + ZONES_KNOWN_SECONDS;
    if request.now.is_none_or(|now| known.contains(&now)) {
        let answer = evaluator::decide(&world.policy, Some(&world.overlay), &request);
        if let Some(difference) = compare::difference(&world.engine, &request, &answer) {
            panic!("{difference}");
        }
    }
    let decided = ffi::decide(&world.engine, &request).expect("an undamaged snapshot");
    let explained = ffi::explanation::explain(&world.engine, &request);
    assert_eq!(
        explained.expect("an undamaged snapshot").decision,
        decided,
        "explained otherwise"
    );
    // The host's other language gives the same answer to what it wrote itself.
    let written = serde_json::to_string(&request).expect("a request");
    let again: Request<'_> = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(
        ffi::decide(&world.engine, &again).expect("an undamaged snapshot"),
        decided,
        "read twice"
    );
}
