//! `keyrack review`: who holds what, and what to look at.

use serde_json::{Value, json};

use crate::{
    replay::{KEY_TEXT, NOON, decided, hashed},
    run::{Folder, assert_golden},
};

const PEOPLE: &str = r#"
[[groups]]
id = "desk"

[[members]]
id = "olivia"
kind = "owner"
second_factor = true

[[members]]
id = "sam"
kind = "employee"
second_factor = true
groups = ["desk"]

[[members]]
id = "kim"
kind = "contractor"
status = "suspended"
second_factor = true

[[assignments]]
id = "sam_ships"
member = "sam"
permissions = ["order.cancel", "order.export", "order.view"]
scopes = ["paris"]
review_every = "30d"
reviewed_at = "2026-01-15T00:00:00Z"

[[assignments]]
id = "sam_elsewhere"
member = "sam"
permissions = ["order.cancel"]
scopes = ["lyon"]
valid = { to = "2026-03-20T00:00:00Z" }

[[assignments]]
group = "desk"
permissions = ["order.view"]
scopes = ["my_store"]
valid = { from = "2026-01-01T00:00:00Z", to = "2026-03-02T12:00:00Z" }

[[assignments]]
id = "kims"
member = "kim"
permissions = ["order.view"]
scopes = ["paris"]
valid = { to = "2027-01-01T00:00:00Z" }

[[assignments]]
id = "publisher"
member = "sam"
permissions = ["social.account.connect", "social.publish"]
scopes = ["lyon"]

[[denials]]
member = "kim"
permissions = ["order.note.edit"]
scopes = ["paris"]
"#;

const NOW: &str = "--now 2026-03-02T12:00:00Z";

fn folder() -> Folder {
    let folder = Folder::of_two_stores(PEOPLE);
    let granted = ("allow", "granted");
    let lines = [
        decided("sam", "order.cancel", "paris", granted),
        decided(
            "sam",
            "order.cancel",
            "lyon",
            ("step_up", "step_up_required"),
        ),
        decided("sam", "order.refund", "paris", ("deny", "no_grant")),
        decided("olivia", "store.delete", "my_store", ("allow", "owner")),
        hashed("sam", "k1"),
    ];
    folder.write("log.jsonl", lines.join("\n") + "\n");
    folder.write(
        "keys.json",
        json!([{ "id": "k1", "key": KEY_TEXT }]).to_string(),
    );
    folder
}

fn flags(told: &Value) -> Vec<(String, Value)> {
    let assignments = told["assignments"].as_array().unwrap();
    let flags = assignments
        .iter()
        .map(|it| (it["name"].as_str().unwrap().to_owned(), it["flags"].clone()));
    flags.collect()
}

#[test]
fn each_assignment_is_told_with_what_to_look_at() {
    let folder = folder();
    let run = folder.run(&format!("review policy.toml {NOW}"));
    assert_golden("review.txt", &run.out);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let told = folder
        .run(&format!("review policy.toml {NOW} --json"))
        .json();
    let expected = [
        ("sam_ships", json!(["never_ends", "review_overdue"])),
        ("sam_elsewhere", json!(["ends_soon"])),
        ("direct@my_store", json!(["over"])),
        ("kims", json!(["nobody_active"])),
        ("publisher", json!(["never_ends"])),
    ];
    let expected = expected.map(|(name, flags)| (name.to_owned(), flags));
    assert_eq!(flags(&told), expected);
    assert_eq!(told["assignments"][2]["members"], json!(["sam"]));
    assert_eq!(told["assignments"][0]["reviewDue"], 1_771_027_200);
    let codes: Vec<&Value> = told["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["code"])
        .collect();
    assert_eq!(codes, ["separation_warned"]);
    assert_eq!(told["log"], Value::Null);
    assert_eq!(told["members"][1]["holds"].as_array().unwrap().len(), 4);
    // A second before, and with fewer days to look ahead, less is to be told.
    let told = folder
        .run("review policy.toml --now 2026-02-13T23:59:59Z --within 5 --json")
        .json();
    assert_eq!(flags(&told)[0].1, json!(["never_ends"]));
    assert_eq!(flags(&told)[1].1, json!([]));
    assert_eq!(flags(&told)[2].1, json!([]));
}

#[test]
fn the_log_tells_what_nobody_uses() {
    let folder = folder();
    let run = folder.run(&format!(
        "review policy.toml {NOW} --log log.jsonl --pseudonym-keys keys.json"
    ));
    assert_golden("review-log.txt", &run.out);
    let told = folder
        .run(&format!("review policy.toml {NOW} --log log.jsonl --json"))
        .json();
    assert_eq!(
        flags(&told)[0].1,
        json!(["never_ends", "review_overdue", "partly_unused"])
    );
    assert_eq!(told["assignments"][0]["unused"], json!(["order.export"]));
    // Asked for a second verification there, and never went through.
    assert_eq!(flags(&told)[1].1, json!(["ends_soon", "unused"]));
    assert_eq!(
        told["assignments"][3]["unused"],
        json!([]),
        "views are not always logged"
    );
    assert_eq!(
        told["members"][1]["decisions"],
        json!({ "allowed": 1, "refused": 1, "asked": 1 })
    );
    let log = json!({
        "decisions": 4, "unknownSubject": 1, "malformed": 0, "first": NOON, "last": NOON,
    });
    assert_eq!(told["log"], log);
    let words = "--log log.jsonl --pseudonym-keys keys.json --log-is-complete --json";
    let told = folder
        .run(&format!("review policy.toml {NOW} {words}"))
        .json();
    assert_eq!(told["assignments"][0]["unused"], json!(["order.export"]));
    assert_eq!(
        told["assignments"][2]["unused"],
        json!([]),
        "seen by its pseudonym"
    );
    assert_eq!(told["assignments"][3]["unused"], json!(["order.view"]));
}

#[test]
fn a_policy_with_nothing_to_look_at_is_a_yes() {
    let folder = Folder::with_policy();
    let run = folder.run(&format!("review policy.toml {NOW}"));
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn what_cannot_be_reviewed_is_an_error() {
    let folder = folder();
    for (words, code) in [
        ("nothing.toml", "file_unreadable"),
        ("policy.toml --now none", "usage"),
        ("policy.toml --log nothing.jsonl", "file_unreadable"),
        (
            "policy.toml --log log.jsonl --pseudonym-keys policy.toml",
            "key_invalid",
        ),
    ] {
        let run = folder.run(&format!("review {words}"));
        assert_eq!((run.code, run.error_code()), (2, code), "{words}");
    }
}
