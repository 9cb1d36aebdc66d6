//! The hot paths of the engine, each run so often by itself under a tool that counts instructions:
//! `cargo xtask guard`. Time is noisy, instructions are not.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "numbers of one small policy, in a program that decides nothing"
)]

use std::{collections::BTreeMap, env, hint::black_box, process::ExitCode};

use keyrack::{
    decide::{
        Engine, Outcome, Request, decide,
        request::{Amount, Auth, Exact, Text},
    },
    query,
    snapshot::{
        Snapshot,
        model::{
            Header, Holder, Holding, Limit, MeasureKind, Member, Model, Permission, PermissionSet,
            Role, Scope, Terms,
        },
        write,
    },
};

const NOW: i64 = 1_772_445_600;
const PERMISSIONS: u32 = 64;
/// The last few are measured in money.
const MEASURED: u32 = 60;
const REGIONS: u32 = 8;
const STORES_PER_REGION: u32 = 5;
const ROLES: u32 = 12;
const MEMBERS: u32 = 1_000;
const QUESTIONS: usize = 1_000;

/// Numbers that are the same in every run.
struct Chance(u32);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let scaled = u64::from(self.0).wrapping_mul(u64::from(bound)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }
}

/// The staff workload: 40 stores in 8 regions, 64 permissions, 12 roles, 1,000 members.
fn model(chance: &mut Chance) -> Model {
    let mut model = Model {
        header: Header {
            tenant: "co".to_owned(),
            version: 1,
            issued: NOW - 1,
            expires: Some(NOW + 1_000_000),
            ..Header::default()
        },
        ..Model::default()
    };
    for number in 0..PERMISSIONS {
        let mut closure = PermissionSet::default();
        closure.insert(number);
        model.permissions.push(Permission {
            key: format!("area{:02}.act{number:02}", number >> 2),
            measure: (number >= MEASURED).then_some(MeasureKind::Money),
            resource_type: format!("area{:02}", number >> 2),
            closure,
            ..Permission::default()
        });
    }
    let mut scope = |id: String, width: u32| {
        let start = u32::try_from(model.scopes.len()).unwrap_or_default();
        let end = start.saturating_add(width);
        model.scopes.push(Scope {
            id,
            end,
            zone: None,
        });
    };
    let region_width = STORES_PER_REGION + 1;
    scope("co".to_owned(), REGIONS * region_width + 1);
    for region in 0..REGIONS {
        scope(format!("r{region}"), region_width);
        for store in 0..STORES_PER_REGION {
            scope(format!("r{region}-s{store}"), 1);
        }
    }
    let scopes = u32::try_from(model.scopes.len()).unwrap_or_default();
    for role in 0..ROLES {
        let mut permissions = PermissionSet::default();
        let share = 25 + role * 4;
        (0..PERMISSIONS)
            .filter(|_| chance.below(100) < share)
            .for_each(|permission| permissions.insert(permission));
        model.roles.push(Role {
            id: format!("role{role}"),
            permissions: permissions.clone(),
        });
        let mut plain = PermissionSet::default();
        let mut measured = PermissionSet::default();
        for permission in permissions.iter() {
            if permission < MEASURED {
                plain.insert(permission);
            } else {
                measured.insert(permission);
            }
        }
        let limits = measured.iter().map(|permission| Limit {
            permission,
            currency: Some("EUR".to_owned()),
            approve_above: Some(5_000),
            max: Some(10_000),
        });
        let limits = limits.collect();
        let terms = |permissions, limits| Terms {
            role: Some(format!("role{role}")),
            permissions,
            limits,
            ..Terms::default()
        };
        model.terms.push(terms(plain, Vec::new()));
        model.terms.push(terms(measured, limits));
    }
    for number in 0..MEMBERS {
        let mut holdings = Vec::new();
        for _ in 0..=chance.below(3) {
            let place = match chance.below(10) {
                0 | 1 => 0,
                2..5 => 1 + region_width * chance.below(REGIONS),
                _ => chance.below(scopes),
            };
            let role = chance.below(ROLES);
            for terms in [role * 2, role * 2 + 1] {
                let order = u32::try_from(holdings.len()).unwrap_or_default();
                holdings.push(Holding {
                    terms,
                    scopes: vec![place],
                    order,
                });
            }
        }
        model.members.push(Member {
            id: format!("m{number}"),
            holdings,
            ..Member::default()
        });
    }
    model
}

/// The same with all roles held by groups: each member keeps one assignment, and is in the groups of
/// its others.
fn grouped(mut model: Model) -> Model {
    let mut groups = BTreeMap::new();
    for member in &mut model.members {
        let (kept, shared) = member.holdings.split_at(2.min(member.holdings.len()));
        for holdings in shared.chunks(2) {
            let key: Vec<_> = holdings
                .iter()
                .map(|it| (it.terms, it.scopes.clone()))
                .collect();
            let next = u32::try_from(groups.len()).unwrap_or_default();
            let group = *groups.entry(key).or_insert(next);
            if !member.groups.contains(&group) {
                member.groups.push(group);
            }
        }
        member.groups.sort_unstable();
        member.holdings = kept.to_vec();
    }
    let mut holders = vec![Holder::default(); groups.len()];
    for (key, group) in groups {
        let place = usize::try_from(group).unwrap_or_default();
        if let Some(holder) = holders.get_mut(place) {
            holder.id = format!("g{group}");
            holder.has_inside = true;
            // Members keep the first places for their own.
            let orders = 6 + 2 * group..;
            let holding = |((terms, scopes), order)| Holding {
                terms,
                scopes,
                order,
            };
            holder.holdings = key.into_iter().zip(orders).map(holding).collect();
        }
    }
    model.groups = holders;
    model
}

