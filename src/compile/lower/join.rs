//! The conditions of a role joined with those of its assignment: both must hold.

use std::collections::BTreeMap;

use super::super::hours::common;
use crate::snapshot::model::{Hours, Limit, RowRule, StepUp, Terms};

/// Why two sets of conditions cannot hold together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Conflict {
    /// Open tickets, and another kind of rows.
    Rows,
    /// Hours in two zones, or without a minute in common.
    Hours,
    /// No network in common.
    Networks,
    /// No currency in common for this permission.
    Limits(u32),
}

/// Both conditions at once. What cannot be joined yields terms that hold for nobody.
pub(crate) fn join(role: &Terms, own: Terms) -> (Terms, Vec<Conflict>) {
    let mut conflicts = Vec::new();
    let mut joined = own;
    joined.sensitive_to = earlier(role.sensitive_to, joined.sensitive_to);
    match rows(role.rows, joined.rows) {
        Some(rule) => joined.rows = rule,
        None => conflicts.push(Conflict::Rows),
    }
    joined.hours = match (&role.hours, joined.hours) {
        (Some(theirs), Some(ours)) => {
            let windows = if theirs.zone == ours.zone {
                common(&theirs.windows, &ours.windows)
            } else {
                Vec::new()
            };
            if windows.is_empty() {
                conflicts.push(Conflict::Hours);
            }
            Some(Hours {
                zone: ours.zone,
                windows,
            })
        }
        (theirs, ours) => ours.or_else(|| theirs.clone()),
    };
    joined.networks = match (&role.networks, joined.networks) {
        (Some(theirs), Some(mut ours)) => {
            let stated = !theirs.is_empty() && !ours.is_empty();
            ours.retain(|network| theirs.contains(network));
            if stated && ours.is_empty() {
                conflicts.push(Conflict::Networks);
            }
            Some(ours)
        }
        (theirs, ours) => ours.or_else(|| theirs.clone()),
    };
    for test in &role.attributes {
        if !joined.attributes.contains(test) {
            joined.attributes.push(test.clone());
        }
    }
    joined.training.extend(&role.training);
    joined.training.sort_unstable();
    joined.training.dedup();
    joined.limits = limits(&role.limits, &joined.limits, &mut conflicts);
    for budget in &role.budgets {
        if !joined.budgets.contains(budget) {
            joined.budgets.push(budget.clone());
        }
    }
    joined.step_up.extend(&role.step_up);
    joined.step_up = strictest(joined.step_up);
    joined.sign_in_level = joined.sign_in_level.max(role.sign_in_level);
    joined.approval_for.extend(role.approval_for.iter());
    if !conflicts.is_empty() {
        // Terms have no way to hold two kinds of rows; from no network at all they never hold.
        joined.networks = Some(Vec::new());
    }
    (joined, conflicts)
}

fn earlier(left: Option<i64>, right: Option<i64>) -> Option<i64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (one, other) => one.or(other),
    }
}

fn rows(left: RowRule, right: RowRule) -> Option<RowRule> {
    Some(match (left, right) {
        (RowRule::Any, other) | (other, RowRule::Any) => other,
        (one, other) if one == other => one,
        (RowRule::Ticket, _) | (_, RowRule::Ticket) => return None,
        _ => RowRule::Own,
    })
}

/// The stricter of each part, by permission.
pub(crate) fn strictest(asked: Vec<(u32, StepUp)>) -> Vec<(u32, StepUp)> {
    let mut by_permission: BTreeMap<u32, StepUp> = BTreeMap::new();
    for (permission, step_up) in asked {
        by_permission
            .entry(permission)
            .and_modify(|known| *known = stricter(*known, step_up))
            .or_insert(step_up);
    }
    by_permission.into_iter().collect()
}

/// The higher level and the shorter age.
pub(crate) fn stricter(left: StepUp, right: StepUp) -> StepUp {
    StepUp {
        level: left.level.max(right.level),
        max_age: left.max_age.min(right.max_age),
    }
}

/// Sorted, one limit for each permission and currency; a number beats the word `unlimited`.
pub(crate) fn tidy(limits: Vec<Limit>) -> Vec<Limit> {
    let mut sorted: BTreeMap<(u32, Option<String>), Limit> = BTreeMap::new();
    for limit in limits {
        let key = (limit.permission, limit.currency.clone());
        match sorted.get_mut(&key) {
            Some(known) => *known = narrower(known, &limit),
            None => {
                sorted.insert(key, limit);
            }
        }
    }
    let limited: Vec<u32> = sorted
        .values()
        .filter(|limit| limit.max.is_some())
        .map(|limit| limit.permission)
        .collect();
    sorted
        .into_values()
        .filter(|limit| limit.max.is_some() || !limited.contains(&limit.permission))
        .collect()
}

