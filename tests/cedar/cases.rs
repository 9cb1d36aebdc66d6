//! One random policy for both engines, and requests with Keyrack's answers.

use std::net::IpAddr;

use keyrack::{
    compile,
    decide::{
        Engine, Outcome, Request, decide,
        request::{Exact, Value as Told},
    },
    policy::{Document, document::PermissionOverride},
    snapshot::{
        Snapshot,
        model::{AttributeKind, Model},
        write,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    cedar::{self, Cedar},
    generator,
};

/// A policy and its requests.
pub struct Case {
    pub cedar: Cedar,
    pub asked: Vec<Asked>,
}

/// One request in Cedar's words.
pub struct Asked {
    /// As Keyrack reads it.
    pub request: String,
    pub principal: String,
    pub action: String,
    pub resource: String,
    pub context: Value,
    /// What Keyrack says.
    pub allowed: bool,
    /// Whether the export says everything that bears on it.
    pub whole: bool,
}

impl Case {
    pub fn value(&self) -> Value {
        let asked = self.asked.iter().map(|one| {
            json!({
                "request": one.request, "principal": one.principal, "action": one.action,
                "resource": one.resource, "context": one.context, "allowed": one.allowed,
                "whole": one.whole,
            })
        });
        json!({
            "policies": self.cedar.policies, "entities": self.cedar.entities,
            "schema": self.cedar.schema, "asked": asked.collect::<Vec<_>>(),
        })
    }
}

/// The policy of a seed. Two in three have nothing that Cedar cannot say, so that whole answers
/// can be compared.
pub fn case(seed: u64, requests: usize) -> Case {
    let generator::Case {
        mut document,
        requests,
        ..
    } = generator::case(seed, requests);
    if !seed.is_multiple_of(3) {
        ease(&mut document);
    }
    let model = compile::lower(&document);
    let payload = write::payload(&model).expect("a snapshot within all caps");
    let engine = Engine::new(Snapshot::open(payload).expect("an undamaged snapshot"));
    let cedar = cedar::export(&model);
    let asked = requests.into_iter().map(|request| {
        let text = bare(request).to_string();
        asked(&engine, &document, &model, &cedar, text)
    });
    let asked = asked.collect();
    Case { cedar, asked }
}

/// Takes away what Cedar cannot say: hours, budgets, verifications, consents.
fn ease(document: &mut Document) {
    let roles = document.roles.iter_mut().map(|role| &mut role.conditions);
    let assignments = document.assignments.iter_mut();
    let assignments = assignments.map(|one| &mut one.conditions);
    let denials = document.denials.iter_mut().map(|one| &mut one.conditions);
    for conditions in roles.chain(assignments).chain(denials) {
        conditions.hours = None;
        conditions.budgets.clear();
        conditions.step_up.clear();
        conditions.approval_for.clear();
        for limit in &mut conditions.limits {
            limit.approve_above = None;
        }
    }
    for demand in &mut document.demands {
        demand.approval = false;
        demand.step_up = None;
    }
    let kept = |demand: &keyrack::policy::document::Demand| {
        demand.sign_in_level.is_some() || !demand.training.is_empty()
    };
    document.demands.retain(kept);
    let overrides = &mut document.catalogue.overrides;
    for one in overrides.iter_mut() {
        one.step_up = None;
        one.no_step_up = true;
    }
    for key in generator::PERMISSIONS {
        if !overrides.iter().any(|one| one.key == key) {
            overrides.push(PermissionOverride {
                key: key.to_owned(),
                no_step_up: true,
                ..PermissionOverride::default()
            });
        }
    }
    for added in &mut document.catalogue.permissions {
        added.step_up = None;
    }
}

/// The request without what the export says it does not read.
fn bare(mut request: Value) -> Value {
    if let Some(object) = request.as_object_mut() {
        object.retain(|key, _| !cedar::NOT_ASKED.contains(&key.as_str()));
    }
    if let Some(auth) = request["auth"].as_object_mut() {
        auth.remove("proofs");
    }
    request
}

fn asked(
    engine: &Engine,
    document: &Document,
    model: &Model,
    cedar: &Cedar,
    text: String,
) -> Asked {
    let request: Request<'_> = serde_json::from_str(&text).expect("a request");
    let decision = decide(engine, &request).expect("an undamaged snapshot");
    let scope = request
        .scope
        .as_deref()
        .map_or_else(|| root(model), str::to_owned);
    let left_out = |one: &cedar::LeftOut| {
        one.permissions
            .iter()
            .any(|key| *request.permission == *key)
    };
    let whole = !cedar.left_out.iter().any(left_out);
    let context = Value::Object(context(document, model, &request));
    let (principal, action) = (request.subject.to_string(), request.permission.to_string());
    Asked {
        principal,
        action,
        resource: scope,
        context,
        allowed: decision.outcome == Outcome::Allow,
        whole,
        request: text,
    }
}

fn root(model: &Model) -> String {
    model.scopes.first().expect("a root").id.clone()
}

/// The facts of a request as a host would tell them to Cedar.
fn context(document: &Document, model: &Model, request: &Request<'_>) -> Map<String, Value> {
    let mut context = Map::new();
    let mut tell = |key: &str, value: Option<Value>| {
        context.extend(value.map(|value| (key.to_owned(), value)));
    };
    let exact = |value: &Exact| value.0.map(Value::from);
    tell("now", request.now.map(Value::from));
    tell("percent", request.percent.as_ref().and_then(exact));
    tell("quantity", request.quantity.as_ref().and_then(exact));
    let amount = request.amount.as_ref().and_then(|amount| {
        let mut told = Map::from_iter([("value".to_owned(), exact(&amount.value)?)]);
        let currency = amount.currency.as_deref();
        told.extend(currency.map(|one| ("currency".to_owned(), one.into())));
        Some(Value::from(told))
    });
    tell("amount", amount);
    tell("ip", request.ip.as_deref().and_then(address));
    tell("signInLevel", level(document, request).map(Value::from));
    tell(
        "record",
        request.resource.as_ref().map(|_| record(model, request)),
    );
    context
}

/// An IPv4 address in its mapped form is told as what it is.
fn address(text: &str) -> Option<Value> {
    let address: IpAddr = text.parse().ok()?;
    let address = address.to_canonical().to_string();
    Some(json!({ "__extn": { "fn": "ip", "arg": address } }))
}

/// The highest that the sign-in tells.
fn level(document: &Document, request: &Request<'_>) -> Option<u8> {
    let auth = request.auth.as_ref()?;
    let acr = auth.acr.as_deref();
    let acr = acr.and_then(|acr| document.levels.acr.get(acr)).copied();
    let amr = auth.amr.iter();
    let amr = amr
        .filter_map(|amr| document.levels.amr.get(&**amr))
        .copied();
    amr.chain(acr).chain(auth.level).max()
}

fn record(model: &Model, request: &Request<'_>) -> Value {
    let resource = request.resource.as_ref().expect("a record");
    let entity = |kind: &str, id: &str| json!({ "__entity": { "type": kind, "id": id } });
    let mut told = Map::new();
    if let Some(assignee) = &resource.assignee {
        told.insert("assignee".to_owned(), entity("Member", assignee));
    }
    if let Some(department) = &resource.department {
        told.insert("department".to_owned(), entity("Department", department));
    }
    if let Some(members) = &resource.open_ticket_with {
        let members = members.iter().map(|member| entity("Member", member));
        told.insert("openTicketWith".to_owned(), members.collect());
    }
    let asked = model
        .attributes
        .iter()
        .filter(|attribute| !attribute.stored);
    let attributes = asked.filter_map(|attribute| {
        let value = typed(resource.attributes.find(&attribute.id)?, attribute.kind)?;
        Some((attribute.id.clone(), value))
    });
    let attributes: Map<String, Value> = attributes.collect();
    told.insert("attributes".to_owned(), attributes.into());
    told.into()
}

/// A value of another type than declared is as good as none.
fn typed(value: &Told<'_>, kind: AttributeKind) -> Option<Value> {
    Some(match (value, kind) {
        (Told::Boolean(value), AttributeKind::Boolean) => (*value).into(),
        (Told::Integer(value), AttributeKind::Integer) => (*value).into(),
        (Told::String(value), AttributeKind::String) => value.to_string().into(),
        (Told::Strings(all), AttributeKind::StringList) => {
            all.iter().map(|one| Value::from(one.to_string())).collect()
        }
        _ => return None,
    })
}
