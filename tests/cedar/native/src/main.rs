//! The `cedar-policy` crate decides random requests on exported policies: no difference.
//!
//! `keyrack-beside-cedar [policies] [first seed]`

#[path = "../../cases.rs"]
mod cases;
#[allow(dead_code)]
#[path = "../../../../src/bin/keyrack/cedar/mod.rs"]
mod cedar;
#[allow(dead_code)]
#[path = "../../../oracle/evaluator/mod.rs"]
mod evaluator;
#[allow(dead_code)]
#[path = "../../../oracle/generator/mod.rs"]
mod generator;

use std::{process::ExitCode, time::Instant};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet,
    Request, Schema, ValidationMode, Validator,
};

use cases::{Asked, Case};

const REQUESTS: usize = 200;

/// How many answers were the same, how many were compared one way only, and how many allow.
#[derive(Default)]
struct Told {
    same: usize,
    safe: usize,
    allowed: usize,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |other| arguments.next().map_or(other, |text| text.parse().expect("a number"));
    let (policies, first): (u64, u64) = (number(500), number(1_000));
    let begun = Instant::now();
    let mut told = Told::default();
    let mut failures = Vec::new();
    for seed in first..first + policies {
        compare(seed, &mut told, &mut failures);
    }
    for failure in failures.iter().take(5) {
        eprintln!("{failure}");
    }
    println!(
        "{policies} policies: {} of Cedar's answers are Keyrack's, {} more are no wider, {} allow, \
         {} differ, in {:.0?}",
        told.same,
        told.safe,
        told.allowed,
        failures.len(),
        begun.elapsed()
    );
    if failures.is_empty() && told.allowed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn compare(seed: u64, told: &mut Told, failures: &mut Vec<String>) {
    let Case { cedar, asked } = cases::case(seed, REQUESTS);
    let (schema, _) = Schema::from_cedarschema_str(&cedar.schema).expect("a schema");
    let policies: PolicySet = cedar.policies.parse().expect("policies");
    let validator = Validator::new(schema.clone());
    let valid = validator.validate(&policies, ValidationMode::Strict);
    if !valid.validation_passed() {
        failures.push(format!("seed {seed}: {valid}"));
    }
    let entities = serde_json::Value::from(cedar.entities).to_string();
    let entities = Entities::from_json_str(&entities, Some(&schema)).expect("entities");
    for one in &asked {
        let answer = Authorizer::new().is_authorized(&request(one), &policies, &entities);
        let allowed = answer.decision() == Decision::Allow;
        // Where the export leaves something out, Cedar may only be the stricter.
        let held = if one.whole {
            allowed == one.allowed
        } else {
            !allowed || one.allowed
        };
        told.allowed += usize::from(allowed);
        match (held, one.whole) {
            (false, _) => failures.push(format!("seed {seed}: Cedar {allowed}: {}", one.request)),
            (true, true) => told.same += 1,
            (true, false) => told.safe += 1,
        }
    }
}

fn request(asked: &Asked) -> Request {
    let uid = |kind: &str, id: &str| {
        let kind: EntityTypeName = kind.parse().expect("a type");
        EntityUid::from_type_name_and_id(kind, EntityId::new(id))
    };
    let context = Context::from_json_value(asked.context.clone(), None).expect("a context");
    Request::new(
        uid("Member", &asked.principal),
        uid("Action", &asked.action),
        uid("Scope", &asked.resource),
        context,
        None,
    )
    .expect("a request")
}
