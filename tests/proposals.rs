//! Proposed assignments that nobody may issue, an owner neither: each is the one that may be issued,
//! with one thing wrong.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use keyrack::{decide::Engine, ffi, policy::Document};
use serde_json::{Value, json};
use support::{cells, rack};

/// A Monday.
const NOW: i64 = 1_772_445_600;

fn engine(denials: Value) -> Engine {
    let document = json!({
        "policy": { "tenant": "co", "version": 1, "issued": NOW - 1000, "expires": "never", "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant", "zone": "Europe/Zagreb" },
            { "id": "one", "kind": "store", "parent": "co" },
        ],
        "levels": { "acr": { "two": 2 } },
        "roles": [{ "id": "clerk", "permissions": ["order.view"] }],
        "groups": [{ "id": "floor" }],
        "members": [
            { "id": "boss", "kind": "owner", "rank": 9 },
            { "id": "mara", "kind": "employee", "rank": 5 },
            { "id": "ana", "kind": "employee", "rank": 1, "groups": ["floor"] },
        ],
        "assignments": [{ "member": "mara", "permissions": ["permission.grant", "order.view"], "scopes": ["co"] }],
        "denials": denials,
    });
    let document: Document = serde_json::from_value(document).unwrap();
    rack::unsigned(&rack::lowered(&document), None)
}

fn reason(engine: &Engine, subject: &str, proposal: &Value) -> String {
    let proof = json!({ "subject": subject, "session": "s", "permission": "permission.grant", "level": 2, "at": NOW - 1 });
    let request = json!({
        "subject": subject, "permission": "permission.grant", "scope": "co", "now": NOW, "assignment": proposal,
        "auth": { "session": "s", "time": NOW - 60, "level": 2, "proofs": [proof] },
    });
    let text = request.to_string();
    let request = cells::read_request("a proposal", &text);
    ffi::decide(engine, &request).unwrap().reason
}

/// One that may be issued, by the owner and by whoever holds the right.
fn sound() -> Value {
    json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["one"] })
}

#[test]
fn one_thing_wrong_and_nobody_may_issue_it() {
    let engine = engine(json!([]));
    assert_eq!(reason(&engine, "boss", &sound()), "owner");
    assert_eq!(reason(&engine, "mara", &sound()), "granted");
    let hours = |from: &str, to: &str, days: Value| json!({ "hours": [{ "zone": "Europe/Zagreb", "days": days, "from": from, "to": to }] });
    let wrong = [
        ("member", json!("nobody")),
        ("member", json!("boss")),
        ("group", json!("floor")),
        ("scopes", json!([])),
        ("scopes", json!(["one", "nowhere"])),
        ("permissions", json!([])),
        ("permissions", json!(["order.unknown"])),
        ("permissions", json!(["store.delete"])),
        ("role", json!("nothing")),
        ("valid", json!({ "from": NOW, "to": NOW })),
        ("conditions", json!({ "rows": "everybody" })),
        ("conditions", json!({ "networks": [] })),
        ("conditions", hours("9", "17:00", json!([1]))),
        ("conditions", hours("09:00", "17:00", json!([8]))),
        ("conditions", json!({ "hours": [] })),
    ];
    for (key, value) in wrong {
        let mut proposal = sound();
        proposal[key] = value;
        for grantor in ["boss", "mara"] {
            let told = reason(&engine, grantor, &proposal);
            assert_eq!(told, "delegation_denied", "{grantor}: {proposal}");
        }
    }
    let mut nobody = sound();
    nobody.as_object_mut().unwrap().remove("member");
    assert_eq!(reason(&engine, "boss", &nobody), "delegation_denied");
}

#[test]
fn narrower_ones_may_be_issued_too() {
    let engine = engine(json!([]));
    for rows in ["any", "self", "team", "ticket"] {
        let mut proposal = sound();
        proposal["conditions"] = json!({ "rows": rows });
        assert_eq!(reason(&engine, "mara", &proposal), "granted", "{rows}");
    }
}

#[test]
fn a_denial_anywhere_on_the_way_keeps_a_right_from_being_passed_on() {
    let denial = |scope: &str, to: Option<i64>| {
        let to = to.map_or(json!({}), |to| json!({ "to": to }));
        engine(
            json!([{ "member": "mara", "permissions": ["order.view"], "scopes": [scope], "valid": to }]),
        )
    };
    let mut wide = sound();
    wide["scopes"] = json!(["co"]);
    // Above, at and below the proposed scope; not once it is over.
    assert_eq!(
        reason(&denial("co", None), "mara", &sound()),
        "delegation_denied"
    );
    assert_eq!(
        reason(&denial("one", None), "mara", &sound()),
        "delegation_denied"
    );
    assert_eq!(
        reason(&denial("one", None), "mara", &wide),
        "delegation_denied"
    );
    assert_eq!(reason(&denial("one", Some(NOW)), "mara", &wide), "granted");
}
