//! Laws that hold whatever the policy says, asked of random policies and requests.

use std::collections::BTreeSet;

use keyrack::{
    decide::{Engine, Request},
    ffi,
    policy::{
        self, Document, Format,
        document::{Denial, Member, MemberKind},
    },
    snapshot::{
        Overlay,
        overlay::{MemberSuspended, OperationSuspended},
        write,
    },
};
use serde_json::Value;

use crate::{
    compare,
    evaluator::Answer,
    generator::{self, Case},
    order,
    support::{aloud, cells, rack},
};

const POLICIES: u64 = 60;
const REQUESTS: usize = 40;
/// Far from the seeds that the comparison uses first.
const FIRST_SEED: u64 = 1 << 40;

fn ask(engine: &Engine, request: &Value) -> Answer {
    let text = request.to_string();
    let request: Request<'_> = cells::read_request("law", &text);
    compare::ask(engine, &request)
}

/// Every random case with its engine.
fn each(mut check: impl FnMut(&Case, &Engine)) {
    for seed in (FIRST_SEED..).take(POLICIES as usize) {
        let case = generator::case(seed, REQUESTS);
        let engine = compare::unsigned(&case.document, case.overlay.as_ref());
        check(&case, &engine);
    }
}

/// Whether an answer gives what another did not: an allow, or a field.
fn opens(after: &Answer, before: &Answer) -> bool {
    after.outcome == "allow"
        && (before.outcome != "allow" || before.hidden.iter().any(|it| !after.hidden.contains(it)))
}

fn assert_closed(what: &str, case: &Case, request: &Value, before: &Answer, after: &Answer) {
    assert!(
        !opens(after, before),
        "{what} opens: {before:?} became {after:?}\n{request}\n{:?}\n{}",
        case.overlay,
        serde_json::to_string(&case.document).unwrap(),
    );
}

/// Says what a law was held on.
fn say(law: &str, count: usize, of: &str) {
    aloud::say(&format!("{law}: {POLICIES} policies, {count} {of}"));
}

#[test]
fn the_order_of_a_document_changes_no_outcome() {
    let mut asked = 0;
    each(|case, engine| {
        // The orders differ from case to case: the place among all pairs is the seed.
        let seeds = [asked as u64, 1 + asked as u64];
        let mut others = vec![("turned round".to_owned(), order::turned(&case.document))];
        others.extend(seeds.map(|seed| {
            let what = format!("shuffled by seed {seed}");
            (what, order::shuffled(&case.document, seed))
        }));
        for (what, other) in others {
            let engine_of_other = compare::unsigned(&other, case.overlay.as_ref());
            for request in &case.requests {
                let (one, two) = (ask(engine, request), ask(&engine_of_other, request));
                let seen = |it: &Answer| (it.outcome.clone(), it.reason.clone(), it.hidden.clone());
                assert_eq!(
                    seen(&one),
                    seen(&two),
                    "{what}: {request}\n{}",
                    serde_json::to_string(&case.document).unwrap()
                );
                asked += 1;
            }
        }
    });
    say("the order of a document", asked, "pairs of answers");
}

#[test]
fn a_denial_of_all_that_is_asked_leaves_nobody_but_owners() {
    let (mut held, mut asked) = (0, 0);
    each(|case, engine| {
        let known = |request: &&Value| !ask(engine, request).reason.ends_with("_unknown");
        let requests: Vec<&Value> = case.requests.iter().filter(known).collect();
        let word = |request: &Value, name: &str| request[name].as_str().unwrap().to_owned();
        let permissions: BTreeSet<String> = requests
            .iter()
            .map(|request| word(request, "permission"))
            .collect();
        let mut denied = case.document.clone();
        for member in &case.document.members {
            denied.denials.push(Denial {
                member: Some(member.id.clone()),
                permissions: permissions.iter().cloned().collect(),
                scopes: vec!["root".into()],
                ..Denial::default()
            });
        }
        let owners: BTreeSet<&str> = case
            .document
            .members
            .iter()
            .filter(|member| member.kind == MemberKind::Owner)
            .map(|member| &*member.id)
            .collect();
        let denying = compare::unsigned(&denied, case.overlay.as_ref());
        for request in requests {
            if owners.contains(&*word(request, "subject")) {
                continue;
            }
            held += usize::from(ask(engine, request).outcome != "deny");
            let after = ask(&denying, request);
            assert_eq!(after.outcome, "deny", "{request}: {after:?}");
            asked += 1;
        }
    });
    say("a denial of all that is asked", asked, "requests");
    assert!(held > 200, "only {held} would have been held without it");
}

