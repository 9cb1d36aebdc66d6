//! Disagreements that were found once, each as small as it gets.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod support;

use keyrack::{
    decide::{
        self, Engine, Outcome, Request,
        request::{Auth, Proposal, Text},
    },
    query::{self, State},
    snapshot::{
        Overlay, Snapshot,
        model::{Holding, Model, Terms},
        overlay::SessionRevoked,
        write,
    },
};

use support::{
    tape::Tape,
    worlds::{self, NOW, PERMISSIONS, STEP},
};

/// The simplest policy of the generator, with nothing held.
fn bare() -> Model {
    let mut model = worlds::model(&mut Tape::of(&[]));
    model.terms.clear();
    for member in &mut model.members {
        member.holdings.clear();
    }
    model
}

fn hold(model: &mut Model, member: usize, terms: Terms) {
    let number = u32::try_from(model.terms.len()).unwrap();
    model.terms.push(terms);
    model.members[member].holdings.push(Holding {
        terms: number,
        scopes: vec![0],
        order: number,
    });
}

fn number(key: &str) -> u32 {
    let place = PERMISSIONS.iter().position(|entry| entry.0 == key);
    u32::try_from(place.unwrap()).unwrap()
}

fn grant(keys: &[&str]) -> Terms {
    Terms {
        permissions: keys.iter().map(|key| number(key)).collect(),
        ..Terms::default()
    }
}

fn opened(model: &Model) -> Snapshot {
    Snapshot::open(write::payload(model).unwrap()).unwrap()
}

#[test]
fn the_short_answer_asks_for_the_overlay_too() {
    let mut model = bare();
    model.header.overlay_required = true;
    hold(&mut model, 0, grant(&["customer.billing.view"]));
    let engine = Engine::new(opened(&model));
    let member = engine.find("member-00").unwrap().unwrap().row.handle;
    let request = Request {
        subject: Text::from("member-00"),
        permission: Text::from("customer.billing.view"),
        now: Some(NOW),
        ..Request::default()
    };
    let decision = decide::decide(&engine, &request).unwrap();
    assert_eq!(decision.reason, decide::Reason::OverlayStale);
    let permission = number("customer.billing.view");
    assert!(!engine.may(member, permission, 0, Some(NOW)).unwrap());
}

#[test]
fn a_sign_in_that_is_not_told_leaves_a_session_open() {
    let mut model = bare();
    hold(&mut model, 0, grant(&["order.view"]));
    let overlay = Overlay {
        session_revoked: vec![SessionRevoked {
            member: "member-00".into(),
            before: NOW - STEP,
        }],
        ..Overlay::default()
    };
    let engine = Engine::with_overlay(opened(&model), &overlay).unwrap();
    let state = |time, key: &str| {
        let request = Request {
            subject: Text::from("member-00"),
            now: Some(NOW),
            auth: Some(Auth {
                time,
                ..Auth::default()
            }),
            ..Request::default()
        };
        let session = query::session(&engine, &request).unwrap();
        session.states()[number(key) as usize]
    };
    assert_eq!(state(Some(NOW), "order.view"), State::Allowed);
    assert_eq!(state(Some(NOW - 2 * STEP), "order.view"), State::Denied);
    assert_eq!(state(None, "order.view"), State::Conditional);
    // Nothing that could be told would give this one.
    assert_eq!(state(None, "order.edit"), State::Denied);
}

#[test]
fn the_end_of_a_denial_is_told_to_administrators_too() {
    let mut model = bare();
    model.members[0].rank = 30;
    hold(&mut model, 0, grant(&["permission.grant", "order.view"]));
    let end = NOW + STEP;
    let denial = Terms {
        denies: true,
        to: Some(end),
        ..grant(&["order.view"])
    };
    hold(&mut model, 0, denial);
    let engine = Engine::new(opened(&model));
    let request = |now| Request {
        subject: Text::from("member-00"),
        permission: Text::from("permission.grant"),
        now: Some(now),
        assignment: Some(Proposal {
            member: Some(Text::from("member-01")),
            permissions: vec![Text::from("order.view")],
            scopes: vec![Text::from("scope-00")],
            ..Proposal::default()
        }),
        ..Request::default()
    };
    let before = decide::decide(&engine, &request(NOW)).unwrap();
    let after = decide::decide(&engine, &request(end)).unwrap();
    assert_eq!(before.reason, decide::Reason::DelegationDenied);
    assert_eq!(after.outcome, Outcome::Allow);
    assert_eq!(before.holds_until, Some(end));
}

