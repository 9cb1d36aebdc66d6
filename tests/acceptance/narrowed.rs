//! Narrowing opens no door: a condition more on every grant, an entry more in the overlay, an
//! assignment less.

use keyrack::{
    decide::{Engine, Outcome},
    policy::{
        document::{
            Assignment, AttributeDefinition, AttributeOperator, AttributeSource, AttributeTest,
            AttributeType, Document, Hours, PermissionStepUp, Rows, TrainingItem,
        },
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

/// One more condition, on whatever an assignment grants, or a tighter bound: how many
/// answers it closes at least.
type Narrow = (&'static str, u32, fn(&mut Assignment, &[String]));

const NARROWINGS: [Narrow; 14] = [
    ("rows", 100, |it, _| it.conditions.rows = Some(Rows::Own)),
    ("training", 100, |it, _| {
        it.conditions.training.push("never_done".to_owned())
    }),
    ("hours", 100, |it, _| {
        it.conditions.hours = Some(vec![Hours {
            zone: Some("Europe/Zagreb".to_owned()),
            days: vec![7],
            from: "00:00".to_owned(),
            to: "24:00".to_owned(),
        }]);
    }),
    ("sign-in level", 100, |it, _| {
        it.conditions.sign_in_level = Some(3)
    }),
    ("approval", 100, |it, held| {
        it.conditions.approval_for = held.to_vec()
    }),
    ("step-up", 100, |it, held| {
        it.conditions
            .step_up
            .extend(held.iter().map(|permission| PermissionStepUp {
                permission: permission.clone(),
                level: 3,
                max_age: Period { seconds: 1 },
            }));
    }),
    ("an earlier end of what is sensitive", 50, |it, _| {
        it.conditions.sensitive_to = Some(Instant { seconds: 0 })
    }),
    ("an earlier end", 100, |it, _| {
        it.valid.to = Some(Instant { seconds: 0 })
    }),
    ("lower limits", 20, |it, _| {
        for limit in &mut it.conditions.limits {
            limit.max = limit.max.min(1);
        }
    }),
    ("lower soft limits", 20, |it, _| {
        for limit in &mut it.conditions.limits {
            limit.approve_above = Some(0);
        }
    }),
    ("nothing unlimited", 8, |it, _| {
        it.conditions.unlimited.clear()
    }),
    ("networks", 100, |it, _| {
        it.conditions.networks = Some(Vec::new())
    }),
    ("attributes", 100, |it, _| {
        it.conditions.attributes.push(AttributeTest {
            attribute: "never_told".to_owned(),
            op: AttributeOperator::Exists,
            value: None,
        });
    }),
    ("lower budgets", 4, |it, _| {
        for budget in &mut it.conditions.budgets {
            budget.amount = Some(0);
            budget.count = Some(0);
        }
    }),
];

#[test]
fn a_condition_more_on_every_grant_opens_no_door() {
    for (what, least, narrow) in NARROWINGS {
        let mut closed = 0;
        for file in cells::files() {
            let mut document = file.document(None);
            let plain = engine(&file, &document);
            document.attributes.push(AttributeDefinition {
                id: "never_told".to_owned(),
                value_type: AttributeType::String,
                source: AttributeSource::Host,
            });
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
                narrow(assignment, &held);
            }
            closed += assert_opens_nothing(&file, &plain, &engine(&file, &document), what);
        }
        assert!(closed >= least, "{what} closed only {closed}");
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
