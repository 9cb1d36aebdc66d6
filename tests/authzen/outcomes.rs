//! What each outcome says to a caller: reasons, second verifications, consents, obligations.

use serde_json::{Value, json};

use crate::point::{NOW, Point};

pub const EVALUATION: &str = "/access/v1/evaluation";

pub fn store() -> Point {
    let proof = |subject: &str| {
        json!({
            "subject": subject,
            "auth": {
                "session": "s", "time": NOW - 60, "acr": "atlas:otp",
                "proofs": [{
                    "subject": subject, "session": "s", "permission": "order.refund",
                    "level": 2, "at": NOW - 30,
                }],
            },
        })
    };
    let facts = json!({
        "trusted": true,
        "evaluationId": "e-1",
        "people": [proof("ana"), proof("budget"), proof("mila")],
        "records": [
            { "type": "order", "id": "o1", "scope": "paris" },
            { "type": "catalog.stock", "id": "p1", "attributes": { "risk": 10, "channel": "panel" } },
            { "type": "catalog.stock", "id": "p2", "attributes": { "risk": 90, "channel": "panel" } },
            { "type": "catalog.stock", "id": "p3", "attributes": { "channel": "panel" } },
        ],
    });
    let mut point = Point::new("store", include_str!("store.toml"), facts);
    point.service = point.service.with_all_records();
    point
}

pub fn refund(subject: &str, amount: Value) -> Value {
    json!({
        "subject": { "type": "user", "id": subject },
        "action": { "name": "refund", "properties": { "amount": amount } },
        "resource": { "type": "order", "id": "o1" },
    })
}

pub fn euros(value: i64) -> Value {
    json!({ "value": value, "currency": "EUR" })
}

pub fn supporting(mut question: Value, types: &[&str]) -> Value {
    question["context"]["supported_obligations"] = json!(types);
    question
}

pub fn reason(answer: &Value) -> &str {
    assert_eq!(answer["decision"], false, "{answer}");
    answer["context"]["reason"].as_str().unwrap()
}

#[test]
fn a_permit_that_hangs_on_an_obligation_needs_support_for_it() {
    let point = store();
    let log = json!([{ "id": "log", "type": "custom", "properties": { "type": "log" } }]);
    for types in [
        None,
        Some(&[][..]),
        Some(&["step-up"]),
        Some(&["notification", "Custom"]),
    ] {
        let question = refund("mila", euros(100));
        let question = match types {
            None => question,
            Some(types) => supporting(question, types),
        };
        let answer = point.ask(EVALUATION, &question);
        assert_eq!(reason(&answer), "obligation_unsupported");
        assert_eq!(answer["context"]["obligations"], log);
    }
    let answer = point.ask(
        EVALUATION,
        &supporting(refund("mila", euros(100)), &["custom"]),
    );
    assert_eq!(answer["decision"], true);
    assert_eq!(answer["context"]["obligations"], log);
    assert!(answer["context"].get("reason").is_none());
    assert_eq!(answer["context"]["evaluation_id"], "e-1");

    // A host that writes the record itself asks nobody for it, and then the yes is bare.
    let mut logging = store();
    logging.service = logging.service.with_log();
    assert_eq!(
        logging.ask(EVALUATION, &refund("mila", euros(100))),
        json!({ "decision": true })
    );
}

#[test]
fn budgets_and_hidden_fields_are_obligations() {
    let point = store();
    let answer = point.ask(
        EVALUATION,
        &supporting(refund("budget", euros(100)), &["custom"]),
    );
    assert_eq!(answer["decision"], true);
    let obligations = answer["context"]["obligations"].as_array().unwrap();
    assert_eq!(
        obligations[0],
        json!({
            "id": "reserve_budget-0", "type": "custom", "properties": {
                "type": "reserve_budget", "budget": "refund_day", "member": "budget",
                "window": "day", "zone": "UTC", "from": "2026-03-02T00:00",
                "to": "2026-03-03T00:00", "currency": "EUR", "amount": 100,
                "maxAmount": 30_000,
            },
        })
    );
    let look = |support: &[&str], resource_type: &str, name: &str| {
        let question = json!({
            "subject": { "type": "user", "id": "viewer" },
            "action": { "name": name },
            "resource": { "type": resource_type, "id": "o9", "properties": { "scope": "split" } },
        });
        point.ask(EVALUATION, &supporting(question, support))
    };
    let answer = look(&["custom"], "order", "view");
    assert_eq!(answer["decision"], true);
    let hidden = &answer["context"]["fields"]["hidden"];
    assert!(hidden.as_array().unwrap().contains(&json!("order.billing")));
    assert_eq!(
        answer["context"]["fields"]["visible"],
        json!(["order.core"])
    );
    let mask = &answer["context"]["obligations"][0];
    assert_eq!(
        mask["properties"],
        json!({ "type": "mask_fields", "groups": hidden })
    );
    assert_eq!(
        reason(&look(&[], "order", "view")),
        "obligation_unsupported"
    );
}