/// What a subject may on some records, an app without the right may on none.
#[test]
fn what_the_app_can_never_do_is_denied_and_not_conditional() {
    use keyrack::snapshot::model::{MemberKind, RowRule};

    let permission = "order.view";
    let mut model = bare();
    let rows = RowRule::Ticket;
    hold(
        &mut model,
        0,
        Terms {
            rows,
            ..grant(&[permission])
        },
    );
    model.members[1].kind = MemberKind::App;
    let (subject, app) = (model.members[0].id.clone(), model.members[1].id.clone());
    let asked = |actor: &'static str| Request {
        subject: Text::from(subject.clone()),
        actor: Some(Text::from(actor)),
        permission: Text::from(permission),
        now: Some(NOW),
        ..Request::default()
    };
    let app: &'static str = app.leak();
    let state = |model: &Model, actor: &'static str| {
        let engine = Engine::new(opened(model));
        let request = asked(actor);
        let states = query::session(&engine, &request).unwrap().states();
        let state = query::standing(&engine, &request).unwrap();
        assert_eq!(states[number(permission) as usize], state);
        // With every fact told there is no allow either, where it is denied.
        let told = Request {
            resource: Some(decide::request::Resource {
                resource_type: "order".into(),
                id: "o1".into(),
                open_ticket_with: Some(vec![Text::from(subject.clone()), Text::from(actor)]),
                ..Default::default()
            }),
            ..asked(actor)
        };
        let outcome = decide::decide(&engine, &told).unwrap().outcome;
        assert_eq!(state == State::Denied, outcome == Outcome::Deny, "{actor}");
        state
    };
    assert_eq!(state(&model, app), State::Denied, "the app holds nothing");
    assert_eq!(state(&model, "nobody"), State::Denied);
    let employee: &'static str = model.members[2].id.clone().leak();
    assert_eq!(
        state(&model, employee),
        State::Denied,
        "nobody acts for others"
    );
    hold(
        &mut model,
        1,
        Terms {
            rows,
            ..grant(&[permission])
        },
    );
    assert_eq!(state(&model, app), State::Conditional);
    let own = std::mem::take(&mut model.members[0].holdings);
    assert_eq!(state(&model, app), State::Denied, "she holds nothing");
    model.members[0].holdings = own;
    let last = model.members[1].holdings.len() - 1;
    model.members[1].holdings.remove(last);
    hold(&mut model, 1, grant(&[permission]));
    assert_eq!(state(&model, app), State::Conditional);
}

/// Whoever is acted on counts for a key without conditions too, where a short way tells the rest.
#[test]
fn who_is_acted_on_bars_a_plain_key_in_lists_as_in_decisions() {
    let mut model = bare();
    (model.members[0].rank, model.members[1].rank) = (10, 30);
    hold(&mut model, 0, grant(&["order.edit", "order.view"]));
    let engine = Engine::new(opened(&model));
    let request = |member: Option<&'static str>| Request {
        subject: Text::from("member-00"),
        permission: Text::from("order.edit"),
        now: Some(NOW),
        member: member.map(Text::from),
        ..Request::default()
    };
    for (member, reason, state) in [
        (None, decide::Reason::Granted, State::Allowed),
        (
            Some("member-01"),
            decide::Reason::DelegationDenied,
            State::Denied,
        ),
    ] {
        let asked = request(member);
        assert_eq!(decide::decide(&engine, &asked).unwrap().reason, reason);
        assert_eq!(query::standing(&engine, &asked).unwrap(), state);
        let states = query::session(&engine, &asked).unwrap().states();
        assert_eq!(states[number("order.edit") as usize], state);
        let held = query::who_can(&engine, &asked).unwrap();
        assert_eq!(held.is_empty(), state == State::Denied, "{held:?}");
    }
}
