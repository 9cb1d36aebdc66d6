//! What may never happen: a new denial, overlay entry or condition that opens, a fact left out that
//! opens, a new grant that closes.

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
        self, Decision, Engine, Outcome, Request,
        request::{Amount, Auth, Exact, Proof, Text, Usage},
    },
    snapshot::{Overlay, Snapshot, model::Model, write},
};
use proptest::prelude::*;

use support::{
    asks, tape,
    tape::{Tape, cases},
    terms, worlds,
};

/// Policies per law; `KEYRACK_CASES` multiplies it.
const POLICIES: u32 = 250;
/// Requests per policy.
const REQUESTS: usize = 15;
/// Choices a policy may take.
const CHOICES: usize = 2_600;
/// Failures that were found once, by seed.
const KEPT: &str = "tests/regressions/laws.txt";

fn engine(model: &Model, overlay: &Overlay) -> Engine {
    let snapshot = Snapshot::open(write::payload(model).unwrap()).unwrap();
    Engine::with_overlay(snapshot, overlay).unwrap()
}

fn decide(engine: &Engine, request: &Request<'_>) -> Decision {
    decide::decide(engine, request).unwrap()
}

/// A request, at times with fields or an act of administration.
fn request(tape: &mut Tape, model: &Model) -> Request<'static> {
    let mut request = asks::request(tape, model);
    request.fields = tape.maybe(1, 5, asks::fields);
    if tape.chance(1, 8) {
        request.assignment = Some(asks::proposal(tape, model));
        request.permission = Text::from(tape.one(&["permission.grant", "grant.external.create"]));
    }
    request
}

/// After a change that narrows, nothing is allowed that was not.
fn narrows(
    tape: &mut Tape,
    model: &Model,
    before: &Engine,
    after: &Engine,
) -> Result<(), TestCaseError> {
    narrows_on(tape, model, before, after, request).map(|_| ())
}

/// The same on requests that `ask` makes. How many were allowed before and are not after.
fn narrows_on(
    tape: &mut Tape,
    model: &Model,
    before: &Engine,
    after: &Engine,
    ask: impl Fn(&mut Tape, &Model) -> Request<'static>,
) -> Result<usize, TestCaseError> {
    let mut closed = 0;
    for _ in 0..REQUESTS {
        let request = ask(tape, model);
        let (was, is) = (decide(before, &request), decide(after, &request));
        tape::compared();
        closed += usize::from(was.outcome == Outcome::Allow && is.outcome != Outcome::Allow);
        prop_assert!(
            is.outcome != Outcome::Allow || was.outcome == Outcome::Allow,
            "was {was:?}\nis {is:?}\n{request:#?}\nof {model:#?}"
        );
        if let (Some(was), Some(is)) = (&was.fields, &is.fields) {
            prop_assert!(is.visible.iter().all(|group| was.visible.contains(group)));
        }
    }
    Ok(closed)
}

/// Adds a condition of one kind to most grants of a model.
fn narrow(tape: &mut Tape, model: &mut Model, kind: usize) {
    for terms in &mut model.terms {
        if !terms.denies && tape.chance(2, 3) {
            terms::add_condition(tape, terms, kind);
        }
    }
}

/// A request where a bound decides, of somebody for what a grant gives: at the end of the grant, or
/// for an amount at one of its limits, or beside it; mostly with a strong sign-in and a proof, and with consents for that very thing.
fn at_a_bound(tape: &mut Tape, model: &Model) -> Request<'static> {
    let mut request = request(tape, model);
    let mut grants = Vec::new();
    for member in &model.members {
        for holding in &member.holdings {
            let terms = &model.terms[holding.terms as usize];
            let nothing = terms.denies || terms.permissions.iter().next().is_none();
            if let (false, Some(scope)) = (nothing, holding.scopes.first()) {
                grants.push((member, terms, &model.scopes[*scope as usize]));
            }
        }
    }
    if grants.is_empty() {
        return request;
    }
    let (member, terms, scope) = tape.one(&grants);
    let beside = tape.one(&[0, 1, -1]);
    let mut permission = tape.one(&terms.permissions.iter().collect::<Vec<_>>());
    match tape.below(3) {
        0 if !terms.limits.is_empty() => {
            let limit = tape.one(&terms.limits);
            let at = tape.one(&[limit.max, limit.approve_above]);
            let sum = Exact(Some(at.unwrap_or(5_000) + beside));
            (request.percent, request.quantity) = (Some(sum), Some(sum));
            request.amount = Some(Amount {
                value: sum,
                currency: limit.currency.or(Some("EUR".into())).map(Text::from),
            });
            permission = limit.permission;
        }
        1 => request.now = terms.to.map(|to| to + beside).or(request.now),
        _ => {}
    }
    request.subject = Text::from(member.id.clone());
    request.permission = Text::from(worlds::PERMISSIONS[permission as usize].0);
    request.scope = Some(Text::from(scope.id.clone()));
    if tape.chance(3, 4) {
        request.auth = Some(Auth {
            session: Some(Text::from("session-1")),
            time: request.now.map(|now| now - 60),
            level: Some(3),
            proofs: vec![Proof {
                subject: request.subject.clone(),
                session: Text::from("session-1"),
                permission: request.permission.clone(),
                level: 3,
                at: request.now.unwrap_or_default() - 60,
            }],
            ..Auth::default()
        });
    }
    if tape.chance(1, 3) {
        // Each budget is used up.
        let used = |number| Usage {
            budget: Text::from(format!("budget-{number:02}")),
            amount: Some(Exact(Some(900))),
            count: Some(Exact(Some(3))),
        };
        request.usage = (0..3).map(used).collect();
    }
    for approval in &mut request.approvals {
        approval.requester.clone_from(&request.subject);
        approval.permission.clone_from(&request.permission);
        approval.scope.clone_from(&request.scope);
        approval.amount.clone_from(&request.amount);
        (approval.percent, approval.quantity) = (request.percent, request.quantity);
    }
    request
}

