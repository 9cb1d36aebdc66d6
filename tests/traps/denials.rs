//! A denial whose facts are missing.

use serde_json::{Value, json};

use crate::{NOW, add, ask, base, engine, unchecked};

/// Whom a denial can be given to, and a member of whom it then speaks.
const DENIED: [(&str, &str, &str); 3] = [
    ("member", "ana", "ana"),
    ("group", "floor", "gita"),
    ("organisation", "firm", "tom"),
];

/// A request of which everything is told that a denial may read, and all of it otherwise.
fn told(subject: &str) -> Value {
    json!({
        "subject": subject, "permission": "order.view", "scope": "one", "now": NOW, "ip": "198.51.100.1",
        "resource": {
            "type": "order", "id": "7", "assignee": "mile", "department": "other", "openTicketWith": ["mile"],
            "attributes": { "land": "de", "boxes": 3, "gift": false, "tags": ["calm"] },
        },
    })
}

/// A request with one fact taken away (or, with a value, told so that nothing can be read of it).
fn without(mut request: Value, place: &str, instead: &Value) -> Value {
    let (above, name) = place.rsplit_once('/').unwrap();
    let above = request.pointer_mut(above).unwrap().as_object_mut().unwrap();
    assert!(above.remove(name).is_some(), "{place}");
    if !instead.is_null() {
        above.insert(name.to_owned(), instead.clone());
    }
    request
}

/// Orders are seen by all three, but for one denial.
fn denying(holder: &str, id: &str, condition: &Value) -> Value {
    let mut document = base();
    document["policy"]["expires"] = json!("never");
    document["networks"] = json!([{ "id": "office", "cidrs": ["203.0.113.0/24"] }]);
    let attribute = |(id, kind): (&str, &str)| json!({ "id": id, "type": kind, "source": "host" });
    let attributes = [
        ("land", "string"),
        ("boxes", "integer"),
        ("gift", "boolean"),
        ("tags", "string_list"),
    ];
    document["attributes"] = json!(attributes.map(attribute));
    document["departments"] = json!([{ "id": "sales" }, { "id": "other" }]);
    document["organisations"] = json!([{ "id": "firm" }]);
    document["members"][3]["department"] = json!("sales");
    add(
        &mut document,
        "members",
        json!({ "id": "gita", "kind": "employee", "department": "sales", "groups": ["floor"] }),
    );
    add(
        &mut document,
        "members",
        json!({ "id": "tom", "kind": "employee", "department": "sales", "organisation": "firm" }),
    );
    add(
        &mut document,
        "assignments",
        json!({ "group": "floor", "role": "clerk", "scopes": ["one"] }),
    );
    let bounded = json!({ "organisation": "firm", "role": "clerk", "scopes": ["one"], "valid": { "to": NOW + 1000 } });
    add(&mut document, "assignments", bounded);
    add(
        &mut document,
        "denials",
        json!({ holder: id, "permissions": ["order.view"], "scopes": ["one"], "conditions": condition }),
    );
    document
}

/// Every condition that a denial can have, and every way in which what it reads is not told.
fn untold() -> Vec<(Value, Vec<(&'static str, Value)>)> {
    let none = Value::Null;
    let attribute = |name: &str, op: &str, value: Value| {
        let test = json!([{ "attribute": name, "op": op, "value": value }]);
        json!({ "attributes": test })
    };
    let attribute_facts = |place: &'static str, other: Value| {
        let above = [
            ("/resource", Value::Null),
            ("/resource/attributes", Value::Null),
        ];
        above
            .into_iter()
            .chain([(place, Value::Null), (place, other)])
            .collect()
    };
    let rows = |kind: &str| json!({ "rows": kind });
    vec![
        (
            json!({ "networks": ["office"] }),
            vec![("/ip", none.clone()), ("/ip", json!("here"))],
        ),
        (
            json!({ "hours": [{ "days": [2], "from": "08:00", "to": "16:00" }] }),
            vec![("/now", none.clone())],
        ),
        (
            rows("self"),
            vec![
                ("/resource", none.clone()),
                ("/resource/assignee", none.clone()),
            ],
        ),
        (
            rows("team"),
            vec![
                ("/resource", none.clone()),
                ("/resource/department", none.clone()),
                ("/resource/department", json!("undeclared")),
            ],
        ),
        (
            rows("ticket"),
            vec![
                ("/resource", none.clone()),
                ("/resource/openTicketWith", none),
            ],
        ),
        (
            attribute("land", "eq", json!("hr")),
            attribute_facts("/resource/attributes/land", json!(1)),
        ),
        (
            attribute("land", "ne", json!("de")),
            attribute_facts("/resource/attributes/land", json!(["hr"])),
        ),
        (
            attribute("boxes", "gt", json!(5)),
            attribute_facts("/resource/attributes/boxes", json!("6")),
        ),
        (
            attribute("gift", "eq", json!(true)),
            attribute_facts("/resource/attributes/gift", json!("true")),
        ),
        (
            attribute("tags", "contains", json!("loud")),
            attribute_facts("/resource/attributes/tags", json!("loud")),
        ),
    ]
}

