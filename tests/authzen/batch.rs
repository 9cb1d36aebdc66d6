//! Many questions in one request: defaults, errors of items, and where a batch ends.

use serde_json::{Value, json};

use crate::{
    form::{EVALUATIONS, question},
    point::Point,
};

/// What a batch decides: `None` for an item that erred.
fn batch(point: &Point, body: &Value) -> Vec<Option<bool>> {
    let answer = point.ask(EVALUATIONS, body);
    assert!(answer.get("decision").is_none());
    let items = answer["evaluations"].as_array().unwrap();
    let decided = items.iter().map(|item| {
        let decision = item["decision"].as_bool().unwrap();
        let error = &item["context"]["error"];
        if error.is_null() {
            return Some(decision);
        }
        assert!(
            !decision && error["status"] == 400 && error["message"].is_string(),
            "{item}"
        );
        None
    });
    decided.collect()
}

#[test]
fn a_batch_ends_where_its_semantics_say() {
    let point = Point::certification();
    let (yes, no, bad) = (json!("alice"), json!("bob"), json!(7));
    let body = |ids: &[&Value], semantic: Option<&str>| {
        let items: Vec<_> = ids
            .iter()
            .map(|id| json!({ "subject": { "type": "user", "id": id } }))
            .collect();
        let mut body = question();
        body["action"]["name"] = json!("write");
        body["evaluations"] = json!(items);
        if let Some(semantic) = semantic {
            body["options"] = json!({ "evaluations_semantic": semantic, "unknown": 1 });
        }
        body
    };
    let (t, f) = (Some(true), Some(false));
    let order: &[&Value] = &[&yes, &bad, &no, &yes];
    for (semantic, ids, expected) in [
        (None, order, vec![t, None, f, t]),
        (Some("execute_all"), order, vec![t, None, f, t]),
        (Some("deny_on_first_deny"), order, vec![t, None]),
        (Some("deny_on_first_deny"), &[&yes, &no, &yes], vec![t, f]),
        (Some("deny_on_first_deny"), &[&yes, &yes], vec![t, t]),
        (Some("permit_on_first_permit"), order, vec![t]),
        (
            Some("permit_on_first_permit"),
            &[&bad, &no, &yes, &no],
            vec![None, f, t],
        ),
        (Some("permit_on_first_permit"), &[&no, &bad], vec![f, None]),
    ] {
        assert_eq!(
            batch(&point, &body(ids, semantic)),
            expected,
            "{semantic:?}"
        );
    }
    for options in [
        json!({ "evaluations_semantic": "first" }),
        json!({ "evaluations_semantic": 1 }),
        json!("execute_all"),
        json!([]),
    ] {
        let mut body = body(order, None);
        body["options"] = options;
        assert_eq!(
            point.refused(EVALUATIONS, body.to_string().as_bytes()).0,
            400,
            "{body}"
        );
    }
    let mut body = body(order, None);
    body["options"] = json!(null);
    assert_eq!(batch(&point, &body).len(), 4);
    // A batch of none is no batch: its options are nobody's.
    body["evaluations"] = json!([]);
    body["options"] = json!({ "evaluations_semantic": "first" });
    assert_eq!(point.ask(EVALUATIONS, &body), json!({ "decision": true }));
}

#[test]
fn defaults_of_a_batch_are_replaced_whole_and_never_merged() {
    let point = Point::certification();
    let archived = json!({
        "type": "record", "id": "record-1", "properties": { "status": "archived" },
    });
    let active = json!({ "type": "record", "id": "record-1" });
    let mut body = question();
    body["action"]["name"] = json!("write");
    body["resource"] = archived;
    body["evaluations"] = json!([
        {},
        { "resource": active },
        { "resource": { "id": "record-1" } },
        { "resource": null },
        { "context": null },
        null,
        "x",
    ]);
    let (t, f) = (Some(true), Some(false));
    assert_eq!(batch(&point, &body), [f, t, None, None, f, None, None]);
    // Defaults that are no entities make the whole request one that cannot be read.
    for (member, value) in [
        ("subject", json!("alice")),
        ("subject", json!(null)),
        ("action", json!({})),
        ("resource", json!({ "type": "record" })),
        ("context", json!(1)),
        ("evaluations", json!({})),
        ("evaluations", json!(null)),
    ] {
        let mut body = body.clone();
        body[member] = value;
        assert_eq!(
            point.refused(EVALUATIONS, body.to_string().as_bytes()).0,
            400,
            "{body}"
        );
    }
}
