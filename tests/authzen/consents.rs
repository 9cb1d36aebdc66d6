//! Consents of other members: the host's record counts, its id opens nothing.

use serde_json::{Value, json};

use crate::{
    outcomes::{EVALUATION, euros, reason, refund, store, supporting},
    point::NOW,
};

/// An approval by mila of a refund of 100 euros by ana.
fn consent(id: &str, at: i64) -> Value {
    json!({ "id": id, "approval": {
        "by": "mila", "requester": "ana", "permission": "order.refund", "scope": "paris",
        "resource": "o1", "amount": { "value": 10_000, "currency": "EUR" }, "at": at,
    } })
}

#[test]
fn a_consent_is_the_hosts_and_its_id_alone_opens_nothing() {
    // Mila's own soft limit is too low for ten thousand; the owner's is none.
    let mut point = store();
    let mut given = consent("a-1", NOW - 60);
    given["approval"]["by"] = json!("olga");
    let mut late = consent("a-2", NOW - 3_600);
    late["approval"]["by"] = json!("olga");
    let low = consent("a-3", NOW - 60);
    point.facts["approvals"] = json!([given, late, low, { "id": "a-4" }]);
    let ask = |amount: i64, approval: Value| {
        let mut question = supporting(refund("ana", euros(amount)), &["custom"]);
        if !approval.is_null() {
            question["context"]["approval"] = approval;
        }
        question
    };
    let answer = point.ask(EVALUATION, &ask(10_000, Value::Null));
    assert_eq!(reason(&answer), "approval_required");
    assert!(answer["context"].get("keyrack_reason").is_none());
    assert!(answer["context"].get("access_request").is_none());

    let body = ask(10_000, json!({ "id": "a-1", "by": "ana", "state": "x" })).to_string();
    let response = point.post(EVALUATION, body.as_bytes());
    let answer: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(
        (answer["decision"].clone(), response.spent),
        (json!(true), vec!["a-1".to_owned()])
    );

    for (amount, approval, expected) in [
        (
            10_000,
            json!({ "id": "a-2" }),
            ("approval_expired", "approval_invalid", "none"),
        ),
        (
            10_000,
            json!({ "id": "a-3" }),
            ("out_of_scope", "approval_invalid", "none"),
        ),
        (
            10_001,
            json!({ "id": "a-1" }),
            ("out_of_scope", "approval_invalid", "none"),
        ),
        (
            10_000,
            json!({ "id": "a-4" }),
            ("grant_pending", "approval_required", "retry"),
        ),
        (
            10_000,
            json!({ "id": "a-5" }),
            ("approval_unverifiable", "approval_required", "none"),
        ),
        (
            10_000,
            json!({ "by": "olga" }),
            ("approval_unverifiable", "approval_required", "none"),
        ),
        (
            20_001,
            json!({ "id": "a-1" }),
            ("policy_denied", "limit_exceeded", "none"),
        ),
    ] {
        let body = ask(amount, approval).to_string();
        let response = point.post(EVALUATION, body.as_bytes());
        assert!(response.spent.is_empty());
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        let (profile, own, next) = expected;
        assert_eq!(reason(&answer), profile, "{body}");
        assert_eq!(answer["context"]["keyrack_reason"], own);
        assert_eq!(answer["context"]["next_action"], next);
        assert_eq!(
            answer["context"]["retry_after"].is_number(),
            next == "retry"
        );
    }
    // Where no consent is needed, none is spent; and who consents to oneself has not asked anybody.
    let body = ask(100, json!({ "id": "a-1" })).to_string();
    let response = point.post(EVALUATION, body.as_bytes());
    assert!(
        response.spent.is_empty() && String::from_utf8(response.body).unwrap().contains("true")
    );
    point.facts["approvals"][0]["approval"]["by"] = json!("ana");
    assert_eq!(
        reason(&point.ask(EVALUATION, &ask(10_000, json!({ "id": "a-1" })))),
        "out_of_scope"
    );
}

#[test]
fn a_consent_serves_one_item_of_a_batch() {
    let mut point = store();
    let mut given = consent("a-1", NOW - 60);
    given["approval"]["by"] = json!("olga");
    point.facts["approvals"] = json!([given]);
    let mut batch = supporting(refund("ana", euros(10_000)), &["custom"]);
    batch["context"]["approval"] = json!({ "id": "a-1" });
    batch["evaluations"] = json!([{}, {}]);
    let response = point.post("/access/v1/evaluations", batch.to_string().as_bytes());
    assert_eq!(response.spent, ["a-1"]);
    let answer: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(answer["evaluations"][0]["decision"], true);
    assert_eq!(
        answer["evaluations"][0]["context"]["evaluation_id"],
        "e-1.0"
    );
    assert_eq!(reason(&answer["evaluations"][1]), "approval_unverifiable");
    assert_eq!(
        answer["evaluations"][1]["context"]["evaluation_id"],
        "e-1.1"
    );
}
