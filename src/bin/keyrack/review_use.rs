//! What members did while a log was written.

use std::collections::{BTreeMap, HashMap};

use keyrack::snapshot::model::Model;
use serde::Serialize;

use crate::log_file::Decided;

/// How often somebody was answered, and how.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Decisions {
    pub(crate) allowed: u64,
    pub(crate) refused: u64,
    /// Asked for a second verification or a second person.
    pub(crate) asked: u64,
}

/// Uses of a log, by member.
#[derive(Debug)]
pub(crate) struct Uses {
    permissions: HashMap<String, u32>,
    scopes: HashMap<String, u32>,
    members: HashMap<String, Member>,
}

#[derive(Debug, Default)]
struct Member {
    decisions: Decisions,
    /// What was allowed, by permission and scope.
    allowed: BTreeMap<(u32, u32), u64>,
}

impl Uses {
    pub(crate) fn new(model: &Model) -> Self {
        let numbered = |names: &mut dyn Iterator<Item = &String>| -> HashMap<String, u32> {
            names.cloned().zip(0_u32..).collect()
        };
        Self {
            permissions: numbered(&mut model.permissions.iter().map(|it| &it.key)),
            scopes: numbered(&mut model.scopes.iter().map(|it| &it.id)),
            members: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, decided: &Decided) {
        let scope = decided.scope.as_ref();
        let scope = scope.map_or(Some(0), |scope| self.scopes.get(scope).copied());
        let place = self
            .permissions
            .get(&decided.permission)
            .copied()
            .zip(scope);
        // Who acts on another's behalf uses their own rights too.
        for name in [Some(&decided.subject), decided.actor.as_ref()] {
            let Some(name) = name else { continue };
            let member = self.members.entry(name.clone()).or_default();
            let count = match decided.outcome.as_str() {
                "allow" => &mut member.decisions.allowed,
                "deny" => &mut member.decisions.refused,
                _ => &mut member.decisions.asked,
            };
            *count = count.saturating_add(1);
            if let Some(place) = place.filter(|_| decided.outcome == "allow") {
                let count = member.allowed.entry(place).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    pub(crate) fn of(&self, member: &str) -> Option<Decisions> {
        self.members.get(member).map(|member| member.decisions)
    }

    /// Whether a member was allowed this at one of these scopes.
    pub(crate) fn has(&self, member: &str, permission: u32, covers: &dyn Fn(u32) -> bool) -> bool {
        self.members.get(member).is_some_and(|member| {
            let all = (permission, 0)..=(permission, u32::MAX);
            member
                .allowed
                .range(all)
                .any(|((_, scope), _)| covers(*scope))
        })
    }
}
