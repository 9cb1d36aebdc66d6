//! Random policies and requests with the native answers to them, written down so that
//! `tests/js/unit/random.js` can ask the module in JavaScript the same. `random.rs` holds such
//! answers against the oracle.

use std::{fs, path::Path};

use keyrack::{
    ffi,
    snapshot::{Domain, container},
};
use serde_json::{Value, json};

use crate::{
    compare,
    generator::{self, Case},
    support::{
        cells,
        rack::{self, signing_key},
    },
};

const POLICIES: u64 = 60;
const REQUESTS: usize = 100;
/// Other policies than those of `random.rs`.
const FIRST: u64 = 500_000;

#[test]
fn native_answers_to_random_requests_are_written_down() {
    let number = |name: &str| std::env::var(name).ok().and_then(|it| it.parse().ok());
    let policies = number("KEYRACK_JAVASCRIPT_POLICIES").unwrap_or(POLICIES);
    let first = number("KEYRACK_JAVASCRIPT_SEED").unwrap_or(FIRST);
    let key = signing_key().verifying_key().to_bytes();
    let worlds: Vec<Value> = (first..).take(policies as usize).map(world).collect();
    let folder = cells::root().join("target/js");
    fs::create_dir_all(&folder).unwrap();
    let written = json!({ "publicKey": hex(&key), "worlds": worlds });
    fs::write(Path::new(&folder).join("random.json"), written.to_string()).unwrap();
}

/// A policy, its overlay, and what Rust answers.
fn world(seed: u64) -> Value {
    let Case {
        document,
        overlay,
        requests,
    } = generator::case(seed, REQUESTS);
    let engine = compare::unsigned(&document, overlay.as_ref());
    let signed = overlay.as_ref().map(|overlay| {
        let payload = overlay.payload().unwrap();
        hex(&container::sign(Domain::Overlay, &payload, &signing_key()))
    });
    let asked = requests.into_iter().map(|request| {
        let text = request.to_string();
        let read = cells::read_request("random", &text);
        let decision = ffi::decide(&engine, &read).unwrap();
        let explanation = ffi::explanation::explain(&engine, &read).unwrap();
        json!({ "request": request, "decision": decision, "explanation": explanation })
    });
    json!({
        "seed": seed,
        "now": overlay.as_ref().map_or(0, |it| it.issued).max(document.policy.issued.seconds),
        "snapshot": hex(&rack::snapshot_bytes(&rack::lowered(&document))),
        "overlay": signed,
        "asked": asked.collect::<Vec<Value>>(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
