//! Why, and why not: everything that was looked at, in names.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::cell::RefCell;

use serde::{Deserialize, Serialize};

use crate::{
    decide::{
        self, Engine, Reason, Request,
        decision::{Depth, decide_with},
        explain::{Condition, Considered, Way},
        reason::Truth,
    },
    snapshot::{
        Damaged,
        code::{MemberKind, MemberStatus, PermissionFlags, RowRule},
    },
};

use super::Decision;

/// The most members that are named as able to grant what is missing.
const MOST_GRANTORS: usize = 10;

/// A decision and everything that was looked at on the way.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// Each assignment and denial that speaks of the permission.
    pub considered: Vec<ConsideredTerms>,
    /// Members who could grant what is missing, where a right is missing. Owners first.
    pub could_grant: Vec<String>,
}

/// One assignment or denial that speaks of the permission.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsideredTerms {
    /// What it is called.
    pub name: String,
    /// `assignment` or `denial`.
    pub kind: String,
    /// `direct`, `group ID` or `organisation ID`.
    pub way: String,
    /// Whether it counts; of a denial, whether it bites.
    pub counts: bool,
    /// Why an assignment does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Each condition.
    pub conditions: Vec<ConditionFound>,
}

/// How one condition came out.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionFound {
    /// `training privacy`, `hours`, `networks`, `rows self`, `amount`, `budget refund_day` …
    pub condition: String,
    /// `met`, `unmet` or `untold`.
    pub truth: String,
}

/// What an explanation is made of, in numbers.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The answer.
    pub decision: decide::Decision,
    /// Each assignment and denial that speaks of the permission.
    pub considered: Vec<Considered>,
    /// Members who could grant what is missing, where a right is missing. Owners first.
    pub could_grant: Vec<String>,
}

/// Decides a request and gathers everything that was looked at.
///
/// # Errors
/// If the snapshot is damaged where the request reads it.
pub fn look(engine: &Engine, request: &Request<'_>) -> Result<Findings, Damaged> {
    let gathered = RefCell::new(Vec::new());
    let depth = Depth {
        fields: true,
        thorough: true,
        considered: Some(&gathered),
    };
    decide_with(engine, request, depth)?;
    // Looking at everything watches more than the answer hangs on: the answer is asked for apart.
    let decision = decide::decide(engine, request)?;
    let lacks_right = matches!(
        decision.reason,
        Reason::NoGrant
            | Reason::OutOfScope
            | Reason::GrantOutsideValidity
            | Reason::LimitExceeded
            | Reason::CurrencyNotAllowed
    );
    let could_grant = if lacks_right {
        grantors(engine, request)?
    } else {
        Vec::new()
    };
    Ok(Findings {
        decision,
        considered: gathered.into_inner(),
        could_grant,
    })
}

/// Decides a request and tells everything that was looked at.
///
/// # Errors
/// If the snapshot is damaged where the request reads it.
pub fn explain(engine: &Engine, request: &Request<'_>) -> Result<Explanation, Damaged> {
    let found = look(engine, request)?;
    let considered: Result<Vec<_>, Damaged> = found
        .considered
        .iter()
        .map(|one| in_names(engine, one))
        .collect();
    Ok(Explanation {
        decision: Decision::of(engine, request, &found.decision)?,
        considered: considered?,
        could_grant: found.could_grant,
    })
}

fn in_names(engine: &Engine, one: &Considered) -> Result<ConsideredTerms, Damaged> {
    let snapshot = &engine.snapshot;
    let way = match one.way {
        Way::Direct => "direct".to_owned(),
        Way::Group(group) => joined("group", snapshot.name(snapshot.group(group)?.id)?),
        Way::Organisation(firm) => joined(
            "organisation",
            snapshot.name(snapshot.organisation(firm)?.id)?,
        ),
    };
    let mut conditions = Vec::new();
    for finding in &one.findings {
        let truth = match finding.truth {
            Truth::Yes => "met",
            Truth::No => "unmet",
            Truth::Untold => "untold",
        };
        conditions.push(ConditionFound {
            condition: condition_name(engine, finding.condition)?,
            truth: truth.to_owned(),
        });
    }
    Ok(ConsideredTerms {
        name: super::grant_name(engine, one.terms, one.scopes)?,
        kind: if one.denies { "denial" } else { "assignment" }.to_owned(),
        way,
        counts: one.denies == one.refused.is_some(),
        reason: one
            .refused
            .filter(|_| !one.denies)
            .map(|reason| reason.code().to_owned()),
        conditions,
    })
}