#[test]
fn who_is_assigned_nothing_holds_what_is_everybody_s_alone() {
    let (mut held, mut asked) = (0, 0);
    each(|case, engine| {
        let mut bare = case.document.clone();
        bare.assignments.clear();
        let bare = compare::unsigned(&bare, case.overlay.as_ref());
        for request in &case.requests {
            held += usize::from(ask(engine, request).outcome != "deny");
            let after = ask(&bare, request);
            let by = after.granted_by.as_deref();
            let everybodys = matches!(by, Some("owner" | "default"));
            assert!(
                after.outcome == "deny" || everybodys,
                "{request}: {after:?}"
            );
            asked += 1;
        }
    });
    say("nothing is assigned", asked, "requests");
    assert!(held > 200, "only {held} were held with assignments");
}

#[test]
fn more_entries_and_denials_open_nothing() {
    let mut pairs = 0;
    each(|case, _| {
        let base = case.overlay.clone().unwrap_or(Overlay {
            tenant: "random".into(),
            version: 1,
            issued: case.document.policy.issued.seconds,
            ..Overlay::default()
        });
        let engine = compare::unsigned(&case.document, Some(&base));
        let asked = |name: &str| case.requests[0][name].as_str().unwrap().to_owned();
        let (member, permission) = (asked("subject"), asked("permission"));
        let mut suspended = base.clone();
        suspended.member_suspended.push(MemberSuspended {
            member: member.clone(),
            from: case.requests[0]["now"].as_i64(),
            to: None,
        });
        let mut stopped = base.clone();
        stopped.operation_suspended.push(OperationSuspended {
            member: None,
            permission: permission.clone(),
            from: None,
            to: case.requests[0]["now"].as_i64(),
        });
        let mut denied = case.document.clone();
        denied.denials.push(Denial {
            member: Some(member),
            permissions: vec![permission],
            scopes: vec!["root".into()],
            ..Denial::default()
        });
        let mut trained = case.document.clone();
        for assignment in trained.assignments.iter_mut().step_by(2) {
            assignment.conditions.training = vec!["privacy".into()];
        }
        let mut kept = trained.assignments.iter().zip(&case.document.assignments);
        let only_more = kept.all(|(it, was)| {
            let was = &was.conditions.training;
            was.iter().all(|item| it.conditions.training.contains(item))
        });
        suspended.sort();
        stopped.sort();
        let mut narrower = vec![
            (
                "a suspended member",
                compare::unsigned(&case.document, Some(&suspended)),
            ),
            (
                "a stopped operation",
                compare::unsigned(&case.document, Some(&stopped)),
            ),
            ("a denial", compare::unsigned(&denied, Some(&base))),
        ];
        if only_more {
            narrower.push(("a condition", compare::unsigned(&trained, Some(&base))));
        }
        for request in &case.requests {
            let before = ask(&engine, request);
            for (what, other) in &narrower {
                assert_closed(what, case, request, &before, &ask(other, request));
                pairs += 1;
            }
        }
    });
    say(
        "more entries, denials and conditions",
        pairs,
        "pairs of answers",
    );
}

#[test]
fn an_untold_fact_opens_nothing() {
    let mut taken = 0;
    each(|case, engine| {
        for request in &case.requests {
            let before = ask(engine, request);
            for path in facts(request) {
                let mut less = request.clone();
                let mut at = &mut less;
                for step in &path[..path.len() - 1] {
                    at = &mut at[*step];
                }
                at.as_object_mut().unwrap().remove(path[path.len() - 1]);
                taken += 1;
                let after = ask(engine, &less);
                assert_closed(&format!("{path:?} untold"), case, request, &before, &after);
            }
        }
    });
    say("facts untold", taken, "facts taken away");
    assert!(taken > 4_000, "only {taken} facts taken away");
}

#[test]
fn what_is_not_on_record_of_members_opens_nothing() {
    let mut pairs = 0;
    each(|case, engine| {
        let without = |forget: fn(&mut Member)| {
            let mut less = case.document.clone();
            less.members.iter_mut().for_each(forget);
            compare::unsigned(&less, case.overlay.as_ref())
        };
        let forgotten = [
            ("attributes", without(|member| member.attributes.clear())),
            ("a department", without(|member| member.department = None)),
            ("training", without(|member| member.training.clear())),
        ];
        for request in &case.requests {
            let before = ask(engine, request);
            for (what, other) in &forgotten {
                assert_closed(what, case, request, &before, &ask(other, request));
                pairs += 1;
            }
        }
    });
    say("nothing on record", pairs, "pairs of answers");
}

