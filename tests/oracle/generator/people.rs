//! Random members and roles, and what they are given.

use keyrack::policy::{
    Document,
    document::{
        Assignment, AttributeValue, Conditions, Hours, Member, MemberKind, MemberStatus, Role,
        Rows, TrainingDone,
    },
    time::Instant,
};

use super::{
    DEPARTMENTS, GROUPS, ORGANISATIONS, ROLES, SCOPES, TRAINING, Theme, conditions, measure,
    random::Random,
};
use crate::evaluator::minutes_of_week;

pub fn member(random: &mut Random, theme: &Theme, id: &str) -> Member {
    let kind = match id {
        "boss" | "boss2" => MemberKind::Owner,
        "contractor" => MemberKind::Contractor,
        "firm" => MemberKind::Organisation,
        "app" | "app2" => MemberKind::App,
        "service" => MemberKind::Service,
        _ => MemberKind::Employee,
    };
    let odd = theme.density / 12 + 1;
    Member {
        id: id.into(),
        kind,
        status: if random.percent(odd) {
            random.pick(&[
                MemberStatus::Invited,
                MemberStatus::Suspended,
                MemberStatus::Revoked,
            ])
        } else {
            MemberStatus::Active
        },
        rank: random.maybe(60, |random| random.pick(&[0, 1, 2, 3])),
        department: random.maybe(70, |random| random.name(&DEPARTMENTS)),
        organisation: match id {
            "firm" | "partner" | "app2" => Some(random.name(&ORGANISATIONS)),
            _ => None,
        },
        groups: (random.some(&GROUPS, 2).into_iter())
            .map(str::to_owned)
            .collect(),
        valid: (random.maybe(2 * odd, |random| conditions::validity(random, theme, 50)))
            .unwrap_or_default(),
        training: (random.some(&TRAINING, 3).into_iter())
            .map(|item| TrainingDone {
                item: item.into(),
                at: if random.percent(30) {
                    conditions::instant(random, theme)
                } else {
                    Instant {
                        seconds: theme.now - 1000,
                    }
                },
                expires: random.maybe(30, |random| conditions::instant(random, theme)),
            })
            .collect(),
        attributes: [
            random.maybe(60, |random| {
                ("mine", AttributeValue::String(random.name(&["hr", "si"])))
            }),
            random.maybe(60, |random| {
                ("grade", AttributeValue::Integer(random.pick(&[3, 4, 5, 6])))
            }),
        ]
        .into_iter()
        .flatten()
        .map(|(id, value)| (id.to_owned(), value))
        .collect(),
        ..Member::default()
    }
}

pub fn role(random: &mut Random, theme: &Theme, id: &str) -> Role {
    let inherits: &[&str] = match id {
        "lead" => &["clerk"],
        "chief" => &["lead", "preset"],
        _ => &[],
    };
    let presets = [
        "administrator",
        "store_manager",
        "customer_support",
        "finance",
        "sales",
    ];
    let mut permissions = vec![theme.permission(random)];
    permissions.extend(random.maybe(10, |random| random.name(&["old.look", "old.order"])));
    permissions.dedup();
    Role {
        id: id.into(),
        rank: random.maybe(40, |random| random.pick(&[1, 2, 3, 4])),
        preset: (id == "preset").then(|| random.name(&presets)),
        inherits: inherits.iter().map(|it| (*it).into()).collect(),
        permissions,
        conditions: if random.percent(40) {
            let sums = random.percent(50);
            conditions::conditions(random, theme, sums)
        } else {
            Default::default()
        },
        ..Role::default()
    }
}

