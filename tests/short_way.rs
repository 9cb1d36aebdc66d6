//! The short way of the boolean question, of sessions and of decisions says what the whole
//! semantics says, and says something where it should.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "numbers of small policies; a test fails by panicking"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use keyrack::{
    decide::{
        self, Decision, Engine, Outcome, Reason, Request, decision::Missing, fields::FieldView,
        judge::By, quick::Told, request::Text,
    },
    query::{self, State},
    snapshot::{
        Snapshot,
        model::{Demand, Member, MemberKind, MemberStatus, Model, PermissionFlags, Terms},
        records::ScopeReference,
        write,
    },
};

use support::{
    asks,
    tape::{self, Tape},
    worlds,
};

const POLICIES: usize = 250;
const CHOICES: usize = 2_600;

/// Most permissions ask nothing, most members hold assignments and no more, most assignments have
/// no conditions; enough of each are left as they were.
fn plainer(model: &mut Model, tape: &mut Tape) {
    let kept = PermissionFlags::SENSITIVE.with(PermissionFlags::WRITES);
    model.field_groups.retain(|_| tape.chance(1, 3));
    for permission in &mut model.permissions {
        if tape.chance(4, 5) {
            permission.demand = Demand::default();
            permission.measure = None;
            permission.flags = PermissionFlags(permission.flags.0 & kept.0);
        }
    }
    for terms in model.terms.iter_mut().filter(|terms| !terms.denies) {
        if tape.chance(2, 3) {
            *terms = Terms {
                role: terms.role.clone(),
                permissions: terms.permissions.clone(),
                ..Terms::default()
            };
        }
    }
    for member in &mut model.members {
        if tape.chance(3, 4) {
            let terms = &model.terms;
            let granted = |number: u32| !terms[usize::try_from(number).unwrap()].denies;
            let held = member.holdings.iter().filter(|one| granted(one.terms));
            *member = Member {
                id: member.id.clone(),
                kind: MemberKind::Employee,
                status: MemberStatus::Active,
                rank: member.rank,
                department: member.department,
                groups: if tape.chance(1, 2) {
                    member.groups.clone()
                } else {
                    Vec::new()
                },
                training: member.training.clone(),
                holdings: held.cloned().collect(),
                ..Member::default()
            };
        }
    }
}

fn worlds(mut each: impl FnMut(&mut Tape, &Model, &Engine)) {
    let mut state = 7_u64;
    for _ in 0..POLICIES {
        let mut tape = Tape::random(&mut state, CHOICES);
        let mut model = worlds::model(&mut tape);
        plainer(&mut model, &mut tape);
        let overlay = tape.maybe(1, 2, |tape| asks::overlay(tape, &model));
        let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
        let engine = match &overlay {
            None => Engine::new(snapshot),
            Some(overlay) => Engine::with_overlay(snapshot, overlay).unwrap(),
        };
        each(&mut tape, &model, &engine);
    }
}

/// Everybody's question for everything everywhere, with facts that conditions may read.
fn questions(
    tape: &mut Tape,
    model: &Model,
    engine: &Engine,
    mut each: impl FnMut((u32, u32, u32), &Request<'_>),
) {
    for member in &model.members {
        let asked = asks::request(tape, model);
        let handle = engine.find(&member.id).unwrap().unwrap().row.handle;
        for (number, permission) in (0_u32..).zip(&model.permissions) {
            for (scope, place) in (0_u32..).zip(&model.scopes) {
                let request = Request {
                    subject: Text::from(&*member.id),
                    permission: Text::from(&*permission.key),
                    scope: Some(Text::from(&*place.id)),
                    actor: None,
                    resource: None,
                    assignment: None,
                    member: None,
                    fields: None,
                    ..asked.clone()
                };
                each((handle, number, scope), &request);
            }
        }
    }
}

#[test]
fn what_is_decided_outright_is_the_decision() {
    let mut seen = BTreeMap::<&str, u32>::new();
    let mut in_groups = 0_u32;
    worlds(|tape, model, engine| {
        let shared = model.members.iter().filter(|it| !it.groups.is_empty());
        let shared: BTreeSet<&str> = shared.map(|it| &*it.id).collect();
        questions(tape, model, engine, |asked, request| {
            let Some(now) = request.now else { return };
            let (told, holds_until) = engine.decide_outright(asked, now).unwrap();
            let (outcome, reason, granted_by) = match told {
                Told::Nothing => return,
                Told::Refused(reason) => (Outcome::Deny, reason, None),
                Told::Granted { terms, scopes } => {
                    let scopes = ScopeReference::of(scopes);
                    let by = By::Holding { terms, scopes };
                    (Outcome::Allow, Reason::Granted, Some(by))
                }
            };
            *seen.entry(reason.code()).or_default() += 1;
            in_groups += u32::from(granted_by.is_some() && shared.contains(&*request.subject));
            let said = Decision {
                outcome,
                reason,
                granted_by,
                missing: Missing::default(),
                amount: None,
                budgets: Vec::new(),
                log: false,
                fields: granted_by.map(|_| FieldView::default()),
                open: false,
                holds_until,
            };
            let decision = decide::decide(engine, request).unwrap();
            tape::compared();
            assert_eq!(decision, said, "{request:#?}\nof {model:#?}");
        });
    });
    for reason in ["granted", "no_grant", "out_of_scope"] {
        assert!(
            seen.get(reason).is_some_and(|times| *times > 500),
            "{seen:?}"
        );
    }
    assert!(in_groups > 300, "{in_groups}");
}

#[test]
fn the_boolean_and_the_session_say_what_the_decision_says() {
    let (mut allowed, mut outright) = (0_u32, 0_u32);
    worlds(|tape, model, engine| {
        questions(
            tape,
            model,
            engine,
            |(member, permission, scope), request| {
                let bare = Request {
                    subject: request.subject.clone(),
                    permission: request.permission.clone(),
                    scope: request.scope.clone(),
                    now: request.now,
                    ..Request::default()
                };
                let may = engine.may(member, permission, scope, bare.now).unwrap();
                let single = decide::decide(engine, &bare).unwrap();
                tape::compared();
                assert_eq!(may, single.is_unconditional(), "{bare:#?}\nof {model:#?}");
                allowed += u32::from(may);
                outright += u32::from(
                    engine
                        .allows_outright(member, permission, scope)
                        .unwrap()
                        .is_some(),
                );
            },
        );
        for member in &model.members {
            let asked = Request {
                subject: Text::from(&*member.id),
                now: asks::request(tape, model).now,
                ..Request::default()
            };
            let states = query::session(engine, &asked).unwrap().states();
            for (state, permission) in states.iter().zip(&model.permissions) {
                let request = Request {
                    permission: Text::from(&*permission.key),
                    ..asked.clone()
                };
                let single = decide::decide(engine, &request).unwrap();
                tape::compared();
                assert_eq!(
                    *state == State::Allowed,
                    single.is_unconditional(),
                    "{request:#?}\nof {model:#?}"
                );
            }
        }
    });
    assert!(allowed > 1_000 && outright > 10_000, "{allowed} {outright}");
}
