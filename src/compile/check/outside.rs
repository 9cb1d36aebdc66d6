//! What outside members may be given: never without an end, never what cannot be delegated.

use super::Check;
use crate::compile::lower::grants::HolderRef;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::compile::world::is_outside;
use crate::policy::codes;
use crate::policy::document::Assignment;
use crate::policy::suggest;
use crate::snapshot::model::PermissionFlags;

impl Check<'_, '_> {
    pub(super) fn outside(&mut self) {
        let world = self.world;
        let mut through_group: Vec<Option<&str>> = vec![None; self.lowered.model.groups.len()];
        for member in world.distinct_members() {
            if !is_outside(member) {
                continue;
            }
            for name in &member.groups {
                let position = world.groups.position(name).map(widen);
                if let Some(slot) = position.and_then(|at| through_group.get_mut(at)) {
                    slot.get_or_insert(&member.id);
                }
            }
        }
        let members: Vec<bool> = world.distinct_members().map(is_outside).collect();
        for (i, written) in world.document.assignments.iter().enumerate() {
            let placed = self.lowered.assignments.get(i);
            let reached = match placed.and_then(|placed| placed.holder) {
                Some(HolderRef::Member(at)) => {
                    let outside = members.get(widen(at)).copied().unwrap_or(false);
                    written.member.as_deref().filter(|_| outside)
                }
                Some(HolderRef::Group(at)) => through_group.get(widen(at)).copied().flatten(),
                Some(HolderRef::Organisation(_)) => written.organisation.as_deref(),
                None => None,
            };
            if let Some(reached) = reached {
                self.outside_assignment(i, written, reached);
            }
        }
    }

    fn outside_assignment(&mut self, i: usize, written: &Assignment, reached: &str) {
        if written.valid.to.is_none() {
            let finding = (
                codes::OUTSIDE_WITHOUT_END,
                format!("it reaches `{reached}`, who is outside, and has no end"),
                "write `valid.to`".to_owned(),
            );
            self.report
                .value_with(&at!["assignments", i], finding, |it| it.witness(reached));
        }
        for (j, name) in written.permissions.iter().enumerate() {
            let keys = self.with_flag(name, PermissionFlags::NO_DELEGATION);
            if !keys.is_empty() {
                let path = at!["assignments", i, "permissions", j];
                self.no_delegation(&path, &keys, reached);
            }
        }
        let role = written
            .role
            .as_deref()
            .and_then(|role| self.world.role(role));
        if let Some((_, sets)) = role {
            let permissions = &self.world.permissions;
            let keys: Vec<String> = sets
                .closed
                .iter()
                .filter(|at| permissions.flags(*at).has(PermissionFlags::NO_DELEGATION))
                .map(|at| permissions.key(at).to_owned())
                .collect();
            if !keys.is_empty() {
                self.no_delegation(&at!["assignments", i, "role"], &keys, reached);
            }
        }
    }

    fn no_delegation(&mut self, path: &[crate::policy::Step<'_>], keys: &[String], reached: &str) {
        let keys = suggest::list(keys.iter().map(String::as_str));
        let finding = (
            codes::OUTSIDE_NO_DELEGATION,
            format!("{keys} is never held outside, and this reaches `{reached}`"),
            "take it out, or give it to somebody inside".to_owned(),
        );
        self.report
            .value_with(path, finding, |it| it.witness(reached));
    }
}
