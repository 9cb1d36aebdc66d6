//! Where a member can: the records that a permission reaches, as a filter that a database can use.

use alloc::vec::Vec;

use crate::{
    decide::{
        Engine, Reason, Request,
        clock::Clock,
        conditions::Viewpoint,
        decision::Depth,
        engine::Principal,
        judge::Entry,
        question::{People, Question, is_trained},
        reason::Truth,
        request::Resource,
    },
    snapshot::{
        Damaged,
        code::{MemberKind, PermissionFlags, RowRule},
        records::{AttributeTest, Holding, Terms, TermsFlags},
    },
};

/// The records that pass: those that every part lets through.
///
/// It agrees with the decision: a record passes exactly when the same request with that record's
/// scope and facts, and no approvals, is allowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One for the subject, one more for an actor. A part without clauses lets nothing through.
    pub parts: Vec<Part>,
    /// Why nothing passes, where that is known before any record.
    pub reason: Option<Reason>,
    /// The next instant at which it could change by time alone.
    pub holds_until: Option<i64>,
}

/// What one principal's rights let through.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// A record passes where one of these is known to hold …
    pub any: Vec<Clause>,
    /// … and each of these is known not to.
    pub except: Vec<Clause>,
}

/// A set of records.
#[derive(Clone, Debug)]
pub struct Clause {
    /// The scopes, by number.
    pub scopes: Vec<u32>,
    /// Whether everything below the scopes is meant too.
    pub below: bool,
    /// Which records there.
    pub rows: RowRule,
    /// The terms it came from, by number: their attributes of the record must compare.
    pub terms: Option<u32>,
}

/// The records that the request's permission reaches. Its scope, record and approvals are not read.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn where_can(engine: &Engine, request: &Request<'_>) -> Result<Filter, Damaged> {
    let clock = Clock::at(request.now);
    let mut filter = Filter::default();
    filter.reason = fill(engine, request, &clock, &mut filter.parts)?;
    if filter.reason.is_some() {
        filter.parts = alloc::vec![Part::default()];
    }
    filter.holds_until = clock.holds_until();
    Ok(filter)
}

fn fill(
    engine: &Engine,
    request: &Request<'_>,
    clock: &Clock,
    parts: &mut Vec<Part>,
) -> Result<Option<Reason>, Damaged> {
    if engine.is_expired(clock) {
        return Ok(Some(Reason::SnapshotExpired));
    }
    let Some(permission) = engine.snapshot.find_permission(&request.permission)? else {
        return Ok(Some(Reason::PermissionUnknown));
    };
    let Some(subject) = engine.find(&request.subject)? else {
        return Ok(Some(Reason::MemberUnknown));
    };
    let people = People::find(engine, request, subject)?;
    let asked = (permission, 0);
    let mut question = Question::pose(engine, request, &people, asked, clock, Depth::default())?;
    question.any_record = true;
    match part(&question, &people.subject)? {
        Ok(part) => parts.push(part),
        Err(reason) => return Ok(Some(reason)),
    }
    if request.actor.is_some() {
        let Some(actor) = &people.actor else {
            return Ok(Some(Reason::MemberUnknown));
        };
        if !matches!(actor.profile.kind, MemberKind::App | MemberKind::Service) {
            return Ok(Some(Reason::DelegationDenied));
        }
        match part(&question, actor)? {
            Ok(part) => parts.push(part),
            Err(reason) => return Ok(Some(reason)),
        }
    }
    Ok(None)
}

fn part(question: &Question<'_>, holder: &Principal<'_>) -> Result<Result<Part, Reason>, Damaged> {
    let everywhere = || Clause {
        scopes: alloc::vec![0],
        below: true,
        rows: RowRule::Any,
        terms: None,
    };
    let mut part = Part::default();
    let entry = question.enter(holder)?;
    if let Entry::Refused(reason) = entry {
        return Ok(Err(reason));
    }
    let owner = entry == Entry::Owner;
    if owner {
        part.any.push(everywhere());
    } else {
        let view = Viewpoint {
            holder,
            rows_of: question.subject(),
            present: true,
        };
        question.each_holding(holder, &mut |holding, _| {
            clauses(question, &view, holding, &mut part)
        })?;
        if question.record.flags.has(PermissionFlags::DEFAULT) {
            part.any.push(everywhere());
            return Ok(Ok(part));
        }
        for item in question.record.detail()?.demand.training.numbers() {
            if !is_trained(&holder.profile, item?, question.clock)? {
                return Ok(Err(Reason::TrainingRequired));
            }
        }
    }
    let unmet = question.unmet(&question.own_needs(owner)?)?;
    Ok(if unmet.step_up || unmet.sign_in {
        Err(Reason::StepUpRequired)
    } else if unmet.approval {
        Err(Reason::ApprovalRequired)
    } else {
        Ok(part)
    })
}

