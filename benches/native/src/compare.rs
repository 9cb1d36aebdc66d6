//! Keyrack beside Cedar and regorus, all native, all with everything parsed before.

use std::{cell::RefCell, fs, sync::Arc};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use keyrack::{
    decide::{self, Engine, Outcome as Decided},
    snapshot::{
        Domain,
        container::{self, Expectations},
    },
};
use regorus::{Value as Rego, languages::rego::compiler::Compiler, rvm::RegoVM};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Outcome, casbins, make,
    rounds::{contender, measure},
};

/// The instant of all questions, as benches/workload/model.mjs has it.
pub const NOW: i64 = 1_772_445_600;

#[derive(Deserialize)]
struct Workload {
    snapshot: String,
    questions: Vec<[String; 3]>,
    expected: Vec<u8>,
    cedar: Option<Cedar>,
    rego: Option<Regorus>,
    casbin: Option<casbins::Casbin>,
}

#[derive(Deserialize)]
struct Cedar {
    policies: String,
    entities: Value,
}

#[derive(Deserialize)]
struct Regorus {
    policy: String,
    data: Value,
}

/// Measures what the workload's file names.
pub fn compare(workload: &str, rounds: usize) -> Outcome<Value> {
    let workload: Workload = serde_json::from_str(&fs::read_to_string(workload)?)?;
    let expected: Vec<bool> = workload.expected.iter().map(|it| *it == 1).collect();
    let bytes = fs::read(&workload.snapshot)?;
    let keys = [make::key().verifying_key()];
    let payload =
        container::verify(&bytes, Domain::Snapshot, &keys).map_err(|it| format!("{it:?}"))?;
    let at = Expectations {
        now: Some(NOW),
        ..Expectations::default()
    };
    let snapshot = container::open(payload, &at).map_err(|failure| format!("{failure:?}"))?;
    let engine = Engine::new(snapshot);
    let by_names = |[member, permission, scope]: &[String; 3]| -> Option<(u32, u32, u32)> {
        let snapshot = &engine.snapshot;
        Some((
            snapshot.find_member(member).ok()??.handle,
            snapshot.find_permission(permission).ok()??,
            snapshot.find_scope(scope).ok()??,
        ))
    };
    let questions = &workload.questions;
    let ids: Vec<_> = questions
        .iter()
        .map(by_names)
        .collect::<Option<_>>()
        .ok_or("a name")?;
    let requests: Vec<_> = questions
        .iter()
        .map(|[member, permission, scope]| decide::Request {
            subject: member.as_str().into(),
            permission: permission.as_str().into(),
            scope: Some(scope.as_str().into()),
            now: Some(NOW),
            ..decide::Request::default()
        })
        .collect();
    let may = |(member, permission, scope)| {
        engine
            .may(member, permission, scope, Some(NOW))
            .unwrap_or(false)
    };
    let decided = |at: usize| decide::decide(&engine, &requests[at]).map(|it| it.outcome);
    let cedar = workload
        .cedar
        .as_ref()
        .map(|it| it.prepare(questions))
        .transpose()?;
    let rego = workload
        .rego
        .as_ref()
        .map(|it| it.prepare(questions))
        .transpose()?;
    let casbin = workload
        .casbin
        .as_ref()
        .map(casbins::Casbin::prepare)
        .transpose()?;
    let cached = workload
        .casbin
        .as_ref()
        .map(|it| it.prepare_cached(2 * questions.len()))
        .transpose()?;
    let authorizer = Authorizer::new();
    let mut contenders = vec![
        contender("keyrack by ids", |at| may(ids[at])),
        contender("keyrack by names", |at| {
            by_names(&questions[at]).is_some_and(may)
        }),
        contender("keyrack decide", |at| decided(at) == Ok(Decided::Allow)),
    ];
    if let Some((policies, entities, requests)) = &cedar {
        contenders.push(contender("cedar-policy", |at| {
            let answer = authorizer.is_authorized(&requests[at], policies, entities);
            answer.decision() == Decision::Allow
        }));
    }
    if let Some((machine, inputs)) = &rego {
        contenders.push(contender("regorus", |at| {
            let mut machine = machine.borrow_mut();
            machine.set_input(inputs[at].clone());
            machine.execute().is_ok_and(|it| it == Rego::Bool(true))
        }));
    }
    if let Some(enforcer) = &casbin {
        contenders.push(contender("casbin", |at| {
            casbins::allows(enforcer, &questions[at])
        }));
    }
    if let Some(enforcer) = &cached {
        contenders.push(contender("casbin, answers remembered", |at| {
            casbins::allows(enforcer, &questions[at])
        }));
    }
    Ok(json!({ "figures": measure(&contenders, &expected, rounds)? }))
}

impl Cedar {
    /// All entities are in one store that is made once, and requests are made before.
    fn prepare(&self, questions: &[[String; 3]]) -> Outcome<(PolicySet, Entities, Vec<Request>)> {
        let policies: PolicySet = self.policies.parse()?;
        let entities = Entities::from_json_value(self.entities.clone(), None)?;
        let requests = questions
            .iter()
            .map(|[member, permission, scope]| -> Outcome<Request> {
                let uid = |kind: &str, id: &str| -> Outcome<EntityUid> {
                    Ok(format!("{kind}::\"{id}\"").parse()?)
                };
                Ok(Request::new(
                    uid("Member", member)?,
                    uid("Action", permission)?,
                    uid("Scope", scope)?,
                    Context::empty(),
                    None,
                )?)
            });
        Ok((policies, entities, requests.collect::<Outcome<_>>()?))
    }
}

impl Regorus {
    /// Compiled once for its virtual machine, which on this rule takes a third of what its
    /// interpreter does; the data is loaded before, and inputs are values, not text.
    fn prepare(&self, questions: &[[String; 3]]) -> Outcome<(RefCell<RegoVM>, Vec<Rego>)> {
        const ENTRY: &str = "data.staff.allow";
        let mut engine = regorus::Engine::new();
        engine.add_policy("staff.rego".to_owned(), self.policy.clone())?;
        let entry: Arc<str> = ENTRY.into();
        let policy = engine.compile_with_entrypoint(&entry)?;
        let mut machine = RegoVM::new_with_policy(policy.clone());
        machine.load_program(Compiler::compile_from_policy(&policy, &[ENTRY])?);
        machine.set_data(Rego::from_json_str(&self.data.to_string())?)?;
        let input = |[member, permission, scope]: &[String; 3]| {
            let asked = json!({ "member": member, "permission": permission, "scope": scope });
            Rego::from_json_str(&asked.to_string())
        };
        Ok((
            RefCell::new(machine),
            questions.iter().map(input).collect::<Result<_, _>>()?,
        ))
    }
}
