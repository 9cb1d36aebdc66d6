//! Every list says what the single decision says: sessions, who, where, batches, slices, and how
//! long an answer holds.

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

use std::net::IpAddr;

use keyrack::{
    decide::{self, Decision, Engine, Outcome, Reason, Request, request::Text},
    ffi,
    query::{self, State},
    snapshot::{
        Overlay, Snapshot,
        model::{Member, MemberKind, Model, PermissionFlags},
        write,
    },
};
use proptest::{prelude::*, sample::Index};

use support::{
    asks, firm, tape,
    tape::{Tape, cases},
    worlds::{self, PERMISSIONS, STEP},
};

/// Policies per property; `KEYRACK_CASES` multiplies it.
const POLICIES: u32 = 150;
/// Requests per policy.
const REQUESTS: usize = 12;
/// Choices a policy may take.
const CHOICES: usize = 2_600;
/// Failures that were found once, by seed.
const KEPT: &str = "tests/regressions/lists.txt";

fn engine(model: &Model, overlay: Option<&Overlay>) -> Engine {
    let payload = write::payload(model).unwrap();
    let snapshot = Snapshot::open(payload).unwrap();
    match overlay {
        None => Engine::new(snapshot),
        Some(overlay) => Engine::with_overlay(snapshot, overlay).unwrap(),
    }
}

/// A policy in force with or without an overlay.
fn world(tape: &mut Tape) -> (Model, Option<Overlay>, Engine) {
    let model = worlds::model(tape);
    let overlay = tape.maybe(1, 2, |tape| asks::overlay(tape, &model));
    let engine = engine(&model, overlay.as_ref());
    (model, overlay, engine)
}

fn decide(engine: &Engine, request: &Request<'_>) -> Decision {
    decide::decide(engine, request).unwrap()
}

fn names(model: &Model, request: &Request<'_>) -> String {
    format!("{request:#?}\nof {model:#?}")
}

/// Whether nothing that could still be told opens what is asked: by what is written of the subject
/// and the actor, or by the reason of the refusal.
fn refused_for_good(model: &Model, request: &Request<'_>, single: &Decision) -> bool {
    let key = &*request.permission;
    let permission = PERMISSIONS.iter().position(|entry| entry.0 == key);
    let scope = request.scope.as_deref().map_or(Some(0), |id| {
        model.scopes.iter().position(|scope| scope.id == id)
    });
    let asked = permission.unwrap() as u32;
    let scope = scope.unwrap() as u32;
    let out_of_reach = |id: &Text<'_>| {
        let member = model.members.iter().find(|member| *member.id == **id);
        member.is_none_or(|member| firm::is_out_of_reach(model, member, asked, scope))
    };
    let by_what_was_told = match single.reason {
        Reason::NetworkNotAllowed => request
            .ip
            .as_deref()
            .is_some_and(|ip| ip.parse::<IpAddr>().is_ok()),
        Reason::SessionRevoked => request
            .auth
            .as_ref()
            .is_some_and(|auth| auth.time.is_some()),
        _ => false,
    };
    let people = [Some(&request.subject), request.actor.as_ref()];
    people.into_iter().flatten().any(out_of_reach)
        || by_what_was_told
        || firm::is_for_good(single.reason)
}

