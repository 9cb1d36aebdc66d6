//! The decisions that the AuthZEN working group's interop applications expect, each behind an
//! ordinary policy. The vectors are not part of the project: without them the tests say so.

use std::fs;

use keyrack::authzen::service::{ActionName, SubjectType};
use keyrack::snapshot::code::MemberKind;
use serde_json::{Value, json};

use crate::{
    point::Point,
    support::{aloud, cells},
};

/// The vectors of one application; `None`, said aloud, where they are not.
fn vectors(name: &str) -> Option<Value> {
    let path = cells::root().join("../shared/data/authzen").join(name);
    if !path.is_file() {
        aloud::skip(&path);
        return None;
    }
    Some(cells::read(name, &fs::read_to_string(&path).unwrap()))
}

fn answers(point: &Point, vectors: &Value) -> usize {
    let evaluations = vectors["evaluation"].as_array().unwrap();
    for one in evaluations {
        assert_eq!(point.decision(&one["request"]), one["expected"], "{one}");
    }
    evaluations.len()
}

#[test]
fn the_to_do_application_decides_as_expected() {
    let Some(vectors) = vectors("todo/decisions-authorization-api-1_0-02.json") else {
        return;
    };
    let point = Point::new(
        "todo",
        include_str!("todo.toml"),
        json!({ "trusted": true }),
    );
    assert_eq!(answers(&point, &vectors), 40);
    let batches = vectors["evaluations"].as_array().unwrap();
    for batch in batches {
        let answer = point.ask("/access/v1/evaluations", &batch["request"]);
        let items = answer["evaluations"].as_array().unwrap();
        let decisions = items
            .iter()
            .map(|item| json!({ "decision": item["decision"] }));
        assert_eq!(Value::from_iter(decisions), batch["expected"], "{batch}");
    }
    assert_eq!(batches.len(), 3);
    aloud::say("authzen to-do vectors: 40 evaluations and 3 batches passed");
}

#[test]
fn the_gateway_decides_as_expected() {
    let Some(vectors) = vectors("gateway/decisions.json") else {
        return;
    };
    let mut point = Point::new("gateway", include_str!("gateway.toml"), json!({}));
    // What this gateway's callers call things.
    let action = |method: &str| ActionName {
        resource_type: "route".to_owned(),
        name: method.to_owned(),
        permission: format!("route.{}", method.to_lowercase()),
    };
    let identity = SubjectType {
        name: "identity".to_owned(),
        kinds: vec![MemberKind::Employee],
    };
    point.service = point
        .service
        .with_subject_types(vec![identity])
        .with_actions(["GET", "POST", "PUT", "DELETE"].map(action).into());
    assert_eq!(answers(&point, &vectors), 25);
    aloud::say("authzen gateway vectors: 25 evaluations passed");
}
