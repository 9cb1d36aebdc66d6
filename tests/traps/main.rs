//! Traps that real systems fell into, each by its number. Masked bodies (d15), pages that stay open
//! (d22), empty updates (d23, in part) and budgets that many draw on (d25) are held elsewhere;
//! `ELSEWHERE` says by which tests.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod amounts;
mod denials;
mod lists;
mod policies;
mod staff;
#[path = "../support/mod.rs"]
mod support;

use keyrack::{
    compile,
    decide::{Engine, Request},
    ffi,
    policy::{Document, Format, Severity, read},
};
use serde_json::{Value, json};
use support::rack;

/// A Monday.
const NOW: i64 = 1_772_445_600;

/// One tenant with two shops, an owner, a manager of the first, a clerk and a partner firm.
fn base() -> Value {
    json!({
        "policy": { "tenant": "co", "version": 1, "issued": NOW - 1000, "expires": NOW + 1_000_000, "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant", "zone": "Europe/Zagreb" },
            { "id": "one", "kind": "store", "parent": "co" },
            { "id": "two", "kind": "store", "parent": "co" },
        ],
        "levels": { "acr": { "two": 2 } },
        "groups": [{ "id": "floor" }],
        "roles": [
            { "id": "clerk", "rank": 1, "permissions": ["order.view"] },
            { "id": "manager", "rank": 5, "permissions": ["order.view", "permission.grant", "staff.view", "staff.suspend", "staff.credential.reset"] },
        ],
        "members": [
            { "id": "boss", "kind": "owner", "rank": 9, "second_factor": true },
            { "id": "mara", "kind": "employee", "rank": 5, "second_factor": true },
            { "id": "mile", "kind": "employee", "rank": 5, "second_factor": true },
            { "id": "ana", "kind": "employee", "rank": 1 },
            { "id": "ivo", "kind": "employee", "rank": 1, "status": "invited" },
        ],
        "assignments": [
            { "member": "mara", "role": "manager", "scopes": ["one"] },
            { "member": "mile", "role": "manager", "scopes": ["two"] },
            { "member": "ana", "role": "clerk", "scopes": ["one"] },
        ],
        "denials": [],
        "routes": [],
    })
}

/// Puts more into one of a document's lists.
fn add(document: &mut Value, list: &str, more: Value) {
    document[list].as_array_mut().unwrap().push(more);
}

/// The base with more in one of its lists.
fn with(list: &str, more: Value) -> Value {
    let mut document = base();
    add(&mut document, list, more);
    document
}

fn granted(more: Value) -> Value {
    with("assignments", more)
}

fn engine(document: &Value) -> Engine {
    let (_, model) = rack::compiled_text("trap", &document.to_string(), Format::Json);
    rack::unsigned(&model, None)
}

/// As hand-made bytes would say it, whether the compiler refuses it or not.
fn unchecked(document: &Value) -> Engine {
    let document: Document = serde_json::from_value(document.clone()).unwrap();
    rack::unsigned(&rack::lowered(&document), None)
}

fn errors(document: &Value) -> Vec<&'static str> {
    let compiled = compile::compile(&read(&document.to_string(), Format::Json));
    let errors = compiled.findings.into_iter();
    errors
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect()
}

fn warnings(document: &Value) -> Vec<&'static str> {
    let compiled = compile::compile(&read(&document.to_string(), Format::Json));
    compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

/// Outcome and reason. Asked with two factors and a fresh proof, so that only rights are left.
fn ask(engine: &Engine, mut request: Value) -> (String, String) {
    let proof = json!({
        "subject": request["subject"], "session": "s", "permission": request["permission"], "level": 2, "at": NOW - 1,
    });
    let auth = json!({ "session": "s", "time": NOW - 60, "level": 2, "proofs": [proof] });
    let request = request.as_object_mut().unwrap();
    request.entry("now").or_insert(json!(NOW));
    request.entry("auth").or_insert(auth);
    let text = Value::Object(request.clone()).to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let decision = ffi::decide(engine, &request).unwrap();
    (decision.outcome, decision.reason)
}

fn reason(engine: &Engine, subject: &str, permission: &str, scope: &str) -> String {
    ask(
        engine,
        json!({ "subject": subject, "permission": permission, "scope": scope }),
    )
    .1
}

/// What only a running page or worker can fall into, or what is counted elsewhere: which tests hold it.
const ELSEWHERE: [(&str, &str, &str); 12] = [
    (
        "d09",
        "tests/worker/serving.mjs",
        "without a policy nothing passes: 503, and 401 before it for a bad token",
    ),
    (
        "d15",
        "tests/worker/masking.mjs",
        "no canary of a hidden field leaves, for any member, on any route",
    ),
    (
        "d22",
        "tests/front/widgets.mjs",
        "nothing renders again that has not changed; memoised views follow a new slice",
    ),
    (
        "d22",
        "tests/front/live.mjs",
        "an answer of a newer policy makes it ask, one of the same does not; a new slice is a new object",
    ),
    (
        "d22",
        "tests/front/live.mjs",
        "before the first answer nothing is allowed and nothing is denied: it is pending",
    ),
    (
        "d23",
        "tests/worker/revocation.mjs",
        "empty bytes from who signs overlays change nothing of the one in force",
    ),
    (
        "d23",
        "tests/worker/revocation.mjs",
        "before the first overlay empty bytes from who signs them are none: what needs one is shut",
    ),
    (
        "d23",
        "tests/worker/revocation.mjs",
        "empty bytes in KV change nothing of the overlay in force, nor does an update without one",
    ),
    (
        "d25",
        "tests/worker/durable.mjs",
        "200 refunds at once against a budget of 50, in two isolates: exactly 50 pass",
    ),
    (
        "d25",
        "tests/worker/durable.mjs",
        "an amount limit at once too: what passes never adds up to more, and uses it up",
    ),
    (
        "d25",
        "tests/budget_windows.rs",
        "an_allow_names_the_windows_of_its_budgets",
    ),
    (
        "d25",
        "tests/budget_windows.rs",
        "a_day_turns_at_local_midnight_also_where_it_has_23_or_25_hours",
    ),
];

#[test]
fn traps_of_pages_and_workers_are_held_elsewhere() {
    let root = support::cells::root();
    let run = support::run::Run::of(&root);
    for (trap, file, test) in ELSEWHERE {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            support::named::has_test(&text, test),
            "{trap}: {file} has no `{test}`"
        );
        assert!(run.has(&path), "{trap}: nothing runs {file}");
    }
}