proptest! {
    #![proptest_config(cases(POLICIES, KEPT))]

    #[test]
    fn a_session_says_what_the_decision_says(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..3 {
            // What a panel knows: the sign-in, perhaps the address.
            let mut asked = asks::request(&mut tape, &model);
            asked.resource = None;
            asked.approvals.clear();
            asked.usage.clear();
            (asked.amount, asked.percent, asked.quantity) = (None, None, None);
            let session = query::session(&engine, &asked).unwrap();
            prop_assert_eq!(session.states().len(), PERMISSIONS.len());
            for (state, entry) in session.states().iter().zip(PERMISSIONS) {
                let mut request = Request { permission: Text::from(entry.0), ..asked.clone() };
                let bare = decide(&engine, &request);
                tape::compared();
                prop_assert_eq!(
                    *state == State::Allowed,
                    bare.outcome == Outcome::Allow && bare.budgets.is_empty(),
                    "{} {:?}", entry.0, bare
                );
                if refused_for_good(&model, &request, &bare) {
                    prop_assert_eq!(*state, State::Denied, "{:?} {}", bare, names(&model, &request));
                }
                if *state == State::Denied {
                    prop_assert_eq!(bare.outcome, Outcome::Deny);
                    for _ in 0..6 {
                        let known = request.clone();
                        asks::facts(&mut tape, &model, &mut request);
                        let told = decide(&engine, &request);
                        prop_assert_ne!(told.outcome, Outcome::Allow, "{}", names(&model, &request));
                        request = known;
                    }
                }
            }
        }
    }

    #[test]
    fn the_boolean_says_what_the_decision_says(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        let now = asks::request(&mut tape, &model).now;
        for member in &model.members {
            let handle = engine.find(&member.id).unwrap().unwrap().row.handle;
            for (permission, entry) in (0_u32..).zip(PERMISSIONS) {
                for (scope, place) in (0_u32..).zip(&model.scopes) {
                    let may = engine.may(handle, permission, scope, now).unwrap();
                    let bare = Request {
                        subject: Text::from(&*member.id),
                        permission: Text::from(entry.0),
                        scope: Some(Text::from(&*place.id)),
                        now,
                        ..Request::default()
                    };
                    let single = decide(&engine, &bare);
                    tape::compared();
                    prop_assert_eq!(may, single.is_unconditional(), "{:?} {}", single, names(&model, &bare));
                }
            }
        }
    }

    #[test]
    fn who_can_says_what_the_decision_says(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..REQUESTS {
            let asked = asks::request(&mut tape, &model);
            let found = query::who_can(&engine, &asked).unwrap();
            for member in &model.members {
                let request = Request { subject: Text::from(&*member.id), ..asked.clone() };
                let handle = engine.find(&member.id).unwrap().unwrap().row.handle;
                let state = found.iter().find(|(found, _)| *found == handle).map(|(_, state)| *state);
                let single = decide(&engine, &request);
                tape::compared();
                let allowed = single.outcome == Outcome::Allow && single.budgets.is_empty();
                prop_assert_eq!(state == Some(State::Allowed), allowed, "{}", names(&model, &request));
                if state.is_none() {
                    prop_assert_eq!(single.outcome, Outcome::Deny);
                }
                if refused_for_good(&model, &request, &single) {
                    prop_assert_eq!(state, None, "{:?} {}", single, names(&model, &request));
                }
            }
            prop_assert!(found.len() <= model.members.len());
        }
    }

    #[test]
    fn a_filter_passes_what_the_decision_allows(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..REQUESTS {
            let mut asked = asks::request(&mut tape, &model);
            asked.approvals.clear();
            let filter = query::where_can(&engine, &asked).unwrap();
            for _ in 0..6 {
                let scope = tape.below(model.scopes.len());
                let record = asks::resource(&mut tape, &model);
                let passes = filter
                    .passes(&engine, &asked, u32::try_from(scope).unwrap(), &record)
                    .unwrap();
                let request = Request {
                    scope: Some(Text::from(&*model.scopes[scope].id)),
                    resource: Some(record),
                    ..asked.clone()
                };
                let single = decide(&engine, &request);
                tape::compared();
                prop_assert_eq!(
                    passes, single.outcome == Outcome::Allow,
                    "{:?} {:?} {}", filter, single, names(&model, &request)
                );
            }
        }
    }

    #[test]
    fn an_answer_holds_as_long_as_it_says(choices in tape::tape(CHOICES), places in proptest::collection::vec(any::<Index>(), 8)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..REQUESTS {
            let mut request = asks::request(&mut tape, &model);
            request.fields = tape.maybe(1, 3, asks::fields);
            request.assignment = tape.maybe(1, 3, |tape| asks::proposal(tape, &model));
            if request.assignment.is_some() {
                request.permission = Text::from(tape.one(&["permission.grant", "grant.external.create"]));
            }
            let Some(now) = request.now else { continue };
            let first = decide(&engine, &request);
            let end = first.holds_until.unwrap_or(now + 400 * STEP);
            prop_assert!(end > now);
            let width = usize::try_from(end - now).unwrap();
            let inside = places.iter().map(|place| now + i64::try_from(place.index(width)).unwrap());
            for later in inside.chain([end - 1]) {
                request.now = Some(later);
                let again = decide(&engine, &request);
                tape::compared();
                let same = Decision { holds_until: first.holds_until, granted_by: first.granted_by, ..again.clone() };
                prop_assert_eq!(
                    &same, &first,
                    "{} s later, {} s before the end: {}", later - now, end - later, names(&model, &request)
                );
                prop_assert!(again.holds_until.is_none_or(|again| again > later));
            }
            request.now = Some(now);
        }
    }

    #[test]
    fn a_session_and_a_filter_hold_as_long_as_they_say(choices in tape::tape(CHOICES), places in proptest::collection::vec(any::<Index>(), 4)) {
        let mut tape = Tape::of(&choices);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..3 {
            let mut asked = asks::request(&mut tape, &model);
            asked.approvals.clear();
            let Some(now) = asked.now else { continue };
            let session = query::session(&engine, &asked).unwrap();
            let filter = query::where_can(&engine, &asked).unwrap();
            let record = asks::resource(&mut tape, &model);
            for place in &places {
                let until = |end: Option<i64>| usize::try_from(end.unwrap_or(now + 400 * STEP) - now).unwrap();
                let later = now + i64::try_from(place.index(until(session.holds_until))).unwrap();
                asked.now = Some(later);
                prop_assert_eq!(query::session(&engine, &asked).unwrap().states(), session.states());
                asked.now = Some(now + i64::try_from(place.index(until(filter.holds_until))).unwrap());
                let again = query::where_can(&engine, &asked).unwrap();
                for scope in (0_u32..).take(model.scopes.len()) {
                    prop_assert_eq!(
                        again.passes(&engine, &asked, scope, &record).unwrap(),
                        filter.passes(&engine, &asked, scope, &record).unwrap(),
                        "{}", names(&model, &asked)
                    );
                }
            }
            asked.now = Some(now);
        }
    }

    #[test]
    fn a_slice_answers_for_its_member_and_names_nobody_else(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, overlay, engine) = world(&mut tape);
        for member in &model.members {
            let row = engine.find(&member.id).unwrap().unwrap().row;
            let sliced = engine.snapshot.slice(&row).unwrap();
            let payload = write::payload(&sliced).unwrap();
            says_nothing_of_others(&model, &sliced, &payload)?;
            let own = Snapshot::open(payload).unwrap();
            let own = match &overlay {
                None => Engine::new(own),
                Some(overlay) => Engine::with_overlay(own, overlay).unwrap(),
            };
            for _ in 0..REQUESTS {
                let mut request = asks::request(&mut tape, &model);
                request.subject = Text::from(&*member.id);
                request.scope = Some(Text::from(&*tape.one(&sliced.scopes).id)).map(|scope: Text<'_>| Text::from(scope.to_string()));
                request.actor = None;
                request.approvals.clear();
                request.fields = tape.maybe(1, 4, asks::fields);
                let mut here = ffi::decide(&own, &request).unwrap();
                let there = ffi::decide(&engine, &request).unwrap();
                tape::compared();
                // What a grant is called where it has no id names its scopes: all of them are own.
                here.holds_until = there.holds_until;
                prop_assert_eq!(here, there, "{}", names(&model, &request));
            }
        }
    }

    #[test]
    fn a_slice_on_behalf_answers_as_the_policy_does_with_the_actor(choices in tape::tape(CHOICES)) {
        let mut tape = Tape::of(&choices);
        let (model, overlay, engine) = world(&mut tape);
        let acts = |member: &&Member| matches!(member.kind, MemberKind::App | MemberKind::Service);
        for actor in model.members.iter().filter(acts) {
            for _ in 0..REQUESTS {
                let mut request = asks::request(&mut tape, &model);
                let Some(now) = request.now else { continue };
                let subject = tape.one(&model.members).id.clone();
                let cut = query::slice_on_behalf(&engine, &subject, &actor.id, now).unwrap();
                prop_assert_eq!(cut.is_some(), subject != actor.id);
                let Some(sliced) = cut else { continue };
                let payload = write::payload(&sliced).unwrap();
                keeps_to_what_the_app_reaches(&model, &sliced, &payload, &actor.id)?;
                let own = Snapshot::open(payload).unwrap();
                let own = match &overlay {
                    None => Engine::new(own),
                    Some(overlay) => Engine::with_overlay(own, overlay).unwrap(),
                };
                request.subject = Text::from(subject);
                request.actor = Some(Text::from(actor.id.clone()));
                let known = tape.chance(4, 5);
                let scopes = if known { &sliced.scopes } else { &model.scopes };
                let scope = tape.one(scopes).id.clone();
                let known = sliced.scopes.iter().any(|one| one.id == scope);
                request.scope = Some(Text::from(scope));
                request.approvals.clear();
                request.assignment = None;
                request.member = None;
                request.fields = tape.maybe(1, 4, asks::fields);
                let here = decide(&own, &request);
                if !known {
                    prop_assert_eq!(here.outcome, Outcome::Deny);
                    continue;
                }
                let there = decide(&engine, &request);
                tape::compared();
                prop_assert_eq!(here.outcome, there.outcome, "{}", names(&model, &request));
                prop_assert_eq!(&here.missing, &there.missing);
                if there.outcome == Outcome::Allow {
                    prop_assert_eq!(here.reason, there.reason);
                    prop_assert_eq!(&here.fields, &there.fields);
                    prop_assert_eq!(here.budgets.len(), there.budgets.len());
                }
                // A session names no record, whose department a slice might not know.
                request.fields = None;
                request.resource = None;
                let mine = query::session(&own, &request).unwrap().states();
                let whole = query::session(&engine, &request).unwrap().states();
                request.subject = request.actor.take().unwrap();
                let alone = query::session(&engine, &request).unwrap().states();
                // What the member lacks may hang on facts; what the app lacks hangs on nothing.
                for at in (0..mine.len()).filter(|at| mine[*at] != whole[*at]) {
                    let states = (mine[at], whole[at], alone[at]);
                    let known = (State::Denied, State::Conditional, State::Denied);
                    prop_assert_eq!(states, known, "{}", names(&model, &request));
                }
            }
        }
    }
}

