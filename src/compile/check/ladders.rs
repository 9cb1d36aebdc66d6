//! Roles that are not what they say: viewers that write, levels that lack what lower ones have.

use std::collections::BTreeMap;

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{PermissionKind, Role};
use crate::policy::suggest;

impl Check<'_, '_> {
    pub(super) fn ladders(&mut self) {
        let world = self.world;
        let mut ladders: BTreeMap<&str, Vec<(usize, &Role, &BitSet)>> = BTreeMap::new();
        for (i, role) in world.document.roles.iter().enumerate() {
            let Some((first, sets)) = world.role(&role.id) else {
                continue;
            };
            if !std::ptr::eq(first, role) {
                continue;
            }
            if role.read_only {
                self.viewer(i, &sets.closed);
            }
            if let Some(ladder) = &role.ladder {
                let levels = ladders.entry(ladder).or_default();
                levels.push((i, role, &sets.closed));
            }
        }
        for (ladder, mut levels) in ladders {
            levels.sort_by_key(|(_, role, _)| role.rank.unwrap_or(0));
            self.ladder(ladder, &levels);
        }
    }

    fn viewer(&mut self, i: usize, held: &BitSet) {
        let permissions = &self.world.permissions;
        let writes = held.iter().filter(|at| {
            let permission = permissions.get(*at);
            permission.is_some_and(|it| it.definition.kind == PermissionKind::Write)
        });
        let writes: BitSet = writes.collect();
        if !writes.is_empty() {
            let keys = suggest::list(permissions.keys(&writes));
            let finding = (
                codes::VIEWER_WITH_WRITES,
                format!("the role is marked read-only and holds {keys}"),
                "take the writes out, or the mark".to_owned(),
            );
            self.report.value(&at!["roles", i, "read_only"], finding);
        }
    }

    fn ladder(&mut self, ladder: &str, levels: &[(usize, &Role, &BitSet)]) {
        for (place, (i, role, held)) in levels.iter().enumerate() {
            let rank = role.rank.unwrap_or(0);
            let lower = levels.iter().take(place);
            let lower = lower.filter(|(_, other, _)| other.rank.unwrap_or(0) < rank);
            let mut below = BitSet::default();
            for (_, _, theirs) in lower {
                below.extend(theirs);
            }
            let missing = below.without(held);
            if missing.is_empty() {
                continue;
            }
            let keys = suggest::list(self.world.permissions.keys(&missing));
            let finding = (
                codes::LADDER_NOT_MONOTONE,
                format!(
                    "`{}` lacks {keys}, which a lower level of `{ladder}` has",
                    role.id
                ),
                "let it inherit the lower level, or take it off the ladder".to_owned(),
            );
            self.report.value(&at!["roles", *i, "id"], finding);
        }
    }
}