/// A question by names and by numbers.
struct Question {
    request: Request<'static>,
    numbers: (u32, u32, u32),
}

fn questions(
    engine: &Engine,
    model: &Model,
    chance: &mut Chance,
    permissions: std::ops::Range<u32>,
) -> Option<Vec<Question>> {
    let scopes = u32::try_from(model.scopes.len()).ok()?;
    let auth = Auth {
        session: Some("s1".into()),
        time: Some(NOW - 60),
        level: Some(2),
        ..Auth::default()
    };
    let mut made = Vec::new();
    while made.len() < QUESTIONS {
        let subject = format!("m{}", chance.below(MEMBERS));
        let number = permissions.start + chance.below(permissions.end - permissions.start);
        let permission = engine.snapshot.permission_key(number).ok()?.to_owned();
        let place = chance.below(scopes);
        let scope = engine.snapshot.scope_id(place).ok()?.to_owned();
        let member = engine.snapshot.find_member(&subject).ok()??.handle;
        made.push(Question {
            request: Request {
                subject: leak(subject),
                permission: leak(permission),
                scope: Some(leak(scope)),
                now: Some(NOW),
                amount: Some(Amount {
                    value: Exact(Some(4_200)),
                    currency: Some("EUR".into()),
                }),
                auth: Some(auth.clone()),
                ..Request::default()
            },
            numbers: (member, number, place),
        });
    }
    Some(made)
}

fn leak(text: String) -> Text<'static> {
    Text::from(&*Box::leak(text.into_boxed_str()))
}

// What is counted: these by their names, and whatever they call.

#[inline(never)]
fn hot_can(engine: &Engine, questions: &[Question]) -> usize {
    let may = |question: &&Question| {
        let (member, permission, scope) = black_box(question.numbers);
        engine.may(member, permission, scope, Some(NOW)) == Ok(true)
    };
    questions.iter().filter(may).count()
}

#[inline(never)]
fn hot_decide(engine: &Engine, questions: &[Question]) -> usize {
    let allowed = |question: &&Question| {
        let decision = decide(engine, black_box(&question.request));
        decision.is_ok_and(|decision| decision.outcome == Outcome::Allow)
    };
    questions.iter().filter(allowed).count()
}

#[inline(never)]
fn hot_session(engine: &Engine, questions: &[Question]) -> usize {
    let some = |question: &&Question| {
        let session = query::session(engine, black_box(&question.request));
        session.is_ok_and(|session| session.allowed.iter().any(|bits| *bits != 0))
    };
    questions.iter().filter(some).count()
}

#[inline(never)]
fn hot_find(engine: &Engine, questions: &[Question]) -> usize {
    let known = |question: &&Question| {
        let found = engine.find(black_box(&question.request.subject));
        found.is_ok_and(|found| found.is_some())
    };
    questions.iter().filter(known).count()
}

#[inline(never)]
fn hot_load(payload: Vec<u8>) -> Option<Engine> {
    Snapshot::open(black_box(payload)).ok().map(Engine::new)
}

/// Runs one path and says how often it ran, what came of it, and how long the snapshot is.
fn run(path: &str) -> Option<String> {
    let mut chance = Chance(7);
    let mut model = model(&mut chance);
    if path == "can, in groups" {
        model = grouped(model);
    }
    let payload = write::payload(&model).ok()?;
    let bytes = payload.len();
    let engine = if path == "load" {
        hot_load(payload)?
    } else {
        Engine::new(Snapshot::open(payload).ok()?)
    };
    let mut ask = |permissions| questions(&engine, &model, &mut chance, permissions);
    let (times, yes) = match path {
        "load" => (1, 1),
        "can" | "can, in groups" => (QUESTIONS, hot_can(&engine, &ask(0..MEASURED)?)),
        "can, measured" => (QUESTIONS, hot_can(&engine, &ask(MEASURED..PERMISSIONS)?)),
        "decide" => (QUESTIONS, hot_decide(&engine, &ask(0..MEASURED)?)),
        "decide, measured" => (QUESTIONS, hot_decide(&engine, &ask(MEASURED..PERMISSIONS)?)),
        "session" => (QUESTIONS, hot_session(&engine, &ask(0..MEASURED)?)),
        "find a member" => (QUESTIONS, hot_find(&engine, &ask(0..MEASURED)?)),
        _ => return None,
    };
    Some(format!("{times} {yes} {bytes}"))
}

fn main() -> ExitCode {
    let path = env::args().nth(1).unwrap_or_default();
    match run(&path) {
        Some(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("`{path}` is no path that is watched");
            ExitCode::FAILURE
        }
    }
}