/// Of the member no right that the app has nowhere, and no name that people gave to any.
fn keeps_to_what_the_app_reaches(
    model: &Model,
    sliced: &Model,
    payload: &[u8],
    actor: &str,
) -> Result<(), TestCaseError> {
    let [app, subject] = &sliced.members[..] else {
        return Err(TestCaseError::fail("an app and a member"));
    };
    prop_assert_eq!(&app.id, actor);
    prop_assert_eq!(Some(&subject.id), sliced.header.slice_of.as_ref());
    prop_assert!(subject.groups.is_empty() && subject.organisation.is_none());
    let holders = sliced.groups.iter().chain(&sliced.organisations);
    let held = holders
        .flat_map(|holder| &holder.holdings)
        .chain(&app.holdings);
    let reaches: Vec<_> = held
        .map(|holding| (&sliced.terms[holding.terms as usize], &holding.scopes))
        .filter(|(terms, _)| !terms.denies)
        .collect();
    let covers =
        |above: u32, below: u32| above <= below && below < sliced.scopes[above as usize].end;
    for holding in &subject.holdings {
        let terms = &sliced.terms[holding.terms as usize];
        prop_assert!(terms.id.is_none() && terms.role.is_none());
        for permission in terms.permissions.iter() {
            // What everybody holds may be denied to the member everywhere.
            let flags = model.permissions[permission as usize].flags;
            if flags.has(PermissionFlags::DEFAULT) {
                continue;
            }
            for scope in &holding.scopes {
                let reached = reaches.iter().any(|(terms, scopes)| {
                    terms.permissions.contains(&permission)
                        && scopes.iter().any(|above| covers(*above, *scope))
                });
                prop_assert!(reached, "{} at {}", permission, scope);
            }
        }
    }
    let has = |name: &str| {
        let mut parts = payload.windows(name.len());
        parts.any(|part| part == name.as_bytes())
    };
    for member in &model.members {
        let known = member.id == app.id || member.id == subject.id;
        prop_assert_eq!(has(&member.id), known, "{}", &member.id);
    }
    Ok(())
}