fn narrower(left: &Limit, right: &Limit) -> Limit {
    let max = earlier(left.max, right.max);
    let approve_above = earlier(left.approve_above, right.approve_above);
    Limit {
        permission: left.permission,
        currency: left.currency.clone(),
        // A soft limit at or above the hard one never asks.
        approve_above: approve_above.filter(|soft| max.is_none_or(|max| *soft < max)),
        max,
    }
}

fn limits(role: &[Limit], own: &[Limit], conflicts: &mut Vec<Conflict>) -> Vec<Limit> {
    let mut by_permission: BTreeMap<u32, (Vec<&Limit>, Vec<&Limit>)> = BTreeMap::new();
    for limit in role {
        by_permission
            .entry(limit.permission)
            .or_default()
            .0
            .push(limit);
    }
    for limit in own {
        by_permission
            .entry(limit.permission)
            .or_default()
            .1
            .push(limit);
    }
    let unlimited = |limits: &[&Limit]| limits.iter().any(|limit| limit.max.is_none());
    let mut joined = Vec::new();
    for (permission, (theirs, ours)) in by_permission {
        if ours.is_empty() || unlimited(&ours) && !theirs.is_empty() {
            joined.extend(theirs.into_iter().cloned());
        } else if theirs.is_empty() || unlimited(&theirs) {
            joined.extend(ours.into_iter().cloned());
        } else {
            let before = joined.len();
            for limit in ours {
                let same = theirs.iter().find(|other| other.currency == limit.currency);
                joined.extend(same.map(|other| narrower(other, limit)));
            }
            if joined.len() == before {
                conflicts.push(Conflict::Limits(permission));
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{Conflict, join};
    use crate::snapshot::model::{Hours, Limit, RowRule, StepUp, Terms};

    fn limit(currency: &str, approve_above: Option<i64>, max: i64) -> Limit {
        Limit {
            permission: 1,
            currency: Some(currency.to_owned()),
            approve_above,
            max: Some(max),
        }
    }

    #[test]
    fn the_stricter_of_each_part_holds() {
        let role = Terms {
            rows: RowRule::Team,
            sensitive_to: Some(10),
            limits: vec![limit("EUR", Some(30), 100), limit("JPY", None, 9)],
            step_up: vec![(
                4,
                StepUp {
                    level: 1,
                    max_age: 60,
                },
            )],
            sign_in_level: 2,
            training: vec![3],
            ..Terms::default()
        };
        let own = Terms {
            rows: RowRule::Own,
            sensitive_to: Some(20),
            limits: vec![limit("EUR", Some(50), 40), limit("USD", None, 9)],
            step_up: vec![(
                4,
                StepUp {
                    level: 2,
                    max_age: 600,
                },
            )],
            training: vec![1],
            ..Terms::default()
        };
        let (joined, conflicts) = join(&role, own);
        assert!(conflicts.is_empty());
        assert_eq!(joined.rows, RowRule::Own);
        assert_eq!(joined.sensitive_to, Some(10));
        assert_eq!(joined.limits, [limit("EUR", Some(30), 40)]);
        assert_eq!(
            joined.step_up,
            [(
                4,
                StepUp {
                    level: 2,
                    max_age: 60
                }
            )]
        );
        assert_eq!((joined.sign_in_level, joined.training), (2, vec![1, 3]));
    }

    #[test]
    fn unlimited_on_one_side_leaves_the_other_side_s_limit() {
        let word = Limit {
            permission: 1,
            ..Limit::default()
        };
        let role = Terms {
            limits: vec![word.clone()],
            ..Terms::default()
        };
        let own = Terms {
            limits: vec![limit("EUR", None, 5)],
            ..Terms::default()
        };
        assert_eq!(join(&role, own.clone()).0.limits, own.limits);
        assert_eq!(join(&own, role.clone()).0.limits, own.limits);
        assert_eq!(join(&role, role.clone()).0.limits, [word]);
    }

    #[test]
    fn what_cannot_be_joined_holds_for_nobody() {
        let rows = |rule| Terms {
            rows: rule,
            ..Terms::default()
        };
        let (joined, conflicts) = join(&rows(RowRule::Ticket), rows(RowRule::Team));
        assert_eq!(conflicts, [Conflict::Rows]);
        assert_eq!(joined.networks, Some(Vec::new()));
        let hours = |zone| Terms {
            hours: Some(Hours {
                zone,
                windows: vec![(0, 60)],
            }),
            ..Terms::default()
        };
        assert_eq!(join(&hours(Some(1)), hours(Some(2))).1, [Conflict::Hours]);
        let limits = |currency| Terms {
            limits: vec![limit(currency, None, 5)],
            ..Terms::default()
        };
        assert_eq!(join(&limits("EUR"), limits("USD")).1, [Conflict::Limits(1)]);
    }
}
