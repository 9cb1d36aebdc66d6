//! Narrowing opens no door: a condition more on every grant, an entry more in the overlay, an
//! assignment less.

use keyrack::{
    decide::{Engine, Outcome},
    policy::{
        document::{Conditions, Document, Hours, PermissionStepUp, Rows, TrainingItem},
        time::{Instant, Period},
    },
};

use crate::{
    laws::decide,
    support::{
        cells::{self, CellFile, CellOverlay, MemberSuspended, OperationSuspended, SessionRevoked},
        rack,
    },
};

/// Asks every cell of a file twice; where the plain policy does not allow, the other must not.
fn assert_opens_nothing(file: &CellFile, plain: &Engine, narrowed: &Engine, what: &str) -> u32 {
    let mut closed = 0;
    for cell in file
        .cells
        .iter()
        .filter(|cell| cell.added_assignments.is_empty())
    {
        let text = cell.request.to_string();
        let request = cells::read_request(&cell.id, &text);
        let [before, after] = [plain, narrowed].map(|engine| decide(engine, &request).outcome);
        assert!(
            before == Outcome::Allow || after != Outcome::Allow,
            "{} {}: {before:?} became {after:?} by {what}",
            cell.id,
            cell.text
        );
        closed += u32::from(before == Outcome::Allow && after != Outcome::Allow);
    }
    closed
}

fn engine(file: &CellFile, document: &Document) -> Engine {
    rack::unsigned(&rack::lowered(document), Some(&file.overlay))
}

/// One more condition, on whatever an assignment grants.
type Narrow = (&'static str, fn(&mut Conditions, &[String]));

const NARROWINGS: [Narrow; 7] = [
    ("rows", |conditions, _| conditions.rows = Some(Rows::Own)),
    ("training", |conditions, _| {
        conditions.training.push("never_done".to_owned())
    }),
    ("hours", |conditions, _| {
        conditions.hours = Some(vec![Hours {
            zone: Some("Europe/Zagreb".to_owned()),
            days: vec![7],
            from: "00:00".to_owned(),
            to: "24:00".to_owned(),
        }]);
    }),
    ("sign-in level", |conditions, _| {
        conditions.sign_in_level = Some(3)
    }),
    ("approval", |conditions, held| {
        conditions.approval_for = held.to_vec()
    }),
    ("step-up", |conditions, held| {
        conditions
            .step_up
            .extend(held.iter().map(|permission| PermissionStepUp {
                permission: permission.clone(),
                level: 3,
                max_age: Period { seconds: 1 },
            }));
    }),
    ("an earlier end", |conditions, _| {
        conditions.sensitive_to = Some(Instant { seconds: 0 })
    }),
];

#[test]
fn a_condition_more_on_every_grant_opens_no_door() {
    for (what, narrow) in NARROWINGS {
        let mut closed = 0;
        for file in cells::files() {
            let mut document = file.document(None);
            let plain = engine(&file, &document);
            document.training.push(TrainingItem {
                id: "never_done".to_owned(),
                title: None,
            });
            for assignment in &mut document.assignments {
                let role = document
                    .roles
                    .iter()
                    .find(|role| Some(&role.id) == assignment.role.as_ref());
                let mut held = assignment.permissions.clone();
                held.extend(role.into_iter().flat_map(|role| role.permissions.clone()));
                narrow(&mut assignment.conditions, &held);
            }
            closed += assert_opens_nothing(&file, &plain, &engine(&file, &document), what);
        }
        assert!(closed > 20, "{what} closed only {closed}");
    }
}

#[test]
fn an_assignment_less_opens_no_door() {
    let mut closed = 0;
    for file in cells::files() {
        let whole = file.document(None);
        let plain = engine(&file, &whole);
        for index in 0..whole.assignments.len() {
            let mut document = whole.clone();
            let gone = document.assignments.remove(index);
            let what = format!("{:?} gone", gone.id);
            closed += assert_opens_nothing(&file, &plain, &engine(&file, &document), &what);
        }
    }
    assert!(closed > 200, "only {closed}");
}

#[test]
fn an_overlay_entry_more_opens_no_door() {
    for file in cells::files() {
        let document = file.document(None);
        let issued = document.policy.issued.seconds;
        let model = rack::lowered(&document);
        let plain = crate::engine(&file, None);
        let check = |change: &dyn Fn(&mut CellOverlay), what: &str| {
            let mut overlay = file.overlay.clone();
            change(&mut overlay);
            let narrowed = rack::unsigned(&model, Some(&overlay));
            assert_opens_nothing(&file, &plain, &narrowed, what);
        };
        check(
            &|overlay| overlay.fresh_until = issued.into(),
            "a stale overlay",
        );
        let mut permissions: Vec<&str> = (file.cells.iter())
            .filter_map(|cell| cell.request["permission"].as_str())
            .collect();
        permissions.sort_unstable();
        permissions.dedup();
        for permission in permissions {
            let entry = OperationSuspended {
                member: None,
                permission: permission.to_owned(),
                from: None,
                to: None,
            };
            check(
                &|overlay| overlay.operation_suspended.push(entry.clone()),
                permission,
            );
        }
        for member in &document.members {
            let entry = MemberSuspended {
                member: member.id.clone(),
                from: None,
                to: None,
            };
            check(
                &|overlay| overlay.member_suspended.push(entry.clone()),
                &member.id,
            );
            let entry = SessionRevoked {
                member: member.id.clone(),
                before: i64::MAX,
            };
            check(
                &|overlay| overlay.session_revoked.push(entry.clone()),
                &member.id,
            );
        }
    }
}
