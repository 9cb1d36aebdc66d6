//! A small store in which one thing is tried at a time, compiled or not.

use keyrack::{decide::Engine, ffi, policy::Document, snapshot::model::Model};
use serde_json::{Value, json};

use crate::support::{cells, rack};

/// A Monday, 10:00 UTC.
pub const NOW: i64 = 1_772_445_600;

/// An owner, a manager with an office, her team, and a partner firm.
pub fn base() -> Value {
    json!({
        "policy": { "tenant": "co", "version": 3, "issued": NOW - 1000, "expires": "never", "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant", "zone": "Europe/Zagreb" },
            { "id": "one", "kind": "store", "parent": "co" },
        ],
        "networks": [{ "id": "office", "cidrs": ["203.0.113.0/24"] }, { "id": "home", "cidrs": ["198.51.100.7"] }],
        "training": [{ "id": "safety" }],
        "groups": [{ "id": "floor" }],
        "members": [
            { "id": "boss", "kind": "owner", "rank": 9 },
            { "id": "mara", "kind": "employee", "rank": 5 },
            { "id": "ana", "kind": "employee", "rank": 1 },
        ],
        "assignments": [],
        "denials": [],
    })
}

pub fn with(lists: &[(&str, Value)]) -> Value {
    let mut document = base();
    for (list, more) in lists {
        document[list].as_array_mut().unwrap().push(more.clone());
    }
    document
}

pub fn model(document: Value) -> Model {
    let document: Document = serde_json::from_value(document).unwrap();
    rack::lowered(&document)
}

pub fn engine(document: Value) -> Engine {
    rack::unsigned(&model(document), None)
}

/// Outcome and reason, asked with a strong sign-in and a fresh proof.
pub fn ask(engine: &Engine, request: &Value) -> (String, String) {
    let mut request = request.clone();
    let proof = json!({ "subject": request["subject"], "session": "s", "permission": request["permission"], "level": 3, "at": NOW - 1 });
    let auth = json!({ "session": "s", "time": NOW - 60, "level": 3, "proofs": [proof] });
    let known = request.as_object_mut().unwrap();
    known.entry("now").or_insert(json!(NOW));
    known.entry("scope").or_insert(json!("one"));
    known.entry("auth").or_insert(auth);
    let text = request.to_string();
    let request = cells::read_request("an edge", &text);
    let decision = ffi::decide(engine, &request).unwrap();
    (decision.outcome, decision.reason)
}

pub fn reason(engine: &Engine, request: &Value) -> String {
    ask(engine, request).1
}

/// Hours of one window.
pub fn hours(zone: Option<&str>, days: Value, from: &str, to: &str) -> Value {
    let mut hours = json!({ "days": days, "from": from, "to": to });
    if let Some(zone) = zone {
        hours["zone"] = json!(zone);
    }
    json!({ "hours": [hours] })
}
