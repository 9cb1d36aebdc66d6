//! Nothing that a policy document says for people reaches the bytes that an edge or a browser loads.

#![cfg(feature = "authoring")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::{collections::BTreeSet, fs};

use keyrack::{
    compile::labels::Labels,
    policy::{Format, read},
    snapshot::{Snapshot, write},
};
use serde_json::{Value, json};

use support::{cells::root, rack};

/// Texts of a document by which something is found, compared or decided: ids, keys, codes, places
/// and sources. All other texts are words for people.
const DECIDING: [&str; 32] = [
    "amount",
    "assignment",
    "attribute",
    "by",
    "currency",
    "department",
    "from",
    "group",
    "id",
    "issued_by",
    "item",
    "key",
    "member",
    "method",
    "organisation",
    "outcome",
    "parent",
    "partner_of",
    "path",
    "permission",
    "preset",
    "reports_to",
    "resource",
    "resource_type",
    "role",
    "scope",
    "separation",
    "sort",
    "tenant",
    "to",
    "unlocked_by",
    "zone",
];

/// Words for people, as `Kind.key`: every property of the schema that is free text.
fn words() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/policy.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let mut words = BTreeSet::new();
    for (kind, definition) in schema["$defs"].as_object().unwrap() {
        let Some(properties) = definition["properties"].as_object() else {
            continue;
        };
        for (key, property) in properties {
            let kinds = &property["type"];
            let is_text = kinds == "string"
                || kinds
                    .as_array()
                    .is_some_and(|kinds| kinds.contains(&json!("string")));
            if is_text && !DECIDING.contains(&&**key) {
                words.insert(format!("{kind}.{key}"));
            }
        }
    }
    // A code, and what a test of the policy expects.
    assert!(words.remove("Expectation.reason"));
    words
}

/// A policy with such a text, by its own name, in every place.
fn policy() -> Value {
    let word = |place: &str| format!("canary {place} canary");
    json!({
        "policy": {
            "tenant": "t", "version": 1, "issued": "2026-01-01T00:00:00Z", "expires": "never",
            "profile": "delegated",
        },
        "scopes": [
            { "id": "t", "kind": "tenant", "zone": "Europe/Zagreb", "title": word("Scope.title") },
        ],
        "departments": [{ "id": "d", "title": word("Department.title") }],
        "organisations": [{
            "id": "firm",
            "title": word("Organisation.title"),
            "contact": {
                "name": word("Contact.name"),
                "telephone": word("Contact.telephone"),
                "email": word("Contact.email"),
            },
        }],
        "groups": [{ "id": "g", "title": word("Group.title") }],
        "catalogue": {
            "permissions": [{
                "key": "robot.wake", "kind": "write", "title": word("PermissionDefinition.title"),
                "area": word("PermissionDefinition.area"),
            }],
            "overrides": [{ "key": "order.view", "title": word("PermissionOverride.title") }],
        },
        "training": [{ "id": "safety", "title": word("TrainingItem.title") }],
        "roles": [{
            "id": "keeper",
            "title": word("Role.title"),
            "kind": word("Role.kind"),
            "ladder": word("Role.ladder"),
            "rank": 1,
            "permissions": ["robot.wake", "order.view", "order.note.edit"],
        }],
        "members": [
            { "id": "o", "kind": "owner", "name": word("Member.name"), "email": "o@example.org" },
            {
                "id": "m", "kind": "employee", "department": "d", "groups": ["g"],
                "training": [{ "item": "safety", "at": "2026-01-01T00:00:00Z" }],
                "email": word("Member.email"),
            },
            { "id": "x", "kind": "contractor", "organisation": "firm" },
        ],
        "assignments": [
            {
                "id": "a", "member": "m", "role": "keeper", "scopes": ["t"], "issued_by": "o",
                "reason": word("Assignment.reason"), "conditions": { "training": ["safety"] },
            },
            {
                "id": "b", "organisation": "firm", "permissions": ["order.view"], "scopes": ["t"],
                "valid": { "to": "2026-06-01T00:00:00Z" },
            },
            { "id": "c", "group": "g", "permissions": ["order.view"], "scopes": ["t"] },
        ],
        "denials": [{
            "id": "n", "member": "x", "permissions": ["order.note.edit"], "scopes": ["t"],
            "reason": word("Denial.reason"),
        }],
        "separation": [{
            "id": "apart", "permissions": ["order.view", "robot.wake"],
            "danger": word("SeparationSet.danger"),
        }],
        "waivers": [{
            "separation": "apart", "member": "m", "by": "o", "reason": word("Waiver.reason"),
            "to": "2026-06-01T00:00:00Z",
        }],
        "invariants": [{
            "id": "nobody_outside_wakes", "permission": "robot.wake", "never_outside": true,
            "reason": word("Invariant.reason"),
        }],
        "tests": [{
            "name": word("PolicyTest.name"),
            "request": { "subject": "nobody", "permission": "order.view" },
            "expect": { "outcome": "deny" },
        }],
        "routes": [{
            "method": "POST", "path": "/robots/{id}/wake", "permission": "robot.wake",
            "writes_body": false,
        }],
    })
}

/// The `Kind.key` of every canary in some bytes.
fn canaries(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let between = text.split("canary").skip(1).step_by(2);
    between.map(|place| place.trim().to_owned()).collect()
}

#[test]
fn no_word_for_people_is_in_a_snapshot_or_a_slice() {
    let text = policy().to_string();
    assert_eq!(
        canaries(text.as_bytes()),
        words(),
        "the policy of this test has every such text of the schema"
    );
    let document = read(&text, Format::Json).document;
    let model = rack::compiled("words for people", &document);
    let payload = write::payload(&model).unwrap();
    assert_eq!(canaries(&payload), BTreeSet::new());
    println!(
        "{} places for words, none in {} bytes",
        words().len(),
        payload.len()
    );
    let held = |payload: &[u8], id: &str| {
        let mut parts = payload.windows(id.len());
        parts.any(|part| part == id.as_bytes())
    };
    assert!(held(&payload, "nobody") || held(&payload, "keeper"));
    assert!(!held(&payload, "example.org"), "an e-mail address");
    let snapshot = Snapshot::open(payload).unwrap();
    for member in ["o", "m", "x"] {
        let row = snapshot.find_member(member).unwrap().unwrap();
        let slice = write::payload(&snapshot.slice(&row).unwrap()).unwrap();
        assert_eq!(canaries(&slice), BTreeSet::new(), "{member}");
    }
}

#[test]
fn labels_hold_names_and_titles_and_no_telephone_number_or_reason() {
    let document = read(&policy().to_string(), Format::Json).document;
    let told = canaries(&Labels::of(&document).payload().unwrap());
    let expected = [
        "Department.title",
        "Group.title",
        "Member.email",
        "Member.name",
        "Organisation.title",
        "PermissionDefinition.title",
        "PermissionOverride.title",
        "Role.title",
        "Scope.title",
        "TrainingItem.title",
    ];
    assert_eq!(told, expected.map(str::to_owned).into());
}
