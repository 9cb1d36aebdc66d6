//! The whole of a decision: names, both principals, administration, fields, asks, obligations.

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::snapshot::{
    Damaged,
    code::{MemberKind, PermissionFlags, WindowKind},
    model::StepUp,
    records::TermsFlags,
};

use super::{
    asks::Needs,
    clock::Clock,
    engine::Engine,
    explain::Considered,
    fields::FieldView,
    judge::{By, Refusal, Standing, Verdict},
    question::{People, Question},
    reason::{Outcome, Reason},
    request::Request,
    window::{self, Span},
};

/// The answer to a request. Names are numbers into the snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What comes out.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// By what right, where the subject's own rights allow it.
    pub granted_by: Option<By>,
    /// What has to be asked of people.
    pub missing: Missing,
    /// The amount in the permission's measure, if it is an exact one.
    pub amount: Option<i64>,
    /// Budgets that have to be reserved for an allow to stand.
    pub budgets: Vec<BudgetDue>,
    /// Whether an allow has to be logged.
    pub log: bool,
    /// The record's field groups; only of an allow.
    pub fields: Option<FieldView>,
    /// Whether a fact that was not told could turn a deny around; known in thorough questions only.
    pub open: bool,
    /// The next instant at which the answer could change by time alone.
    pub holds_until: Option<i64>,
}

/// What has to be asked of people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Missing {
    /// A second verification; level 0: none.
    pub step_up: StepUp,
    /// A stronger sign-in; 0: none.
    pub sign_in_level: u8,
    /// Another member's consent.
    pub approval: bool,
}

/// A budget that has to be reserved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BudgetDue {
    /// Name number of its id.
    pub id: u32,
    /// Name number of its currency.
    pub currency: Option<u32>,
    /// When it starts anew.
    pub window: WindowKind,
    /// Its zone, by number; already that of the scope where it named none.
    pub zone: Option<u32>,
    /// The window that holds now. `None` where the local time cannot be told: then there is
    /// nothing to reserve in, and the allow does not stand.
    pub span: Option<Span>,
    /// The most in one window.
    pub amount: Option<i64>,
    /// The most uses in one window.
    pub count: Option<i64>,
    /// Whose assignment it is: the actor's instead of the subject's.
    pub of_actor: bool,
}

/// Permissions whose allow has to be logged.
pub(super) const LOGGED: PermissionFlags = PermissionFlags::SENSITIVE
    .with(PermissionFlags::FUNDS)
    .with(PermissionFlags::PRIVILEGED);

impl Decision {
    fn of(outcome: Outcome, reason: Reason) -> Self {
        Self {
            outcome,
            reason,
            granted_by: None,
            missing: Missing::default(),
            amount: None,
            budgets: Vec::new(),
            log: false,
            fields: None,
            open: false,
            holds_until: None,
        }
    }

    fn deny(reason: Reason) -> Self {
        Self::of(Outcome::Deny, reason)
    }

    /// Whether the allow needs nothing more from anybody: what the boolean `can` answers.
    #[must_use]
    pub fn is_unconditional(&self) -> bool {
        self.outcome == Outcome::Allow && self.budgets.is_empty()
    }
}

/// How thoroughly a request is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Depth<'d> {
    /// Whether the field groups of an allow are worked out. Touched fields always are.
    pub fields: bool,
    /// Whether every condition is looked at, even behind one that has failed.
    pub thorough: bool,
    /// Where explanations are gathered.
    pub considered: Option<&'d RefCell<Vec<Considered>>>,
}

/// Decides a request in full.
///
/// # Errors
/// If the snapshot is damaged where the request reads it. Nobody may act on that.
pub fn decide(engine: &Engine, request: &Request<'_>) -> Result<Decision, Damaged> {
    decide_found(engine, request, None)
}

/// As [`decide`]. `found`: the subject, the permission and the scope by number, whatever the request
/// calls them.
///
/// # Errors
/// As [`decide`].
pub fn decide_found(
    engine: &Engine,
    request: &Request<'_>,
    found: Option<(u32, u32, u32)>,
) -> Result<Decision, Damaged> {
    let depth = Depth {
        fields: true,
        ..Depth::default()
    };
    conclude(engine, request, found, depth)
}

/// Decides a request as thoroughly as asked.
///
/// # Errors
/// As [`decide`].
pub fn decide_with(
    engine: &Engine,
    request: &Request<'_>,
    depth: Depth<'_>,
) -> Result<Decision, Damaged> {
    conclude(engine, request, None, depth)
}

