//! `keyrack where-can`: the records that a permission reaches, as a database could filter them.

use keyrack::{
    compile::diff,
    decide::Engine,
    ffi::explanation::row_name,
    query::{
        self,
        filter::{Clause, Filter},
    },
    snapshot::{Damaged, code::RowRule},
};
use serde_json::{Value, json};

use crate::{
    Answer, Outcome,
    facts::Facts,
    load::Rack,
    output::{self, BOLD, DIM, GREEN, PLAIN, RED, Table, paint},
    times::{self, Now},
    who_can::{known_member, known_permission},
    words,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    rack: Rack,
    /// Who
    #[arg(value_name = "MEMBER")]
    subject: String,
    /// What: `resource.action`
    #[arg(value_name = "PERMISSION")]
    permission: String,
    #[command(flatten)]
    facts: Facts,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let request = arguments
        .facts
        .request(&arguments.subject, &arguments.permission)?;
    let loaded = arguments
        .rack
        .load(Now::or_host(arguments.facts.now), json)?;
    let engine = &loaded.engine;
    known_member(engine, &arguments.subject)?;
    known_permission(engine, &arguments.permission)?;
    let filter = query::where_can(engine, &request)?;
    let any = filter.reason.is_none()
        && !filter.parts.is_empty()
        && filter.parts.iter().all(|part| !part.any.is_empty());
    if json {
        output::print_json(&value(engine, &filter)?)?;
    } else {
        output::print(&rendered(engine, &filter, any)?)?;
    }
    Ok(Answer::of(any))
}

fn value(engine: &Engine, filter: &Filter) -> Result<Value, Damaged> {
    let clauses = |clauses: &[Clause]| {
        clauses
            .iter()
            .map(|clause| {
                Ok(json!({
                    "scopes": scopes(engine, clause)?,
                    "below": clause.below,
                    "rows": row_name(clause.rows),
                    "attributes": tests(engine, clause)?
                        .iter()
                        .map(|(name, comparison, operand)| json!({
                            "attribute": name, "comparison": comparison, "value": operand,
                        }))
                        .collect::<Vec<_>>(),
                }))
            })
            .collect::<Result<Vec<_>, Damaged>>()
    };
    let mut parts = Vec::new();
    for part in &filter.parts {
        parts.push(json!({ "any": clauses(&part.any)?, "except": clauses(&part.except)? }));
    }
    Ok(json!({
        "parts": parts,
        "reason": filter.reason.map(|reason| reason.code()),
        "holdsUntil": filter.holds_until,
    }))
}

fn rendered(engine: &Engine, filter: &Filter, any: bool) -> Result<String, Damaged> {
    let mut text = String::new();
    if !any {
        let reason = filter.reason.map_or("no_grant", |reason| reason.code());
        text = format!(
            "{} {} – {}\n",
            paint(RED.bold(), "nowhere"),
            paint(BOLD, reason),
            words::meaning(reason)
        );
    }
    for (place, part) in filter.parts.iter().enumerate().filter(|_| any) {
        if place > 0 {
            text.push_str("and, of the actor's own rights\n");
        }
        let mut table = Table::default();
        let marked = |clauses: &[Clause], mark: &str, style, table: &mut Table| {
            for clause in clauses {
                let below = if clause.below { "and below" } else { "" };
                let mut rows = match clause.rows {
                    RowRule::Any => "every record".to_owned(),
                    RowRule::Own => "records assigned to the member".to_owned(),
                    RowRule::Team => "records of the member's team".to_owned(),
                    RowRule::Ticket => "records with an open ticket of the member".to_owned(),
                };
                for (name, comparison, operand) in tests(engine, clause)? {
                    rows.push_str(&format!(", {name} {comparison} {operand}"));
                }
                table.row([
                    (style, mark.to_owned()),
                    (PLAIN, scopes(engine, clause)?.join(", ")),
                    (DIM, below.to_owned()),
                    (PLAIN, rows),
                ]);
            }
            Ok::<_, Damaged>(())
        };
        marked(&part.any, "✓", GREEN, &mut table)?;
        marked(&part.except, "✗", RED, &mut table)?;
        text.push_str(&table.text(0));
    }
    if let Some(until) = filter.holds_until {
        text.push_str(&paint(
            DIM,
            &format!("holds until {}\n", times::written(until)),
        ));
    }
    Ok(text)
}

fn scopes(engine: &Engine, clause: &Clause) -> Result<Vec<String>, Damaged> {
    let name = |scope: &u32| engine.snapshot.scope_id(*scope).map(str::to_owned);
    clause.scopes.iter().map(name).collect()
}

/// The comparisons of the record's attributes that a clause makes: name, operator, operand.
fn tests(engine: &Engine, clause: &Clause) -> Result<Vec<(String, &'static str, Value)>, Damaged> {
    let snapshot = &engine.snapshot;
    let Some(terms) = clause.terms else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for test in snapshot.restored_terms(terms)?.attributes {
        let attribute = snapshot.attribute(test.attribute)?;
        if !attribute.stored {
            let name = snapshot.name(attribute.id)?.to_owned();
            let comparison = diff::comparison_name(test.comparison);
            found.push((name, comparison, operand(&test.operand)));
        }
    }
    Ok(found)
}

/// An operand as JSON.
fn operand(operand: &keyrack::snapshot::code::Operand) -> Value {
    use keyrack::snapshot::code::Operand;
    match operand {
        Operand::None => Value::Null,
        Operand::Boolean(value) => json!(value),
        Operand::Integer(value) => json!(value),
        Operand::String(value) => json!(value),
        Operand::Integers(values) => json!(values),
        Operand::Strings(values) => json!(values),
    }
}