#[test]
fn a_hidden_field_is_hidden_by_whatever_name_its_record_is_called() {
    let point = store();
    let ask = |resource_type: &str, name: &str| {
        let question = json!({
            "subject": { "type": "user", "id": "mila" },
            "action": { "name": name },
            "resource": { "type": resource_type, "id": "o9" },
        });
        point.ask(EVALUATION, &supporting(question, &["custom"]))["context"]["fields"].clone()
    };
    // One permission by two names: its fields are the same.
    assert_eq!(
        ask("customer.billing", "view"),
        ask("customer", "billing.view")
    );
    assert_ne!(ask("customer", "billing.view"), Value::Null);
}

#[test]
fn touched_fields_are_checked_and_never_dropped() {
    let point = store();
    let ask = |fields: Value| {
        let question = json!({
            "subject": { "type": "user", "id": "viewer" },
            "action": { "name": "view", "properties": { "fields": fields } },
            "resource": { "type": "order", "id": "o9", "properties": { "scope": "split" } },
        });
        supporting(question, &["custom"])
    };
    for (fields, denied) in [
        (json!({ "sort": ["order.billing"] }), true),
        (json!({ "filter": ["$.billing_address"] }), true),
        (
            json!({ "sort": ["order.core"], "read": ["order.billing"] }),
            false,
        ),
        (json!({}), false),
        (Value::Null, false),
    ] {
        let answer = point.ask(EVALUATION, &ask(fields));
        assert_eq!(answer["decision"] == false, denied, "{answer}");
        assert!(!denied || reason(&answer) == "field_hidden");
    }
    for fields in [
        json!("order.billing"),
        json!(["order.billing"]),
        json!({ "sort": "order.billing" }),
        json!({ "sort": [1] }),
        json!({ "sorts": ["order.billing"] }),
    ] {
        let (status, message) = point.refused(EVALUATION, ask(fields).to_string().as_bytes());
        assert!(status == 400 && message.contains("fields"), "{message}");
    }
}

#[test]
fn amounts_are_exact_or_refused() {
    let point = store();
    for (amount, expected) in [
        (Value::Null, "amount_required"),
        (json!("100"), "amount_invalid"),
        (json!(100), "amount_invalid"),
        (json!({ "value": 100 }), "amount_invalid"),
        (json!({ "value": 1.5, "currency": "EUR" }), "amount_invalid"),
        (
            json!({ "value": 100.0, "currency": "EUR" }),
            "amount_invalid",
        ),
        (json!({ "value": -1, "currency": "EUR" }), "amount_invalid"),
        (
            json!({ "value": 9_007_199_254_740_992_i64, "currency": "EUR" }),
            "amount_invalid",
        ),
        (
            json!({ "value": 18_446_744_073_709_551_615_u64, "currency": "EUR" }),
            "amount_invalid",
        ),
        (
            json!({ "value": 100, "currency": "USD" }),
            "currency_not_allowed",
        ),
        (
            json!({ "value": 20_001, "currency": "EUR" }),
            "limit_exceeded",
        ),
        (json!([100, "EUR"]), "amount_invalid"),
    ] {
        let answer = point.ask(EVALUATION, &refund("ana", amount.clone()));
        assert_eq!(reason(&answer), expected, "{amount}");
    }
    let mut beside = supporting(refund("ana", json!(100)), &["custom"]);
    beside["action"]["properties"]["currency"] = json!("EUR");
    assert!(point.decision(&beside));
}

