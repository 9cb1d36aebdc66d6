//! What holds of every policy: a question by AuthZEN is decided as the same question put directly,
//! a batch is its single answers, and a search finds exactly what evaluations allow.

use keyrack::{
    authzen::{
        self, Endpoint, Facts, Service,
        facts::{Person, Record},
    },
    decide::{
        self, Engine, Outcome, Request,
        request::{Resource, Text},
    },
    ffi,
    snapshot::{
        Snapshot,
        model::{MemberKind, Model},
        write,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    point::{IDENTIFIER, KEY},
    support::{
        asks,
        tape::{self, Tape, cases},
        worlds,
    },
};

const POLICIES: u32 = 120;
const REQUESTS: usize = 8;
const CHOICES: usize = 2_600;
const KEPT: &str = "tests/regressions/authzen.txt";

/// A policy, questions to it, and what the host knows of them.
struct World {
    engine: Engine,
    service: Service,
    model: Model,
    /// As they are put directly.
    direct: Vec<Request<'static>>,
    /// As a caller puts them.
    asked: Vec<Value>,
    facts: Facts<'static>,
    now: Option<i64>,
}

fn world(choices: &[u16]) -> World {
    let mut tape = Tape::of(choices);
    let model = worlds::model(&mut tape);
    let overlay = asks::overlay(&mut tape, &model);
    let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
    let engine = Engine::with_overlay(snapshot, &overlay).unwrap();
    let mut world = World {
        engine,
        service: Service::new(IDENTIFIER, KEY).unwrap().with_all_records(),
        model,
        direct: Vec::new(),
        asked: Vec::new(),
        facts: Facts {
            trusted: tape.chance(3, 4),
            ..Facts::default()
        },
        now: None,
    };
    for number in 0..REQUESTS {
        question(&mut tape, &mut world, number);
    }
    world
}

/// The same question twice: directly, and as a caller's with the facts at the host.
fn question(tape: &mut Tape, world: &mut World, number: usize) {
    let mut direct = asks::request(tape, &world.model);
    if number == 0 {
        world.now = direct.now;
    }
    direct.now = world.now;
    direct.approvals.clear();
    direct.assignment = None;
    direct.member = None;
    direct.fields = tape.maybe(1, 4, asks::fields);
    let people = &world.facts.people;
    if let Some(known) = people.iter().find(|one| *one.subject == *direct.subject) {
        // Whoever was met before is as the host knows them.
        direct.actor.clone_from(&known.actor);
        direct.auth.clone_from(&known.auth);
        direct.ip.clone_from(&known.ip);
        direct.usage.clone_from(&known.usage);
    } else {
        world.facts.people.push(Person {
            subject: direct.subject.clone(),
            actor: direct.actor.clone(),
            auth: direct.auth.clone(),
            ip: direct.ip.clone(),
            usage: direct.usage.clone(),
            ..Person::default()
        });
    }
    let told = direct.resource.take();
    let told = told.unwrap_or_else(|| asks::resource(tape, &world.model));
    let key = direct.permission.to_string();
    let (kind, name) = match tape.chance(1, 3) {
        true => key.split_once('.').unwrap(),
        false => key.rsplit_once('.').unwrap(),
    };
    let id = format!("record-{number}");
    world.facts.records.push(Record {
        resource_type: Text::from(kind.to_owned()),
        id: Text::from(id.clone()),
        scope: direct.scope.clone(),
        assignee: told.assignee.clone(),
        department: told.department.clone(),
        open_ticket_with: told.open_ticket_with.clone(),
        attributes: told.attributes.clone(),
    });
    let snapshot = &world.engine.snapshot;
    let number = snapshot.find_permission(&key).unwrap().unwrap();
    let detail = snapshot.permission(number).unwrap().detail().unwrap();
    let resource_type = snapshot.name(detail.resource_type).unwrap().to_owned();
    direct.resource = Some(Resource {
        resource_type: Text::from(resource_type),
        id: Text::from(id.clone()),
        ..told
    });
    let mut properties = json!({});
    for (name, value) in [
        ("amount", direct.amount.as_ref().map(|it| json!(it))),
        ("percent", direct.percent.map(|it| json!(it))),
        ("quantity", direct.quantity.map(|it| json!(it))),
        ("fields", direct.fields.as_ref().map(|it| json!(it))),
    ] {
        if let Some(value) = value {
            properties[name] = value;
        }
    }
    world.asked.push(json!({
        "subject": { "type": type_of(&world.model, &direct.subject), "id": &*direct.subject },
        "action": { "name": name, "properties": properties },
        "resource": { "type": kind, "id": id },
        "context": { "supported_obligations": ["custom"] },
    }));
    world.direct.push(direct);
}

fn type_of(model: &Model, id: &str) -> &'static str {
    let member = model.members.iter().find(|one| one.id == id);
    match member.map(|one| one.kind) {
        Some(MemberKind::App) => "app",
        Some(MemberKind::Service) => "service",
        _ => "user",
    }
}

