//! What a body may look like, and what is refused: the traps of the standard, one by one.

use keyrack::authzen::http::{Received, respond};
use keyrack::authzen::{Facts, Service, service::Unfit};
use serde_json::{Value, json};

use crate::point::{KEY, NOW, Point, header};

pub const EVALUATION: &str = "/access/v1/evaluation";
pub const EVALUATIONS: &str = "/access/v1/evaluations";

pub fn question() -> Value {
    json!({
        "subject": { "type": "user", "id": "alice" },
        "action": { "name": "read" },
        "resource": { "type": "record", "id": "record-1" },
    })
}

/// The question with one member replaced.
fn with(path: &str, value: Value) -> Value {
    let mut question = question();
    *question.pointer_mut(path).unwrap() = value;
    question
}

#[test]
fn a_body_that_can_be_read_in_two_ways_is_refused() {
    let point = Point::certification();
    let resource = r#""resource":{"type":"record","id":"record-1"}"#;
    let action = r#""action":{"name":"read"}"#;
    let subject = r#""subject":{"type":"user","id":"alice"}"#;
    let whole = format!("{{{subject},{action},{resource}}}");
    assert_eq!(point.post(EVALUATION, whole.as_bytes()).status, 200);
    for body in [
        format!(r#"{{{subject},{subject},{action},{resource}}}"#),
        format!(r#"{{"subject":{{"type":"user","id":"bob","id":"alice"}},{action},{resource}}}"#),
        format!(
            r#"{{"subject":{{"type":"user","id":"alice","properties":{{"a":{{"b":1,"b":1}}}}}},{action},{resource}}}"#
        ),
        // The same name, once written with an escape; in a member that nobody reads.
        format!(r#"{{{subject},{action},{resource},"x":{{"id":1,"\u0069d":2}}}}"#),
        format!(r#"{{{subject},{action},{resource},"x":[{{"y":1,"y":1}}]}}"#),
        format!("{whole}{whole}"),
        format!("{whole} null"),
        format!("\u{feff}{whole}"),
        whole.replace("alice", r"\ud800"),
        whole.replace("alice", r"a\udc00b"),
        whole.replace("alice", "a\u{0}b"),
        whole.replace(r#""alice""#, "1e400"),
        format!(r#"{{{subject},{action},{resource},"x":1e400}}"#),
        format!(r#"{{{subject},{action},{resource},"x":NaN}}"#),
        format!(r#"{{{subject},{action},{resource},}}"#),
        format!(r#"{{{subject},{action},{resource},"x":01}}"#),
        "null".to_owned(),
        "[]".to_owned(),
        format!("[{whole}]"),
        " ".to_owned(),
    ] {
        assert_eq!(point.refused(EVALUATION, body.as_bytes()).0, 400, "{body}");
    }
    let latin = whole.replace("alice", "ali\u{e9}e");
    let latin: Vec<u8> = latin
        .chars()
        .map(|one| u8::try_from(one as u32).unwrap())
        .collect();
    assert_eq!(point.refused(EVALUATION, &latin).0, 400);
}

#[test]
fn entities_of_the_wrong_form_are_refused() {
    let point = Point::certification();
    for (path, values) in [
        (
            "/subject",
            vec![json!(null), json!("alice"), json!([]), json!(1)],
        ),
        ("/action", vec![json!(null), json!("read"), json!({})]),
        ("/resource", vec![json!(null), json!([{}]), json!(true)]),
        (
            "/subject/type",
            vec![json!(null), json!(1), json!("x".repeat(257))],
        ),
        (
            "/subject/id",
            vec![json!(null), json!(1), json!("x".repeat(1_025))],
        ),
        (
            "/action/name",
            vec![json!(null), json!({}), json!("x".repeat(257))],
        ),
        (
            "/resource/type",
            vec![json!(null), json!([]), json!("x".repeat(257))],
        ),
        (
            "/resource/id",
            vec![json!(null), json!(false), json!("x".repeat(1_025))],
        ),
    ] {
        for value in values {
            let body = with(path, value);
            let (status, message) = point.refused(EVALUATION, body.to_string().as_bytes());
            let entity = path.split('/').nth(1).unwrap();
            assert_eq!(
                (status, message.contains(entity)),
                (400, true),
                "{body}: {message}"
            );
        }
    }
    for entity in ["subject", "action", "resource"] {
        for (value, fine) in [(json!(null), true), (json!({}), true), (json!([]), false)] {
            let mut body = question();
            body[entity]["properties"] = value;
            let status = point.post(EVALUATION, body.to_string().as_bytes()).status;
            assert_eq!(status == 200, fine, "{body}");
        }
    }
    for (value, fine) in [(json!(null), true), (json!({}), true), (json!("x"), false)] {
        let mut body = question();
        body["context"] = value;
        let status = point.post(EVALUATION, body.to_string().as_bytes()).status;
        assert_eq!(status == 200, fine, "{body}");
    }
}

#[test]
fn names_at_their_caps_are_read_and_unknown_ones_are_denied() {
    let point = Point::certification();
    for (path, value, reason) in [
        ("/subject/type", "x".repeat(256), "member_unknown"),
        ("/subject/id", "x".repeat(1_024), "member_unknown"),
        ("/action/name", "x".repeat(256), "permission_unknown"),
        ("/resource/type", "x".repeat(256), "permission_unknown"),
        ("/subject/type", "service".to_owned(), "member_unknown"),
        ("/subject/id", String::new(), "member_unknown"),
        ("/action/name", String::new(), "permission_unknown"),
    ] {
        let answer = point.ask(EVALUATION, &with(path, json!(value)));
        assert_eq!(answer["decision"], false, "{path}");
        assert_eq!(answer["context"]["reason"], reason, "{path}");
        assert_eq!(answer["context"]["policy_version"], 1);
    }
    assert_eq!(
        point.ask(EVALUATION, &with("/resource/id", json!("new"))),
        json!({ "decision": true })
    );
}

#[test]
fn bodies_over_a_cap_are_refused_and_never_cut() {
    let point = Point::certification();
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let body = |value: &str| {
        let text = question().to_string();
        format!("{},\"x\":{value}}}", text.strip_suffix('}').unwrap())
    };
    assert_eq!(
        point.post(EVALUATION, body(&nested(31)).as_bytes()).status,
        200
    );
    assert_eq!(
        point.refused(EVALUATION, body(&nested(32)).as_bytes()).0,
        400
    );
    assert_eq!(
        point
            .refused(EVALUATION, body(&nested(20_000)).as_bytes())
            .0,
        400
    );

    let members = |count: usize| {
        let members = (0..count).map(|number| (number.to_string(), json!(number)));
        Value::Object(members.collect()).to_string()
    };
    assert_eq!(
        point
            .post(EVALUATION, body(&members(256)).as_bytes())
            .status,
        200
    );
    assert_eq!(
        point.refused(EVALUATION, body(&members(257)).as_bytes()).0,
        400
    );

    let padded = |length: usize| {
        let mut text = question().to_string();
        text.push_str(&" ".repeat(length - text.len()));
        text
    };
    for (path, cap) in [
        (EVALUATION, 65_536),
        ("/access/v1/search/subject", 65_536),
        ("/access/v1/search/resource", 65_536),
        ("/access/v1/search/action", 65_536),
        (EVALUATIONS, 1_048_576),
    ] {
        assert_eq!(
            point.post(path, padded(cap).as_bytes()).status,
            200,
            "{path}"
        );
        assert_eq!(
            point.refused(path, padded(cap + 1).as_bytes()).0,
            413,
            "{path}"
        );
    }

    let items = |count: usize| {
        let mut body = question();
        body["evaluations"] = Value::Array(vec![json!({}); count]);
        body
    };
    let answer = point.ask(EVALUATIONS, &items(1_000));
    assert_eq!(answer["evaluations"].as_array().unwrap().len(), 1_000);
    assert_eq!(
        point
            .refused(EVALUATIONS, items(1_001).to_string().as_bytes())
            .0,
        400
    );
}

#[test]
fn an_unpaged_search_ignores_the_id_and_properties_it_searches_for() {
    let point = Point::certification();
    for (path, entity) in [("subject", "subject"), ("resource", "resource")] {
        let path = format!("/access/v1/search/{path}");
        let mut body = question();
        body[entity].as_object_mut().unwrap().remove("id");
        let answer = point.ask(&path, &body);
        assert!(!answer["results"].as_array().unwrap().is_empty());
        assert!(answer.get("page").is_none());
        for id in [json!("nobody"), json!(7), json!(null), json!({})] {
            body[entity]["id"] = id;
            body[entity]["properties"] = json!({ "status": "archived", "role": "x" });
            assert_eq!(point.ask(&path, &body), answer);
        }
    }
    // What is searched for is told by the endpoint: an action that is sent all the same is ignored.
    let path = "/access/v1/search/action";
    let mut body = question();
    let answer = point.ask(path, &body);
    body["action"] = json!(7);
    assert_eq!(point.ask(path, &body), answer);
}

#[test]
fn methods_paths_and_media_types() {
    let point = Point::certification();
    let body = question().to_string();
    let ask = |method: &str, path: &str, content_type: Option<&str>| {
        point.respond(&Received {
            method,
            path,
            content_type,
            request_id: Some("r-1"),
            body: body.as_bytes(),
        })
    };
    let json = Some("application/json");
    for (content_type, status) in [
        (json, 200),
        (Some("Application/JSON"), 200),
        (Some("application/json;charset=UTF-8"), 200),
        (Some("application/json ; charset=\"utf-8\"; v=1"), 200),
        (Some("application/json; charset=latin1"), 400),
        (Some("application/json, text/plain"), 400),
        (Some("text/json"), 400),
        (Some(""), 400),
        (None, 400),
    ] {
        let response = ask("POST", EVALUATION, content_type);
        assert_eq!(response.status, status, "{content_type:?}");
        assert_eq!(header(&response, "x-request-id"), Some("r-1"));
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        assert_eq!(header(&response, "x-keyrack-policy-version"), Some("1"));
    }
    for (method, path, status, allow) in [
        ("GET", EVALUATION, 405, Some("POST")),
        ("PUT", EVALUATIONS, 405, Some("POST")),
        (
            "POST",
            "/.well-known/authzen-configuration",
            405,
            Some("GET"),
        ),
        ("GET", "/.well-known/authzen-configuration/", 404, None),
        ("POST", "/access/v1/evaluation/", 404, None),
        ("POST", "/access/v1/Evaluation", 404, None),
        ("POST", "/access/v1/search", 404, None),
        ("POST", "//access/v1/evaluation", 404, None),
        ("POST", "", 404, None),
    ] {
        let response = ask(method, path, json);
        assert_eq!(response.status, status, "{method} {path}");
        assert_eq!(header(&response, "allow"), allow, "{method} {path}");
        assert_eq!(header(&response, "x-request-id"), Some("r-1"));
    }
}

#[test]
fn without_a_policy_nothing_is_decided() {
    let point = Point::certification();
    let body = question().to_string();
    let received = Received {
        method: "POST",
        path: EVALUATION,
        content_type: Some("application/json"),
        body: body.as_bytes(),
        ..Received::default()
    };
    let facts = Facts::default();
    let response = respond(None, &point.service, &received, Some(NOW), &facts);
    assert_eq!(response.status, 503);
    let metadata = Received {
        method: "GET",
        path: "/.well-known/authzen-configuration",
        ..Received::default()
    };
    let response = respond(None, &point.service, &metadata, Some(NOW), &facts);
    assert_eq!(response.status, 200);
}

#[test]
fn identifiers_are_addresses_and_keys_are_secrets() {
    for wrong in [
        "",
        "http://pdp.example.com",
        "https://",
        "https:///x",
        "https://pdp.example.com/",
        "https://pdp.example.com?x",
        "https://pdp.example.com#x",
        "https://pdp.example.com/a b",
        "https://me@pdp.example.com",
        "pdp.example.com",
    ] {
        assert_eq!(
            Service::new(wrong, KEY).unwrap_err(),
            Unfit::Identifier,
            "{wrong}"
        );
    }
    let short = Service::new("https://pdp.example.com", &KEY[1..]);
    assert_eq!(short.unwrap_err(), Unfit::Key);
}