proptest! {
    #![proptest_config(cases(POLICIES, KEPT))]

    #[test]
    fn a_denial_never_opens(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let mut model = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &model);
        let before = engine(&model, &overlay);
        worlds::hold(&mut tape, &mut model, true, 99);
        let after = engine(&model, &overlay);
        narrows(&mut tape, &model, &before, &after)?;
    }

    #[test]
    fn an_overlay_entry_never_opens(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let model = worlds::model(&mut tape);
        let mut overlay = asks::overlay(&mut tape, &model);
        let before = engine(&model, &overlay);
        asks::overlay_entry(&mut tape, &model, &mut overlay);
        let after = engine(&model, &overlay);
        narrows(&mut tape, &model, &before, &after)?;
    }

    #[test]
    fn a_condition_on_a_grant_never_opens(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let mut model = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &model);
        let before = engine(&model, &overlay);
        let kind = tape.below(terms::CONDITIONS);
        narrow(&mut tape, &mut model, kind);
        let after = engine(&model, &overlay);
        narrows(&mut tape, &model, &before, &after)?;
        narrows_on(&mut tape, &model, &before, &after, at_a_bound)?;
    }

    #[test]
    fn a_tighter_bound_on_a_grant_never_opens(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let wide = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &wide);
        let before = engine(&wide, &overlay);
        let mut tight = wide.clone();
        let kind = terms::BOUNDS.start + tape.below(terms::BOUNDS.len());
        narrow(&mut tape, &mut tight, kind);
        let after = engine(&tight, &overlay);
        // Where the old bound lies as well as the new one.
        for model in [&wide, &tight] {
            narrows_on(&mut tape, model, &before, &after, at_a_bound)?;
        }
    }

    #[test]
    fn a_grant_never_closes(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let mut model = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &model);
        let before = engine(&model, &overlay);
        let order = tape.one(&[99, 0]);
        worlds::hold(&mut tape, &mut model, false, order);
        let after = engine(&model, &overlay);
        for _ in 0..REQUESTS {
            let request = request(&mut tape, &model);
            let (was, is) = (decide(&before, &request), decide(&after, &request));
            tape::compared();
            prop_assert!(
                was.outcome != Outcome::Allow || is.outcome == Outcome::Allow,
                "was {was:?}\nis {is:?}\n{request:#?}\nof {model:#?}"
            );
            prop_assert!(!was.is_unconditional() || is.is_unconditional());
        }
    }

    #[test]
    fn a_fact_left_out_never_opens(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let model = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &model);
        let engine = engine(&model, &overlay);
        for _ in 0..REQUESTS {
            let request = asks::request(&mut tape, &model);
            let was = decide(&engine, &request);
            for fact in 0..FACTS {
                let mut less = request.clone();
                leave_out(&mut tape, fact, &mut less);
                let is = decide(&engine, &less);
                tape::compared();
                prop_assert!(
                    is.outcome != Outcome::Allow || was.outcome == Outcome::Allow,
                    "was {was:?}\nis {is:?}\nwithout fact {fact} {request:#?}\nof {model:#?}"
                );
            }
        }
    }
}

/// A condition that closes nothing would keep the laws above and prove nothing.
#[test]
fn each_kind_of_condition_closes_something() {
    let mut closed = [0; terms::CONDITIONS];
    let mut state = 1;
    for kind in (0..terms::CONDITIONS).cycle().take(160 * terms::CONDITIONS) {
        let mut tape = Tape::random(&mut state, CHOICES);
        let wide = worlds::model(&mut tape);
        let overlay = asks::overlay(&mut tape, &wide);
        let before = engine(&wide, &overlay);
        let mut tight = wide.clone();
        narrow(&mut tape, &mut tight, kind);
        let after = engine(&tight, &overlay);
        let found = narrows_on(&mut tape, &wide, &before, &after, at_a_bound);
        closed[kind] += found.unwrap_or_else(|error| panic!("condition {kind}: {error}"));
    }
    assert!(closed.iter().all(|count| *count > 0), "{closed:?}");
}

/// How many facts [`leave_out`] knows. Usage is not among them: untold, it is the ledger's.
const FACTS: usize = 19;

/// Leaves one fact out. Who, what, where and what is touched are the question itself, not facts.
fn leave_out(tape: &mut Tape, fact: usize, request: &mut Request<'static>) {
    match fact {
        0 => request.now = None,
        1 => request.amount = None,
        2 => request.percent = None,
        3 => request.quantity = None,
        4 => request.resource = None,
        5 => request.auth = None,
        6 => request.ip = None,
        7 => request.approvals.clear(),
        8 => {
            if let Some(amount) = &mut request.amount {
                amount.currency = None;
            }
        }
        9..=12 => {
            let Some(resource) = &mut request.resource else {
                return;
            };
            match fact {
                9 => resource.assignee = None,
                10 => resource.department = None,
                11 => resource.open_ticket_with = None,
                _ if resource.attributes.0.is_empty() => {}
                _ => {
                    let place = tape.below(resource.attributes.0.len());
                    resource.attributes.0.remove(place);
                }
            }
        }
        _ => {
            let Some(auth) = &mut request.auth else {
                return;
            };
            match fact {
                13 => auth.session = None,
                14 => auth.time = None,
                15 => auth.proofs.clear(),
                16 => auth.level = None,
                17 => auth.acr = None,
                _ => auth.amr.clear(),
            }
        }
    }
}
