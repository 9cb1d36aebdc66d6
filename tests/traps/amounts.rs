//! Amounts, limits and consents.

use keyrack::{decide::Engine, policy::Format};
use serde_json::{Value, json};

use crate::{
    NOW, add, ask, engine, errors, granted, reason,
    support::{
        cells::{CellOverlay, MemberSuspended},
        rack,
    },
};

/// A clerk who may refund up to so much.
fn refunds(max: &Value) -> Value {
    granted(json!({
        "member": "ana", "permissions": ["order.refund"], "scopes": ["one"],
        "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": max }] },
    }))
}

#[test]
fn d03_zero_and_minus_one_are_not_unlimited() {
    assert_eq!(errors(&refunds(&json!(-1))), ["limit_unit"]);
    let engine = engine(&refunds(&json!(0)));
    let refund = |value: i64| {
        let amount = json!({ "value": value, "currency": "EUR" });
        ask(&engine, json!({ "subject": "ana", "permission": "order.refund", "scope": "one", "amount": amount })).1
    };
    assert_eq!(refund(0), "granted");
    assert_eq!(refund(1), "limit_exceeded");
    let no_word =
        granted(json!({ "member": "ana", "permissions": ["order.refund"], "scopes": ["one"] }));
    assert_eq!(errors(&no_word), ["limit_missing"]);
}

#[test]
fn d04_percent_is_not_money() {
    let engine = engine(&refunds(&json!(500)));
    let percent =
        json!({ "subject": "ana", "permission": "order.refund", "scope": "one", "percent": 5 });
    assert_eq!(ask(&engine, percent).1, "amount_required");
    let wrong = granted(json!({
        "member": "ana", "permissions": ["catalog.price.edit"], "scopes": ["one"],
        "conditions": { "limits": [{ "permission": "catalog.price.edit", "currency": "EUR", "max": 5 }] },
    }));
    assert_eq!(errors(&wrong), ["limit_unit"]);
}

