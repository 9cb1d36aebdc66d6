//! How wide a proposed assignment is beside one's own.

use keyrack::{
    decide::request::Proposal,
    policy::document::{Conditions, Rows},
};

use super::{facts::joined_rows, policy::Policy};

/// A limit as far as it is compared.
pub struct Ceiling<'a> {
    pub currency: Option<&'a str>,
    pub soft: i64,
    pub hard: i64,
}

/// The limits of a layer for a permission; `Some(None)` is without a ceiling, `None` is silence.
pub fn ceilings<'a>(
    policy: &Policy<'_>,
    layer: &'a Conditions,
    key: &str,
) -> Option<Option<Vec<Ceiling<'a>>>> {
    if policy.any_names(&layer.unlimited, key) {
        return Some(None);
    }
    let limits = layer
        .limits
        .iter()
        .filter(|it| policy.names(&it.permission, key));
    let own: Vec<Ceiling<'_>> = limits
        .map(|it| Ceiling {
            currency: it.currency.as_deref(),
            soft: it.approve_above.unwrap_or(it.max),
            hard: it.max,
        })
        .collect();
    (!own.is_empty()).then_some(Some(own))
}

/// The limits that come with a proposal: those it states, whatever its role carries besides.
pub fn proposed_layers<'a>(
    policy: &Policy<'a>,
    proposal: &'a Proposal<'_>,
    key: &str,
) -> Vec<Option<Vec<Ceiling<'a>>>> {
    let mut layers = Vec::new();
    let conditions = &proposal.conditions;
    let limits = conditions
        .limits
        .iter()
        .filter(|it| policy.names(&it.permission, key));
    let own: Vec<Ceiling<'_>> = limits
        .map(|it| Ceiling {
            currency: it.currency.as_deref(),
            soft: it.approve_above.unwrap_or(it.max),
            hard: it.max,
        })
        .collect();
    if conditions.unlimited.iter().any(|it| policy.names(it, key)) {
        layers.push(None);
    } else if !own.is_empty() {
        layers.push(Some(own));
    }
    layers
}

pub fn row_words(word: Option<&str>) -> Option<Rows> {
    match word {
        None | Some("any") => Some(Rows::Any),
        Some("self") => Some(Rows::Own),
        Some("team") => Some(Rows::Team),
        Some("ticket") => Some(Rows::Ticket),
        Some(_) => None,
    }
}

pub fn rows_cover(layers: &[&Conditions], own: &Conditions, proposal: &Proposal<'_>) -> bool {
    let own = joined_rows(layers, own.rows.unwrap_or_default());
    let proposed = row_words(proposal.conditions.rows.as_deref());
    proposed.is_some_and(|proposed| {
        own == Rows::Any || own == proposed || (own, proposed) == (Rows::Team, Rows::Own)
    })
}

pub fn networks_cover(own: &Conditions, proposal: &Proposal<'_>) -> bool {
    let Some(own) = &own.networks else {
        return true;
    };
    let proposed = proposal.conditions.networks.as_ref();
    proposed.is_some_and(|names| names.iter().all(|name| own.iter().any(|it| **it == **name)))
}

pub fn approvals_kept(
    policy: &Policy<'_>,
    own: &Conditions,
    proposal: &Proposal<'_>,
    key: &str,
) -> bool {
    !policy.any_names(&own.approval_for, key)
        || proposal
            .conditions
            .approval_for
            .iter()
            .any(|it| policy.names(it, key))
}
