//! Corners of decisions that random policies seldom turn: found by looking at which lines, and which
//! small changes of the code, no other test sees.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use keyrack::{
    decide::{
        Engine, Outcome, Reason, Request, decide,
        request::{Amount, Attributes, Exact, Resource, Text, Value as Told},
        window,
    },
    ffi,
    policy::Document,
    snapshot::{Damaged, Overlay, Snapshot, code::WindowKind, model::Model, write},
};
use serde_json::{Value, json};
use support::{cells, rack};

/// A Monday, 10:00 UTC.
const NOW: i64 = 1_772_445_600;

/// An owner, a manager with an office, her team, and a partner firm.
fn base() -> Value {
    json!({
        "policy": { "tenant": "co", "version": 3, "issued": NOW - 1000, "expires": "never", "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant", "zone": "Europe/Zagreb" },
            { "id": "one", "kind": "store", "parent": "co" },
        ],
        "networks": [{ "id": "office", "cidrs": ["203.0.113.0/24"] }, { "id": "home", "cidrs": ["198.51.100.7"] }],
        "training": [{ "id": "safety" }],
        "groups": [{ "id": "floor" }],
        "members": [
            { "id": "boss", "kind": "owner", "rank": 9 },
            { "id": "mara", "kind": "employee", "rank": 5 },
            { "id": "ana", "kind": "employee", "rank": 1 },
        ],
        "assignments": [],
        "denials": [],
    })
}

fn with(lists: &[(&str, Value)]) -> Value {
    let mut document = base();
    for (list, more) in lists {
        document[list].as_array_mut().unwrap().push(more.clone());
    }
    document
}

fn model(document: Value) -> Model {
    let document: Document = serde_json::from_value(document).unwrap();
    rack::lowered(&document)
}

fn engine(document: Value) -> Engine {
    rack::unsigned(&model(document), None)
}

/// Outcome and reason, asked with a strong sign-in and a fresh proof.
fn ask(engine: &Engine, request: &Value) -> (String, String) {
    let mut request = request.clone();
    let proof = json!({ "subject": request["subject"], "session": "s", "permission": request["permission"], "level": 3, "at": NOW - 1 });
    let auth = json!({ "session": "s", "time": NOW - 60, "level": 3, "proofs": [proof] });
    let known = request.as_object_mut().unwrap();
    known.entry("now").or_insert(json!(NOW));
    known.entry("scope").or_insert(json!("one"));
    known.entry("auth").or_insert(auth);
    let text = request.to_string();
    let request = cells::read_request("an edge", &text);
    let decision = ffi::decide(engine, &request).unwrap();
    (decision.outcome, decision.reason)
}

fn reason(engine: &Engine, request: &Value) -> String {
    ask(engine, request).1
}

/// A grantor's own assignment, and what it may pass on.
fn passes(own: Value, wanted: Value) -> String {
    let mut right = json!({ "member": "mara", "permissions": ["order.view"], "scopes": ["co"] });
    right["conditions"] = own;
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let engine = engine(with(&[("assignments", right), ("assignments", door)]));
    let proposal = json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["one"], "conditions": wanted });
    let asked =
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
    reason(&engine, &asked)
}

fn hours(zone: Option<&str>, days: Value, from: &str, to: &str) -> Value {
    let mut hours = json!({ "days": days, "from": from, "to": to });
    if let Some(zone) = zone {
        hours["zone"] = json!(zone);
    }
    json!({ "hours": [hours] })
}

#[test]
fn hours_are_passed_on_in_the_same_zone_only() {
    let (zagreb, tokyo) = (Some("Europe/Zagreb"), Some("Asia/Tokyo"));
    let day = |zone| hours(zone, json!([1, 2]), "09:00", "17:00");
    let shorter = |zone| hours(zone, json!([2]), "09:00", "16:59");
    for zone in [None, zagreb] {
        assert_eq!(passes(day(zone), day(zone)), "granted", "{zone:?}");
        assert_eq!(passes(day(zone), shorter(zone)), "granted", "{zone:?}");
        assert_eq!(passes(shorter(zone), day(zone)), "delegation_denied");
        assert_eq!(passes(day(zone), day(tokyo)), "delegation_denied");
        assert_eq!(passes(day(zone), json!({})), "delegation_denied");
    }
    assert_eq!(passes(day(zagreb), day(None)), "delegation_denied");
    assert_eq!(passes(day(None), day(zagreb)), "delegation_denied");
}

