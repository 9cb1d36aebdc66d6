//! Every level of the AuthZEN certification scenario (draft of 2026, `openid/authzen` e287920e),
//! in our own encoding. `tests/authzen/cases.json` holds the requests; the same file is asked over
//! HTTP in workerd by `tests/worker/authzen.mjs`.

use std::collections::BTreeSet;

use keyrack::authzen::http::Received;
use serde_json::{Value, json};

use crate::{
    point::{IDENTIFIER, Point, header},
    support::aloud,
};

const LEVELS: [&str; 7] = [
    "Basic Core",
    "Basic Properties",
    "Batch Core",
    "Batch Properties",
    "Search Core",
    "Search Properties",
    "Discovery",
];

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn passes(point: &Point, case: &Value) {
    let name = case["name"].as_str().unwrap();
    let body = match (&case["raw"], &case["body"]) {
        (Value::String(raw), _) => raw.clone(),
        (_, Value::Null) => String::new(),
        (_, body) => body.to_string(),
    };
    let headers = &case["headers"];
    let content_type = match headers.get("content-type") {
        None => Some("application/json"),
        Some(told) => told.as_str(),
    };
    let request_id = headers["x-request-id"].as_str();
    let received = Received {
        method: case["method"].as_str().unwrap_or("POST"),
        path: case["path"].as_str().unwrap(),
        content_type,
        request_id,
        body: body.as_bytes(),
    };
    let expect = &case["expect"];
    // Asked again and again, the answer is the same to the byte.
    let response = point.respond(&received);
    for _ in 0..3 {
        assert_eq!(point.respond(&received), response, "{name}");
    }
    let text = String::from_utf8(response.body.clone()).unwrap();
    let status = expect["status"].as_u64().unwrap_or(200);
    assert_eq!(u64::from(response.status), status, "{name}: {text}");
    assert_eq!(header(&response, "x-request-id"), request_id, "{name}");
    if status != 200 {
        assert!(serde_json::from_str::<Value>(&text).is_err(), "{name}");
        return;
    }
    assert_eq!(
        header(&response, "content-type"),
        Some("application/json"),
        "{name}"
    );
    let answer: Value = serde_json::from_str(&text).unwrap();
    if let Some(wanted) = expect.get("decision") {
        assert_eq!(answer["decision"], *wanted, "{name}: {text}");
        assert!(answer.get("evaluations").is_none(), "{name}");
    }
    if let Some(wanted) = expect.get("decisions") {
        let items = answer["evaluations"].as_array().unwrap();
        let wanted = wanted.as_array().unwrap();
        assert_eq!(items.len(), wanted.len(), "{name}: {text}");
        assert!(answer.get("decision").is_none(), "{name}");
        for (item, wanted) in items.iter().zip(wanted) {
            assert!(item["decision"].is_boolean(), "{name}: {text}");
            assert!(
                wanted.is_null() || item["decision"] == *wanted,
                "{name}: {text}"
            );
        }
    }
    if let Some(wanted) = expect.get("includes") {
        let results = answer["results"].as_array().unwrap();
        for one in wanted.as_array().unwrap() {
            assert!(results.contains(one), "{name}: {one} is not in {text}");
        }
        assert!(
            wanted.as_array().unwrap().is_empty() == results.is_empty(),
            "{name}: {text}"
        );
        let members = results
            .iter()
            .flat_map(|one| one.as_object().unwrap().keys());
        let members: BTreeSet<_> = members.map(String::as_str).collect();
        let known: &[&str] = if case["path"].as_str().unwrap().ends_with("action") {
            &["name"]
        } else {
            &["id", "type"]
        };
        assert!(results.is_empty() || members.into_iter().eq(known.iter().copied()));
    }
    if let Some(wanted) = expect.get("metadata") {
        assert_eq!(answer["policy_decision_point"], IDENTIFIER);
        for endpoint in wanted.as_array().unwrap() {
            let address = answer[endpoint.as_str().unwrap()].as_str().unwrap();
            assert!(address.starts_with("https://"), "{name}: {endpoint}");
        }
    }
    if let Some(wanted) = expect.get("same_as") {
        let other = cases().into_iter().find(|case| case["name"] == *wanted);
        let other = other.unwrap_or_else(|| panic!("{name} is compared with nothing"));
        let path = other["path"].as_str().unwrap();
        assert_eq!(answer, point.ask(path, &other["body"]), "{name}");
    }
}

