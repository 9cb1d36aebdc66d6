//! Who may agree to what somebody else wants to do.

use serde_json::{Value, json};

use crate::{
    store::{NOW, engine, hours, model, reason, with},
    support::rack,
};

/// Whether the agreement of somebody with this assignment and this denial counts for a refund.
fn agreed(assignment: Value, denial: Value, amount: Value) -> String {
    let refunds = |member: &str| {
        json!({
            "member": member, "permissions": ["order.refund"], "scopes": ["co"],
            "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 10_000 }], "approval_for": ["order.refund"] },
        })
    };
    let mut may = json!({
        "member": "mara", "permissions": ["order.refund", "approval.give"], "scopes": ["co"],
        "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 10_000 }] },
    });
    let parts = assignment.as_object().unwrap();
    parts.iter().for_each(|(key, part)| may[key] = part.clone());
    let mut lists = vec![("assignments", refunds("ana")), ("assignments", may)];
    if !denial.is_null() {
        let mut denied =
            json!({ "member": "mara", "permissions": ["order.refund"], "scopes": ["co"] });
        denied["conditions"] = denial;
        lists.push(("denials", denied));
    }
    let approval = json!({
        "by": "mara", "requester": "ana", "permission": "order.refund", "scope": "one",
        "resource": "o1", "at": NOW - 60, "amount": amount,
    });
    let asked = json!({
        "subject": "ana", "permission": "order.refund", "amount": { "value": 500, "currency": "EUR" },
        "resource": { "type": "order", "id": "o1" }, "ip": "203.0.113.9", "approvals": [approval],
    });
    reason(&engine(with(&lists)), &asked)
}

#[test]
fn an_agreement_counts_from_whoever_could_do_it_alone() {
    let enough = json!({ "value": 500, "currency": "EUR" });
    let asked = |assignment, denial| agreed(assignment, denial, enough.clone());
    assert_eq!(asked(json!({}), Value::Null), "granted");
    // Not yet theirs, or no longer.
    for valid in [json!({ "from": NOW + 1 }), json!({ "to": NOW })] {
        assert_eq!(
            asked(json!({ "valid": valid }), Value::Null),
            "approval_invalid"
        );
    }
    // A denial by hours or networks stays in force: where an approver is, and when it agreed, is not told.
    for denial in [
        hours(Some("Europe/Zagreb"), json!([6]), "01:00", "02:00"),
        json!({ "networks": ["home"] }),
    ] {
        assert_eq!(asked(json!({}), denial), "approval_invalid");
    }
    // For too little, in another currency or in none, or for no amount at all.
    for amount in [
        json!({ "value": 500.5, "currency": "EUR" }),
        json!({ "value": 499, "currency": "EUR" }),
        json!({ "value": 500, "currency": "USD" }),
        json!({ "value": 500 }),
    ] {
        let told = agreed(json!({}), Value::Null, amount.clone());
        assert_eq!(told, "approval_invalid", "{amount}");
    }
}

#[test]
fn an_agreement_without_a_scope_is_for_the_root() {
    let conditions = json!({ "approval_for": ["order.view"] });
    let engine = engine(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": conditions }),
    )]));
    let told = |scope: Value| {
        let approval = json!({ "by": "boss", "requester": "ana", "permission": "order.view", "resource": "o1", "at": NOW - 60 });
        let asked = json!({
            "subject": "ana", "permission": "order.view", "scope": scope,
            "resource": { "type": "order", "id": "o1" }, "approvals": [approval],
        });
        reason(&engine, &asked)
    };
    assert_eq!(told(Value::Null), "granted");
    assert_eq!(told(json!("co")), "granted");
    assert_eq!(told(json!("one")), "approval_invalid");
}

#[test]
fn nobody_agrees_where_no_permission_makes_an_approver() {
    let mut model = model(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": { "approval_for": ["order.view"] } }),
    )]));
    let approval = json!({ "by": "boss", "requester": "ana", "permission": "order.view", "scope": "one", "resource": "o1", "at": NOW - 60 });
    let asked = json!({
        "subject": "ana", "permission": "order.view", "resource": { "type": "order", "id": "o1" }, "approvals": [approval],
    });
    assert_eq!(reason(&rack::unsigned(&model, None), &asked), "granted");
    for permission in &mut model.permissions {
        if permission.key == "approval.give" {
            // Sorted as before.
            permission.key = "approval.given".to_owned();
        }
    }
    assert_eq!(
        reason(&rack::unsigned(&model, None), &asked),
        "approval_invalid"
    );
}