#[test]
fn d20_a_denial_whose_facts_are_missing_applies() {
    let denied = ("deny".to_owned(), "denied_by_rule".to_owned());
    let granted = ("allow".to_owned(), "granted".to_owned());
    let conditions = untold();
    for (holder, id, subject) in DENIED {
        for (condition, facts) in &conditions {
            let engine = engine(&denying(holder, id, condition));
            // Told to be otherwise, it is lifted: the denial speaks of something else.
            let request = told(subject);
            assert_eq!(
                ask(&engine, request.clone()),
                granted,
                "{holder} {condition}"
            );
            for (fact, instead) in facts {
                let request = without(request.clone(), fact, instead);
                let request = clockless(request);
                assert_eq!(
                    ask(&engine, request),
                    denied,
                    "{holder} {condition}: {fact} {instead}"
                );
            }
        }
    }
}

/// `ask` fills in a time where none is written.
fn clockless(mut request: Value) -> Value {
    request
        .as_object_mut()
        .unwrap()
        .entry("now")
        .or_insert(Value::Null);
    request
}

#[test]
fn d20_of_two_conditions_an_untold_one_lifts_nothing_and_an_unmet_one_does() {
    for (condition, facts) in &untold()[1..] {
        let mut both = condition.clone();
        both["networks"] = json!(["office"]);
        let engine = engine(&denying("member", "ana", &both));
        let reason = |request: &Value| ask(&engine, clockless(request.clone())).1;
        for (fact, instead) in facts {
            let missing = without(told("ana"), fact, instead);
            assert_eq!(
                reason(&missing),
                "granted",
                "{both}: elsewhere, {fact} untold"
            );
            let mut there = missing.clone();
            there["ip"] = json!("203.0.113.9");
            assert_eq!(
                reason(&there),
                "denied_by_rule",
                "{both}: there, {fact} untold"
            );
            let neither = without(missing, "/ip", &Value::Null);
            assert_eq!(
                reason(&neither),
                "denied_by_rule",
                "{both}: neither told, {fact}"
            );
        }
        let mut there = told("ana");
        there["ip"] = json!("203.0.113.9");
        assert_eq!(
            reason(&there),
            "granted",
            "{both}: there, and the rest is otherwise"
        );
    }
}

#[test]
fn d20_a_denial_whose_facts_are_missing_in_the_policy_applies() {
    let reason = |document: &Value| ask(&unchecked(document), told("ana")).1;
    let asked = |document: &Value, missing: &Value, of: &str| {
        assert_eq!(reason(document), "granted", "{of} told");
        assert_eq!(reason(missing), "denied_by_rule", "{of} untold");
    };
    let team = denying("member", "ana", &json!({ "rows": "team" }));
    asked(
        &team,
        &without(team.clone(), "/members/3/department", &Value::Null),
        "the member's department",
    );

    let equals = json!([{ "attribute": "land", "op": "eq", "value": "hr" }]);
    let mut from = denying("member", "ana", &json!({ "attributes": equals }));
    from["attributes"][0]["source"] = json!("snapshot");
    from["members"][3]["attributes"] = json!({ "land": "de" });
    asked(
        &from,
        &without(from.clone(), "/members/3/attributes", &Value::Null),
        "the member's attribute",
    );

    let windows = json!([{ "days": [2], "from": "08:00", "to": "16:00" }]);
    let hours = denying("member", "ana", &json!({ "hours": windows }));
    asked(
        &hours,
        &without(hours.clone(), "/scopes/0/zone", &Value::Null),
        "the zone of the place",
    );
}

#[test]
fn d20_a_denial_of_which_nobody_knows_whether_it_is_over_applies() {
    for valid in [json!({ "to": NOW }), json!({ "from": NOW + 1 })] {
        let mut document = denying("member", "ana", &json!({}));
        document["denials"][0]["valid"] = valid.clone();
        let engine = engine(&document);
        assert_eq!(ask(&engine, told("ana")).1, "granted", "{valid}");
        let clockless = clockless(without(told("ana"), "/now", &Value::Null));
        assert_eq!(ask(&engine, clockless).1, "denied_by_rule", "{valid}");
    }
}