pub(super) fn conclude(
    engine: &Engine,
    request: &Request<'_>,
    found: Option<(u32, u32, u32)>,
    depth: Depth<'_>,
) -> Result<Decision, Damaged> {
    let clock = Clock::at(request.now);
    let mut decision = if engine.is_expired(&clock) {
        Decision::deny(Reason::SnapshotExpired)
    } else {
        match resolve(engine, request, found)? {
            Ok((people, asked)) => {
                let question = Question::pose(engine, request, &people, asked, &clock, depth)?;
                answer(&question, depth.fields)?
            }
            Err(reason) => Decision::deny(reason),
        }
    };
    decision.holds_until = clock.holds_until();
    Ok(decision)
}

/// Who asks, and the permission and the scope that are asked for.
type Names<'q> = (People<'q>, (u32, u32));

/// Step 1: the names, where nobody has found them yet.
fn resolve<'q>(
    engine: &'q Engine,
    request: &Request<'_>,
    found: Option<(u32, u32, u32)>,
) -> Result<Result<Names<'q>, Reason>, Damaged> {
    let snapshot = &engine.snapshot;
    let (subject, permission, scope) = if let Some((subject, permission, scope)) = found {
        (engine.holder(subject)?, permission, scope)
    } else {
        let Some(permission) = snapshot.find_permission(&request.permission)? else {
            return Ok(Err(Reason::PermissionUnknown));
        };
        let scope = match &request.scope {
            None => Some(0),
            Some(scope) => snapshot.find_scope(scope)?,
        };
        let Some(scope) = scope else {
            return Ok(Err(Reason::ScopeUnknown));
        };
        let Some(subject) = engine.find(&request.subject)? else {
            return Ok(Err(Reason::MemberUnknown));
        };
        (subject, permission, scope)
    };
    let people = People::find(engine, request, subject)?;
    Ok(Ok((people, (permission, scope))))
}

impl<'q> Question<'q> {
    /// A question whose people, permission and scope have been found.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    pub fn pose(
        engine: &'q Engine,
        request: &'q Request<'q>,
        people: &'q People<'q>,
        (permission, scope): (u32, u32),
        clock: &'q Clock,
        depth: Depth<'q>,
    ) -> Result<Self, Damaged> {
        Ok(Self {
            engine,
            request,
            people,
            permission,
            record: engine.snapshot.permission(permission)?,
            scope,
            clock,
            thorough: depth.thorough,
            considered: depth.considered,
            any_record: false,
            approved: Cell::new(None),
        })
    }
}

/// Steps 2 to 12. `fields`: whether the field groups of an allow are worked out.
///
/// # Errors
/// If the snapshot is damaged where the question reads it.
pub fn answer<'q>(question: &Question<'q>, fields: bool) -> Result<Decision, Damaged> {
    let subject = match question.judge(question.subject())? {
        Verdict::Refused(mut refusal) => {
            if question.thorough && refusal.open {
                // What is open of the subject is not, where the actor is refused for good. What the
                // actor holds is no part of why the subject is refused, so nobody is told it.
                let untold = question.at_scope(question.scope);
                if let Some(Verdict::Refused(actor)) = judge_actor(&untold)? {
                    refusal.open = actor.open;
                }
            }
            return Ok(refused(&refusal));
        }
        Verdict::Stands(standing) => standing,
    };
    if question.is_unlawful()? {
        return Ok(Decision::deny(Reason::DelegationDenied));
    }
    let actor = match judge_actor(question)? {
        None => None,
        Some(Verdict::Refused(refusal)) => return Ok(refused(&refusal)),
        Some(Verdict::Stands(standing)) => Some(standing),
    };
    let view = if fields || question.request.fields.is_some() {
        let view = question.fields()?;
        if question.touches_hidden(&view)? {
            return Ok(Decision::deny(Reason::FieldHidden));
        }
        Some(view)
    } else {
        None
    };
    if let Some(asked) = ask(question, &subject, actor.as_ref())? {
        return Ok(Decision {
            granted_by: Some(subject.by),
            ..asked
        });
    }
    let reason = match subject.by {
        By::Ownership => Reason::Owner,
        By::Everyone | By::Holding { .. } => Reason::Granted,
    };
    let mut decision = Decision::of(Outcome::Allow, reason);
    decision.granted_by = Some(subject.by);
    decision.amount = question.states_amount().and_then(|stated| stated.exact());
    decision.budgets = budgets_due(question, &subject, actor.as_ref())?;
    decision.log = question.record.flags.has_any(LOGGED);
    decision.fields = view.filter(|_| fields);
    Ok(decision)
}

