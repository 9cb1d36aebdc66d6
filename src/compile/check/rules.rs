//! The form of demands, separation sets, waivers and invariants.

use super::Check;
use super::references::PERMISSION;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{Invariant, SeparationSet};

/// So many items of a set are told apart.
pub(super) const MAX_SET: usize = 64;

impl Check<'_, '_> {
    pub(super) fn rules(&mut self) {
        self.demands();
        let document = self.world.document;
        for (i, set) in document.separation.iter().enumerate() {
            for (j, name) in set.permissions.iter().enumerate() {
                self.permission(name, &at!["separation", i, "permissions", j]);
            }
            for (j, name) in set.roles.iter().enumerate() {
                self.role(name, &at!["separation", i, "roles", j]);
            }
            self.set_form(i, set);
        }
        for (i, invariant) in document.invariants.iter().enumerate() {
            self.invariant_form(i, invariant);
        }
    }

    fn set_form(&mut self, i: usize, set: &SeparationSet) {
        let count = set.permissions.len().max(set.roles.len());
        let too_many = set.too_many.unwrap_or(2);
        let (path, help) = if !set.permissions.is_empty() && !set.roles.is_empty() {
            (
                None,
                "write `permissions` or `roles`, and two sets for both",
            )
        } else if count < 2 {
            (None, "name at least two")
        } else if count > MAX_SET {
            (None, "name at most 64; make several sets")
        } else if too_many < 2 || too_many > count {
            (
                Some("too_many"),
                "write a number from 2 to how many are named",
            )
        } else {
            return;
        };
        let finding = (
            codes::SEPARATION_FORM,
            format!("the set `{}` keeps nothing apart", set.id),
            help.to_owned(),
        );
        match path {
            Some(key) => self.report.value(&at!["separation", i, key], finding),
            None => self.report.value(&at!["separation", i], finding),
        }
    }

    fn invariant_form(&mut self, i: usize, invariant: &Invariant) {
        let name = &invariant.permission;
        let path = at!["invariants", i, "permission"];
        if self.world.permissions.position(name).is_none() {
            // A retired key means its parts here too.
            let known = !self.world.permissions.meant(name).is_empty();
            if known {
                self.permission(name, &path);
            } else {
                let world = self.world;
                let names = world.permissions.all_keys();
                self.unknown(codes::UNKNOWN_NAME, PERMISSION, name, &path, names);
            }
        }
        if let Some(scope) = &invariant.scope {
            self.scope(scope, &at!["invariants", i, "scope"]);
        }
        for (j, name) in invariant.never_groups.iter().enumerate() {
            self.group(name, &at!["invariants", i, "never_groups", j]);
        }
        for (j, name) in invariant.only_members.iter().flatten().enumerate() {
            self.member(name, &at!["invariants", i, "only_members", j]);
        }
        let states = !invariant.never_kinds.is_empty()
            || !invariant.never_groups.is_empty()
            || invariant.never_outside
            || invariant.only_members.is_some()
            || invariant.at_least.is_some()
            || invariant.at_most.is_some();
        let contradicts = matches!(
            (invariant.at_least, invariant.at_most),
            (Some(least), Some(most)) if least > most
        );
        if !states || contradicts {
            let message = if contradicts {
                format!("`{}` asks for more than it allows", invariant.id)
            } else {
                format!("`{}` states nothing", invariant.id)
            };
            let help = "write who never, who only, or how many may hold the permission";
            let finding = (codes::INVARIANT_FORM, message, help.to_owned());
            self.report.value(&at!["invariants", i], finding);
        }
    }
}
