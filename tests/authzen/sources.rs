//! Whose word counts for which fact: the policy's, the host's or the caller's.

use serde_json::{Value, json};

use crate::{
    outcomes::{EVALUATION, euros, reason, refund, store, supporting},
    point::Point,
};

#[test]
fn scopes_are_the_hosts_where_it_knows_the_record() {
    let point = store();
    let ask = |id: &str, scope: Value| {
        let mut question = supporting(refund("ana", euros(100)), &["custom"]);
        question["resource"] =
            json!({ "type": "order", "id": id, "properties": { "scope": scope } });
        point.ask(EVALUATION, &question)
    };
    assert_eq!(ask("o1", json!("split"))["decision"], true);
    assert_eq!(ask("o9", json!("paris"))["decision"], true);
    assert_eq!(reason(&ask("o9", json!("split"))), "out_of_scope");
    assert_eq!(reason(&ask("o9", Value::Null)), "out_of_scope");
    assert_eq!(reason(&ask("o9", json!("nowhere"))), "scope_unknown");
    let mut question = refund("ana", euros(100));
    question["resource"]["id"] = json!("o9");
    question["resource"]["properties"] = json!({ "scope": ["paris"] });
    assert_eq!(
        point.refused(EVALUATION, question.to_string().as_bytes()).0,
        400
    );
}

#[test]
fn each_fact_has_one_whose_word_counts() {
    let mut point = store();
    let ask = |point: &Point, id: &str, subject: Value, resource: Value| {
        let question = json!({
            "subject": { "type": "user", "id": "mila", "properties": subject },
            "action": { "name": "edit", "properties": { "quantity": 1 } },
            "resource": { "type": "catalog.stock", "id": id, "properties": resource },
        });
        point.ask(EVALUATION, &supporting(question, &["custom"]))["decision"] == true
    };
    let none = json!({});
    assert!(ask(&point, "p1", none.clone(), none.clone()));
    // The host's: what a caller says of it is not heard, told or not.
    assert!(!ask(&point, "p2", none.clone(), json!({ "risk": 1 })));
    assert!(!ask(&point, "p3", none.clone(), json!({ "risk": 1 })));
    assert!(ask(&point, "p1", none.clone(), json!({ "risk": 99 })));
    // The caller's: what it says replaces what the host has, of whatever type it is.
    assert!(!ask(
        &point,
        "p1",
        none.clone(),
        json!({ "channel": "phone" })
    ));
    assert!(!ask(&point, "p1", none.clone(), json!({ "channel": null })));
    assert!(!ask(&point, "p1", none.clone(), json!({ "channel": 1 })));
    // The policy's: no word of a caller's lifts or lowers it.
    assert!(ask(
        &point,
        "p1",
        json!({ "clearance": "low" }),
        json!({ "clearance": "low" })
    ));
    point.facts["trusted"] = json!(false);
    assert!(ask(
        &point,
        "p1",
        none.clone(),
        json!({ "channel": "phone" })
    ));
}

#[test]
fn rows_are_told_by_callers_only_where_the_policy_says_so() {
    let mut point = store();
    let ask = |point: &Point, properties: Value| {
        let question = json!({
            "subject": { "type": "user", "id": "viewer" },
            "action": { "name": "note.edit" },
            "resource": { "type": "order", "id": "o9", "properties": properties },
        });
        point.ask(EVALUATION, &supporting(question, &["custom"]))["decision"] == true
    };
    assert!(ask(&point, json!({ "assignee": "viewer" })));
    assert!(!ask(&point, json!({ "assignee": "ana" })));
    assert!(!ask(&point, json!({})));
    // A record of the host's stands, whatever a caller says.
    point.facts["records"] = json!([{ "type": "order", "id": "o9", "assignee": "ana" }]);
    assert!(!ask(&point, json!({ "assignee": "viewer" })));
    point.facts["records"] = json!([]);
    point.facts["trusted"] = json!(false);
    assert!(!ask(&point, json!({ "assignee": "viewer" })));
    let policy = include_str!("store.toml").replace("id = \"assignee\"", "id = \"seller\"");
    let undeclared = Point::new("store", &policy, json!({ "trusted": true }));
    assert!(!ask(&undeclared, json!({ "assignee": "viewer" })));
}

#[test]
fn what_the_host_knows_of_a_person_is_not_the_policys_or_the_callers() {
    let mut point = store();
    let ask = |point: &Point, level: Value| {
        let question = json!({
            "subject": { "type": "user", "id": "mila", "properties": { "level": level } },
            "action": { "name": "status.edit" },
            "resource": { "type": "order", "id": "o9" },
        });
        point.ask(EVALUATION, &supporting(question, &["custom"]))["decision"] == true
    };
    // Her account in the policy says 5; the attribute is the host's.
    assert!(!ask(&point, json!(null)));
    assert!(!ask(&point, json!(9)));
    let people = point.facts["people"].as_array_mut().unwrap();
    let mila = people
        .iter_mut()
        .find(|one| one["subject"] == "mila")
        .unwrap();
    mila["attributes"] = json!({ "subject.level": 3 });
    assert!(ask(&point, json!(null)));
    assert!(ask(&point, json!(1)));
}