/// Ana refunds alone up to 100 and approved up to 1000; both managers may approve.
fn approvals() -> Value {
    let limits = |alone: i64| json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "approve_above": alone, "max": 1000 }] });
    let mut document = granted(
        json!({ "member": "ana", "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits(100) }),
    );
    for member in ["mara", "mile"] {
        let rights = json!({ "member": member, "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits(500) });
        add(&mut document, "assignments", rights);
    }
    document
}

/// A refund with a consent that says whose it is, or (`null`) does not say it.
fn to_approve(requester: &str, by: &Value, value: i64) -> Value {
    let amount = json!({ "value": value, "currency": "EUR" });
    let mut approval = json!({ "requester": requester, "permission": "order.refund", "scope": "one", "resource": "7", "amount": amount, "at": NOW - 5 });
    if !by.is_null() {
        approval["by"] = by.clone();
    }
    json!({
        "subject": requester, "permission": "order.refund", "scope": "one", "amount": amount,
        "resource": { "type": "order", "id": "7" }, "approvals": [approval],
    })
}

fn approved_under(engine: &Engine, requester: &str, by: &Value, value: i64) -> (String, String) {
    ask(engine, to_approve(requester, by, value))
}

fn approved(by: &Value, value: i64) -> (String, String) {
    approved_under(&engine(&approvals()), "ana", by, value)
}

#[test]
fn d06_an_approver_is_bound_by_limits_and_is_somebody_else() {
    assert_eq!(approved(&json!("mara"), 500).1, "granted");
    assert_eq!(approved(&json!("mara"), 501).1, "approval_invalid");
    assert_eq!(approved(&json!("ana"), 101).1, "approval_invalid");
}

#[test]
fn d07_an_approver_is_named_and_is_that_person() {
    for by in [Value::Null, json!(""), json!("nobody")] {
        assert_eq!(approved(&by, 200).1, "approval_invalid", "{by}");
    }
    // Of two who could, each is judged as the one that is named.
    let mut narrow = approvals();
    narrow["assignments"].as_array_mut().unwrap().pop();
    let engine = engine(&narrow);
    assert_eq!(
        approved_under(&engine, "ana", &json!("mara"), 200).1,
        "granted"
    );
    assert_eq!(
        approved_under(&engine, "ana", &json!("mile"), 200).1,
        "approval_invalid"
    );
}

/// Two approvers who are alike in all but their ids, and in these as near as can be.
const TWINS: [&str; 2] = ["m1", "M1"];

/// Both may refund up to 500 alone, were it not that every refund here asks for a second person.
fn twins() -> Value {
    let mut document = approvals();
    for twin in TWINS {
        add(
            &mut document,
            "members",
            json!({ "id": twin, "kind": "employee", "rank": 5, "name": "Kim", "groups": ["floor"] }),
        );
        let limits = json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "approve_above": 500, "max": 1000 }] });
        add(
            &mut document,
            "assignments",
            json!({ "member": twin, "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits }),
        );
    }
    document["demands"] = json!([{ "permission": "order.refund", "approval": true }]);
    document
}

#[test]
fn d07_two_approvers_who_are_alike_stay_two_persons() {
    let document = twins();
    let engine = engine(&document);
    let [one, other] = TWINS;
    for (requester, by, reason) in [
        (one, one, "approval_invalid"),
        (other, other, "approval_invalid"),
        (one, other, "granted"),
        (other, one, "granted"),
        ("ana", one, "granted"),
        ("ana", other, "granted"),
    ] {
        assert_eq!(
            approved_under(&engine, requester, &json!(by), 400).1,
            reason,
            "{requester} by {by}"
        );
    }
    // A consent to one of them is none to the other.
    let mut borrowed = to_approve(other, &json!("mara"), 400);
    borrowed["subject"] = json!(one);
    assert_eq!(ask(&engine, borrowed).1, "approval_invalid");

    // What befalls one does not befall the other: by the policy, and by an overlay ahead of it.
    let mut stopped = document.clone();
    let members = stopped["members"].as_array_mut().unwrap();
    members
        .iter_mut()
        .find(|member| member["id"] == one)
        .unwrap()["status"] = json!("suspended");
    let (_, model) = rack::compiled_text("trap", &document.to_string(), Format::Json);
    let entry = MemberSuspended {
        member: one.to_owned(),
        from: None,
        to: None,
    };
    let overlay = CellOverlay {
        member_suspended: vec![entry],
        fresh_until: json!("never"),
        ..Default::default()
    };
    for engine in [
        self::engine(&stopped),
        rack::unsigned(&model, Some(&overlay)),
    ] {
        assert_eq!(
            approved_under(&engine, "ana", &json!(one), 400).1,
            "approval_invalid"
        );
        assert_eq!(
            approved_under(&engine, "ana", &json!(other), 400).1,
            "granted"
        );
    }
}

#[test]
fn d24_the_rows_of_an_import_meet_the_limits_of_single_edits() {
    let limit = |permission: &str, max: i64| json!({ "permission": permission, "max": max });
    let mut document = granted(json!({
        "member": "ana", "scopes": ["one"],
        "permissions": ["catalog.import", "catalog.price.edit", "catalog.stock.edit"],
        "conditions": { "limits": [limit("catalog.price.edit", 1_000), limit("catalog.stock.edit", 50)] },
    }));
    let loads = json!({ "member": "mile", "permissions": ["catalog.import"], "scopes": ["one"] });
    add(&mut document, "assignments", loads);
    let engine = engine(&document);
    // Whoever may import has a way in for rows, and not for what they change.
    for member in ["ana", "mile"] {
        assert_eq!(reason(&engine, member, "catalog.import", "one"), "granted");
    }
    let price = |change: i64| json!({ "permission": "catalog.price.edit", "percent": change });
    let stock = |pieces: i64| json!({ "permission": "catalog.stock.edit", "quantity": pieces });
    let rows = [
        (price(500), "granted"),
        (price(1_000), "granted"),
        (price(1_001), "limit_exceeded"),
        (stock(50), "granted"),
        (stock(51), "limit_exceeded"),
        (price(-1), "amount_invalid"),
        (
            json!({ "permission": "catalog.price.edit" }),
            "amount_required",
        ),
        (
            json!({ "permission": "catalog.price.edit", "quantity": 1 }),
            "amount_required",
        ),
    ];
    for (row, expected) in rows {
        let of = |member: &str| {
            let mut request = row.clone();
            request["subject"] = json!(member);
            request["scope"] = json!("one");
            ask(&engine, request).1
        };
        assert_eq!(
            (of("ana").as_str(), of("mile").as_str()),
            (expected, "no_grant"),
            "{row}"
        );
    }
}