pub fn assignment(random: &mut Random, theme: &Theme, at: usize) -> Assignment {
    let [member, group, organisation] = holder(random, theme);
    let role = random.maybe(40, |random| random.name(&ROLES));
    let most = if role.is_some() { 1 } else { 3 };
    let mut permissions = random.some(&theme.permissions, most);
    if role.is_none() && permissions.is_empty() {
        permissions.push(theme.permission(random));
    }
    permissions.extend(random.maybe(5, |random| random.name(&["old.look", "old.order"])));
    let outside = ["contractor", "firm", "partner", "app2"];
    let ends =
        if organisation.is_some() || member.as_ref().is_some_and(|it| outside.contains(&&**it)) {
            85
        } else {
            theme.density + 5
        };
    Assignment {
        id: random.maybe(90, |_| format!("a{at}")),
        member,
        group,
        organisation,
        role,
        permissions,
        scopes: scopes(random, theme),
        valid: conditions::validity(random, theme, ends),
        conditions: conditions::conditions(random, theme, true),
        ..Assignment::default()
    }
}

/// Takes from assignments what cannot hold together with their roles: no compiler takes it.
pub fn reconcile(document: &mut Document) {
    for assignment in &mut document.assignments {
        let role = document
            .roles
            .iter()
            .find(|it| Some(&it.id) == assignment.role.as_ref());
        let Some(role) = role.map(|it| &it.conditions) else {
            continue;
        };
        let own = &mut assignment.conditions;
        if let (Some(one), Some(other)) = (role.rows, own.rows)
            && [one, other].contains(&Rows::Ticket)
            && ![one, other].contains(&Rows::Any)
        {
            own.rows = role.rows;
        }
        if let (Some(one), Some(other)) = (&role.hours, &mut own.hours) {
            let zone = &one[0].zone;
            other
                .iter_mut()
                .for_each(|window| window.zone.clone_from(zone));
            let week = |list: &[Hours]| {
                let windows = list
                    .iter()
                    .map(|it| (it.days.as_slice(), &*it.from, &*it.to));
                minutes_of_week(windows).unwrap()
            };
            let both = week(one)
                .into_iter()
                .zip(week(other))
                .any(|(one, other)| one && other);
            own.hours = own.hours.take().filter(|_| both);
        }
        if let (Some(one), Some(other)) = (&role.networks, &own.networks)
            && !one.iter().any(|it| other.contains(it))
        {
            own.networks = None;
        }
        own.limits.retain(|limit| {
            let of_role = role
                .limits
                .iter()
                .filter(|it| it.permission == limit.permission);
            let currencies: Vec<_> = of_role.map(|it| &it.currency).collect();
            currencies.is_empty() || currencies.contains(&&limit.currency)
        });
    }
}

pub fn holder(random: &mut Random, theme: &Theme) -> [Option<String>; 3] {
    match random.below(10) {
        0 | 1 => [None, Some(random.name(&GROUPS)), None],
        2 => [None, None, Some(random.name(&ORGANISATIONS))],
        _ => loop {
            let member = theme.member(random);
            if !member.starts_with("boss") {
                break [Some(member), None, None];
            }
        },
    }
}

/// Somebody who may consent to what the theme is about.
pub fn giver(random: &mut Random, theme: &Theme, document: &mut Document) {
    let mut permissions = theme.permissions.clone();
    permissions.push("approval.give".into());
    let measured = permissions
        .iter()
        .filter(|it| measure(it).is_some())
        .cloned();
    let unlimited = measured.collect();
    document.assignments.push(Assignment {
        id: Some("giver".into()),
        member: Some(random.name(&["ann", "bob", "cyd", "dan"])),
        permissions,
        scopes: scopes(random, theme),
        conditions: Conditions {
            unlimited,
            rows: random.maybe(20, conditions::rows),
            ..Conditions::default()
        },
        ..Assignment::default()
    });
}

pub fn scopes(random: &mut Random, theme: &Theme) -> Vec<String> {
    let root = if theme.calm { 80 } else { 45 };
    let mut scopes = vec![if random.percent(root) {
        "root".into()
    } else {
        random.name(&SCOPES)
    }];
    scopes.extend(random.maybe(25, |random| random.name(&SCOPES)));
    scopes.dedup();
    scopes
}
