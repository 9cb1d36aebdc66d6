//! Lists, filters and routes as plain data.

use alloc::{borrow::ToOwned, collections::BTreeMap, string::String, vec::Vec};

use serde::Serialize;

use crate::{
    decide::{Engine, Request, engine::Principal},
    query::{self, State, filter},
    snapshot::{
        Damaged, Snapshot,
        code::{Comparison, MeasureKind, RowRule, Source},
        layout::Section,
        records::{Operand, texts},
    },
};

/// A member who holds a permission, perhaps under conditions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Holder {
    /// Who.
    pub member: String,
    /// `allowed` or `conditional`.
    pub state: &'static str,
}

/// The members who hold the request's permission at its scope, by id.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn who_can(engine: &Engine, request: &Request<'_>) -> Result<Vec<Holder>, Damaged> {
    let mut holders = Vec::new();
    for (handle, state) in query::who_can(engine, request)? {
        let member = engine.snapshot.member(handle)?.name()?.to_owned();
        holders.push(Holder {
            member,
            state: state.code(),
        });
    }
    Ok(holders)
}

/// A permission that a member holds, perhaps under conditions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Held {
    /// What.
    pub permission: String,
    /// `allowed` or `conditional`.
    pub state: &'static str,
}

/// What the request's subject holds at its scope.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn what_can(engine: &Engine, request: &Request<'_>) -> Result<Vec<Held>, Damaged> {
    let mut held = Vec::new();
    for (number, state) in (0..).zip(query::session(engine, request)?.states) {
        if state != State::Denied {
            let permission = engine.snapshot.permission_key(number)?.to_owned();
            held.push(Held {
                permission,
                state: state.code(),
            });
        }
    }
    Ok(held)
}

/// The records that pass: those that every part lets through. A fact that a record does not have is
/// untold, and what it is compared with neither holds nor fails.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// Why nothing passes, where that is known before any record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// One for the subject, one more for an actor. A part without clauses lets nothing through.
    pub parts: Vec<Part>,
    /// The next instant at which it could change by time alone, in unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<i64>,
}

/// What one principal's rights let through.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Part {
    /// A record passes where one of these is known to hold …
    pub any: Vec<Clause>,
    /// … and each of these is known not to.
    pub except: Vec<Clause>,
}

/// A set of records: those that meet all of its members.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clause {
    /// In one of these scopes; in any, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Assigned to this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// With an open ticket of this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_ticket_with: Option<String>,
    /// In one of these departments. A department that the policy does not declare is untold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departments: Option<Vec<String>>,
    /// With attributes that compare.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeTest>,
}

/// One comparison of an attribute of the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributeTest {
    /// Its id.
    pub attribute: String,
    /// `eq ne in not_in lt le gt ge contains exists`.
    pub op: &'static str,
    /// With what; absent for `exists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<OperandValue>,
}

/// What an attribute is compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum OperandValue {
    Boolean(bool),
    Integer(i64),
    String(String),
    Integers(Vec<i64>),
    Strings(Vec<String>),
}

/// The records that the request's permission reaches.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn where_can(engine: &Engine, request: &Request<'_>) -> Result<Filter, Damaged> {
    let found = filter::where_can(engine, request)?;
    let subject = engine.find(&request.subject)?;
    let mut parts = Vec::new();
    for part in &found.parts {
        let clauses = |list: &[filter::Clause]| -> Result<Vec<Clause>, Damaged> {
            list.iter()
                .map(|one| clause(engine, subject.as_ref(), one))
                .collect()
        };
        parts.push(Part {
            any: clauses(&part.any)?,
            except: clauses(&part.except)?,
        });
    }
    Ok(Filter {
        reason: found.reason.map(crate::decide::Reason::code),
        parts,
        holds_until: found.holds_until,
    })
}

fn clause(
    engine: &Engine,
    subject: Option<&Principal<'_>>,
    found: &filter::Clause,
) -> Result<Clause, Damaged> {
    let snapshot = &engine.snapshot;
    let mut clause = Clause::default();
    if !(found.below && found.scopes.contains(&0)) {
        let mut ids = Vec::new();
        for top in &found.scopes {
            let end = if found.below {
                snapshot.scope_end(*top)?
            } else {
                top.saturating_add(1)
            };
            for scope in *top..end {
                ids.push(snapshot.scope_id(scope)?.to_owned());
            }
        }
        clause.scopes = Some(ids);
    }
    // Facts of the record are the subject's, also where an actor's rights are meant.
    let subject = subject.ok_or(Damaged)?;
    let id = || subject.row.name().map(str::to_owned);
    match found.rows {
        RowRule::Any => {}
        RowRule::Own => clause.assignee = Some(id()?),
        RowRule::Ticket => clause.open_ticket_with = Some(id()?),
        RowRule::Team => clause.departments = Some(departments(snapshot, subject)?),
    }
    if let Some(terms) = found.terms {
        for test in snapshot.terms(terms)?.detail()?.attributes() {
            let test = test?;
            let attribute = snapshot.attribute(test.attribute)?;
            if !attribute.stored {
                clause.attributes.push(AttributeTest {
                    attribute: snapshot.name(attribute.id)?.to_owned(),
                    op: comparison_name(test.comparison),
                    value: operand(test.operand)?,
                });
            }
        }
    }
    Ok(clause)
}