#[test]
fn proposed_hours_name_one_zone_and_some_day() {
    let one = json!({ "zone": "Europe/Zagreb", "days": [1], "from": "09:00", "to": "12:00" });
    let other = json!({ "zone": "Asia/Tokyo", "days": [2], "from": "09:00", "to": "12:00" });
    let never = json!({ "zone": "Europe/Zagreb", "days": [], "from": "09:00", "to": "12:00" });
    let wanted = |hours: &[&Value]| passes(json!({}), json!({ "hours": hours }));
    assert_eq!(wanted(&[&one]), "granted");
    assert_eq!(wanted(&[&one, &one]), "granted");
    assert_eq!(wanted(&[&one, &other]), "delegation_denied");
    assert_eq!(wanted(&[&one, &never]), "delegation_denied");
}

#[test]
fn networks_are_passed_on_as_a_part_of_ones_own() {
    let of = |networks: Value| json!({ "networks": networks });
    let (office, both) = (of(json!(["office"])), of(json!(["office", "home"])));
    assert_eq!(passes(both.clone(), office.clone()), "granted");
    assert_eq!(passes(both.clone(), both.clone()), "granted");
    assert_eq!(passes(office.clone(), both), "delegation_denied");
    assert_eq!(passes(office, json!({})), "delegation_denied");
}

#[test]
fn nothing_is_passed_on_that_is_not_held_now_or_to_nobody() {
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let held = |from: i64| {
        let right = json!({ "member": "mara", "permissions": ["order.view"], "scopes": ["co"], "valid": { "from": from } });
        engine(with(&[
            ("assignments", right),
            ("assignments", door.clone()),
        ]))
    };
    let wanted = |grantee: &str, name: &str| {
        let mut proposal = json!({ "permissions": ["order.view"], "scopes": ["one"] });
        proposal[grantee] = json!(name);
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal })
    };
    let (early, late) = (held(NOW), held(NOW + 1));
    assert_eq!(reason(&early, &wanted("member", "ana")), "granted");
    assert_eq!(reason(&late, &wanted("member", "ana")), "delegation_denied");
    assert_eq!(reason(&early, &wanted("group", "floor")), "granted");
    assert_eq!(
        reason(&early, &wanted("group", "roof")),
        "delegation_denied"
    );
}

/// An owner's proposal through a door, for a group.
fn opens(model: &Model, subject: &str, door: &str, group: &str) -> String {
    let proposal = json!({ "group": group, "permissions": ["order.view"], "scopes": ["one"], "valid": { "to": NOW + 9 } });
    let asked = json!({ "subject": subject, "permission": door, "assignment": proposal });
    reason(&rack::unsigned(model, None), &asked)
}

#[test]
fn a_group_is_reached_through_the_door_for_whoever_is_in_it() {
    let mut document = base();
    document["groups"] =
        json!([{ "id": "in" }, { "id": "out" }, { "id": "both" }, { "id": "none" }]);
    document["members"] = json!([
        { "id": "boss", "kind": "owner", "rank": 9 },
        { "id": "ana", "kind": "employee", "rank": 1, "groups": ["in", "both"] },
        { "id": "jan", "kind": "contractor", "rank": 1, "groups": ["out", "both"] },
    ]);
    let model = model(document);
    for (group, inner, outer) in [
        ("in", "owner", "delegation_denied"),
        ("out", "delegation_denied", "owner"),
        ("both", "delegation_denied", "delegation_denied"),
        ("none", "owner", "owner"),
    ] {
        let told = ["permission.grant", "grant.external.create"]
            .map(|door| opens(&model, "boss", door, group));
        assert_eq!(told, [inner, outer], "{group}");
    }
}

#[test]
fn nobody_grants_to_a_group_of_their_own_whatever_rank_it_claims() {
    let right = json!({ "member": "mara", "permissions": ["order.view", "permission.grant"], "scopes": ["co"] });
    let mut document = with(&[("assignments", right)]);
    document["groups"] = json!([{ "id": "floor" }, { "id": "roof" }]);
    document["members"][1]["groups"] = json!(["floor"]);
    let mut model = model(document);
    // Bytes that no compiler made.
    model.groups.iter_mut().for_each(|group| group.top_rank = 0);
    let told = ["floor", "roof"].map(|group| opens(&model, "mara", "permission.grant", group));
    assert_eq!(told, ["delegation_denied", "granted"]);
}

