//! Amounts, limits and consents.

use keyrack::{decide::Engine, policy::Format};
use serde_json::{Value, json};

use crate::{
    NOW, add, ask, engine, errors, granted, reason,
    support::{
        cells::{CellOverlay, MemberSuspended},
        rack,
    },
    unchecked,
};

/// A permission of each measure, and how its amounts are told and limited.
const MEASURED: [(&str, &str); 3] = [
    ("order.refund", "money"),
    ("catalog.price.edit", "percent"),
    ("catalog.stock.edit", "quantity"),
];

/// So much, told in a measure.
fn amount_in(measure: &str, value: i64) -> Value {
    match measure {
        "money" => json!({ "amount": { "value": value, "currency": "EUR" } }),
        _ => json!({ measure: value }),
    }
}

/// A limit, or whatever else is counted, with a currency where the measure is money.
fn counted_in(measure: &str, permission: &str, mut more: Value) -> Value {
    more["permission"] = json!(permission);
    if measure == "money" {
        more["currency"] = json!("EUR");
    }
    more
}

/// Ana may do one thing under these conditions.
fn under(permission: &str, conditions: Value) -> Value {
    granted(json!({
        "member": "ana", "permissions": [permission], "scopes": ["one"], "conditions": conditions,
    }))
}

/// Ana asks for it, with so much told.
fn used(engine: &Engine, permission: &str, mut told: Value) -> (String, String) {
    told["subject"] = json!("ana");
    told["permission"] = json!(permission);
    told["scope"] = json!("one");
    ask(engine, told)
}

/// The largest amount that JavaScript has an exact number for.
const MOST: i64 = (1 << 53) - 1;

#[test]
fn d03_zero_and_minus_one_are_not_unlimited() {
    for (permission, measure) in MEASURED {
        let limited = |more: Value| {
            let limit = counted_in(measure, permission, more);
            under(permission, json!({ "limits": [limit] }))
        };
        assert_eq!(errors(&limited(json!({ "max": -1 }))), ["limit_unit"]);
        let engine = engine(&limited(json!({ "max": 0 })));
        let reason = |value: i64| used(&engine, permission, amount_in(measure, value)).1;
        assert_eq!(reason(0), "granted", "{permission}");
        for more in [1, MOST] {
            assert_eq!(reason(more), "limit_exceeded", "{permission}");
        }

        // The soft limit: 0 lets nothing pass that nobody agrees to, and -1 is none.
        let soft = |above: i64| limited(json!({ "approve_above": above, "max": 10 }));
        assert_eq!(errors(&soft(-1)), ["limit_unit"]);
        let engine = self::engine(&soft(0));
        let outcome = |value: i64| used(&engine, permission, amount_in(measure, value)).0;
        let outcomes = [0, 1, 10, 11].map(outcome);
        assert_eq!(outcomes, ["allow", "approval", "approval", "deny"]);

        let no_word = under(permission, json!({}));
        assert_eq!(errors(&no_word), ["limit_missing"]);
    }
}

#[test]
fn d03_only_the_word_lifts_it() {
    for (permission, measure) in MEASURED {
        let word = under(permission, json!({ "unlimited": [permission] }));
        assert_eq!(errors(&word), [""; 0]);
        let engine = engine(&word);
        for value in [0, 1, MOST] {
            let told = amount_in(measure, value);
            assert_eq!(used(&engine, permission, told).1, "granted", "{permission}");
        }
        // It lifts a limit and no amount: what is no amount, or is not told, stays refused.
        let told = |told: Value| used(&engine, permission, told).1;
        assert_eq!(told(amount_in(measure, -1)), "amount_invalid");
        assert_eq!(told(json!({})), "amount_required");

        // Beside a number it is no word, and in the place of a number neither.
        let limit = |max: Value| counted_in(measure, permission, json!({ "max": max }));
        let both = json!({ "limits": [limit(json!(0))], "unlimited": [permission] });
        assert_eq!(errors(&under(permission, both)), ["limit_unit"]);
        let inside = under(permission, json!({ "limits": [limit(json!("unlimited"))] }));
        assert!(!errors(&inside).is_empty(), "{permission}");
    }
}