#[test]
fn a_consent_without_one_of_its_parts_opens_nothing() {
    let mut taken = 0;
    each(|case, engine| {
        for request in &case.requests {
            let before = ask(engine, request);
            let consents = request["approvals"].as_array().map_or(0, Vec::len);
            for place in 0..consents {
                for fact in [
                    "by", "at", "amount", "percent", "quantity", "resource", "scope",
                ] {
                    // Of the root a consent says so by naming no scope, as a request does.
                    if fact == "scope" && is_at_the_root(case, request) {
                        continue;
                    }
                    let mut less = request.clone();
                    let consent = less["approvals"][place].as_object_mut().unwrap();
                    if consent.remove(fact).is_none() {
                        continue;
                    }
                    taken += 1;
                    let after = ask(engine, &less);
                    let what = format!("`{fact}` of a consent untold");
                    assert_closed(&what, case, request, &before, &after);
                }
            }
        }
    });
    say("parts of consents untold", taken, "parts taken away");
    assert!(taken > 500, "only {taken} parts taken away");
}

fn is_at_the_root(case: &Case, request: &Value) -> bool {
    let root = case
        .document
        .scopes
        .iter()
        .find(|scope| scope.parent.is_none());
    request["scope"]
        .as_str()
        .is_none_or(|scope| root.is_some_and(|root| *root.id == *scope))
}

/// What a request tells. Not usage, which can only deny; not a record's type, which decides what the
/// fields are.
fn facts(request: &Value) -> Vec<Vec<&'static str>> {
    let all: [&[&'static str]; 21] = [
        &["now"],
        &["amount"],
        &["amount", "currency"],
        &["percent"],
        &["quantity"],
        &["ip"],
        &["approvals"],
        &["auth"],
        &["auth", "session"],
        &["auth", "time"],
        &["auth", "level"],
        &["auth", "acr"],
        &["auth", "amr"],
        &["auth", "proofs"],
        &["resource", "assignee"],
        &["resource", "department"],
        &["resource", "openTicketWith"],
        &["resource", "attributes"],
        &["resource", "attributes", "land"],
        &["resource", "attributes", "count"],
        &["resource", "attributes", "tags"],
    ];
    let told = |path: &&[&'static str]| {
        let mut at = request;
        path.iter().all(|step| match at.get(*step) {
            Some(next) => {
                at = next;
                true
            }
            None => false,
        })
    };
    all.into_iter().filter(told).map(<[_]>::to_vec).collect()
}

#[test]
fn on_behalf_of_somebody_nothing_is_more_than_their_own() {
    let (mut allowed, mut pairs) = (0, 0);
    each(|case, engine| {
        for request in &case.requests {
            for app in ["app", "service", "app2", "ann"] {
                let mut through = request.clone();
                through["actor"] = app.into();
                let mut own = request.clone();
                own.as_object_mut().unwrap().remove("actor");
                let (through, own) = (ask(engine, &through), ask(engine, &own));
                allowed += usize::from(through.outcome == "allow");
                assert_closed(app, case, request, &own, &through);
                pairs += 1;
            }
        }
    });
    say("on behalf of somebody", pairs, "pairs of answers");
    assert!(allowed > 30, "only {allowed} allowed through an app");
}

#[test]
fn an_answer_holds_until_it_says() {
    let mut later = 0;
    each(|case, engine| {
        for request in &case.requests {
            let Some(now) = request["now"].as_i64() else {
                continue;
            };
            let at = |now: i64| {
                let mut request = request.clone();
                request["now"] = now.into();
                request
            };
            let text = request.to_string();
            let read: Request<'_> = cells::read_request("law", &text);
            let until = ffi::decide(engine, &read).unwrap().holds_until;
            let before = ask(engine, request);
            let last = until.unwrap_or(now + 5_000_000) - 1;
            for then in [now + 1, now + (last - now) / 2, last - 60, last] {
                if then > now && then <= last {
                    later += 1;
                    let after = ask(engine, &at(then));
                    assert_eq!(before, after, "{request} at {then}, until {until:?}");
                }
            }
        }
    });
    say("until it says", later, "requests asked again");
    assert!(later > 2_000, "only {later} asked again");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let mut bytes = 0;
    each(|case, _| {
        let payload = |document: &Document| write::payload(&rack::lowered(document)).unwrap();
        let one = payload(&case.document);
        assert!(one == payload(&case.document.clone()));
        // Also by the way of a file.
        let text = serde_json::to_string(&case.document).unwrap();
        let again = policy::read(&text, Format::Json);
        assert_eq!(again.findings, []);
        assert!(one == payload(&again.document), "{text}");
        bytes += one.len();
    });
    say("the same document", bytes, "bytes the same three times");
}