#[test]
fn a_proposed_limit_is_a_whole_number_in_its_own_measure() {
    let engine = engine(base());
    let proposed = |permission: &str, limit: Value| {
        let mut limit = limit;
        limit["permission"] = json!(permission);
        let proposal = json!({
            "member": "ana", "permissions": [permission], "scopes": ["one"], "conditions": { "limits": [limit] },
        });
        let asked =
            json!({ "subject": "boss", "permission": "permission.grant", "assignment": proposal });
        reason(&engine, &asked)
    };
    let most = 9_007_199_254_740_991_i64;
    for (limit, told) in [
        (json!({ "max": 0 }), "owner"),
        (json!({ "max": most }), "owner"),
        (json!({ "max": most + 1 }), "delegation_denied"),
        (json!({ "max": -1 }), "delegation_denied"),
        (json!({ "max": 9, "approveAbove": 9 }), "owner"),
        (json!({ "max": 9, "approveAbove": 0 }), "owner"),
        (json!({ "max": 9, "approveAbove": 10 }), "delegation_denied"),
        (json!({ "max": 9, "approveAbove": -1 }), "delegation_denied"),
    ] {
        let mut money = limit.clone();
        money["currency"] = json!("EUR");
        assert_eq!(
            proposed("order.discount.apply", limit.clone()),
            told,
            "{limit}"
        );
        assert_eq!(proposed("order.refund", money.clone()), told, "{money}");
        // A percentage of a currency, money of none.
        assert_eq!(proposed("order.discount.apply", money), "delegation_denied");
        assert_eq!(proposed("order.refund", limit), "delegation_denied");
    }
}

/// Whether the agreement of somebody with this assignment and this denial counts for a refund.
fn agreed(assignment: Value, denial: Value, amount: Value) -> String {
    let refunds = |member: &str| {
        json!({
            "member": member, "permissions": ["order.refund"], "scopes": ["co"],
            "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 10_000 }], "approval_for": ["order.refund"] },
        })
    };
    let mut may = json!({
        "member": "mara", "permissions": ["order.refund", "approval.give"], "scopes": ["co"],
        "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 10_000 }] },
    });
    let parts = assignment.as_object().unwrap();
    parts.iter().for_each(|(key, part)| may[key] = part.clone());
    let mut lists = vec![("assignments", refunds("ana")), ("assignments", may)];
    if !denial.is_null() {
        let mut denied =
            json!({ "member": "mara", "permissions": ["order.refund"], "scopes": ["co"] });
        denied["conditions"] = denial;
        lists.push(("denials", denied));
    }
    let approval = json!({
        "by": "mara", "requester": "ana", "permission": "order.refund", "scope": "one",
        "resource": "o1", "at": NOW - 60, "amount": amount,
    });
    let asked = json!({
        "subject": "ana", "permission": "order.refund", "amount": { "value": 500, "currency": "EUR" },
        "resource": { "type": "order", "id": "o1" }, "ip": "203.0.113.9", "approvals": [approval],
    });
    reason(&engine(with(&lists)), &asked)
}

#[test]
fn an_agreement_counts_from_whoever_could_do_it_alone() {
    let enough = json!({ "value": 500, "currency": "EUR" });
    let asked = |assignment, denial| agreed(assignment, denial, enough.clone());
    assert_eq!(asked(json!({}), Value::Null), "granted");
    // Not yet theirs, or no longer.
    for valid in [json!({ "from": NOW + 1 }), json!({ "to": NOW })] {
        assert_eq!(
            asked(json!({ "valid": valid }), Value::Null),
            "approval_invalid"
        );
    }
    // A denial by hours or networks stays in force: where an approver is, and when it agreed, is not told.
    for denial in [
        hours(Some("Europe/Zagreb"), json!([6]), "01:00", "02:00"),
        json!({ "networks": ["home"] }),
    ] {
        assert_eq!(asked(json!({}), denial), "approval_invalid");
    }
    // For too little, in another currency or in none, or for no amount at all.
    for amount in [
        json!({ "value": 500.5, "currency": "EUR" }),
        json!({ "value": 499, "currency": "EUR" }),
        json!({ "value": 500, "currency": "USD" }),
        json!({ "value": 500 }),
    ] {
        let told = agreed(json!({}), Value::Null, amount.clone());
        assert_eq!(told, "approval_invalid", "{amount}");
    }
}