fn says_nothing_of_others(
    model: &Model,
    sliced: &Model,
    payload: &[u8],
) -> Result<(), TestCaseError> {
    let has = |name: &str| {
        payload
            .windows(name.len())
            .any(|part| part == name.as_bytes())
    };
    let own = &sliced.members[0];
    for member in &model.members {
        prop_assert_eq!(has(&member.id), member.id == own.id, "{}", &member.id);
    }
    let kept = |holders: &[keyrack::snapshot::model::Holder], id: &str| {
        holders.iter().any(|one| one.id == id)
    };
    for holder in model.groups.iter().chain(&model.organisations) {
        let mine = kept(&sliced.groups, &holder.id) || kept(&sliced.organisations, &holder.id);
        prop_assert_eq!(has(&holder.id), mine, "{}", &holder.id);
    }
    let terms = sliced.terms.iter();
    let roles: Vec<&String> = terms
        .clone()
        .filter_map(|terms| terms.role.as_ref())
        .collect();
    for role in &model.roles {
        prop_assert_eq!(has(&role.id), roles.contains(&&role.id), "{}", &role.id);
    }
    for scope in &model.scopes {
        let mine = sliced.scopes.iter().any(|one| one.id == scope.id);
        prop_assert_eq!(has(&scope.id), mine, "{}", &scope.id);
    }
    // Own scopes, what is below and above them, and the root: nothing beside.
    let full = |id: &str| model.scopes.iter().position(|one| one.id == id).unwrap();
    let me = model.members.iter().find(|one| one.id == own.id).unwrap();
    let groups = me.groups.iter().map(|at| &model.groups[*at as usize]);
    let firms = me
        .organisation
        .iter()
        .map(|at| &model.organisations[*at as usize]);
    let holdings = groups
        .chain(firms)
        .flat_map(|holder| &holder.holdings)
        .chain(&me.holdings);
    let tops: Vec<usize> = holdings
        .flat_map(|one| &one.scopes)
        .map(|at| *at as usize)
        .collect();
    let covers =
        |above: usize, below: usize| above <= below && below < model.scopes[above].end as usize;
    let owner = me.kind == MemberKind::Owner;
    for scope in &sliced.scopes {
        let at = full(&scope.id);
        let related = tops.iter().any(|top| covers(*top, at) || covers(at, *top));
        prop_assert!(owner || at == 0 || related, "{}", &scope.id);
    }
    for network in &model.networks {
        let mine = sliced.networks.iter().any(|one| one.id == network.id);
        prop_assert_eq!(has(&network.id), mine, "{}", &network.id);
    }
    for terms in &model.terms {
        let Some(id) = &terms.id else { continue };
        let mine = sliced.terms.iter().any(|one| one.id.as_ref() == Some(id));
        prop_assert_eq!(has(id), mine, "{}", id);
    }
    Ok(())
}

#[test]
fn random_policies_reach_every_answer() {
    // Properties over policies that always say no would hold and prove nothing.
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    let mut state = 1_u64;

    for _ in 0..1_500 {
        let mut tape = Tape::random(&mut state, CHOICES);
        let (model, _, engine) = world(&mut tape);
        for _ in 0..REQUESTS {
            let mut request = asks::request(&mut tape, &model);
            request.fields = tape.maybe(1, 4, asks::fields);
            *seen
                .entry(decide(&engine, &request).reason.code())
                .or_default() += 1;
        }
        assert!(
            tape.asked() <= CHOICES,
            "a policy and its requests take {} choices",
            tape.asked()
        );
    }
    // Names that nobody knows are asked elsewhere.
    let never = ["permission_unknown", "scope_unknown"];
    for reason in Reason::ALL {
        let met = seen.contains_key(reason.code());
        assert!(
            met || never.contains(&reason.code()),
            "{} in {seen:?}",
            reason.code()
        );
    }
    assert!(seen["granted"] > 1_000, "{seen:?}");
}