/// Adds what one holding says, if it counts now.
fn clauses(
    question: &Question<'_>,
    view: &Viewpoint<'_>,
    holding: Holding,
    part: &mut Part,
) -> Result<(), Damaged> {
    let snapshot = question.snapshot();
    let head = snapshot.terms(holding.terms)?;
    if !snapshot.set_has(head.permissions, question.permission)? {
        return Ok(());
    }
    let terms = head.detail()?;
    let denies = head.flags.has(TermsFlags::DENIES);
    let mut tops = Vec::new();
    for scope in snapshot.scopes_of(holding.scopes)? {
        tops.push(scope?);
    }
    let local = terms.hours.is_some_and(|hours| hours.zone.is_none());
    let scopes = if local {
        // Whether it counts depends on each scope's own time zone.
        let mut counting = Vec::new();
        for scope in 0..snapshot.scope_count() {
            let covered = snapshot.covers(holding.scopes, scope)?;
            if covered && counts(&question.at_scope(scope), view, &terms, denies)? {
                counting.push(scope);
            }
        }
        counting
    } else if counts(question, view, &terms, denies)? {
        tops
    } else {
        Vec::new()
    };
    if scopes.is_empty() {
        return Ok(());
    }
    let clause = Clause {
        scopes,
        below: !local,
        rows: terms.rows,
        terms: Some(holding.terms),
    };
    if denies {
        part.except.push(clause)
    } else {
        part.any.push(clause)
    }
    Ok(())
}

/// Whether a holding counts as far as it does not speak of the record.
fn counts(
    question: &Question<'_>,
    view: &Viewpoint<'_>,
    terms: &Terms<'_>,
    denies: bool,
) -> Result<bool, Damaged> {
    if denies {
        return Ok(question.bites(terms, view)? != Truth::No);
    }
    if question.is_valid(terms, view.holder) != Truth::Yes {
        return Ok(false);
    }
    let fared = question.fares(terms, view)?;
    if fared.refused.is_some() {
        return Ok(false);
    }
    let own = question.own_needs(false)?;
    let needs = question
        .needs_of(terms, fared.above_soft_limit)?
        .joined(&own);
    Ok(question.unmet(&needs)?.rank() == 0)
}

impl Filter {
    /// Whether a record passes.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn passes(
        &self,
        engine: &Engine,
        request: &Request<'_>,
        scope: u32,
        resource: &Resource<'_>,
    ) -> Result<bool, Damaged> {
        let clock = Clock::at(request.now);
        let request = Request {
            resource: Some(resource.clone()),
            ..request.clone()
        };
        let Some(subject) = engine.find(&request.subject)? else {
            return Ok(false);
        };
        let people = People::find(engine, &request, subject)?;
        let depth = Depth::default();
        let question = Question::pose(engine, &request, &people, (0, scope), &clock, depth)?;
        let holders = [Some(&people.subject), people.actor.as_ref()];
        for (part, holder) in self.parts.iter().zip(holders.into_iter().flatten()) {
            let mut passes = false;
            for clause in &part.any {
                passes |= clause.holds(&question, holder)? == Truth::Yes;
            }
            for clause in &part.except {
                passes &= clause.holds(&question, holder)? == Truth::No;
            }
            if !passes {
                return Ok(false);
            }
        }
        Ok(!self.parts.is_empty())
    }
}

impl Clause {
    fn holds(&self, question: &Question<'_>, holder: &Principal<'_>) -> Result<Truth, Damaged> {
        let snapshot = question.snapshot();
        let mut covered = false;
        for scope in &self.scopes {
            covered |= *scope == question.scope
                || self.below && snapshot.scope_covers(*scope, question.scope)?;
        }
        let mut truth = Truth::known(covered);
        if self.rows != RowRule::Any {
            truth = truth.and(question.row_holds(self.rows, question.subject())?);
        }
        for test in self.record_tests(question)? {
            truth = truth.and(question.attribute_holds(&test, holder)?);
        }
        Ok(truth)
    }

    /// The comparisons of the record's attributes.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn record_tests<'q>(
        &self,
        question: &Question<'q>,
    ) -> Result<Vec<AttributeTest<'q>>, Damaged> {
        let mut tests = Vec::new();
        let Some(terms) = self.terms else {
            return Ok(tests);
        };
        let snapshot = question.snapshot();
        for test in snapshot.terms(terms)?.detail()?.attributes() {
            let test = test?;
            if !snapshot.attribute(test.attribute)?.stored {
                tests.push(test);
            }
        }
        Ok(tests)
    }
}
