//! Vectors of AuthZEN's interop applications: bodies, and the decisions that are expected.

use std::path::Path;

use keyrack::{
    authzen::{Endpoint, Facts, Service, answer},
    decide::Engine,
};
use serde_json::{Value, json};

use super::{Case, Named, Take, invalid, plan::Plan};
use crate::{failure::Failure, policy_file, test};

pub(super) fn ask(
    path: &Path,
    value: &Value,
    plan: &Plan,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let Some(policy) = &plan.policy else {
        return Err(invalid(
            path,
            "vectors carry no policy; a plan (`--with`) names one",
        ));
    };
    let mut compiled = policy_file::compiled(policy, policy_file::bytes(policy)?)?;
    policy_file::model(policy, &mut compiled, true)?;
    let point = Point {
        engine: test::engine(&compiled.document)?,
        service: plan
            .service()
            .ok_or_else(|| invalid(path, "the plan's names make no decision point"))?,
        plan,
    };
    let forms = [
        ("evaluation", Endpoint::Evaluation),
        ("evaluations", Endpoint::Evaluations),
    ];
    for (form, endpoint) in forms {
        let rows = value.get(form).and_then(Value::as_array);
        for (number, row) in (1_usize..).zip(rows.into_iter().flatten()) {
            let name = format!("{form} {number}");
            if let Some(why) = plan.sets_apart(&name) {
                let why = why.to_owned();
                take(Err(Named { name, why }));
                continue;
            }
            let (Some(request), Some(expected)) = (row.get("request"), row.get("expected")) else {
                return Err(invalid(
                    path,
                    format!("{name} has no request and expectation"),
                ));
            };
            take(Ok(Case {
                name,
                expected: expected.clone(),
                got: point.decisions(endpoint, request),
            }));
        }
    }
    Ok(())
}

struct Point<'p> {
    engine: Engine,
    service: Service,
    plan: &'p Plan,
}

impl Point<'_> {
    /// The decision, or the decisions of a batch; else the status and what it says.
    fn decisions(&self, endpoint: Endpoint, request: &Value) -> Value {
        let facts = Facts {
            trusted: self.plan.trusted,
            ..Facts::default()
        };
        let body = request.to_string();
        let reply = answer(
            &self.engine,
            &self.service,
            endpoint,
            body.as_bytes(),
            self.plan.now,
            &facts,
        );
        let text = String::from_utf8_lossy(&reply.body);
        if reply.status != 200 {
            return json!({ "status": reply.status, "message": text });
        }
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let decision = |answer: &Value| answer.get("decision").cloned().unwrap_or_default();
        match answer.get("evaluations").and_then(Value::as_array) {
            Some(all) => all
                .iter()
                .map(|one| json!({ "decision": decision(one) }))
                .collect(),
            None => decision(&answer),
        }
    }
}
