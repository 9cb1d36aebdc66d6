//! Answers to everything but the boolean question.

use super::answer::Answer;
#[cfg(feature = "slicing")]
use crate::snapshot::{Domain, container, write};
use crate::{
    decide::{
        self, Engine, Request,
        explain::{Condition, Considered, Way},
        reason::Truth,
    },
    ffi,
    query::{self, State, filter::Clause},
    snapshot::{
        Damaged,
        code::RowRule,
        cursor::Cursor,
        layout::Section,
        records::{Operand, ScopeReference},
    },
};

/// Answers a request: 0 and 6 decide, 1 session, 2 explain, 3 who can, 4 where can. `found`: of a
/// decision, the subject, the permission and the scope.
pub fn request(
    what: u32,
    engine: &Engine,
    (request, found): (&Request<'_>, Option<(u32, u32, u32)>),
    answer: &mut Answer,
) -> Result<(), Damaged> {
    match what {
        0 | 6 => answer.decision(&decide::decision::decide_found(engine, request, found)?),
        1 => answer.session(&query::session(engine, request)?),
        2 => explain(engine, request, answer)?,
        3 => {
            let holders = query::who_can(engine, request)?;
            answer.count(&holders);
            for (handle, state) in holders {
                answer.word(u32::from(state == State::Allowed));
                answer.bytes(engine.snapshot.member(handle)?.id);
            }
        }
        _ => where_can(engine, request, answer)?,
    }
    Ok(())
}

fn explain(engine: &Engine, request: &Request<'_>, answer: &mut Answer) -> Result<(), Damaged> {
    let found = ffi::explanation::look(engine, request)?;
    answer.decision(&found.decision);
    answer.count(&found.considered);
    for one in &found.considered {
        considered(engine, one, answer)?;
    }
    answer.count(&found.could_grant);
    found.could_grant.iter().for_each(|id| answer.text(id));
    Ok(())
}

fn considered(engine: &Engine, one: &Considered, answer: &mut Answer) -> Result<(), Damaged> {
    let snapshot = &engine.snapshot;
    let (way, holder) = match one.way {
        Way::Direct => (0, 0),
        Way::Group(group) => (1, snapshot.group(group)?.id),
        Way::Organisation(firm) => (2, snapshot.organisation(firm)?.id),
    };
    answer.word(one.terms);
    answer.scopes(one.scopes);
    answer.word(way);
    answer.word(holder);
    answer.word(u32::from(one.denies));
    answer.optional(one.refused.map(decide::Reason::number));
    answer.count(&one.findings);
    for finding in &one.findings {
        answer.word(match finding.truth {
            Truth::Yes => 0,
            Truth::No => 1,
            Truth::Untold => 2,
        });
        let (kind, name) = match finding.condition {
            Condition::Hours => (0, ""),
            Condition::Networks => (1, ""),
            Condition::Amount => (2, ""),
            Condition::Training(item) => (3, snapshot.training_id(item)?),
            Condition::Attribute(number) => (4, snapshot.name(snapshot.attribute(number)?.id)?),
            Condition::Rows(rule) => (5, ffi::explanation::row_name(rule)),
            Condition::Budget(name) => (6, snapshot.name(name)?),
        };
        answer.word(kind);
        answer.text(name);
    }
    Ok(())
}

fn where_can(engine: &Engine, request: &Request<'_>, answer: &mut Answer) -> Result<(), Damaged> {
    let filter = query::where_can(engine, request)?;
    answer.optional(filter.reason.map(decide::Reason::number));
    answer.wide(filter.holds_until);
    answer.count(&filter.parts);
    for part in &filter.parts {
        for clauses in [&part.any, &part.except] {
            answer.count(clauses);
            for one in clauses {
                clause(engine, request, one, answer)?;
            }
        }
    }
    Ok(())
}

fn clause(
    engine: &Engine,
    request: &Request<'_>,
    clause: &Clause,
    answer: &mut Answer,
) -> Result<(), Damaged> {
    let snapshot = &engine.snapshot;
    answer.word(u32::from(clause.below));
    answer.count(&clause.scopes);
    for scope in &clause.scopes {
        answer.word(*scope);
        answer.word(snapshot.scope_end(*scope)?);
    }
    answer.word(u32::from(clause.rows.code()));
    if clause.rows == RowRule::Team {
        // Facts of the record are the subject's, also where an actor's rights are meant.
        let subject = engine.find(&request.subject)?.ok_or(Damaged)?;
        let own = subject.profile.detail()?.department;
        let (start, end) = match own {
            Some(own) => (own, snapshot.department_end(own)?),
            None => (0, 0),
        };
        answer.word(end.saturating_sub(start));
        for department in start..end {
            answer.text(snapshot.department_id(department)?);
        }
    }
    let Some(terms) = clause.terms else {
        answer.word(0);
        return Ok(());
    };
    // Each test behind a 1, a 0 behind the last.
    for test in snapshot.terms(terms)?.detail()?.attributes() {
        let test = test?;
        let attribute = snapshot.attribute(test.attribute)?;
        if !attribute.stored {
            answer.word(1);
            answer.text(snapshot.name(attribute.id)?);
            answer.word(u32::from(test.comparison.code()));
            operand(test.operand, answer)?;
        }
    }
    answer.word(0);
    Ok(())
}

fn operand(operand: Operand<'_>, answer: &mut Answer) -> Result<(), Damaged> {
    match operand {
        Operand::None => answer.word(0),
        Operand::Boolean(value) => {
            answer.word(1);
            answer.word(u32::from(value));
        }
        Operand::Integer(value) => {
            answer.word(2);
            answer.wide(Some(value));
        }
        Operand::String(value) => {
            answer.word(3);
            answer.text(value);
        }
        Operand::Integers(mut list) => {
            answer.word(4);
            while !list.is_empty() {
                answer.wide(Some(list.signed()?));
            }
            answer.wide(None);
        }
        Operand::Strings(mut list) => {
            answer.word(5);
            while !list.is_empty() {
                answer.word(1);
                answer.text(list.text()?);
            }
            answer.word(0);
        }
    }
    Ok(())
}

/// Tells what something is called: 8 the route of the method and the path that were written, 9 the
/// slice of the member that was, or of an app and an instant behind it that acts on its behalf; 16
/// what the policy is, 17 permissions, 18 scopes, 19 field groups, 20 outcomes and reasons, 21 an
/// assignment, 22 a name, 23 a time zone.
pub fn name(
    what: u32,
    engine: &Engine,
    (first, second): (u32, u32),
    written: &[u8],
    answer: &mut Answer,
) -> Result<(), Damaged> {
    let snapshot = &engine.snapshot;
    match what {
        8 => {
            let mut written = Cursor(written);
            route(engine, written.text()?, written.text()?, answer)?;
        }
        #[cfg(feature = "slicing")]
        9 => {
            let mut written = Cursor(written);
            let member = written.text()?;
            let model = if written.is_empty() {
                let row = snapshot.find_member(member)?;
                row.map(|row| snapshot.slice(&row)).transpose()?
            } else {
                let (actor, now) = (written.text()?, written.signed()?);
                query::slice_on_behalf(engine, member, actor, now)?
            };
            if let Some(model) = model {
                let payload = write::payload(&model).map_err(|_| Damaged)?;
                answer.bytes(&container::unsigned(Domain::Slice, &payload));
            } else {
                answer.word(0);
            }
        }
        16 => about(engine, answer),
        17 => {
            answer.word(snapshot.permission_count());
            for number in 0..snapshot.permission_count() {
                answer.text(snapshot.permission_key(number)?);
            }
        }
        18 => {
            answer.word(snapshot.scope_count());
            for number in 0..snapshot.scope_count() {
                answer.text(snapshot.scope_id(number)?);
            }
        }
        19 => field_groups(engine, answer)?,
        20 => {
            answer.count(decide::Outcome::ALL);
            decide::Outcome::ALL
                .iter()
                .for_each(|outcome| answer.text(outcome.code()));
            answer.count(decide::Reason::ALL);
            decide::Reason::ALL
                .iter()
                .for_each(|reason| answer.text(reason.code()));
        }
        21 => answer.text(&ffi::grant_name(engine, first, ScopeReference::of(second))?),
        22 => answer.text(snapshot.name(first)?),
        _ => {
            let zone = snapshot.table(Section::Zones).record(first)?;
            answer.text(snapshot.name(Cursor(zone).number()?)?);
        }
    }
    Ok(())
}

fn about(engine: &Engine, answer: &mut Answer) {
    let head = engine.snapshot.head();
    let version = |version: u64| i64::try_from(version).ok();
    answer.text(&head.tenant);
    answer.wide(version(head.version));
    answer.wide(Some(head.issued));
    answer.wide(head.expires);
    answer.bytes(&head.digest);
    answer.word(u32::from(head.slice_of.is_some()));
    answer.wide(engine.overlay_version().and_then(version));
    answer.word(head.approval_fresh);
}

fn field_groups(engine: &Engine, answer: &mut Answer) -> Result<(), Damaged> {
    let snapshot = &engine.snapshot;
    let count = snapshot.table(Section::FieldGroups).count()?;
    answer.word(count);
    for number in 0..count {
        let group = snapshot.field_group(number)?;
        answer.text(snapshot.name(group.id)?);
        answer.optional(group.unlocked_by);
        for path in group.paths {
            answer.word(1);
            answer.text(snapshot.name(path?)?);
        }
        answer.word(0);
    }
    Ok(())
}

/// Tells a route as it stands in the bytes, behind its method and its pattern.
fn route(engine: &Engine, method: &str, path: &str, answer: &mut Answer) -> Result<(), Damaged> {
    let snapshot = &engine.snapshot;
    let Some(found) = query::route::find(snapshot, method, path)? else {
        answer.word(0);
        return Ok(());
    };
    answer.word(1);
    answer.count(&found.parameters);
    for (name, value) in &found.parameters {
        answer.text(name);
        answer.text(value);
    }
    let mut record = Cursor(snapshot.table(Section::Routes).record(found.route)?);
    record.text()?;
    record.block()?;
    let permission = record.number()?;
    answer.word(permission);
    let measure = snapshot.permission(permission)?.measure;
    answer.word(measure.map_or(0, |measure| u32::from(measure.code())));
    answer.word(u32::from(record.byte()?));
    for _source in 0..6 {
        let kind = record.byte()?;
        answer.word(u32::from(kind));
        if kind != 0 {
            answer.text(record.text()?);
        }
    }
    for _text in 0..2 {
        answer.text(record.text()?);
    }
    while !record.is_empty() {
        answer.word(1);
        answer.text(record.text()?);
        answer.text(record.text()?);
    }
    answer.word(0);
    Ok(())
}
