//! What must be true of every cell beyond its own answer: nothing untold opens a door, nothing
//! added on the denying side opens one, and answers hold as long as they say.

use keyrack::{
    decide::{self, Decision, Engine, Outcome, Request},
    ffi,
    policy::document::{Conditions, Denial, MemberKind, Rows},
};

use crate::support::{
    cells::{self, Cell, CellFile},
    rack,
};

/// Calls with every cell whose document is the file's own.
pub fn for_each_cell(mut check: impl FnMut(&Engine, &Cell, &Request<'_>)) {
    for file in cells::files() {
        let engine = crate::engine(&file, None);
        for cell in file
            .cells
            .iter()
            .filter(|cell| cell.added_assignments.is_empty())
        {
            let text = cell.request.to_string();
            check(&engine, cell, &cells::read_request(&cell.id, &text));
        }
    }
}

pub fn decide(engine: &Engine, request: &Request<'_>) -> Decision {
    decide::decide(engine, request).expect("an undamaged snapshot")
}

/// A decision without the instants it speaks of.
fn answer(engine: &Engine, request: &Request<'_>, now: i64) -> String {
    let request = Request {
        now: Some(now),
        ..request.clone()
    };
    let decision = decide(engine, &request);
    format!(
        "{:?}",
        Decision {
            holds_until: None,
            ..decision
        }
    )
}

#[test]
fn an_answer_holds_until_the_instant_it_names() {
    let mut bounded = 0;
    for_each_cell(|engine, cell, request| {
        let Some(now) = request.now else { return };
        let first = answer(engine, request, now);
        let end = decide(engine, request).holds_until;
        let moments = match end {
            Some(end) => {
                assert!(end > now, "{}: holds until {end}, asked at {now}", cell.id);
                bounded += 1;
                vec![
                    end - 1,
                    now + (end - now) / 2,
                    now + (end - now) / 3,
                    now + (end - now) / 7,
                ]
            }
            None => vec![
                now + 1,
                now + 3_600,
                now + 86_400,
                now + 10_000_000,
                now + 1_000_000_000,
            ],
        };
        for moment in moments {
            let later = answer(engine, request, moment);
            assert_eq!(
                later, first,
                "{} {}: {moment}, said {end:?}",
                cell.id, cell.text
            );
        }
    });
    assert!(bounded > 100, "only {bounded} answers have an end");
}

#[test]
fn an_untold_fact_opens_no_door() {
    for_each_cell(|engine, cell, request| {
        if decide(engine, request).outcome == Outcome::Allow {
            return;
        }
        for (fact, untold) in without_facts(request) {
            let decision = decide(engine, &untold);
            assert_ne!(
                decision.outcome,
                Outcome::Allow,
                "{} without {fact}",
                cell.id
            );
        }
    });
}

/// The request with one fact left out each time. Not left out: what makes it another question
/// (fields, proposal, member acted on, actor, scope) and usage, whose absence leaves an
/// obligation.
fn without_facts<'a>(request: &Request<'a>) -> Vec<(&'static str, Request<'a>)> {
    let same = || request.clone();
    let mut untold = vec![
        (
            "clock",
            Request {
                now: None,
                ..same()
            },
        ),
        (
            "amount",
            Request {
                amount: None,
                ..same()
            },
        ),
        (
            "percent",
            Request {
                percent: None,
                ..same()
            },
        ),
        (
            "quantity",
            Request {
                quantity: None,
                ..same()
            },
        ),
        (
            "resource",
            Request {
                resource: None,
                ..same()
            },
        ),
        (
            "auth",
            Request {
                auth: None,
                ..same()
            },
        ),
        ("ip", Request { ip: None, ..same() }),
        (
            "approvals",
            Request {
                approvals: Vec::new(),
                ..same()
            },
        ),
    ];
    if let Some(resource) = &request.resource {
        let mut bare = resource.clone();
        (bare.assignee, bare.department, bare.open_ticket_with) = (None, None, None);
        untold.push((
            "record facts",
            Request {
                resource: Some(bare),
                ..same()
            },
        ));
    }
    if let Some(auth) = &request.auth {
        let mut bare = auth.clone();
        (bare.acr, bare.amr, bare.level) = (None, Vec::new(), None);
        untold.push((
            "sign-in level",
            Request {
                auth: Some(bare),
                ..same()
            },
        ));
        let bare = decide::request::Auth {
            time: None,
            ..auth.clone()
        };
        untold.push((
            "sign-in time",
            Request {
                auth: Some(bare),
                ..same()
            },
        ));
        let bare = decide::request::Auth {
            session: None,
            ..auth.clone()
        };
        untold.push((
            "sign-in session",
            Request {
                auth: Some(bare),
                ..same()
            },
        ));
        let bare = decide::request::Auth {
            proofs: Vec::new(),
            ..auth.clone()
        };
        untold.push((
            "proofs",
            Request {
                auth: Some(bare),
                ..same()
            },
        ));
    }
    untold
}