#[test]
fn an_agreement_without_a_scope_is_for_the_root() {
    let conditions = json!({ "approval_for": ["order.view"] });
    let engine = engine(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": conditions }),
    )]));
    let told = |scope: Value| {
        let approval = json!({ "by": "boss", "requester": "ana", "permission": "order.view", "resource": "o1", "at": NOW - 60 });
        let asked = json!({
            "subject": "ana", "permission": "order.view", "scope": scope,
            "resource": { "type": "order", "id": "o1" }, "approvals": [approval],
        });
        reason(&engine, &asked)
    };
    assert_eq!(told(Value::Null), "granted");
    assert_eq!(told(json!("co")), "granted");
    assert_eq!(told(json!("one")), "approval_invalid");
}

#[test]
fn nobody_agrees_where_no_permission_makes_an_approver() {
    let mut model = model(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": { "approval_for": ["order.view"] } }),
    )]));
    let approval = json!({ "by": "boss", "requester": "ana", "permission": "order.view", "scope": "one", "resource": "o1", "at": NOW - 60 });
    let asked = json!({
        "subject": "ana", "permission": "order.view", "resource": { "type": "order", "id": "o1" }, "approvals": [approval],
    });
    assert_eq!(reason(&rack::unsigned(&model, None), &asked), "granted");
    for permission in &mut model.permissions {
        if permission.key == "approval.give" {
            // Sorted as before.
            permission.key = "approval.given".to_owned();
        }
    }
    assert_eq!(
        reason(&rack::unsigned(&model, None), &asked),
        "approval_invalid"
    );
}

#[test]
fn stored_attributes_of_every_type_are_compared() {
    let table = [
        (
            "boolean",
            "eq",
            json!(true),
            json!(true),
            json!(false),
            json!("true"),
        ),
        (
            "boolean",
            "ne",
            json!(true),
            json!(false),
            json!(true),
            json!(0),
        ),
        (
            "string",
            "eq",
            json!("hr"),
            json!("hr"),
            json!("HR"),
            json!(7),
        ),
        (
            "string_list",
            "contains",
            json!("a"),
            json!(["b", "a"]),
            json!(["ab"]),
            json!("a"),
        ),
        (
            "string_list",
            "contains",
            json!("a"),
            json!(["a"]),
            json!([]),
            json!(true),
        ),
    ];
    for (kind, op, operand, met, unmet, stranger) in table {
        let test = json!({ "attribute": "fact", "op": op, "value": operand });
        let told = |stored: &Value| {
            let conditions = json!({ "attributes": [test] });
            let mut document = with(&[(
                "assignments",
                json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": conditions }),
            )]);
            document["attributes"] = json!([{ "id": "fact", "type": kind, "source": "snapshot" }]);
            document["members"][2]["attributes"] = json!({ "fact": stored });
            reason(
                &engine(document),
                &json!({ "subject": "ana", "permission": "order.view" }),
            )
        };
        assert_eq!(told(&met), "granted", "{kind} {op} {met}");
        assert_eq!(told(&unmet), "condition_unmet", "{kind} {op} {unmet}");
        assert_eq!(told(&stranger), "condition_unmet", "{kind} {op} {stranger}");
    }
}

#[test]
fn a_limit_in_a_currency_says_nothing_of_a_percentage() {
    let discount = |limit: Value| {
        let conditions = json!({ "limits": [limit] });
        let engine = engine(with(&[(
            "assignments",
            json!({ "member": "ana", "permissions": ["order.discount.apply"], "scopes": ["co"], "conditions": conditions }),
        )]));
        reason(
            &engine,
            &json!({ "subject": "ana", "permission": "order.discount.apply", "percent": 500 }),
        )
    };
    let plain = json!({ "permission": "order.discount.apply", "max": 500 });
    let mut money = plain.clone();
    money["currency"] = json!("EUR");
    assert_eq!(discount(plain), "granted");
    assert_eq!(discount(money), "limit_exceeded");
}

