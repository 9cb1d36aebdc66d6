//! R4: adding a grant never takes an allow away, whatever the grant asks for and wherever it
//! stands in the document.

use std::collections::HashMap;

use keyrack::{
    decide::{Engine, Outcome, Request, request::Proof},
    policy::{
        document::{
            Assignment, Conditions, Document, Limit, PermissionStepUp, Rows, TrainingItem, Validity,
        },
        time::{Instant, Period},
    },
    query::filter::where_can,
};

use crate::{
    laws::decide,
    support::{
        cells::{self, Cell, CellFile},
        rack,
    },
};

/// Grants of what a member asks for, each of which asks for more in another way: an unmet step-up,
/// one that an older and stronger proof meets, a strong sign-in, an approval always or above
/// nothing, own records, training.
fn demanding(permissions: &[String]) -> Vec<Conditions> {
    let plain = || Conditions {
        unlimited: permissions.to_vec(),
        ..Conditions::default()
    };
    let step_up = |level, seconds| {
        let step_up = |permission: &String| PermissionStepUp {
            permission: permission.clone(),
            level,
            max_age: Period { seconds },
        };
        Conditions {
            step_up: permissions.iter().map(step_up).collect(),
            ..plain()
        }
    };
    let limit = |currency: Option<&str>| {
        let currency = currency.map(str::to_owned);
        permissions.iter().map(move |permission| Limit {
            permission: permission.clone(),
            currency: currency.clone(),
            approve_above: Some(0),
            max: 1_000_000_000,
        })
    };
    vec![
        step_up(3, 1),
        step_up(3, 86_400),
        Conditions {
            sign_in_level: Some(3),
            ..plain()
        },
        Conditions {
            approval_for: permissions.to_vec(),
            ..plain()
        },
        Conditions {
            limits: limit(Some("EUR")).chain(limit(None)).collect(),
            ..Conditions::default()
        },
        Conditions {
            rows: Some(Rows::Own),
            ..plain()
        },
        Conditions {
            training: vec!["never_done".to_owned()],
            ..plain()
        },
    ]
}

/// The file's policy with more grants for one member, before all others.
fn with_more(file: &CellFile, subject: &str) -> Document {
    let mut document = file.document(None);
    document.training.push(TrainingItem {
        id: "never_done".to_owned(),
        title: None,
    });
    let asked = file
        .cells
        .iter()
        .filter(|cell| cell.request["subject"] == subject);
    let mut permissions: Vec<String> = asked
        .filter_map(|cell| cell.request["permission"].as_str())
        .filter(|permission| permission.contains('.'))
        .map(str::to_owned)
        .collect();
    permissions.sort();
    permissions.dedup();
    let more = demanding(&permissions)
        .into_iter()
        .map(|conditions| Assignment {
            member: Some(subject.to_owned()),
            permissions: permissions.clone(),
            scopes: vec![document.scopes[0].id.clone()],
            valid: Validity {
                from: None,
                to: Some(Instant {
                    seconds: 4_000_000_000,
                }),
            },
            conditions,
            ..Assignment::default()
        });
    document.assignments = more.chain(document.assignments.clone()).collect();
    document
}

#[test]
fn an_added_grant_takes_no_allow_away() {
    let mut asked = 0;
    for file in cells::files() {
        let plain = crate::engine(&file, None);
        let mut engines: HashMap<String, Engine> = HashMap::new();
        for cell in file
            .cells
            .iter()
            .filter(|cell| cell.added_assignments.is_empty())
        {
            let text = cell.request.to_string();
            let request = with_old_proof(cells::read_request(&cell.id, &text));
            if decide(&plain, &request).outcome != Outcome::Allow {
                continue;
            }
            let more = engines
                .entry(request.subject.to_string())
                .or_insert_with(|| {
                    let document = with_more(&file, &request.subject);
                    rack::unsigned(&rack::lowered(&document), Some(&file.overlay))
                });
            let decision = decide(more, &request);
            assert_eq!(
                decision.outcome,
                Outcome::Allow,
                "{} {}: {decision:?}",
                cell.id,
                cell.text
            );
            assert_filter_agrees(more, cell, &request);
            asked += 1;
        }
    }
    assert!(asked > 200, "only {asked} allows asked again");
}

/// The filter of records lets through what the decision allows, approvals apart.
fn assert_filter_agrees(engine: &Engine, cell: &Cell, request: &Request<'_>) {
    let scope = match &request.scope {
        None => Some(0),
        Some(scope) => engine.snapshot.find_scope(scope).unwrap(),
    };
    let (Some(resource), Some(scope)) = (&request.resource, scope) else {
        return;
    };
    let asked = Request {
        approvals: Vec::new(),
        fields: None,
        ..request.clone()
    };
    let filter = where_can(engine, &asked).unwrap();
    let passes = filter.passes(engine, &asked, scope, resource).unwrap();
    let allowed = decide(engine, &asked).outcome == Outcome::Allow;
    assert_eq!(passes, allowed, "{} {filter:?}", cell.id);
}

/// The request with one more proof: an hour old and of the highest level.
fn with_old_proof(mut request: Request<'_>) -> Request<'_> {
    let (subject, permission, now) = (
        request.subject.clone(),
        request.permission.clone(),
        request.now,
    );
    if let (Some(auth), Some(now)) = (&mut request.auth, now)
        && let Some(session) = auth.session.clone()
    {
        auth.proofs.push(Proof {
            subject,
            session,
            permission,
            level: 3,
            at: now - 3_600,
        });
    }
    request
}