fn joined(kind: &str, name: &str) -> String {
    let mut text = String::from(kind);
    text.push(' ');
    text.push_str(name);
    text
}

fn condition_name(engine: &Engine, condition: Condition) -> Result<String, Damaged> {
    let snapshot = &engine.snapshot;
    Ok(match condition {
        Condition::Training(item) => joined("training", snapshot.training_id(item)?),
        Condition::Hours => "hours".to_owned(),
        Condition::Networks => "networks".to_owned(),
        Condition::Attribute(number) => {
            joined("attribute", snapshot.name(snapshot.attribute(number)?.id)?)
        }
        Condition::Rows(rule) => joined("rows", row_name(rule)),
        Condition::Amount => "amount".to_owned(),
        Condition::Budget(name) => joined("budget", snapshot.name(name)?),
    })
}

/// A row rule's name.
#[must_use]
pub const fn row_name(rule: RowRule) -> &'static str {
    match rule {
        RowRule::Any => "any",
        RowRule::Own => "self",
        RowRule::Team => "team",
        RowRule::Ticket => "ticket",
    }
}

/// Members who could give this permission here to the subject: owners, and those of higher rank
/// who hold both the door and the permission.
fn grantors(engine: &Engine, request: &Request<'_>) -> Result<Vec<String>, Damaged> {
    let snapshot = &engine.snapshot;
    let Some(permission) = snapshot.find_permission(&request.permission)? else {
        return Ok(Vec::new());
    };
    let flags = snapshot.permission(permission)?.flags;
    let Some(subject) = engine.find(&request.subject)? else {
        return Ok(Vec::new());
    };
    let outside = subject.profile.is_outside();
    let door = if outside {
        "grant.external.create"
    } else {
        "permission.grant"
    };
    if flags.has(PermissionFlags::OWNER_ONLY)
        || outside && flags.has(PermissionFlags::NO_DELEGATION)
    {
        return Ok(Vec::new());
    }
    let subject_rank = subject.profile.detail()?.rank;
    let mut owners = Vec::new();
    let mut others = Vec::new();
    for row in snapshot.members() {
        let member = engine.principal(row?)?;
        let id = member.row.name()?;
        if member.profile.status != MemberStatus::Active || id == &*request.subject {
            continue;
        }
        if member.profile.kind == MemberKind::Owner {
            insert(&mut owners, id);
        } else if member.profile.detail()?.rank > subject_rank
            && could_hold(engine, request, id, door)?
            && could_hold(engine, request, id, &request.permission)?
        {
            insert(&mut others, id);
        }
    }
    owners.append(&mut others);
    owners.truncate(MOST_GRANTORS);
    Ok(owners)
}

/// Keeps a short list sorted.
fn insert(list: &mut Vec<String>, id: &str) {
    let mut last = id.to_owned();
    for known in list.iter_mut() {
        if *known > last {
            core::mem::swap(known, &mut last);
        }
    }
    // Nobody is told of more, and so a short list stays short.
    if list.len() < MOST_GRANTORS {
        list.push(last);
    }
}

/// Whether a member holds a permission where the request asks, perhaps under conditions.
fn could_hold(
    engine: &Engine,
    request: &Request<'_>,
    member: &str,
    permission: &str,
) -> Result<bool, Damaged> {
    let bare = Request {
        subject: member.into(),
        permission: permission.into(),
        scope: request.scope.clone(),
        now: request.now,
        ..Request::default()
    };
    let decision = decide_with(
        engine,
        &bare,
        Depth {
            thorough: true,
            ..Depth::default()
        },
    )?;
    Ok(decision.outcome != decide::Outcome::Deny || decision.open)
}