#[test]
fn d03_a_budget_is_not_lifted_by_zero_minus_one_or_the_word() {
    for (permission, measure) in MEASURED {
        for counts in ["amount", "count"] {
            let budget = |most: i64| {
                let more = json!({ "id": "b", "window": "day", counts: most });
                let budget = counted_in(measure, permission, more);
                under(
                    permission,
                    json!({ "unlimited": [permission], "budgets": [budget] }),
                )
            };
            assert_eq!(errors(&budget(-1)), ["limit_unit"], "{permission} {counts}");
            let reason = |most: i64, value: i64| {
                let mut told = amount_in(measure, value);
                told["usage"] = json!([{ "budget": "b", "amount": 0, "count": 0 }]);
                used(&engine(&budget(most)), permission, told).1
            };
            let of_none = [reason(0, 1), reason(0, MOST)];
            assert_eq!(of_none, ["budget_exceeded"; 2], "{permission} {counts}");
            assert_eq!(reason(1, 1), "granted", "{permission} {counts}");
        }
    }
}

/// What the compiler refuses, bytes made by hand may say: a negative number lets nothing pass.
#[test]
fn d03_hand_made_bytes_with_a_negative_limit_let_nothing_pass() {
    for (permission, measure) in MEASURED {
        let limit = counted_in(measure, permission, json!({ "max": -1 }));
        let engine = unchecked(&under(permission, json!({ "limits": [limit] })));
        for value in [0, 1, MOST] {
            let told = amount_in(measure, value);
            let (outcome, reason) = used(&engine, permission, told);
            assert_eq!((&*outcome, &*reason), ("deny", "limit_exceeded"));
        }
        let told = amount_in(measure, -1);
        assert_eq!(used(&engine, permission, told).1, "amount_invalid");
    }
}

#[test]
fn d04_an_amount_in_another_measure_is_missing() {
    for (permission, own) in MEASURED {
        let limit = counted_in(own, permission, json!({ "max": 500 }));
        let engine = engine(&under(permission, json!({ "limits": [limit] })));
        let reason = |told: Value| used(&engine, permission, told).1;
        assert_eq!(reason(amount_in(own, 5)), "granted", "{permission}");
        for (_, other) in MEASURED.into_iter().filter(|(_, it)| *it != own) {
            let told = amount_in(other, 5);
            assert_eq!(reason(told), "amount_required", "{permission} in {other}");
            // Beside its own it counts for nothing, neither for nor against.
            for (value, expected) in [(500, "granted"), (501, "limit_exceeded")] {
                let mut both = amount_in(own, value);
                let more = amount_in(other, 1000 - value);
                both.as_object_mut()
                    .unwrap()
                    .extend(more.as_object().unwrap().clone());
                assert_eq!(reason(both), expected, "{permission} beside {other}");
            }
        }
    }
}

/// A limit says what it is measured in by its currency: money has one, and nothing else has.
#[test]
fn d04_a_limit_in_another_measure_is_refused() {
    for (permission, own) in MEASURED {
        for (_, other) in MEASURED {
            let limit = counted_in(other, permission, json!({ "max": 5 }));
            let budget = counted_in(
                other,
                permission,
                json!({ "id": "b", "window": "day", "amount": 5 }),
            );
            let limited = json!({ "limits": [limit] });
            let budgeted = json!({ "unlimited": [permission], "budgets": [budget] });
            let is_wrong = (own == "money") != (other == "money");
            let expected: &[&str] = if is_wrong { &["limit_unit"] } else { &[] };
            for conditions in [limited, budgeted] {
                let said = format!("{permission}: {conditions}");
                assert_eq!(errors(&under(permission, conditions)), expected, "{said}");
            }
        }
    }
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