impl World {
    fn ask(&self, endpoint: Endpoint, body: &Value) -> Value {
        let body = body.to_string();
        let reply = authzen::answer(
            &self.engine,
            &self.service,
            endpoint,
            body.as_bytes(),
            self.now,
            &self.facts,
        );
        let text = String::from_utf8(reply.body).unwrap();
        assert_eq!(reply.status, 200, "{body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn allows(&self, body: &Value) -> bool {
        self.ask(Endpoint::Evaluation, body)["decision"] == true
    }

    /// All results of a search, page by page.
    fn found(&self, endpoint: Endpoint, body: &Value, limit: usize) -> Vec<Value> {
        let mut body = body.clone();
        body["page"] = json!({ "limit": limit });
        let mut found = Vec::new();
        loop {
            let answer = self.ask(endpoint, &body);
            for one in answer["results"].as_array().unwrap() {
                let mut one = one.clone();
                one.as_object_mut().unwrap().remove("obligations");
                found.push(one);
            }
            match answer["page"]["next_token"].as_str().unwrap() {
                "" => return found,
                token => body["page"] = json!({ "token": token }),
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(POLICIES, KEPT))]

    #[test]
    fn a_question_is_decided_as_it_would_be_directly(choices in tape::tape(CHOICES)) {
        let world = world(&choices);
        for (direct, asked) in world.direct.iter().zip(&world.asked) {
            let decision = decide::decide(&world.engine, direct).unwrap();
            let answer = world.ask(Endpoint::Evaluation, asked);
            let allows = decision.outcome == Outcome::Allow;
            tape::compared();
            prop_assert_eq!(&answer["decision"], allows, "{:?}\n{:?}", direct, asked);
            if !allows {
                let reason = decision.reason.code();
                prop_assert_eq!(&answer["context"]["reason"], reason, "{:?}\n{:?}", direct, asked);
            }
            // Nothing that has to be done for the yes is lost on the way.
            let due = ffi::Decision::of(&world.engine, direct, &decision).unwrap().obligations;
            let told = answer["context"]["obligations"].as_array().map_or(0, Vec::len);
            let due = if decision.outcome == Outcome::StepUp { 1 } else { due.len() };
            prop_assert_eq!(told, due, "{}", answer);
        }
    }

    #[test]
    fn a_batch_is_its_single_answers(choices in tape::tape(CHOICES)) {
        let world = world(&choices);
        let mut singles = Vec::new();
        let mut items = Vec::new();
        let defaults = world.asked[0].clone();
        for asked in &world.asked {
            singles.push(world.ask(Endpoint::Evaluation, asked));
            let mut item = asked.clone();
            let members = item.as_object_mut().unwrap();
            members.retain(|name, value| defaults[name] != *value);
            items.push(item);
        }
        for semantic in ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] {
            let stop = match semantic {
                "deny_on_first_deny" => Some(json!(false)),
                "permit_on_first_permit" => Some(json!(true)),
                _ => None,
            };
            let last = singles.iter().position(|one| Some(&one["decision"]) == stop.as_ref());
            let count = last.map_or(singles.len(), |last| last + 1);
            let mut body = defaults.clone();
            body["options"] = json!({ "evaluations_semantic": semantic });
            body["evaluations"] = json!(items);
            let answer = world.ask(Endpoint::Evaluations, &body);
            tape::compared();
            prop_assert_eq!(&answer["evaluations"], &json!(singles[..count]));
        }
    }

    #[test]
    fn a_search_finds_exactly_what_evaluations_allow(
        choices in tape::tape(CHOICES), limit in 1_usize..5
    ) {
        let world = world(&choices);
        for asked in world.asked.iter().take(3) {
            let mut plain = asked.clone();
            // An evaluation of a result names it, and says nothing more of it.
            let subject = |id: &str, kind: &str| {
                let mut body = asked.clone();
                body["subject"] = json!({ "type": kind, "id": id });
                body
            };
            for kind in ["app", "service", "user"] {
                let mut ids: Vec<_> = world.model.members.iter().map(|one| &*one.id).collect();
                ids.sort_unstable();
                let allowed = ids.into_iter().filter(|id| world.allows(&subject(id, kind)));
                let allowed = allowed.map(|id| json!({ "type": kind, "id": id }));
                let allowed: Vec<_> = allowed.collect();
                plain["subject"]["type"] = json!(kind);
                prop_assert_eq!(world.found(Endpoint::SearchSubject, &plain, limit), allowed);
            }
            let kind = &asked["resource"]["type"];
            let records = world.facts.records.iter();
            let records = records.filter(|one| *kind == *one.resource_type);
            let allowed = records.map(|one| json!({ "type": kind, "id": &*one.id }));
            let allowed: Vec<_> = allowed
                .filter(|record| {
                    let mut body = asked.clone();
                    body["resource"] = record.clone();
                    world.allows(&body)
                })
                .collect();
            prop_assert_eq!(world.found(Endpoint::SearchResource, asked, limit), allowed);

            let kind = kind.as_str().unwrap();
            let keys = worlds::PERMISSIONS.iter().map(|(key, ..)| *key);
            let names = keys.filter_map(|key| key.strip_prefix(kind)?.strip_prefix('.'));
            let mut allowed: Vec<_> = names
                .map(|name| json!({ "name": name }))
                .filter(|action| {
                    let mut body = asked.clone();
                    body["action"] = action.clone();
                    world.allows(&body)
                })
                .collect();
            allowed.sort_by_key(|one| one["name"].as_str().unwrap().to_owned());
            prop_assert_eq!(world.found(Endpoint::SearchAction, asked, limit), allowed);
        }
    }

    /// Whatever bytes come in, something comes out that says no more than it should.
    #[test]
    fn damaged_bodies_are_answered(choices in tape::tape(CHOICES), cut in any::<u16>(), byte: u8) {
        let world = world(&choices);
        for endpoint in Endpoint::ALL {
            let mut body = world.asked[0].to_string().into_bytes();
            let at = usize::from(cut) % body.len();
            let mut answers = vec![body[..at].to_vec()];
            body[at] = byte;
            answers.push(body);
            for body in answers {
                let reply = authzen::answer(
                    &world.engine, &world.service, endpoint, &body, world.now, &world.facts,
                );
                prop_assert!(matches!(reply.status, 200 | 400), "{}", reply.status);
                let is_json = serde_json::from_slice::<Value>(&reply.body).is_ok_and(|one| one.is_object());
                prop_assert_eq!(is_json, reply.status == 200);
            }
        }
    }
}

#[test]
fn the_laws_are_not_about_nothing() {
    let mut seed = 1_u32;
    let (mut yes, mut no, mut found) = (0, 0, 0);
    for _ in 0..40 {
        let choices: Vec<u16> = (0..CHOICES)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 16) as u16
            })
            .collect();
        let world = world(&choices);
        for asked in &world.asked {
            let allows = world.allows(asked);
            yes += usize::from(allows);
            no += usize::from(!allows);
            found += world.found(Endpoint::SearchSubject, asked, 3).len();
        }
    }
    assert!(
        yes > 20 && no > 20 && found > 20,
        "{yes} yes, {no} no, {found} found"
    );
}
