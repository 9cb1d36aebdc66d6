//! What changes for whom between two policies.

mod side;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::decide::Engine;
use crate::snapshot::Damaged;
use crate::snapshot::model::Model;

use side::Side;

pub use words::{comparison_name, money};

/// Stands for the member where a permission itself changes; no id is written so.
const EVERYBODY: &str = "(everybody)";

/// Everything that changes between two policies, at one instant.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// How it was found out.
    pub method: Method,
    /// The instant it holds for, in unix seconds.
    pub at: Option<i64>,
    /// Members that only the new policy has.
    pub members_added: Vec<String>,
    /// Members that only the old policy has.
    pub members_removed: Vec<String>,
    /// Scopes that only the new policy has.
    pub scopes_added: Vec<String>,
    /// Scopes that only the old policy has.
    pub scopes_removed: Vec<String>,
    /// Permissions that only the new policy has.
    pub permissions_added: Vec<String>,
    /// Permissions that only the old policy has.
    pub permissions_removed: Vec<String>,
    /// Who gains, loses, or keeps under other conditions; sorted by member.
    pub changes: Vec<Change>,
}

/// How a difference was found out.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every member, scope and permission was decided under both policies.
    #[default]
    Decided,
    /// There were too many to decide: what members hold was compared.
    Held,
}

/// One change for one member.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// For whom.
    pub member: String,
    /// What kind of change.
    pub kind: ChangeKind,
    /// The permission; where holdings were compared, the assignment or denial.
    pub what: String,
    /// Where: each with everything below if it ends in ` and below`.
    pub scopes: Vec<String>,
    /// What was held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Held>,
    /// What is held now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Held>,
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Was denied and no longer is.
    Gain,
    /// Is denied and was not.
    Loss,
    /// Is held under other conditions than before.
    Condition,
}

/// How something is held.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Held {
    /// `allowed`, `conditional`, or `not_now` where only the time denies it.
    pub state: String,
    /// What each assignment and denial that speaks of it asks, and the permission itself.
    pub conditions: Vec<String>,
}

/// How a comparison is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The instant to decide at.
    pub now: Option<i64>,
    /// The most members × scopes × permissions that are decided one by one.
    pub most_decided: usize,
}

/// Compares two policies.
///
/// # Errors
/// If a snapshot is damaged.
pub fn diff(
    old: &Engine,
    new: &Engine,
    settings: &Settings,
    progress: &dyn Fn(),
) -> Result<Difference, Damaged> {
    let (before, after) = (Side::new(old)?, Side::new(new)?);
    let mut difference = Difference {
        at: settings.now,
        ..Difference::default()
    };
    (difference.members_added, difference.members_removed) =
        added_and_removed(&before.members, &after.members);
    (difference.scopes_added, difference.scopes_removed) =
        added_and_removed(&before.scopes, &after.scopes);
    (difference.permissions_added, difference.permissions_removed) =
        added_and_removed(&before.permissions, &after.permissions);
    let names = |old: &BTreeMap<String, u32>, new: &BTreeMap<String, u32>| {
        old.keys()
            .chain(new.keys())
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let members = names(&before.members, &after.members);
    let scopes = names(&before.scopes, &after.scopes);
    let permissions = names(&before.permissions, &after.permissions);
    let each = scopes.len().saturating_mul(permissions.len());
    if members.len().saturating_mul(each) > settings.most_decided {
        difference.method = Method::Held;
    }
    for member in &members {
        progress();
        match difference.method {
            Method::Decided => {
                let mut found = BTreeMap::new();
                for scope in &scopes {
                    let old = before.states(member, scope, settings.now)?;
                    let new = after.states(member, scope, settings.now)?;
                    for permission in &permissions {
                        let was = before.held(&old, (member, scope, permission), settings.now)?;
                        let is = after.held(&new, (member, scope, permission), settings.now)?;
                        if was != is {
                            let scopes: &mut BTreeSet<String> =
                                found.entry((permission.clone(), was, is)).or_default();
                            scopes.insert(scope.clone());
                        }
                    }
                }
                for ((what, was, is), scopes) in found {
                    let scopes = collapsed(scopes, &[&after.model, &before.model]);
                    difference
                        .changes
                        .extend(change(member, what, scopes, was, is));
                }
            }
            Method::Held => {
                let (was, is) = (before.holdings(member), after.holdings(member));
                for (what, scopes) in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
                    let place = (what.clone(), scopes.clone());
                    let (was, is) = (was.get(&place).cloned(), is.get(&place).cloned());
                    if was != is {
                        let changes = change(member, what.clone(), scopes.clone(), was, is);
                        difference.changes.extend(changes);
                    }
                }
            }
        }
    }
    if difference.method == Method::Held {
        // What a permission asks of everybody stands with no member.
        for what in &permissions {
            let (was, is) = (before.demand(what), after.demand(what));
            if was != is {
                let changes = change(EVERYBODY, what.clone(), Vec::new(), Some(was), Some(is));
                difference.changes.extend(changes);
            }
        }
    }
    difference.changes.sort();
    Ok(difference)
}

fn change(
    member: &str,
    what: String,
    scopes: Vec<String>,
    before: Option<Held>,
    after: Option<Held>,
) -> Option<Change> {
    let kind = match (&before, &after) {
        (None, None) => return None,
        (None, Some(_)) => ChangeKind::Gain,
        (Some(_), None) => ChangeKind::Loss,
        (Some(_), Some(_)) => ChangeKind::Condition,
    };
    Some(Change {
        member: member.to_owned(),
        kind,
        what,
        scopes,
        before,
        after,
    })
}

fn added_and_removed(
    old: &BTreeMap<String, u32>,
    new: &BTreeMap<String, u32>,
) -> (Vec<String>, Vec<String>) {
    let only = |these: &BTreeMap<String, u32>, those: &BTreeMap<String, u32>| {
        let mut names = these.keys().filter(|name| !those.contains_key(*name));
        names.by_ref().cloned().collect()
    };
    (only(new, old), only(old, new))
}

/// Names the tops of whole subtrees instead of everything in them.
fn collapsed(mut left: BTreeSet<String>, trees: &[&Model]) -> Vec<String> {
    let mut named = Vec::new();
    for tree in trees {
        for (place, scope) in tree.scopes.iter().enumerate() {
            if !left.contains(&scope.id) {
                continue;
            }
            let end = usize::try_from(scope.end).unwrap_or_default();
            let below = tree.scopes.get(place..end).unwrap_or_default();
            if below.len() > 1 && below.iter().all(|it| left.contains(&it.id)) {
                for scope in below {
                    left.remove(&scope.id);
                }
                named.push(format!("{} and below", scope.id));
            } else {
                left.remove(&scope.id);
                named.push(scope.id.clone());
            }
        }
    }
    named
}

fn at<T>(items: &[T], number: u32) -> Option<&T> {
    items.get(usize::try_from(number).ok()?)
}