#[test]
fn a_second_verification_is_a_refusal_that_says_how() {
    let mut point = store();
    point.facts["people"] = json!([]);
    let answer = point.ask(
        EVALUATION,
        &supporting(refund("ana", euros(100)), &["custom", "step-up"]),
    );
    assert_eq!(reason(&answer), "step_up_required");
    let context = &answer["context"];
    assert_eq!(context["acr_values"], "atlas:otp atlas:passkey");
    assert_eq!(context["max_age"], 300);
    assert_eq!(
        context["obligations"],
        json!([{ "id": "step-up", "type": "step-up", "properties": { "acr_value": "atlas:otp" } }])
    );
    assert!(context.get("amr_values").is_none());

    // A policy that counts methods only.
    let policy = include_str!("store.toml").replace(
        "acr = { \"atlas:pwd\" = 1, \"atlas:otp\" = 2, \"atlas:passkey\" = 3 }",
        "",
    );
    let methods = Point::new("store", &policy, json!({}));
    let mut question = refund("olga", euros(100));
    question["context"] = json!({ "auth": { "acr": "atlas:passkey" }, "time": "whenever" });
    let context = methods.ask(EVALUATION, &question)["context"].clone();
    assert_eq!(context["acr_values"], "urn:keyrack:level:2");
    assert_eq!(context["amr_values"], "otp hwk");
    let properties = json!({ "acr_value": "urn:keyrack:level:2", "amr_values": ["otp", "hwk"] });
    assert_eq!(context["obligations"][0]["properties"], properties);
}

#[test]
fn an_expired_policy_denies_and_finds_nothing() {
    let mut point = store();
    point.now = 1_775_001_600;
    let answer = point.ask(EVALUATION, &refund("olga", euros(100)));
    assert_eq!(reason(&answer), "snapshot_expired");
    let mut question = refund("olga", euros(100));
    question["subject"]["type"] = json!("spaceship");
    assert_eq!(
        reason(&point.ask(EVALUATION, &question)),
        "snapshot_expired"
    );
    let found = point.ask("/access/v1/search/subject", &refund("olga", euros(100)));
    assert_eq!(found["results"], json!([]));
}

#[test]
fn results_carry_their_obligations_to_callers_that_support_them() {
    let point = store();
    let question = refund("ana", euros(100));
    let found = point.ask("/access/v1/search/subject", &question);
    assert_eq!(found["results"], json!([]));
    let found = point.ask(
        "/access/v1/search/subject",
        &supporting(question, &["custom"]),
    );
    let ids: Vec<_> = found["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert_eq!(ids, ["ana", "budget", "mila"]);
    for one in found["results"].as_array().unwrap() {
        assert!(!one["obligations"].as_array().unwrap().is_empty(), "{one}");
    }
}

#[test]
fn what_was_answered_is_told_to_the_log_without_a_bodys_words() {
    let point = store();
    let decided = |path: &str, body: &Value| {
        let response = point.post(path, body.to_string().as_bytes());
        serde_json::to_value(&response.decided).unwrap()
    };
    let asked = json!({
        "subject": "mila", "permission": "order.refund", "scope": "paris",
        "resource": { "type": "order", "id": "o1" },
    });
    let told = |evaluation: &str, outcome: &str, reason: &str| {
        json!({
            "evaluation": evaluation, "asked": asked,
            "decision": { "outcome": outcome, "reason": reason, "obligations": [{ "type": "log" }] },
        })
    };
    let able = supporting(refund("mila", euros(100)), &["custom"]);
    assert_eq!(
        decided(EVALUATION, &able),
        json!([told("e-1", "allow", "granted")])
    );
    let unable = refund("mila", euros(100));
    let denied = told("e-1", "deny", "obligation_unsupported");
    assert_eq!(decided(EVALUATION, &unable), json!([denied]));

    let mut batch = able.clone();
    batch["evaluations"] =
        json!([{}, { "resource": null }, { "subject": { "type": "app", "id": "mila" } }]);
    let answers = decided("/access/v1/evaluations", &batch);
    assert_eq!(answers[0], told("e-1.0", "allow", "granted"));
    // An item that erred is no decision; a member by a wrong type is unknown.
    assert_eq!(answers[1]["evaluation"], "e-1.2");
    assert_eq!(answers[1]["decision"]["outcome"], "deny");
    assert_eq!(answers[1]["decision"]["reason"], "member_unknown");
    assert_eq!(answers.as_array().unwrap().len(), 2);
    assert_eq!(decided("/access/v1/search/subject", &able), json!([]));
    assert_eq!(decided(EVALUATION, &json!({})), json!([]));
}
