//! What an explanation tells of each assignment and denial that it looked at.

use keyrack::{decide::Request, ffi::explanation::explain};
use serde_json::{Value, json};

use crate::store::{NOW, engine, hours, with};

/// `name: yes or no, reason; condition truth, …`, one line each.
fn told(lists: &[(&str, Value)], request: Value) -> Vec<String> {
    let mut document = with(lists);
    document["members"][2]["groups"] = json!(["floor"]);
    document["attributes"] = json!([{ "id": "fact", "type": "integer", "source": "host" }]);
    let engine = engine(document);
    let text = request.to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let explanation = explain(&engine, &request).unwrap();
    let lines = explanation.considered.iter().map(|one| {
        let conditions: Vec<String> = one
            .conditions
            .iter()
            .map(|found| format!("{} {}", found.condition, found.truth))
            .collect();
        let counts = if one.counts { "yes" } else { "no" };
        format!(
            "{} {} ({}): {counts}, {}; {}",
            one.kind,
            one.name,
            one.way,
            one.reason.as_deref().unwrap_or("-"),
            conditions.join(", ")
        )
    });
    let decision = &explanation.decision;
    std::iter::once(format!("{} {}", decision.outcome, decision.reason))
        .chain(lines)
        .collect()
}

fn refunds(id: &str, holder: &str, more: Value) -> Value {
    let mut conditions =
        json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 100 }] });
    let parts = more.as_object().unwrap();
    parts
        .iter()
        .for_each(|(key, part)| conditions[key] = part.clone());
    let mut assignment = json!({ "id": id, "permissions": ["order.refund"], "scopes": ["co"], "conditions": conditions });
    let (kind, name) = holder.split_once(' ').unwrap();
    assignment[kind] = json!(name);
    assignment
}

fn request(value: i64) -> Value {
    json!({
        "subject": "ana", "permission": "order.refund", "scope": "one", "now": NOW,
        "amount": { "value": value, "currency": "EUR" }, "ip": "203.0.113.9",
        "resource": { "type": "order", "id": "o1", "assignee": "mara" },
    })
}

#[test]
fn every_condition_is_told_even_behind_one_that_failed() {
    let conditions = json!({
        "training": ["safety"],
        "hours": hours(Some("Europe/Zagreb"), json!([1]), "10:00", "12:00")["hours"],
        "networks": ["home"],
        "attributes": [{ "attribute": "fact", "op": "eq", "value": 1 }],
        "rows": "self",
        "budgets": [{ "id": "day", "permission": "order.refund", "currency": "EUR", "window": "day", "amount": 100 }],
    });
    let lists = [
        ("assignments", refunds("all", "member ana", conditions)),
        ("assignments", refunds("floor", "group floor", json!({}))),
    ];
    let mut asked = request(101);
    asked["usage"] = json!([{ "budget": "day", "amount": 50 }]);
    let others =
        "training safety unmet, hours met, networks unmet, attribute fact untold, rows self unmet";
    let all =
        |rest: &str| format!("assignment all (direct): no, training_required; {others}, {rest}");
    let floor = |rest: &str| format!("assignment floor (group floor): {rest}");
    let expected = [
        "deny limit_exceeded".to_owned(),
        all("amount unmet, budget day unmet"),
        floor("no, limit_exceeded; amount unmet"),
    ];
    assert_eq!(told(&lists, asked), expected);
    let expected = [
        "step_up step_up_required".to_owned(),
        all("amount met, budget day met"),
        floor("yes, -; amount met"),
    ];
    assert_eq!(told(&lists, request(100)), expected);
    let mut silent = request(0);
    silent.as_object_mut().unwrap().remove("amount");
    // Without an amount no budget in a currency is concerned.
    let expected = [
        "deny amount_required".to_owned(),
        all("amount untold"),
        floor("no, amount_required; amount untold"),
    ];
    assert_eq!(told(&lists, silent), expected);
}

#[test]
fn denials_are_told_whether_they_bite_or_not() {
    let denied = |id: &str, conditions: Value| json!({ "id": id, "member": "ana", "permissions": ["order.refund"], "scopes": ["co"], "conditions": conditions });
    let lists = [
        ("assignments", refunds("floor", "group floor", json!({}))),
        ("denials", denied("lifted", json!({ "networks": ["home"] }))),
        (
            "denials",
            denied("biting", json!({ "networks": ["office"] })),
        ),
    ];
    let expected = [
        "deny denied_by_rule",
        "denial lifted (direct): no, -; ",
        "denial biting (direct): yes, -; ",
        "assignment floor (group floor): yes, -; amount met",
    ];
    assert_eq!(told(&lists, request(1)), expected);
    let expected = [
        "step_up step_up_required",
        "denial lifted (direct): no, -; ",
        "assignment floor (group floor): yes, -; amount met",
    ];
    assert_eq!(told(&lists[..2], request(1)), expected);
}

#[test]
fn what_reaches_elsewhere_or_another_time_is_told_too() {
    let mut elsewhere = refunds("later", "member ana", json!({}));
    elsewhere["valid"] = json!({ "from": NOW + 1 });
    let mut beside = refunds("beside", "member ana", json!({}));
    beside["scopes"] = json!(["one"]);
    let lists = [("assignments", elsewhere), ("assignments", beside)];
    let mut root = request(1);
    root["scope"] = json!("co");
    let expected = [
        "deny grant_outside_validity",
        "assignment later (direct): no, grant_outside_validity; ",
        "assignment beside (direct): no, out_of_scope; ",
    ];
    assert_eq!(told(&lists, root), expected);
}

#[test]
fn what_the_app_holds_is_no_part_of_why_the_member_is_refused() {
    let lists = [
        ("members", json!({ "id": "pos", "kind": "app" })),
        ("assignments", refunds("own", "member ana", json!({}))),
        ("assignments", refunds("app", "member pos", json!({}))),
    ];
    // An amount that is not told leaves the refusal open, and then the app is looked at too.
    let mut asked = request(50);
    asked["actor"] = json!("pos");
    asked.as_object_mut().unwrap().remove("amount");
    let lines = [
        "deny amount_required",
        "assignment own (direct): no, amount_required; amount untold",
    ];
    assert_eq!(told(&lists, asked.clone()), lines);
    // Where the member may, the app's own are told behind hers.
    asked["amount"] = json!({ "value": 50, "currency": "EUR" });
    assert_eq!(told(&lists, asked).len(), 3);
}
