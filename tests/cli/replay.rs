//! `keyrack replay`: the decisions of a log under another policy.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::run::{Folder, assert_golden};

/// 2026-03-02T12:00:00Z.
pub const NOON: i64 = 1_772_452_800;
const KEY: [u8; 32] = [9; 32];
pub const KEY_TEXT: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk";

fn line(attributes: &[(&str, &str)]) -> String {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": { "stringValue": value } }))
        .collect();
    json!({
        "keyrack": "log/1", "tenant": "my_store", "sequence": 1, "previous": "",
        "record": {
            "timeUnixNano": format!("{NOON}000000000"), "observedTimeUnixNano": "0",
            "severityNumber": 9, "severityText": "INFO", "eventName": "keyrack.decision",
            "attributes": attributes,
        },
    })
    .to_string()
}

pub fn decided(
    member: &str,
    permission: &str,
    scope: &str,
    (outcome, reason): (&str, &str),
) -> String {
    line(&[
        ("keyrack.outcome", outcome),
        ("keyrack.reason", reason),
        ("keyrack.permission", permission),
        ("keyrack.scope", scope),
        ("user.id", member),
    ])
}

fn pseudonym(member: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(b"keyrack/log/user/v1\0");
    mac.update(json!(["my_store", member]).to_string().as_bytes());
    base64url(&mac.finalize().into_bytes())
}

/// Naive, so that it shares nothing with what it checks.
fn base64url(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    bits.resize(bits.len().div_ceil(6) * 6, 0);
    bits.chunks(6)
        .map(|six| {
            char::from(
                letters[six
                    .iter()
                    .fold(0, |value, bit| value * 2 + usize::from(*bit))],
            )
        })
        .collect()
}

pub fn hashed(member: &str, key: &str) -> String {
    line(&[
        ("keyrack.outcome", "allow"),
        ("keyrack.reason", "granted"),
        ("keyrack.permission", "order.view"),
        ("keyrack.scope", "paris"),
        ("user.hash", &pseudonym(member)),
        ("keyrack.user.hash_key", key),
    ])
}

/// A log of the policy that is there, and the policy in which Sam has gone to Lyon.
fn folder() -> Folder {
    let folder = Folder::with_policy();
    let granted = ("allow", "granted");
    let lines = [
        decided("sam", "order.view", "paris", granted),
        decided("sam", "order.refund", "paris", granted),
        decided("sam", "order.view", "lyon", ("deny", "out_of_scope")),
        decided("mo", "order.view", "paris", ("deny", "session_revoked")),
        decided(
            "olivia",
            "store.delete",
            "my_store",
            ("step_up", "step_up_required"),
        ),
        r#"{"keyrack":"log-checkpoint/1","tenant":"my_store","sequence":5}"#.to_owned(),
        "no line of a log".to_owned(),
        hashed("sam", "k1"),
        hashed("nobody", "k1"),
        hashed("sam", "k2"),
        decided("sam", "order.view", "paris", granted).replace("my_store", "another"),
    ];
    folder.write("log.jsonl", lines.join("\n") + "\n");
    folder.write(
        "keys.json",
        json!([{ "id": "k1", "key": KEY_TEXT }]).to_string(),
    );
    let policy = String::from_utf8(folder.read("policy.toml")).unwrap();
    let (before, rest) = policy.split_once("# --- What you promise").unwrap();
    let (_, after) = rest.split_once("# --- A customer's record").unwrap();
    let moved = format!("{before}#{after}");
    folder.write(
        "moved.toml",
        moved.replace("scopes = [\"paris\"]\n# EUR", "scopes = [\"lyon\"]\n# EUR"),
    );
    folder
}

#[test]
fn under_the_same_policy_nothing_changes() {
    let folder = folder();
    let run = folder.run("replay policy.toml log.jsonl --json");
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    let told = run.json();
    assert_eq!(told["changes"], json!([]));
    let counts = json!({
        "replayed": 5, "alike": 2, "refused": 0, "allowed": 0, "open": 3,
        "noDecision": 1, "unknownSubject": 3, "malformed": 2,
    });
    assert_eq!(told["counts"], counts);
    assert_eq!(
        (&told["tenant"], &told["version"]),
        (&json!("my_store"), &json!(1))
    );
}

#[test]
fn what_another_policy_would_answer_is_told_line_by_line() {
    let folder = folder();
    let run = folder.run("replay moved.toml log.jsonl --pseudonym-keys keys.json");
    assert_golden("replay.txt", &run.out);
    assert_eq!(run.code, 1);
    let told = folder
        .run("replay moved.toml log.jsonl --pseudonym-keys keys.json --json")
        .json();
    assert_eq!(
        told["counts"]["refused"], 4,
        "one of them is nobody of this policy"
    );
    assert_eq!(told["counts"]["allowed"], 1);
    assert_eq!(
        told["changes"][0],
        json!({
            "file": "log.jsonl", "line": 1, "change": "refused", "time": NOON,
            "subject": "sam", "permission": "order.view", "scope": "paris",
            "was": { "outcome": "allow", "reason": "granted" },
            "becomes": { "outcome": "deny", "reason": "out_of_scope" },
        })
    );
    assert_eq!(told["changes"][1]["change"], "refused");
    let short = folder
        .run("replay moved.toml log.jsonl --show 1 --json")
        .json();
    assert_eq!(short["changes"].as_array().unwrap().len(), 1);
    assert_eq!(short["counts"]["refused"], 2);
}

#[test]
fn each_is_asked_at_its_own_time() {
    let folder = folder();
    let lines = decided("kim", "customer.view", "paris", ("allow", "granted"));
    folder.write("kim.jsonl", lines);
    assert_eq!(folder.run("replay policy.toml kim.jsonl").code, 0);
    let over = folder.run("replay policy.toml kim.jsonl --now 2027-01-01T00:00:00Z --json");
    assert_eq!(
        over.json()["changes"][0]["becomes"]["reason"],
        "grant_outside_validity"
    );
}

#[test]
fn what_cannot_be_replayed_is_an_error() {
    let folder = folder();
    folder.write(
        "short.json",
        json!([{ "id": "k1", "key": "CQkJ" }]).to_string(),
    );
    for (words, code) in [
        ("nothing.toml log.jsonl", "file_unreadable"),
        ("policy.toml nothing.jsonl", "file_unreadable"),
        ("policy.toml log.jsonl --overlay o", "usage"),
        ("- -", "usage"),
        (
            "policy.toml log.jsonl --pseudonym-keys short.json",
            "key_invalid",
        ),
        (
            "policy.toml log.jsonl --pseudonym-keys policy.toml",
            "key_invalid",
        ),
    ] {
        let run = folder.run(&format!("replay {words}"));
        assert_eq!((run.code, run.error_code()), (2, code), "{words}");
    }
}
