//! Pages: whole when put together, and tokens that open nothing but the page they were made for.

use keyrack::authzen::Service;
use serde_json::{Value, json};

use crate::point::{IDENTIFIER, Point};

const SUBJECT: &str = "/access/v1/search/subject";

/// A policy with so many readers, whose ids need an order.
fn crowd(count: usize) -> Point {
    let mut policy = include_str!("certification.toml").to_owned();
    for number in 0..count {
        policy.push_str(&format!(
            "\n[[members]]\nid = \"m-{:03}\"\nkind = \"employee\"\ngroups = [\"everybody\"]\n",
            number * 7 % count
        ));
    }
    Point::new("certification", &policy, json!({}))
}

fn search() -> Value {
    json!({
        "subject": { "type": "user" },
        "action": { "name": "read" },
        "resource": { "type": "record", "id": "record-1" },
    })
}

fn ids(answer: &Value) -> Vec<String> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

fn next(answer: &Value) -> &str {
    answer["page"]["next_token"].as_str().unwrap()
}

#[test]
fn pages_of_any_size_make_the_whole() {
    let point = crowd(40);
    let all = ids(&point.ask(SUBJECT, &search()));
    assert_eq!(all.len(), 43);
    assert!(all.is_sorted());
    for limit in [1, 2, 7, 42, 43, 44, 1_000, 5_000] {
        let mut body = search();
        body["page"] = json!({ "limit": limit });
        let mut found = Vec::new();
        let mut pages = 0;
        loop {
            let answer = point.ask(SUBJECT, &body);
            let page = ids(&answer);
            assert_eq!(answer["page"]["count"], page.len());
            found.extend(page);
            pages += 1;
            let token = next(&answer).to_owned();
            if token.is_empty() {
                break;
            }
            // Told again or not, the limit is the first one.
            body["page"] = if pages % 2 == 0 {
                json!({ "token": token, "limit": limit })
            } else {
                json!({ "token": token, "limit": null, "properties": { "x": 1 } })
            };
        }
        assert_eq!(found, all, "{limit}");
        assert_eq!(pages, all.len().div_ceil(limit));
    }
}

#[test]
fn a_search_that_names_no_page_gets_one_where_it_would_be_too_long() {
    let point = crowd(130);
    let answer = point.ask(SUBJECT, &search());
    assert_eq!(ids(&answer).len(), 100);
    let mut body = search();
    body["page"] = json!({ "token": next(&answer) });
    let rest = point.ask(SUBJECT, &body);
    assert_eq!((ids(&rest).len(), next(&rest)), (33, ""));
    // The page comes first, so that a reader knows before all results are there.
    let text = point.post(SUBJECT, body.to_string().as_bytes()).body;
    assert!(text.starts_with(br#"{"page":{"next_token":"","#));
}

#[test]
fn a_limit_of_zero_tells_whether_there_is_anything() {
    let point = crowd(3);
    let mut body = search();
    body["page"] = json!({ "limit": 0 });
    let answer = point.ask(SUBJECT, &body);
    assert!(ids(&answer).is_empty() && !next(&answer).is_empty());
    body["page"] = json!({ "token": next(&answer) });
    let again = point.ask(SUBJECT, &body);
    assert!(ids(&again).is_empty() && !next(&again).is_empty());
    body["page"] = json!({ "limit": 0 });
    body["action"]["name"] = json!("fly");
    assert_eq!(next(&point.ask(SUBJECT, &body)), "");
}

#[test]
fn a_page_that_cannot_be_read_is_refused() {
    let point = crowd(3);
    for page in [
        json!("x"),
        json!([]),
        json!({ "limit": -1 }),
        json!({ "limit": "1" }),
        json!({ "limit": 1.5 }),
        json!({ "limit": true }),
        json!({ "token": 1 }),
        json!({ "token": {} }),
        json!({ "token": "x" }),
        json!({ "token": "A".repeat(60) }),
        json!({ "token": "A".repeat(10_000) }),
    ] {
        let mut body = search();
        body["page"] = page;
        assert_eq!(
            point.refused(SUBJECT, body.to_string().as_bytes()).0,
            400,
            "{body}"
        );
    }
    for page in [
        json!(null),
        json!({}),
        json!({ "token": "" }),
        json!({ "token": null }),
    ] {
        let mut body = search();
        body["page"] = page;
        assert_eq!(ids(&point.ask(SUBJECT, &body)).len(), 6);
    }
}

#[test]
fn a_token_opens_only_the_search_that_it_was_made_for() {
    let point = crowd(10);
    let mut body = search();
    body["context"] = json!({ "a": 1, "b": [true, null] });
    body["page"] = json!({ "limit": 2 });
    let token = next(&point.ask(SUBJECT, &body)).to_owned();
    body["page"] = json!({ "token": token });
    let wanted = point.ask(SUBJECT, &body);
    assert_eq!(ids(&wanted), ["keeper", "m-000"]);

    // The same in other words: order, ids of what is searched for, members that nobody reads.
    let mut same = body.clone();
    same["context"] = json!({ "b": [true, null], "a": 1 });
    same["subject"] = json!({ "id": "alice", "type": "user" });
    same["unknown"] = json!(1);
    assert_eq!(point.ask(SUBJECT, &same), wanted);

    for (path, value) in [
        ("/context", json!({ "a": 1 })),
        ("/context/a", json!("1")),
        ("/context/b", json!([true])),
        ("/subject/type", json!("service")),
        ("/action/name", json!("write")),
        ("/action", json!({ "name": "read", "properties": {} })),
        ("/resource/id", json!("record-2")),
        ("/page", json!({ "token": token, "limit": 3 })),
        ("/page", json!({ "token": token.to_lowercase() })),
        ("/page", json!({ "token": format!("{token}A") })),
        ("/page", json!({ "token": token[1..] })),
        ("/page", json!({ "token": token[..token.len() - 1] })),
    ] {
        let mut other = body.clone();
        *other.pointer_mut(path).unwrap() = value;
        assert_eq!(
            point.refused(SUBJECT, other.to_string().as_bytes()).0,
            400,
            "{other}"
        );
    }
    // Every bit counts.
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let mut other = body.clone();
        other["page"]["token"] = json!(String::from_utf8(bytes).unwrap());
        assert_eq!(point.refused(SUBJECT, other.to_string().as_bytes()).0, 400);
    }
    // Another search, key, version or tenant.
    let path = "/access/v1/search/action";
    let mut other = body.clone();
    other["subject"]["id"] = json!("alice");
    assert_eq!(point.refused(path, other.to_string().as_bytes()).0, 400);
    let mut other = crowd(10);
    other.service = Service::new(IDENTIFIER, &[7; 32]).unwrap();
    assert_eq!(other.refused(SUBJECT, body.to_string().as_bytes()).0, 400);
    for (old, new) in [
        ("version = 1", "version = 2"),
        ("tenant = \"c", "tenant = \"d"),
    ] {
        let policy = include_str!("certification.toml").replace(old, new);
        let other = Point::new("another", &policy, json!({}));
        assert_eq!(
            other.refused(SUBJECT, body.to_string().as_bytes()).0,
            400,
            "{new}"
        );
    }
}