/// The member's department and all below it.
fn departments(snapshot: &Snapshot, member: &Principal<'_>) -> Result<Vec<String>, Damaged> {
    let Some(own) = member.profile.detail()?.department else {
        return Ok(Vec::new());
    };
    (own..snapshot.department_end(own)?)
        .map(|department| snapshot.department_id(department).map(str::to_owned))
        .collect()
}

fn operand(operand: Operand<'_>) -> Result<Option<OperandValue>, Damaged> {
    Ok(Some(match operand {
        Operand::None => return Ok(None),
        Operand::Boolean(value) => OperandValue::Boolean(value),
        Operand::Integer(value) => OperandValue::Integer(value),
        Operand::String(value) => OperandValue::String(value.to_owned()),
        Operand::Integers(mut list) => {
            let mut values = Vec::new();
            while !list.is_empty() {
                values.push(list.signed()?);
            }
            OperandValue::Integers(values)
        }
        Operand::Strings(list) => OperandValue::Strings(
            texts(list)
                .map(|text| text.map(str::to_owned))
                .collect::<Result<_, _>>()?,
        ),
    }))
}

const fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Eq => "eq",
        Comparison::Ne => "ne",
        Comparison::In => "in",
        Comparison::NotIn => "not_in",
        Comparison::Lt => "lt",
        Comparison::Le => "le",
        Comparison::Gt => "gt",
        Comparison::Ge => "ge",
        Comparison::Contains => "contains",
        Comparison::Exists => "exists",
    }
}

/// The permission that an HTTP request asks for, and where its facts come from: `path:NAME`,
/// `query:NAME`, `header:NAME`, `body:/json/pointer` or `fixed:VALUE`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Match {
    pub method: String,
    pub permission: String,
    /// What the permission is measured in: `money`, `percent` or `quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<&'static str>,
    /// The path's parameters in this request.
    pub parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Whether the record's facts are to be fetched before the decision.
    pub load_resource: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<String>,
    /// The query parameter that names a field to sort by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Query parameters that filter, and the field of each.
    pub filters: BTreeMap<String, String>,
    /// Whether the body's keys are fields that are written.
    pub writes_body: bool,
    /// Whether the answer is a whole export.
    pub exports: bool,
}

/// The first route that matches, if any does.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn route(engine: &Engine, method: &str, path: &str) -> Result<Option<Match>, Damaged> {
    let snapshot = &engine.snapshot;
    let Some(found) = query::route::find(snapshot, method, path)? else {
        return Ok(None);
    };
    let route = found.route;
    let measure = snapshot.permission(route.permission)?.measure;
    let written = |source: Option<Source>| source.map(|source| source_name(&source));
    Ok(Some(Match {
        method: route.method,
        permission: snapshot.permission_key(route.permission)?.to_owned(),
        measure: measure.map(|measure| match measure {
            MeasureKind::Money => "money",
            MeasureKind::Percent => "percent",
            MeasureKind::Quantity => "quantity",
        }),
        parameters: found.parameters.into_iter().collect(),
        scope: written(route.scope),
        amount: written(route.amount),
        currency: written(route.currency),
        resource_type: route.resource_type,
        resource: written(route.resource),
        load_resource: route.load_resource,
        member: written(route.member),
        assignment: written(route.assignment),
        sort: route.sort,
        filters: route.filters.into_iter().collect(),
        writes_body: route.writes_body,
        exports: route.exports,
    }))
}

fn source_name(source: &Source) -> String {
    let (kind, name) = match source {
        Source::Path(name) => ("path", name),
        Source::Query(name) => ("query", name),
        Source::Header(name) => ("header", name),
        Source::Body(name) => ("body", name),
        Source::Fixed(name) => ("fixed", name),
    };
    [kind, ":", name].concat()
}

/// A group of fields that one permission unlocks.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldGroup {
    /// `resource_type.group`.
    pub id: String,
    /// Nobody sees it, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlocked_by: Option<String>,
    /// JSON paths relative to one record.
    pub paths: Vec<String>,
}

/// All field groups, sorted by id.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn field_groups(engine: &Engine) -> Result<Vec<FieldGroup>, Damaged> {
    let snapshot = &engine.snapshot;
    let mut groups = Vec::new();
    for number in 0..snapshot.table(Section::FieldGroups).count()? {
        let group = snapshot.field_group(number)?;
        let unlocked_by = match group.unlocked_by {
            Some(permission) => Some(snapshot.permission_key(permission)?.to_owned()),
            None => None,
        };
        let paths: Result<Vec<String>, Damaged> = group
            .paths
            .map(|path| snapshot.name(path?).map(str::to_owned))
            .collect();
        groups.push(FieldGroup {
            id: snapshot.name(group.id)?.to_owned(),
            unlocked_by,
            paths: paths?,
        });
    }
    Ok(groups)
}

/// What a loaded policy is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every published change.
    pub version: u64,
    /// Unix seconds.
    pub issued: i64,
    /// Unix seconds; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// SHA-256 of the policy document, in hexadecimal.
    pub digest: String,
    /// Whether it is one member's view only.
    pub is_slice: bool,
    /// The version of the overlay in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlay_version: Option<u64>,
}

/// What a loaded policy is.
#[must_use]
pub fn about(engine: &Engine) -> About {
    let head = engine.snapshot.head();
    let digits = head.digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    About {
        tenant: head.tenant.clone(),
        version: head.version,
        issued: head.issued,
        expires: head.expires,
        digest: digits
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect(),
        is_slice: head.slice_of.is_some(),
        overlay_version: engine.overlay_version(),
    }
}
