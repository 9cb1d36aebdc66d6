//! Attributes: every operator on every type, as a condition of a grant and as one of a denial.
//! A grant counts where the comparison is known to hold; a denial is lifted where it is known not
//! to. What is untold or of another type than declared is neither.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

use keyrack::{decide::Engine, ffi, policy::Format};
use serde_json::{Value, json};
use support::{cells, rack};

/// The permission is granted to `granted` and denied to `denied` under the same comparison.
fn engine(definition: &Value, test: &Value, stored: Option<&Value>) -> Engine {
    let mut members = json!([
        { "id": "boss", "kind": "owner" },
        { "id": "granted", "kind": "employee" },
        { "id": "denied", "kind": "employee" },
    ]);
    if let Some(value) = stored {
        for member in members.as_array_mut().unwrap() {
            member["attributes"] = json!({ "fact": value });
        }
    }
    let conditions = json!({ "attributes": [test] });
    let permissions = ["order.view"];
    let document = json!({
        "policy": { "tenant": "attributes", "version": 1, "issued": 0, "expires": "never", "profile": "strict" },
        "scopes": [{ "id": "root", "kind": "tenant" }],
        "attributes": [definition],
        "members": members,
        "assignments": [
            { "member": "granted", "permissions": permissions, "scopes": ["root"], "conditions": conditions },
            { "member": "denied", "permissions": permissions, "scopes": ["root"] },
        ],
        "denials": [
            { "member": "denied", "permissions": permissions, "scopes": ["root"], "conditions": conditions },
        ],
    });
    let (_, model) = rack::compiled_text("attributes", &document.to_string(), Format::Json);
    rack::unsigned(&model, None)
}

fn reason(engine: &Engine, subject: &str, told: Option<&Value>) -> String {
    let mut resource = json!({ "type": "order", "id": "o1" });
    if let Some(value) = told {
        resource["attributes"] = json!({ "fact": value });
    }
    let request = json!({
        "subject": subject, "permission": "order.view", "scope": "root", "now": 0,
        "resource": resource,
    })
    .to_string();
    let request = cells::read_request(subject, &request);
    ffi::decide(engine, &request).unwrap().reason
}

/// `None`: neither known to hold nor known not to.
fn assert_reasons(what: &str, reasons: [String; 2], holds: Option<bool>) {
    let expected = match holds {
        Some(true) => ["granted", "denied_by_rule"],
        Some(false) => ["condition_unmet", "granted"],
        None => ["condition_unmet", "denied_by_rule"],
    };
    assert_eq!(reasons, expected, "{what}");
}

/// Type, operator, operand, values for which it holds, values for which it does not.
fn table() -> Vec<(&'static str, &'static str, Value, Value, Value)> {
    let no_value = Value::Null;
    vec![
        (
            "string",
            "eq",
            json!("hr"),
            json!(["hr"]),
            json!(["HR", "", "hr "]),
        ),
        (
            "string",
            "ne",
            json!("hr"),
            json!(["HR", ""]),
            json!(["hr"]),
        ),
        (
            "string",
            "in",
            json!(["hr", "si"]),
            json!(["hr", "si"]),
            json!(["de", ""]),
        ),
        (
            "string",
            "not_in",
            json!(["hr", "si"]),
            json!(["de", ""]),
            json!(["hr", "si"]),
        ),
        (
            "string",
            "contains",
            json!("ar"),
            json!(["arc", "bar"]),
            json!(["abr", ""]),
        ),
        (
            "string",
            "exists",
            no_value.clone(),
            json!(["", "x"]),
            json!([]),
        ),
        ("integer", "eq", json!(7), json!([7]), json!([-7, 8])),
        ("integer", "ne", json!(7), json!([-7, 8]), json!([7])),
        (
            "integer",
            "in",
            json!([-1, 7]),
            json!([-1, 7]),
            json!([0, 1]),
        ),
        (
            "integer",
            "not_in",
            json!([-1, 7]),
            json!([0, 1]),
            json!([-1, 7]),
        ),
        ("integer", "lt", json!(7), json!([6, -9]), json!([7, 8])),
        ("integer", "le", json!(7), json!([6, 7]), json!([8])),
        ("integer", "gt", json!(7), json!([8]), json!([7, -8])),
        ("integer", "ge", json!(7), json!([7, 8]), json!([6])),
        ("integer", "exists", no_value.clone(), json!([0]), json!([])),
        ("boolean", "eq", json!(true), json!([true]), json!([false])),
        ("boolean", "ne", json!(true), json!([false]), json!([true])),
        (
            "boolean",
            "exists",
            no_value.clone(),
            json!([true, false]),
            json!([]),
        ),
        (
            "string_list",
            "contains",
            json!("a"),
            json!([["a"], ["b", "a"]]),
            json!([[], ["ab"]]),
        ),
        (
            "string_list",
            "exists",
            no_value,
            json!([[], ["a"]]),
            json!([]),
        ),
    ]
}

/// Values of no type that a row declares, or of another.
fn strangers(kind: &str) -> Vec<Value> {
    let all = [
        ("string", json!("7")),
        ("integer", json!(7)),
        ("boolean", json!(true)),
        ("string_list", json!(["hr"])),
        ("", json!(7.5)),
        ("", json!(null)),
        ("", json!({ "eq": 7 })),
        ("", json!([1, 2])),
    ];
    let other = all.into_iter().filter(|(of, _)| *of != kind);
    other.map(|(_, value)| value).collect()
}

#[test]
fn every_operator_answers_for_told_untold_and_ill_typed_values() {
    let mut asked = 0;
    for (kind, op, operand, met, unmet) in table() {
        for source in ["host", "caller"] {
            let definition = json!({ "id": "fact", "type": kind, "source": source });
            let mut test = json!({ "attribute": "fact", "op": op });
            if !operand.is_null() {
                test["value"] = operand.clone();
            }
            let engine = engine(&definition, &test, None);
            let mut check = |told: Option<&Value>, holds| {
                let reasons = ["granted", "denied"].map(|who| reason(&engine, who, told));
                assert_reasons(&format!("{test} on {told:?}"), reasons, holds);
                asked += 1;
            };
            met.as_array()
                .unwrap()
                .iter()
                .for_each(|value| check(Some(value), Some(true)));
            unmet
                .as_array()
                .unwrap()
                .iter()
                .for_each(|value| check(Some(value), Some(false)));
            strangers(kind)
                .iter()
                .for_each(|value| check(Some(value), None));
            check(None, None);
        }
    }
    assert!(asked > 300, "only {asked} comparisons");
}

#[test]
fn a_stored_attribute_is_read_from_the_policy_whatever_the_request_says() {
    let definition = json!({ "id": "fact", "type": "integer", "source": "snapshot" });
    let test = json!({ "attribute": "fact", "op": "ge", "value": 3 });
    let cases = [
        (Some(json!(3)), Some(true)),
        (Some(json!(2)), Some(false)),
        (None, None),
    ];
    for (stored, holds) in cases {
        let engine = engine(&definition, &test, stored.as_ref());
        for told in [None, Some(json!(1)), Some(json!(9)), Some(json!("9"))] {
            let reasons = ["granted", "denied"].map(|who| reason(&engine, who, told.as_ref()));
            assert_reasons(&format!("{stored:?} stored, {told:?} told"), reasons, holds);
        }
    }
}
