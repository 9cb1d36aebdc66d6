//! The lists agree with the decisions: sessions, who can, and the filter of records.

use std::collections::HashMap;

use keyrack::{
    decide::{
        Outcome, Request,
        decision::{Depth, decide_with},
    },
    query::{
        filter::where_can,
        session::{self, State},
        who::who_can,
    },
};

use crate::{
    laws::{decide, for_each_cell},
    support::{cells, firm, rack},
};

#[test]
fn a_session_agrees_with_every_decision() {
    let (mut seen, mut for_good) = ([0; 3], 0);
    for_each_cell(|engine, cell, request| {
        let bare = Request {
            subject: request.subject.clone(),
            actor: request.actor.clone(),
            scope: request.scope.clone(),
            now: request.now,
            auth: request.auth.clone(),
            ip: request.ip.clone(),
            ..Request::default()
        };
        let session = session::session(engine, &bare).unwrap();
        let Some(permission) = engine
            .snapshot
            .find_permission(&request.permission)
            .unwrap()
        else {
            return;
        };
        let state = session.states()[usize::try_from(permission).unwrap()];
        let asked = Request {
            permission: request.permission.clone(),
            ..bare.clone()
        };
        let alone = decide(engine, &asked);
        let allowed = alone.outcome == Outcome::Allow && alone.is_unconditional();
        assert_eq!(
            state == State::Allowed,
            allowed,
            "{} {state:?} {alone:?}",
            cell.id
        );
        if firm::is_for_good(alone.reason) {
            assert_eq!(state, State::Denied, "{} {alone:?}", cell.id);
            for_good += 1;
        }
        // Whatever else is told: what was denied stays denied, what was allowed stays allowed.
        // Fields, a proposal and a member to act on make it another question.
        let full = decide(
            engine,
            &Request {
                fields: None,
                assignment: None,
                member: None,
                ..request.clone()
            },
        );
        match state {
            State::Denied => assert_eq!(full.outcome, Outcome::Deny, "{} {full:?}", cell.id),
            State::Allowed => assert_eq!(full.outcome, Outcome::Allow, "{} {full:?}", cell.id),
            State::Conditional => {}
        }
        seen[usize::from(state == State::Conditional)
            + 2 * usize::from(state == State::Allowed)] += 1;
    });
    assert!(
        seen.iter().all(|count| *count > 20),
        "too few of one state: {seen:?}"
    );
    assert!(for_good > 20, "only {for_good} refused for good");
}

#[test]
fn the_list_of_who_can_names_exactly_those_who_are_not_denied() {
    let (mut asked, mut found, mut for_good) = (0, 0, 0);
    for_each_cell(|engine, cell, request| {
        let bare = Request {
            permission: request.permission.clone(),
            scope: request.scope.clone(),
            now: request.now,
            ip: request.ip.clone(),
            ..Request::default()
        };
        let listed: HashMap<u32, State> = who_can(engine, &bare).unwrap().into_iter().collect();
        for row in engine.snapshot.members() {
            let row = row.unwrap();
            let request = Request {
                subject: std::str::from_utf8(row.id).unwrap().into(),
                ..bare.clone()
            };
            let decision = decide(engine, &request);
            let state = listed.get(&row.handle);
            let allowed = decision.outcome == Outcome::Allow && decision.is_unconditional();
            let who = format!("{} {}: {state:?} {decision:?}", cell.id, &*request.subject);
            assert_eq!(state == Some(&State::Allowed), allowed, "{who}");
            assert!(
                state.is_some() || decision.outcome == Outcome::Deny,
                "{who}"
            );
            if firm::is_for_good(decision.reason) {
                assert_eq!(state, None, "{who}");
                for_good += 1;
            }
            asked += 1;
        }
        found += listed.len();
    });
    assert!(asked > 5_000 && found > 500, "{found} of {asked}");
    assert!(for_good > 2_000, "only {for_good} refused for good");
}

#[test]
fn a_filter_lets_exactly_the_allowed_records_through() {
    let mut compared = 0;
    for_each_cell(|engine, cell, request| {
        let Some(resource) = &request.resource else {
            return;
        };
        let scope = match &request.scope {
            None => Some(0),
            Some(scope) => engine.snapshot.find_scope(scope).unwrap(),
        };
        let Some(scope) = scope else { return };
        let asked = Request {
            fields: None,
            approvals: Vec::new(),
            ..request.clone()
        };
        let allowed = decide(engine, &asked).outcome == Outcome::Allow;
        let filter = where_can(engine, &asked).unwrap();
        let passes = filter.passes(engine, &asked, scope, resource).unwrap();
        assert_eq!(passes, allowed, "{} {filter:?}", cell.id);
        compared += 1;
    });
    assert!(compared > 80, "only {compared} cells name a record");
}

/// The short way to the boolean answer, for every member, permission and scope of every file, under
/// the file's overlay and without one, is the whole decision on the bare request.
#[test]
fn the_boolean_answer_is_the_decision_on_the_bare_request() {
    let (mut asked, mut allowed) = (0, 0);
    for file in cells::files() {
        let overlaid = crate::engine(&file, None);
        let bare = rack::unsigned(&rack::lowered(&file.document(None)), None);
        for engine in [&overlaid, &bare] {
            for row in engine.snapshot.members() {
                let row = row.unwrap();
                for permission in 0..engine.snapshot.permission_count() {
                    for scope in 0..engine.snapshot.scope_count() {
                        let request = Request {
                            subject: std::str::from_utf8(row.id).unwrap().into(),
                            permission: engine.snapshot.permission_key(permission).unwrap().into(),
                            scope: Some(engine.snapshot.scope_id(scope).unwrap().into()),
                            now: Some(1_772_445_600),
                            ..Request::default()
                        };
                        let depth = Depth::default();
                        let decision = decide_with(engine, &request, depth).unwrap();
                        let may = engine
                            .may(row.handle, permission, scope, request.now)
                            .unwrap();
                        let who = || format!("{} {request:?} {decision:?}", file.name);
                        assert_eq!(may, decision.is_unconditional(), "{}", who());
                        asked += 1;
                        allowed += u32::from(may);
                    }
                }
            }
        }
    }
    assert!(asked > 100_000 && allowed > 5_000, "{allowed} of {asked}");
}