fn refused(refusal: &Refusal) -> Decision {
    Decision {
        open: refusal.open,
        ..Decision::deny(refusal.reason)
    }
}

/// Step 11: the actor's own answer. Only an app or a service acts on somebody's behalf.
fn judge_actor(question: &Question<'_>) -> Result<Option<Verdict>, Damaged> {
    let refused = |reason| {
        Some(Verdict::Refused(Refusal {
            reason,
            open: false,
        }))
    };
    if question.request.actor.is_none() {
        return Ok(None);
    }
    let Some(actor) = &question.people.actor else {
        return Ok(refused(Reason::MemberUnknown));
    };
    if !matches!(actor.profile.kind, MemberKind::App | MemberKind::Service) {
        return Ok(refused(Reason::DelegationDenied));
    }
    question.judge(actor).map(Some)
}

/// What is asked of people, if anything is: first of the member, then of others. The subject's
/// needs and the actor's are met each by itself; what is left of both is asked at once.
fn ask(
    question: &Question<'_>,
    subject: &Standing,
    actor: Option<&Standing>,
) -> Result<Option<Decision>, Damaged> {
    let mut left = Needs::default();
    for standing in [Some(subject), actor].into_iter().flatten() {
        let needs = standing.needs;
        let unmet = question.unmet(&needs)?;
        left = left.joined(&Needs {
            step_up: if unmet.step_up {
                needs.step_up
            } else {
                StepUp::default()
            },
            sign_in_level: if unmet.sign_in {
                needs.sign_in_level
            } else {
                0
            },
            approval: unmet.approval,
        });
    }
    let missing = Missing {
        step_up: left.step_up,
        sign_in_level: left.sign_in_level,
        approval: left.approval,
    };
    let (outcome, reason) = if left.step_up.level != 0 || left.sign_in_level != 0 {
        (Outcome::StepUp, Reason::StepUpRequired)
    } else if !left.approval {
        return Ok(None);
    } else if question.request.approvals.is_empty() {
        (Outcome::Approval, Reason::ApprovalRequired)
    } else {
        (Outcome::Deny, Reason::ApprovalInvalid)
    };
    Ok(Some(Decision {
        missing,
        ..Decision::of(outcome, reason)
    }))
}

fn budgets_due(
    question: &Question<'_>,
    subject: &Standing,
    actor: Option<&Standing>,
) -> Result<Vec<BudgetDue>, Damaged> {
    let mut due = Vec::new();
    for (standing, of_actor) in [(Some(subject), false), (actor, true)] {
        let Some(By::Holding { terms, .. }) = standing.map(|standing| standing.by) else {
            continue;
        };
        let head = question.snapshot().terms(terms)?;
        if !head.flags.has(TermsFlags::BUDGETS) {
            continue;
        }
        let detail = head.detail()?;
        for budget in detail.budgets() {
            let budget = budget?;
            if budget.permission == question.permission && question.concerns(budget.currency)? {
                let hours = detail
                    .hours
                    .as_ref()
                    .filter(|_| budget.window == WindowKind::Shift);
                // A shift is counted as the hours are.
                let zone = match hours.map_or(budget.zone, |hours| hours.zone) {
                    Some(zone) => Some(zone),
                    None => question.snapshot().scope_zone(question.scope)?,
                };
                let clock = question.clock;
                let span = match (clock.now(), clock.local(question.snapshot(), zone)?) {
                    (Some(now), Some(local)) => {
                        let span = window::holding(budget.window, local.div_euclid(60), hours)?;
                        // Then another window holds. Before 1970 there is none: the first begins there.
                        let end = span.map_or(0, |span| span.to.saturating_mul(60));
                        clock.watch(now.saturating_add(end).saturating_sub(local));
                        span
                    }
                    _ => None,
                };
                due.push(BudgetDue {
                    id: budget.id,
                    currency: budget.currency,
                    window: budget.window,
                    zone,
                    span,
                    amount: budget.amount,
                    count: budget.count,
                    of_actor,
                });
            }
        }
    }
    Ok(due)
}