#[test]
fn a_network_that_no_address_has_room_for_is_damage() {
    let mut model = model(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": { "networks": ["office"] } }),
    )]));
    for (prefix, damaged) in [(128, false), (129, true)] {
        for network in &mut model.networks {
            network.blocks = vec![([0; 16], prefix)];
        }
        let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
        let request = Request {
            subject: Text::from("ana"),
            permission: Text::from("order.view"),
            scope: Some(Text::from("one")),
            ip: Some(Text::from("203.0.113.9")),
            now: Some(NOW),
            ..Request::default()
        };
        let told = decide(&Engine::new(snapshot), &request);
        assert_eq!(told.is_err_and(|error| error == Damaged), damaged);
    }
}

#[test]
fn no_window_holds_what_no_calendar_writes() {
    let never = |minute| window::holding(WindowKind::Day, minute, None).unwrap();
    assert!(never(-1).is_none());
    assert!(never(0).is_some());
    assert!(never(4_222_846_079).is_some());
    assert!(never(4_222_846_080).is_none());
    // A shift lies in hours, and without hours there is none.
    let shift = window::holding(WindowKind::Shift, 0, None).unwrap();
    assert!(shift.is_none());
}

#[test]
fn an_engine_tells_whose_overlay_it_holds() {
    let model = model(base());
    assert_eq!(rack::unsigned(&model, None).overlay_version(), None);
    let overlay = Overlay {
        tenant: "co".to_owned(),
        version: 8,
        issued: NOW,
        fresh_until: None,
        session_revoked: Vec::new(),
        member_suspended: Vec::new(),
        operation_suspended: Vec::new(),
    };
    let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
    let engine = Engine::with_overlay(snapshot, &overlay).unwrap();
    assert_eq!(engine.overlay_version(), Some(8));
}

#[test]
fn numbers_of_outcomes_and_reasons_are_their_places() {
    for (place, outcome) in (0_u32..).zip(Outcome::ALL) {
        assert_eq!(outcome.number(), place, "{}", outcome.code());
    }
    for (place, reason) in (0_u32..).zip(Reason::ALL) {
        assert_eq!(reason.number(), place, "{}", reason.code());
    }
}

/// A request with a value of every kind, of text that the request owns.
fn full() -> Request<'static> {
    let own = |text: &str| Text::from(text.to_owned());
    let attributes = vec![
        (own("yes"), Told::Boolean(true)),
        (own("whole"), Told::Integer(-7)),
        (own("text"), Told::String(own("a \"word\""))),
        (own("texts"), Told::Strings(vec![own("a"), own("b")])),
        (own("none"), Told::Other),
    ];
    Request {
        subject: own("ana"),
        permission: own("order.refund"),
        amount: Some(Amount {
            value: Exact(Some(500)),
            currency: Some(own("EUR")),
        }),
        quantity: Some(Exact(None)),
        resource: Some(Resource {
            resource_type: own("order"),
            id: own("o1"),
            attributes: Attributes(attributes),
            ..Resource::default()
        }),
        ..Request::default()
    }
}

#[test]
fn a_request_is_written_as_it_is_read() {
    let request = full();
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<Request<'_>>(&text).unwrap(), request);
    // In a form that names no types.
    let attributes = request.resource.unwrap().attributes;
    let bytes = postcard::to_allocvec(&attributes).unwrap();
    let back: Attributes<'_> = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(back, attributes);
    for value in [Exact(None), Exact(Some(9))] {
        let bytes = postcard::to_allocvec(&value).unwrap();
        assert_eq!(postcard::from_bytes::<Exact>(&bytes).unwrap(), value);
    }
}

#[test]
fn an_attribute_told_twice_is_no_request() {
    let read = |attributes: &str| {
        let text = format!(r#"{{ "type": "order", "id": "o1", "attributes": {attributes} }}"#);
        serde_json::from_str::<Resource<'_>>(&text)
            .map(|resource| resource.attributes.0.len())
            .ok()
    };
    assert_eq!(read(r#"{ "fact": 1, "other": 1 }"#), Some(2));
    assert_eq!(read(r#"{ "fact": 1, "fact": 1 }"#), None);
    assert_eq!(read(r#"{ "fact": 1, "f\u0061ct": 2 }"#), None);
}
