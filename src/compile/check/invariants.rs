//! Invariants: who never, who only, how many.

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::number::narrow;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::Invariant;
use crate::snapshot::model::{Member, MemberKind, MemberStatus};

/// A member who holds the permission, and how.
struct Holder<'l> {
    member: &'l Member,
    way: String,
}

impl<'c> Check<'c, '_> {
    pub(super) fn invariants(&mut self) {
        let document = self.world.document;
        for (i, invariant) in document.invariants.iter().enumerate() {
            let meant = self.world.permissions.meant(&invariant.permission);
            let root = self.world.scopes.names.first().copied();
            let scope = invariant.scope.as_deref().or(root);
            let scope = scope.and_then(|scope| self.world.scopes.position(scope));
            let Some(scope) = scope.filter(|_| !meant.is_empty()) else {
                continue;
            };
            let holders: Vec<Holder<'c>> = self
                .lowered
                .model
                .members
                .iter()
                .filter_map(|member| self.holder(member, &meant, scope))
                .collect();
            self.invariant(i, invariant, &holders);
        }
    }

    /// How a member holds one of the permissions at, above or below a scope, if it does.
    fn holder(&self, member: &'c Member, meant: &BitSet, scope: u32) -> Option<Holder<'c>> {
        if member.status == MemberStatus::Revoked {
            return None;
        }
        if member.kind == MemberKind::Owner {
            let way = "ownership".to_owned();
            return Some(Holder { member, way });
        }
        let scopes = &self.world.scopes;
        let issued = self.lowered.model.header.issued;
        for way in self.lowered.grants(member) {
            for permission in meant.iter().map(narrow) {
                if !way.terms.permissions.contains(&permission) {
                    continue;
                }
                for held in &way.holding.scopes {
                    // The part of the two that overlaps is the lower of them.
                    let part = if scopes.covers(scope, *held) {
                        *held
                    } else if scopes.covers(*held, scope) {
                        scope
                    } else {
                        continue;
                    };
                    let at = way.terms.from.unwrap_or(issued).max(issued);
                    if self
                        .lowered
                        .is_denied(self.world, member, permission, part, at)
                    {
                        continue;
                    }
                    let way = way.label(scopes.name(*held));
                    return Some(Holder { member, way });
                }
            }
        }
        None
    }

    fn invariant(&mut self, i: usize, invariant: &Invariant, holders: &[Holder<'_>]) {
        let world = self.world;
        let hired: Vec<&Holder<'_>> = holders
            .iter()
            .filter(|holder| holder.member.kind != MemberKind::Owner)
            .collect();
        if !invariant.never_kinds.is_empty() {
            let wrong = holders.iter().filter(|holder| {
                let kinds = invariant.never_kinds.iter();
                kinds
                    .copied()
                    .map(MemberKind::from)
                    .any(|kind| kind == holder.member.kind)
            });
            self.broken(i, invariant, "never_kinds", wrong);
        }
        if !invariant.never_groups.is_empty() {
            let groups: Vec<u32> = invariant
                .never_groups
                .iter()
                .filter_map(|name| world.groups.position(name))
                .collect();
            let wrong = holders
                .iter()
                .filter(|holder| holder.member.groups.iter().any(|at| groups.contains(at)));
            self.broken(i, invariant, "never_groups", wrong);
        }
        if invariant.never_outside {
            let wrong = hired.iter().copied().filter(|holder| {
                let kind = holder.member.kind;
                matches!(kind, MemberKind::Contractor | MemberKind::Organisation)
                    || holder.member.organisation.is_some()
            });
            self.broken(i, invariant, "never_outside", wrong);
        }
        if let Some(only) = &invariant.only_members {
            let wrong = hired
                .iter()
                .copied()
                .filter(|holder| !only.contains(&holder.member.id));
            self.broken(i, invariant, "only_members", wrong);
        }
        if let Some(most) = invariant.at_most
            && hired.len() > most
        {
            self.broken(i, invariant, "at_most", hired.iter().copied().skip(most));
        }
        // Whoever was left out may be one of them.
        let sections = ["assignments", "groups", "members", "roles"];
        let damaged = sections.iter().any(|it| self.report.damage.touches(it));
        if let Some(least) = invariant.at_least.filter(|_| !damaged) {
            let active = |holder: &&&Holder<'_>| holder.member.status == MemberStatus::Active;
            let count = hired.iter().filter(active).count();
            if count < least {
                let finding = (
                    codes::INVARIANT_FAILED,
                    format!(
                        "`{}` wants {least} active members with `{}`, and there are {count}",
                        invariant.id, invariant.permission
                    ),
                    "give it to more, or lower the number".to_owned(),
                );
                let who = hired.first().map_or_else(
                    || "nobody besides owners".to_owned(),
                    |holder| format!("{}: by {}", holder.member.id, holder.way),
                );
                let path = at!["invariants", i, "at_least"];
                self.report.value_with(&path, finding, |it| it.witness(who));
            }
        }
    }

    fn broken<'h, 'l: 'h>(
        &mut self,
        i: usize,
        invariant: &Invariant,
        clause: &'static str,
        wrong: impl Iterator<Item = &'h Holder<'l>>,
    ) {
        let wrong: Vec<&Holder<'_>> = wrong.collect();
        let Some(first) = wrong.first() else { return };
        let more = match wrong.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let why = match &invariant.reason {
            Some(reason) => format!(": {reason}"),
            None => String::new(),
        };
        let finding = (
            codes::INVARIANT_FAILED,
            format!(
                "`{}` does not hold: `{}`{more} may use `{}`{why}",
                invariant.id, first.member.id, invariant.permission
            ),
            "take the permission away, or change the invariant".to_owned(),
        );
        let witness = format!("{}: by {}", first.member.id, first.way);
        self.report
            .value_with(&at!["invariants", i, clause], finding, |it| {
                it.witness(witness)
            });
    }
}