#[test]
fn every_case_of_every_level_passes() {
    let point = Point::certification();
    let cases = cases();
    for level in LEVELS {
        let own = cases.iter().filter(|case| case["level"] == level);
        let count = own.inspect(|case| passes(&point, case)).count();
        assert!(count > 0, "{level} has no case");
        aloud::say(&format!("authzen certification: {level}: {count} passed"));
    }
    let known = |case: &&Value| LEVELS.iter().any(|level| case["level"] == *level);
    assert_eq!(cases.iter().filter(known).count(), cases.len());
}

#[test]
fn pages_follow_each_other_without_repeating_the_limit() {
    let point = Point::certification();
    let path = "/access/v1/search/subject";
    let mut body = json!({
        "subject": { "type": "user" },
        "action": { "name": "read" },
        "resource": { "type": "record", "id": "record-1" },
        "page": { "limit": 1 },
    });
    let mut found = Vec::new();
    loop {
        let answer = point.ask(path, &body);
        assert!(answer["results"].as_array().unwrap().len() <= 1);
        found.extend(answer["results"].as_array().unwrap().clone());
        let token = answer["page"]["next_token"].as_str().unwrap();
        if token.is_empty() {
            break;
        }
        body["page"] = json!({ "token": token });
    }
    let ids: Vec<_> = found
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["alice", "bob", "keeper"]);
}

#[test]
fn discovery_tells_what_there_is() {
    let mut point = Point::certification();
    let get = |point: &Point, path: &str| {
        let response = point.respond(&Received {
            method: "GET",
            path,
            ..Received::default()
        });
        assert_eq!(response.status, 200);
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        assert!(
            header(&response, "cache-control")
                .unwrap()
                .contains("max-age")
        );
        serde_json::from_slice::<Value>(&response.body).unwrap()
    };
    let told = get(&point, "/.well-known/authzen-configuration");
    assert_eq!(told["policy_decision_point"], IDENTIFIER);
    let mut endpoints = 0;
    for (name, value) in told.as_object().unwrap() {
        if let Some(path) = name.ends_with("_endpoint").then(|| {
            let address = value.as_str().unwrap();
            address.strip_prefix(IDENTIFIER).unwrap()
        }) {
            endpoints += 1;
            assert_eq!(point.refused(path, b"").0, 400, "{name}");
        }
        let empty = value.as_array().is_some_and(Vec::is_empty);
        assert!(!empty && !value.is_null(), "{name} has no value");
    }
    assert_eq!(endpoints, 5);

    // A decision point with a path of its own, whose host does not know every record.
    let identifier = "https://pdp.example.com/tenant1";
    point.service = keyrack::authzen::Service::new(identifier, crate::point::KEY).unwrap();
    let told = get(&point, "/.well-known/authzen-configuration/tenant1");
    assert_eq!(told["policy_decision_point"], identifier);
    assert!(told.get("search_resource_endpoint").is_none());
    assert_eq!(
        told["access_evaluation_endpoint"],
        "https://pdp.example.com/tenant1/access/v1/evaluation"
    );
    let question = json!({
        "subject": { "type": "user", "id": "alice" }, "action": { "name": "read" },
        "resource": { "type": "record", "id": "record-1" },
    });
    let path = "/tenant1/access/v1/evaluation";
    assert_eq!(point.ask(path, &question)["decision"], true);
    for path in [
        "/access/v1/evaluation",
        "/tenant1/access/v1/search/resource",
        "/tenant1/access/v1/evaluation/",
        "/tenant1x/access/v1/evaluation",
        "/.well-known/authzen-configuration",
    ] {
        assert_eq!(point.refused(path, b"{}").0, 404, "{path}");
    }
}
