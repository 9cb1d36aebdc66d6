//! From a caller's question to the policy's: whose word counts for what.

use alloc::{format, vec::Vec};

use crate::{
    decide::{
        Engine, Request,
        request::{Amount, Exact, Fields, Resource, Text, Value},
    },
    snapshot::{
        Damaged,
        layout::Section,
        records::{Operand, texts},
    },
};

use super::{
    Failed, Fault, Service,
    ask::{Ask, Properties},
    facts::{Facts, Person, Record},
    json::Json,
};

/// Attributes whose names begin so are the subject's …
const OF_SUBJECT: &str = "subject.";
/// … or the action's; all others are the resource's.
const OF_ACTION: &str = "action.";

/// What a question is put together from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sources<'s> {
    /// The policy in force.
    pub engine: &'s Engine,
    /// How names of callers become names of the policy.
    pub service: &'s Service,
    /// What the host knows.
    pub facts: &'s Facts<'s>,
    /// The host's clock.
    pub now: Option<i64>,
}

/// What is known of the two parties of one question.
struct Known<'s> {
    record: Option<&'s Record<'s>>,
    person: Option<&'s Person<'s>>,
}

impl<'s> Sources<'s> {
    /// The policy's question, without any consent.
    pub fn question(
        &self,
        ask: &Ask<'s>,
        record: Option<&'s Record<'s>>,
    ) -> Result<Request<'s>, Failed> {
        let person = self.facts.person(ask.subject.id);
        let permission = self.service.permission(ask.resource.kind, ask.action.name);
        let known = Known { record, person };
        let resource = self.resource(ask, &permission, &known)?;
        let action = ask.action.properties;
        Ok(Request {
            subject: Text::from(ask.subject.id),
            actor: person.and_then(|one| one.actor.clone()),
            permission: Text::from(permission),
            scope: scope(ask, record)?,
            now: self.now,
            amount: amount(action),
            percent: number(action, "percent"),
            quantity: number(action, "quantity"),
            resource: Some(resource),
            fields: fields(action)?,
            auth: person.and_then(|one| one.auth.clone()),
            ip: person.and_then(|one| one.ip.clone()),
            usage: person.map(|one| one.usage.clone()).unwrap_or_default(),
            ..Request::default()
        })
    }

    fn resource(
        &self,
        ask: &Ask<'s>,
        permission: &str,
        known: &Known<'s>,
    ) -> Result<Resource<'s>, Damaged> {
        let snapshot = &self.engine.snapshot;
        // The type that the permission is about, so that no name of a caller's shows hidden fields.
        let resource_type = match snapshot.find_permission(permission)? {
            Some(number) => snapshot.name(snapshot.permission(number)?.detail()?.resource_type)?,
            None => ask.resource.kind,
        };
        let mut told = Resource {
            resource_type: Text::from(resource_type),
            id: Text::from(ask.resource.id),
            ..Resource::default()
        };
        if let Some(record) = known.record {
            told.assignee.clone_from(&record.assignee);
            told.department.clone_from(&record.department);
            told.open_ticket_with.clone_from(&record.open_ticket_with);
        }
        for number in 0..snapshot.table(Section::Attributes).count()? {
            let attribute = snapshot.attribute(number)?;
            if attribute.stored {
                continue;
            }
            let name = snapshot.name(attribute.id)?;
            let spoken = attribute.caller && self.facts.trusted;
            let sent = if spoken { sent(ask, name) } else { None };
            let mut value = sent.or_else(|| known.value(name));
            if value.is_none() && attribute.caller && name.starts_with(OF_SUBJECT) {
                value = self.stored(ask.subject.id, number)?;
            }
            if let Some(value) = value {
                fill_row(&mut told, name, &value);
                told.attributes.0.push((Text::from(name), value));
            }
        }
        Ok(told)
    }

    /// What a member's account says of an attribute.
    fn stored(&self, subject: &str, attribute: u32) -> Result<Option<Value<'s>>, Damaged> {
        let Some(principal) = self.engine.find(subject)? else {
            return Ok(None);
        };
        for stored in principal.profile.detail()?.attributes() {
            let (number, value) = stored?;
            if number == attribute {
                return of_account(value).map(Some);
            }
        }
        Ok(None)
    }
}

impl<'s> Known<'s> {
    fn value(&self, name: &str) -> Option<Value<'s>> {
        let attributes = if name.starts_with(OF_SUBJECT) {
            &self.person?.attributes
        } else if name.starts_with(OF_ACTION) {
            return None;
        } else {
            &self.record?.attributes
        };
        attributes.find(name).cloned()
    }
}