/// For each member who asks in a file: the same policy, where everything it asks is denied to it.
fn with_denials(denial: &Denial, mut check: impl FnMut(&Cell, MemberKind, (&Decision, &Decision))) {
    for file in cells::files() {
        let plain = crate::engine(&file, None);
        let mut subjects: Vec<&str> = file
            .cells
            .iter()
            .filter_map(|cell| cell.request["subject"].as_str())
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        for subject in subjects {
            let Some(kind) = file
                .document(None)
                .members
                .iter()
                .find(|member| member.id == subject)
                .map(|member| member.kind)
            else {
                continue;
            };
            let denied = denying(&file, subject, denial);
            for cell in &file.cells {
                if cell.request["subject"] == subject && cell.added_assignments.is_empty() {
                    let text = cell.request.to_string();
                    let request = cells::read_request(&cell.id, &text);
                    check(
                        cell,
                        kind,
                        (&decide(&plain, &request), &decide(&denied, &request)),
                    );
                }
            }
        }
    }
}

fn denying(file: &CellFile, subject: &str, denial: &Denial) -> Engine {
    let mut document = file.document(None);
    let mut permissions: Vec<String> = file
        .cells
        .iter()
        .filter(|cell| cell.request["subject"] == subject)
        .filter_map(|cell| cell.request["permission"].as_str())
        .filter(|permission| permission.contains('.'))
        .map(str::to_owned)
        .collect();
    permissions.sort();
    permissions.dedup();
    document.denials.push(Denial {
        member: Some(subject.to_owned()),
        permissions,
        scopes: vec![document.scopes[0].id.clone()],
        ..denial.clone()
    });
    rack::unsigned(&rack::lowered(&document), Some(&file.overlay))
}

#[test]
fn a_denial_of_what_is_asked_leaves_no_allow_but_an_owner_s() {
    with_denials(&Denial::default(), |cell, kind, (plain, denied)| {
        if kind == MemberKind::Owner {
            assert_eq!(format!("{denied:?}"), format!("{plain:?}"), "{}", cell.id);
        } else {
            assert_eq!(denied.outcome, Outcome::Deny, "{} {denied:?}", cell.id);
        }
    });
}

#[test]
fn a_conditional_denial_opens_no_door() {
    let conditions = Conditions {
        rows: Some(Rows::Own),
        ..Conditions::default()
    };
    let own = Denial {
        conditions,
        ..Denial::default()
    };
    with_denials(&own, |cell, _, (plain, denied)| {
        if plain.outcome != Outcome::Allow {
            assert_ne!(denied.outcome, Outcome::Allow, "{} {denied:?}", cell.id);
        }
    });
}

/// What a browser gets answers its own member as the whole does. Left out: requests that need
/// facts about others (an actor, approvals, administration).
#[test]
fn a_slice_answers_its_member_as_the_whole_does() {
    let mut asked = 0;
    for file in cells::files() {
        let model = rack::lowered(&file.document(None));
        let whole = rack::unsigned(&model, Some(&file.overlay));
        for cell in file
            .cells
            .iter()
            .filter(|cell| cell.added_assignments.is_empty())
        {
            let text = cell.request.to_string();
            let request = cells::read_request(&cell.id, &text);
            let others = request.actor.is_some()
                || request.assignment.is_some()
                || request.member.is_some()
                || !request.approvals.is_empty();
            let Some(row) = whole.snapshot.find_member(&request.subject).unwrap() else {
                continue;
            };
            if others {
                continue;
            }
            let slice = whole.snapshot.slice(&row).unwrap();
            let slice = rack::unsigned(&slice, Some(&file.overlay));
            let sizes = [&whole, &slice].map(|engine| engine.snapshot.payload().len());
            assert!(sizes[1] < sizes[0], "{}: {sizes:?} bytes", cell.id);
            let [whole, slice] =
                [&whole, &slice].map(|engine| ffi::decide(engine, &request).unwrap());
            if slice.reason == "scope_unknown" {
                // A scope where the member holds nothing is not its to know.
                assert_eq!(whole.outcome, "deny", "{} {}", cell.id, cell.text);
            } else {
                assert_eq!(slice, whole, "{} {}", cell.id, cell.text);
            }
            asked += 1;
        }
    }
    assert!(asked > 400, "only {asked} cells asked");
}

#[test]
fn a_snapshot_restores_to_the_bytes_it_came_from() {
    for file in cells::files() {
        let engine = rack::unsigned(&rack::lowered(&file.document(None)), None);
        let again = rack::unsigned(&engine.snapshot.restore().unwrap(), None);
        let [bytes, again] = [&engine, &again].map(|engine| engine.snapshot.payload());
        assert!(
            bytes == again,
            "{}: {} and {} bytes",
            file.name,
            bytes.len(),
            again.len()
        );
    }
}
