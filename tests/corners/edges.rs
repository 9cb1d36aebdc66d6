//! Stored facts, limits, networks, calendars and clocks.

use keyrack::{
    decide::{
        Engine, Outcome, Reason, Request, decide,
        request::{Amount, Exact, Text},
        window,
    },
    snapshot::{
        Damaged, Overlay, Snapshot,
        code::WindowKind,
        model::{Demand, Limit},
        write,
    },
};
use serde_json::{Value, json};

use crate::{
    store::{NOW, base, engine, hours, model, reason, with},
    support::rack,
};

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
        ("integer", "eq", json!(7), json!(7), json!(8), json!("7")),
        ("integer", "ne", json!(7), json!(-7), json!(7), json!(true)),
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

#[test]
fn hours_begin_at_the_second_at_which_the_clock_changes() {
    // 02:00 becomes 03:00 in Zagreb, on a Sunday.
    let change = 1_774_746_000;
    let conditions = hours(Some("Europe/Zagreb"), json!([7]), "03:00", "04:00");
    let engine = engine(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "conditions": conditions }),
    )]));
    let told = |now: i64| {
        let asked = json!({ "subject": "ana", "permission": "order.view", "now": now });
        reason(&engine, &asked)
    };
    assert_eq!(told(change - 1), "outside_hours");
    assert_eq!(told(change), "granted");
    assert_eq!(told(change + 3599), "granted");
    assert_eq!(told(change + 3600), "outside_hours");
}

#[test]
fn an_answer_holds_longer_than_the_instant_it_is_given_at() {
    let engine = engine(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["co"], "valid": { "from": NOW, "to": NOW + 60 } }),
    )]));
    let until = |now: i64| {
        let request = Request {
            subject: Text::from("ana"),
            permission: Text::from("order.view"),
            scope: Some(Text::from("one")),
            now: Some(now),
            ..Request::default()
        };
        decide(&engine, &request).unwrap().holds_until
    };
    assert_eq!(until(NOW - 1), Some(NOW));
    assert_eq!(until(NOW), Some(NOW + 60));
    assert_eq!(until(NOW + 59), Some(NOW + 60));
    assert_eq!(until(NOW + 60), None);
}

#[test]
fn of_two_limits_of_one_assignment_the_wider_counts() {
    let conditions =
        json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 1 }] });
    let model = model(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.refund"], "scopes": ["co"], "conditions": conditions }),
    )]));
    let asked = json!({
        "subject": "ana", "permission": "order.refund", "amount": { "value": 500, "currency": "EUR" },
    });
    // Bytes that no compiler made: it joins limits to the lower.
    let told = |limits: &[(Option<i64>, Option<i64>)]| {
        let mut model = model.clone();
        for terms in &mut model.terms {
            let one = terms.limits.remove(0);
            for (approve_above, max) in limits {
                terms.limits.push(Limit {
                    approve_above: *approve_above,
                    max: *max,
                    ..one.clone()
                });
            }
        }
        reason(&rack::unsigned(&model, None), &asked)
    };
    let (soft, hard, tight) = (
        (Some(100), Some(1000)),
        (None, Some(500)),
        (None, Some(499)),
    );
    assert_eq!(told(&[soft]), "approval_required");
    assert_eq!(told(&[hard]), "granted");
    assert_eq!(told(&[tight]), "limit_exceeded");
    assert_eq!(told(&[(Some(499), None)]), "approval_required");
    assert_eq!(told(&[(Some(500), None)]), "granted");
    for limits in [[soft, hard], [hard, soft]] {
        assert_eq!(told(&limits), "granted");
    }
    for limits in [[soft, tight], [tight, soft], [soft, soft]] {
        assert_eq!(told(&limits), "approval_required");
    }
}

#[test]
fn an_allow_tells_the_amount_it_is_for() {
    let conditions = json!({
        "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 1000 }],
        "budgets": [{ "id": "day", "permission": "order.refund", "currency": "EUR", "window": "day", "amount": 5000 }],
    });
    let engine = engine(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.refund"], "scopes": ["co"], "conditions": conditions }),
    )]));
    let text = json!({
        "subject": "ana", "permission": "order.refund", "scope": "one", "now": NOW,
        "amount": { "value": 500, "currency": "EUR" },
        "auth": { "session": "s", "level": 3, "time": NOW - 9, "proofs": [
            { "subject": "ana", "session": "s", "permission": "order.refund", "level": 3, "at": NOW - 1 },
        ] },
    })
    .to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let decision = decide(&engine, &request).unwrap();
    assert_eq!(decision.outcome, Outcome::Allow);
    assert_eq!((decision.amount, decision.budgets.len()), (Some(500), 1));
    assert!(!decision.is_unconditional());
}

#[test]
fn a_shift_is_counted_as_the_hours_are_and_a_day_in_its_own_zone() {
    let budget = |window: &str| json!({ "id": window, "permission": "order.refund", "currency": "EUR", "window": window, "zone": "Asia/Tokyo", "count": 9 });
    let conditions = json!({
        "hours": hours(Some("Europe/Zagreb"), json!([1]), "08:00", "18:00")["hours"],
        "limits": [{ "permission": "order.refund", "currency": "EUR", "max": 1000 }],
        "budgets": [budget("day"), budget("shift")],
    });
    let mut model = model(with(&[(
        "assignments",
        json!({ "member": "ana", "permissions": ["order.refund"], "scopes": ["co"], "conditions": conditions }),
    )]));
    for permission in &mut model.permissions {
        permission.demand = Demand::default();
    }
    let request = Request {
        subject: Text::from("ana"),
        permission: Text::from("order.refund"),
        scope: Some(Text::from("one")),
        now: Some(NOW),
        amount: Some(Amount {
            value: Exact(Some(5)),
            currency: Some(Text::from("EUR")),
        }),
        ..Request::default()
    };
    let decision = decide(&rack::unsigned(&model, None), &request).unwrap();
    let spans = decision.budgets.iter().map(|due| due.span.unwrap());
    // Minutes of local time: 19:00 of that Monday in Tokyo, 11:00 in Zagreb.
    let midnight = (NOW - 36_000) / 60;
    let spans: Vec<_> = spans
        .map(|span| (span.from - midnight, span.to - midnight))
        .collect();
    assert_eq!(spans, [(0, 1440), (480, 1080)]);
}

#[test]
fn hours_tell_when_they_end_and_when_they_begin_again() {
    let engine = engine(with(&[(
        "assignments",
        json!({
            "member": "ana", "permissions": ["order.view"], "scopes": ["co"],
            "conditions": hours(Some("Etc/UTC"), json!([1]), "08:00", "18:00"),
        }),
    )]));
    let (hour, week) = (3600, 7 * 86_400);
    // From a Monday's 08:00 on.
    let begin = NOW - 2 * hour;
    for (now, until) in [
        (begin - 1, begin),
        (begin, begin + 10 * hour),
        (begin + 1, begin + 10 * hour),
        (begin + 10 * hour - 1, begin + 10 * hour),
        (begin + 10 * hour, begin + week),
        (begin + 10 * hour + 1, begin + week),
    ] {
        let request = Request {
            subject: Text::from("ana"),
            permission: Text::from("order.view"),
            scope: Some(Text::from("one")),
            now: Some(now),
            ..Request::default()
        };
        let decision = decide(&engine, &request).unwrap();
        assert_eq!(decision.holds_until, Some(until), "{}", now - begin);
    }
}