/// What the caller says of an attribute.
fn sent<'s>(ask: &Ask<'s>, name: &str) -> Option<Value<'s>> {
    let said = if let Some(own) = name.strip_prefix(OF_SUBJECT) {
        ask.subject.properties.find(own)
    } else if let Some(own) = name.strip_prefix(OF_ACTION) {
        ask.action.properties.find(own)
    } else {
        ask.resource.properties.find(name)
    };
    said.map(value)
}

fn value<'s>(json: &'s Json<'s>) -> Value<'s> {
    match json {
        Json::Boolean(value) => Value::Boolean(*value),
        Json::Integer(value) => Value::Integer(*value),
        Json::String(value) => Value::String(Text::from(&**value)),
        Json::Array(values) => {
            let texts = values.iter().map(|value| match value {
                Json::String(text) => Some(Text::from(&**text)),
                _ => None,
            });
            texts
                .collect::<Option<Vec<_>>>()
                .map_or(Value::Other, Value::Strings)
        }
        Json::Null | Json::Number(_) | Json::Object(_) => Value::Other,
    }
}

fn of_account<'s>(value: Operand<'s>) -> Result<Value<'s>, Damaged> {
    Ok(match value {
        Operand::Boolean(value) => Value::Boolean(value),
        Operand::Integer(value) => Value::Integer(value),
        Operand::String(value) => Value::String(Text::from(value)),
        Operand::Strings(list) => {
            let texts = texts(list).map(|text| text.map(Text::from));
            Value::Strings(texts.collect::<Result<_, _>>()?)
        }
        Operand::None | Operand::Integers(_) => Value::Other,
    })
}

/// Row rules read three facts of their own, which a policy can let callers tell by declaring
/// attributes of these names. What the host's record says stands.
fn fill_row<'s>(told: &mut Resource<'s>, name: &str, value: &Value<'s>) {
    match (name, value) {
        ("assignee", Value::String(text)) if told.assignee.is_none() => {
            told.assignee = Some(text.clone());
        }
        ("department", Value::String(text)) if told.department.is_none() => {
            told.department = Some(text.clone());
        }
        ("open_ticket_with", Value::Strings(list)) if told.open_ticket_with.is_none() => {
            told.open_ticket_with = Some(list.clone());
        }
        _ => {}
    }
}

/// Where: as the host's record says, else as the caller does.
fn scope<'s>(ask: &Ask<'s>, record: Option<&'s Record<'s>>) -> Result<Option<Text<'s>>, Fault> {
    if let Some(scope) = record.and_then(|record| record.scope.as_ref()) {
        return Ok(Some(scope.clone()));
    }
    match ask.resource.properties.find("scope") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(scope)) => Ok(Some(Text::from(&**scope))),
        // Not the root, which is what no scope at all would mean.
        Some(_) => Err(Fault::bad("resource.properties.scope is not a string")),
    }
}

/// `amount` as `{value, currency}`, or as a number with `currency` beside it.
fn amount(action: Properties<'_>) -> Option<Amount<'_>> {
    let (value, currency) = match action.find("amount")? {
        Json::Null => return None,
        Json::Object(object) => (object.find("value"), object.find("currency")),
        other => (Some(other), action.find("currency")),
    };
    Some(Amount {
        value: exact(value),
        currency: match currency {
            Some(Json::String(text)) => Some(Text::from(&**text)),
            _ => None,
        },
    })
}

fn number(action: Properties<'_>, name: &str) -> Option<Exact> {
    match action.find(name)? {
        Json::Null => None,
        other => Some(exact(Some(other))),
    }
}

/// What is no whole number stays a number that was stated, and is refused as one.
fn exact(value: Option<&Json<'_>>) -> Exact {
    match value {
        Some(Json::Integer(value)) => Exact(Some(*value)),
        _ => Exact(None),
    }
}

/// `fields` by what is done with them. What cannot be read is refused: a touched field that was
/// dropped would go unchecked.
fn fields(action: Properties<'_>) -> Result<Option<Fields<'_>>, Fault> {
    let wrong = |why: &str| Fault::bad(format!("action.properties.fields {why}"));
    let told = match action.find("fields") {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Object(object)) => object,
        Some(_) => return Err(wrong("is not an object")),
    };
    let mut fields = Fields::default();
    for (name, value) in told.sorted() {
        let list = match name {
            "read" => &mut fields.read,
            "write" => &mut fields.write,
            "filter" => &mut fields.filter,
            "sort" => &mut fields.sort,
            "export" => &mut fields.export,
            _ => return Err(wrong("has a member that is not known")),
        };
        match self::value(value) {
            Value::Strings(texts) => *list = texts,
            _ => return Err(wrong("holds what is not a list of strings")),
        }
    }
    Ok(Some(fields))
}
