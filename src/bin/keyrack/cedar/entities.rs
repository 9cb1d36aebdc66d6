//! Members, scopes, groups, organisations and departments as Cedar's entities.

use std::collections::BTreeMap;

use keyrack::snapshot::model::{
    AttributeKind, Member, MemberKind, MemberStatus, Model, Operand, TrainingDone,
};
use serde_json::{Map, Value, json};

use super::conditions::place;

/// All of them.
pub(super) fn entities(model: &Model) -> Vec<Value> {
    let scopes = model.scopes.iter().map(|one| (one.id.as_str(), one.end));
    let departments = model.departments.iter();
    let departments = departments.map(|one| (one.id.as_str(), one.end));
    let mut all = tree("Scope", scopes);
    all.extend(tree("Department", departments));
    let plain = |kind: &'static str, id: &str| entity(kind, id, Map::new(), Vec::new());
    all.extend(model.groups.iter().map(|one| plain("Group", &one.id)));
    all.extend(
        model
            .organisations
            .iter()
            .map(|one| plain("Organisation", &one.id)),
    );
    all.extend(model.members.iter().map(|one| member(model, one)));
    all
}

/// The name of an entity as a value.
fn name(kind: &str, id: &str) -> Value {
    json!({ "type": kind, "id": id })
}

fn entity(kind: &str, id: &str, attributes: Map<String, Value>, parents: Vec<Value>) -> Value {
    json!({ "uid": name(kind, id), "attrs": attributes, "parents": parents })
}

/// Nodes in preorder, each with the position after its last descendant: the parent is the nearest
/// one before that has not ended.
fn tree<'m>(kind: &'static str, nodes: impl Iterator<Item = (&'m str, u32)>) -> Vec<Value> {
    let mut open: Vec<(&str, u32)> = Vec::new();
    let mut all = Vec::new();
    for (position, (id, end)) in (0_u32..).zip(nodes) {
        while open.last().is_some_and(|(_, end)| *end <= position) {
            open.pop();
        }
        let parents = open.last().map(|(parent, _)| name(kind, parent));
        all.push(entity(kind, id, Map::new(), parents.into_iter().collect()));
        open.push((id, end));
    }
    all
}

fn member(model: &Model, member: &Member) -> Value {
    let groups = member.groups.iter();
    let groups = groups.filter_map(|group| model.groups.get(place(*group)));
    let firm = member.organisation;
    let firm = firm.and_then(|firm| model.organisations.get(place(firm)));
    let parents = groups
        .map(|one| name("Group", &one.id))
        .chain(firm.map(|one| name("Organisation", &one.id)));
    let parents = parents.collect();
    entity("Member", &member.id, facts(model, member), parents)
}

fn facts(model: &Model, member: &Member) -> Map<String, Value> {
    let outside = member.organisation.is_some()
        || matches!(
            member.kind,
            MemberKind::Contractor | MemberKind::Organisation
        );
    let mut facts = Map::new();
    let mut tell = |key: &str, value: Option<Value>| {
        facts.extend(value.map(|value| (key.to_owned(), value)));
    };
    tell("owner", Some((member.kind == MemberKind::Owner).into()));
    tell(
        "active",
        Some((member.status == MemberStatus::Active).into()),
    );
    tell("outside", Some(outside.into()));
    tell("from", member.from.map(Value::from));
    tell("to", member.to.map(Value::from));
    let department = member.department;
    let department = department.and_then(|one| model.departments.get(place(one)));
    tell(
        "department",
        department.map(|one| json!({ "__entity": name("Department", &one.id) })),
    );
    tell("training", Some(training(model, member)));
    tell("attributes", Some(attributes(model, member)));
    facts
}

/// Of an item that was done more than once, the time that counts longest.
pub(super) fn longest(member: &Member) -> BTreeMap<u32, &TrainingDone> {
    let mut longest: BTreeMap<u32, &TrainingDone> = BTreeMap::new();
    let end = |done: &TrainingDone| done.expires.unwrap_or(i64::MAX);
    for done in &member.training {
        let kept = longest.entry(done.item).or_insert(done);
        if end(done) > end(kept) {
            *kept = done;
        }
    }
    longest
}

fn training(model: &Model, member: &Member) -> Value {
    let done = longest(member).into_iter().filter_map(|(item, done)| {
        let mut times = Map::from_iter([("at".to_owned(), done.at.into())]);
        times.extend(done.expires.map(|end| ("expires".to_owned(), end.into())));
        Some((model.training.get(place(item))?.clone(), times.into()))
    });
    Value::Object(done.collect())
}

fn attributes(model: &Model, member: &Member) -> Value {
    let told = member.attributes.iter().filter_map(|(number, value)| {
        let attribute = model.attributes.get(place(*number))?;
        // A value of another type than declared cannot be judged.
        let value: Value = match (value, attribute.kind) {
            (Operand::Boolean(value), AttributeKind::Boolean) => (*value).into(),
            (Operand::Integer(value), AttributeKind::Integer) => (*value).into(),
            (Operand::String(value), AttributeKind::String) => value.clone().into(),
            (Operand::Strings(value), AttributeKind::StringList) => value.clone().into(),
            _ => return None,
        };
        attribute.stored.then(|| (attribute.id.clone(), value))
    });
    Value::Object(told.collect())
}
