//! Assignments that nobody looked at for too long, or whose issuer could not issue them any more.

use std::collections::HashMap;

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::lower::grants::{HolderRef, Placed};
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::Assignment;
use crate::policy::suggest;
use crate::snapshot::model::{MemberKind, MemberStatus, PermissionFlags};

/// What issuers hold at scopes, worked out once.
type Held = HashMap<(u32, u32), BitSet>;

impl Check<'_, '_> {
    pub(super) fn reviews(&mut self) {
        let document = self.world.document;
        let mut held = Held::new();
        for (i, written) in document.assignments.iter().enumerate() {
            self.overdue(i, written);
            let Some(issuer) = &written.issued_by else {
                continue;
            };
            let Some(placed) = self.lowered.assignments.get(i) else {
                continue;
            };
            if let Some(why) = self.lost_right(issuer, placed, &mut held) {
                let finding = (
                    codes::GRANTOR_LOST_RIGHT,
                    format!("`{issuer}`, who issued it, {why}"),
                    "let somebody who may grant it look at it and issue it anew".to_owned(),
                );
                self.report
                    .value(&at!["assignments", i, "issued_by"], finding);
            }
        }
        self.approvers();
    }

    fn overdue(&mut self, i: usize, written: &Assignment) {
        let Some(every) = written.review_every else {
            return;
        };
        let issued = self.world.document.policy.issued.seconds;
        if written.valid.to.is_some_and(|to| to.seconds <= issued) {
            return;
        }
        let last = written.reviewed_at.or(written.valid.from);
        let due = last.map(|last| last.seconds.saturating_add(i64::from(every.seconds)));
        if due.is_some_and(|due| due > issued) {
            return;
        }
        let message = match written.reviewed_at {
            Some(_) => "its review is overdue".to_owned(),
            None => "it was never reviewed".to_owned(),
        };
        let finding = (
            codes::REVIEW_OVERDUE,
            message,
            "look at it, then write `reviewed_at`; or take it away".to_owned(),
        );
        let key = match written.reviewed_at {
            Some(_) => "reviewed_at",
            None => "review_every",
        };
        self.report.value(&at!["assignments", i, key], finding);
    }

    /// Why an issuer could not issue an assignment any more.
    fn lost_right(&self, issuer: &str, placed: &Placed, held: &mut Held) -> Option<String> {
        let members = &self.lowered.model.members;
        let Some(position) = self.world.members.position(issuer) else {
            return Some("is no member any more".to_owned());
        };
        let member = members.get(widen(position))?;
        if member.status != MemberStatus::Active {
            return Some("is no active member any more".to_owned());
        }
        if member.kind == MemberKind::Owner {
            return None;
        }
        let outside = match placed.holder? {
            HolderRef::Organisation(_) => true,
            HolderRef::Group(at) => self.lowered.model.groups.get(widen(at))?.has_outside,
            HolderRef::Member(at) => {
                let member = members.get(widen(at))?;
                matches!(
                    member.kind,
                    MemberKind::Contractor | MemberKind::Organisation
                ) || member.organisation.is_some()
            }
        };
        let door = if outside {
            PermissionFlags::GRANTS_OUTSIDE
        } else {
            PermissionFlags::GRANTS_INSIDE
        };
        let terms = self.lowered.model.terms.get(widen(placed.terms))?;
        let permissions = &self.world.permissions;
        for scope in &placed.scopes {
            let own = held
                .entry((position, *scope))
                .or_insert_with(|| self.held_at(position, *scope));
            if !own.iter().any(|at| permissions.flags(at).has_any(door)) {
                let name = self.world.scopes.name(*scope);
                return Some(format!("may not grant at `{name}` any more"));
            }
            let lost: BitSet = terms
                .permissions
                .iter()
                .map(widen)
                .filter(|at| !own.contains(*at))
                .collect();
            if !lost.is_empty() {
                let name = self.world.scopes.name(*scope);
                let keys = suggest::list(permissions.keys(&lost));
                return Some(format!("does not hold {keys} at `{name}` any more"));
            }
        }
        None
    }

    /// What a member holds at a scope by assignments.
    fn held_at(&self, member: u32, scope: u32) -> BitSet {
        let mut set = BitSet::default();
        let Some(member) = self.lowered.model.members.get(widen(member)) else {
            return set;
        };
        for way in self.lowered.grants(member) {
            if self.world.scopes.any_covers(&way.holding.scopes, scope) {
                set.extend(&way.terms.permissions.iter().map(widen).collect());
            }
        }
        set
    }
}
