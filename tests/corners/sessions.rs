//! What a session leaves open: a permission is conditional while something that could be told or
//! done opens it, and denied where nothing could.

use keyrack::{
    decide::{
        Request,
        request::{Auth, Text},
    },
    query::{State, session},
    snapshot::overlay::SessionRevoked,
};
use serde_json::{Value, json};

use crate::{
    store::{NOW, engine, hours, model, with},
    support::rack,
};

fn request() -> Request<'static> {
    Request {
        subject: Text::from("ana"),
        scope: Some(Text::from("one")),
        now: Some(NOW),
        ..Request::default()
    }
}

fn state(document: Value, permission: &str, request: &Request<'_>) -> State {
    let engine = engine(document);
    let number = engine
        .snapshot
        .find_permission(permission)
        .unwrap()
        .unwrap();
    session(&engine, request).unwrap().states()[usize::try_from(number).unwrap()]
}

fn held(conditions: Value) -> (&'static str, Value) {
    let held = json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": conditions });
    ("assignments", held)
}

fn denied(permission: &str, conditions: Value) -> (&'static str, Value) {
    let denied = json!({ "member": "ana", "permissions": [permission], "scopes": ["co"], "conditions": conditions });
    ("denials", denied)
}

fn of(lists: &[(&str, Value)]) -> State {
    state(with(lists), "order.view", &request())
}

#[test]
fn what_was_not_told_is_open_and_what_is_known_is_not() {
    let office = json!({ "networks": ["office"] });
    assert_eq!(of(&[held(json!({}))]), State::Allowed);
    assert_eq!(of(&[]), State::Denied);
    assert_eq!(of(&[held(office.clone())]), State::Conditional);
    assert_eq!(of(&[held(json!({ "rows": "self" }))]), State::Conditional);
    assert_eq!(
        of(&[held(json!({ "training": ["safety"] }))]),
        State::Denied
    );
    let late = hours(Some("Etc/UTC"), json!([6]), "01:00", "02:00");
    assert_eq!(of(&[held(late)]), State::Denied);
    let mut elsewhere = request();
    elsewhere.ip = Some(Text::from("198.51.100.7"));
    let told = state(with(&[held(office)]), "order.view", &elsewhere);
    assert_eq!(told, State::Denied);
}

#[test]
fn one_known_failure_closes_a_way_and_one_open_way_is_enough() {
    let both = json!({ "rows": "self", "training": ["safety"] });
    let open = json!({ "rows": "self" });
    let shut = json!({ "training": ["safety"] });
    assert_eq!(of(&[held(both.clone())]), State::Denied);
    assert_eq!(
        of(&[held(shut.clone()), held(open.clone())]),
        State::Conditional
    );
    assert_eq!(of(&[held(open), held(shut)]), State::Conditional);
    assert_eq!(of(&[held(both), held(json!({}))]), State::Allowed);
}

#[test]
fn an_amount_is_a_fact_too() {
    let refunds = json!({
        "member": "ana", "permissions": ["order.refund"], "scopes": ["co"],
        "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 9 }] },
    });
    let told = state(
        with(&[("assignments", refunds)]),
        "order.refund",
        &request(),
    );
    assert_eq!(told, State::Conditional);
}

#[test]
fn a_denial_is_open_while_a_fact_could_lift_it_from_something() {
    let (all, some) = (json!({}), json!({ "rows": "self" }));
    let view = |conditions: &Value| denied("order.view", conditions.clone());
    assert_eq!(of(&[held(json!({})), view(&all)]), State::Denied);
    assert_eq!(of(&[held(json!({})), view(&some)]), State::Conditional);
    assert_eq!(of(&[held(some.clone()), view(&some)]), State::Conditional);
    assert_eq!(of(&[view(&some)]), State::Denied);
    assert_eq!(
        of(&[held(json!({})), view(&all), view(&some)]),
        State::Denied
    );
    // What everybody holds.
    let own = |conditions: &Value| {
        let lists = [denied("access.self.view", conditions.clone())];
        state(with(&lists), "access.self.view", &request())
    };
    assert_eq!(own(&all), State::Denied);
    assert_eq!(own(&some), State::Conditional);
}

#[test]
fn training_for_the_permission_itself_cannot_be_made_up_for() {
    for (trained, expected) in [(false, State::Denied), (true, State::Conditional)] {
        let mut document = with(&[held(json!({ "rows": "self" }))]);
        if trained {
            document["members"][2]["training"] = json!([{ "item": "safety", "at": NOW }]);
        }
        let mut model = model(document);
        let mut all = model.permissions.iter_mut();
        let view = all.find(|permission| permission.key == "order.view");
        view.unwrap().demand.training = vec![0];
        let engine = rack::unsigned(&model, None);
        let number = engine
            .snapshot
            .find_permission("order.view")
            .unwrap()
            .unwrap();
        let states = session(&engine, &request()).unwrap().states();
        assert_eq!(states[usize::try_from(number).unwrap()], expected);
    }
}

#[test]
fn a_sign_in_of_unknown_age_may_be_a_later_one() {
    use keyrack::{
        decide::Engine,
        snapshot::{Overlay, Snapshot, write},
    };
    let overlay = Overlay {
        tenant: "co".to_owned(),
        version: 1,
        issued: NOW,
        fresh_until: None,
        session_revoked: vec![SessionRevoked {
            member: "ana".to_owned(),
            before: NOW,
        }],
        member_suspended: Vec::new(),
        operation_suspended: Vec::new(),
    };
    let told = |conditions: Value, time: Option<i64>| {
        let model = model(with(&[held(conditions)]));
        let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
        let engine = Engine::with_overlay(snapshot, &overlay).unwrap();
        let mut request = request();
        request.auth = Some(Auth {
            time,
            ..Auth::default()
        });
        let number = engine
            .snapshot
            .find_permission("order.view")
            .unwrap()
            .unwrap();
        session(&engine, &request).unwrap().states()[usize::try_from(number).unwrap()]
    };
    assert_eq!(told(json!({}), None), State::Conditional);
    assert_eq!(told(json!({ "rows": "self" }), None), State::Conditional);
    assert_eq!(told(json!({ "training": ["safety"] }), None), State::Denied);
    assert_eq!(told(json!({}), Some(NOW - 1)), State::Denied);
    assert_eq!(told(json!({}), Some(NOW)), State::Allowed);
}
