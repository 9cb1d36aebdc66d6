//! Assignments and denials: whom they reach, where, and with which limits.

use std::collections::BTreeSet;

use super::Check;
use crate::compile::lower::grants::Placed;
use crate::compile::lower::join::Conflict;
use crate::compile::number::{narrow, widen};
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{Assignment, Window};
use crate::policy::{Step, suggest};
use crate::snapshot::model::{PermissionFlags, Terms};

impl<'d> Check<'_, 'd> {
    pub(super) fn grants(&mut self) {
        let document = self.world.document;
        let lowered = self.lowered;
        let zoned = self.zoned();
        for (i, (written, placed)) in document
            .assignments
            .iter()
            .zip(&lowered.assignments)
            .enumerate()
        {
            let named = written.role.is_some() || !written.permissions.is_empty();
            let holders = [&written.member, &written.group, &written.organisation];
            self.form(("assignments", i), holders, named, &written.scopes);
            let Some(terms) = lowered.model.terms.get(widen(placed.terms)) else {
                continue;
            };
            self.empty_role(i, written, terms);
            self.limit_missing(i, written, terms);
            self.conflicts(i, written, placed);
            self.shifts(i, written, terms);
            self.zone_missing(i, written, (placed, terms), &zoned);
        }
        for (i, written) in document.denials.iter().enumerate() {
            let named = written.role.is_some() || !written.permissions.is_empty();
            let holders = [&written.member, &written.group, &written.organisation];
            self.form(("denials", i), holders, named, &written.scopes);
        }
    }

    fn form(
        &mut self,
        (section, i): (&'static str, usize),
        holders: [&Option<String>; 3],
        named: bool,
        scopes: &[String],
    ) {
        let count = holders.iter().filter(|holder| holder.is_some()).count();
        if count != 1 {
            let message = match count {
                0 => "it is given to nobody".to_owned(),
                _ => "it is given to several at once".to_owned(),
            };
            let help = "write exactly one of `member`, `group` and `organisation`".to_owned();
            let finding = (codes::HOLDER_COUNT, message, help);
            self.report.value(&at![section, i], finding);
        }
        if !named {
            let finding = (
                codes::EMPTY_GRANT,
                "it names no permission at all".to_owned(),
                "write `role`, `permissions` or both".to_owned(),
            );
            self.report.value(&at![section, i], finding);
        }
        if scopes.is_empty() {
            let finding = (
                codes::EMPTY_SCOPES,
                "no scope is named, so it would reach nothing".to_owned(),
                "name the scopes; name the tenant's root to reach everything".to_owned(),
            );
            self.report.value(&at![section, i, "scopes"], finding);
        }
    }

    /// A role without any permission.
    fn empty_role(&mut self, i: usize, written: &Assignment, terms: &Terms) {
        let known = written
            .role
            .as_deref()
            .and_then(|role| self.world.role(role));
        let Some((role, _)) = known else { return };
        let unreadable = role
            .permissions
            .iter()
            .chain(&role.inherits)
            .next()
            .is_some();
        if terms.permissions.is_empty() && !unreadable && role.preset.is_none() {
            let finding = (
                codes::EMPTY_GRANT,
                format!("the role `{}` holds nothing", role.id),
                "write the role's permissions".to_owned(),
            );
            self.report.value(&at!["assignments", i, "role"], finding);
        }
    }

    /// Permissions that are the owner's alone.
    pub(super) fn owner_only_grants(&mut self) {
        let document = self.world.document;
        for (i, written) in document.assignments.iter().enumerate() {
            self.owner_only(i, written);
        }
        self.owner_only_roles();
    }

    /// Those named beside a role.
    fn owner_only(&mut self, i: usize, written: &'d Assignment) {
        for (j, name) in written.permissions.iter().enumerate() {
            let keys = self.with_flag(name, PermissionFlags::OWNER_ONLY);
            if !keys.is_empty() {
                let path = at!["assignments", i, "permissions", j];
                self.owner_only_at(&path, &keys, None);
            }
        }
    }

    /// The same within roles that somebody holds: once per role.
    fn owner_only_roles(&mut self) {
        let world = self.world;
        let document = world.document;
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let mut first: Vec<(usize, usize)> = Vec::new();
        for (i, written) in document.assignments.iter().enumerate() {
            let sets = written.role.as_deref().and_then(|role| world.role(role));
            let Some((_, sets)) = sets else { continue };
            for position in sets.includes.iter() {
                if used.insert(position) {
                    first.push((position, i));
                }
            }
        }
        for (position, i) in first {
            let Some(place) = world.roles.places.get(position) else {
                continue;
            };
            let Some(role) = document.roles.get(*place) else {
                continue;
            };
            for (k, name) in role.permissions.iter().enumerate() {
                let keys = self.with_flag(name, PermissionFlags::OWNER_ONLY);
                if !keys.is_empty() {
                    let path = at!["roles", *place, "permissions", k];
                    self.owner_only_at(&path, &keys, Some(i));
                }
            }
        }
    }

    fn owner_only_at(&mut self, path: &[Step<'_>], keys: &[String], used: Option<usize>) {
        let keys = suggest::list(keys.iter().map(String::as_str));
        let finding = (
            codes::OWNER_ONLY_GRANTED,
            format!("{keys} is the owner's alone in this profile"),
            "take it out; profile `delegated` makes some of these grantable".to_owned(),
        );
        let used = used.map(|i| self.report.place(&at!["assignments", i, "role"]));
        self.report.value_with(path, finding, |it| match used {
            Some(place) => it.related(place, "the role is held here"),
            None => it,
        });
    }

    /// Keys that come with a name and have a flag.
    pub(super) fn with_flag(&self, name: &str, flag: PermissionFlags) -> Vec<String> {
        let permissions = &self.world.permissions;
        let closed = permissions.downwards(&permissions.meant(name));
        closed
            .iter()
            .filter(|at| permissions.flags(*at).has(flag))
            .map(|at| permissions.key(at).to_owned())
            .collect()
    }

    fn limit_missing(&mut self, i: usize, written: &Assignment, terms: &Terms) {
        let permissions = &self.world.permissions;
        let missing: Vec<&str> = terms
            .permissions
            .iter()
            .filter(|at| permissions.measure(widen(*at)).is_some())
            .filter(|at| !terms.limits.iter().any(|limit| limit.permission == *at))
            .map(|at| permissions.key(widen(at)))
            .collect();
        if missing.is_empty() {
            return;
        }
        // Conditions that exclude each other leave no limit; that is reported by itself.
        let conflicts = self.lowered.assignments.get(i).map(|it| &it.conflicts);
        let stated = |key: &str| {
            let at = permissions.position(key).map(narrow);
            conflicts.is_some_and(|conflicts| {
                conflicts
                    .iter()
                    .any(|it| matches!(it, Conflict::Limits(other) if Some(*other) == at))
            })
        };
        let missing: Vec<&str> = missing.into_iter().filter(|key| !stated(key)).collect();
        let Some(first) = missing.first() else { return };
        let direct = written.permissions.iter().position(|name| name == first);
        let keys = suggest::list(missing.iter().copied());
        let finding = (
            codes::LIMIT_MISSING,
            format!("{keys} has no limit here"),
            "write a limit in `conditions.limits`, or name it in `conditions.unlimited`".to_owned(),
        );
        match direct {
            Some(j) => {
                let path = at!["assignments", i, "permissions", j];
                self.report.value(&path, finding);
            }
            None => self.report.value(&at!["assignments", i, "role"], finding),
        }
    }

    fn conflicts(&mut self, i: usize, written: &Assignment, placed: &Placed) {
        let role = written
            .role
            .as_deref()
            .and_then(|role| self.world.roles.place(role));
        for conflict in &placed.conflicts {
            let (key, message) = match conflict {
                Conflict::Rows => ("rows", "open tickets and another kind of rows".to_owned()),
                Conflict::Hours => ("hours", "hours of two zones, or without overlap".to_owned()),
                Conflict::Networks => ("networks", "networks without one in common".to_owned()),
                Conflict::Limits(at) => {
                    let key = self.world.permissions.key(widen(*at));
                    (
                        "limits",
                        format!("limits of `{key}` without a common currency"),
                    )
                }
            };
            let theirs = role.and_then(|role| {
                let path = at!["roles", role, "conditions", key];
                self.report.place(&path)
            });
            let finding = (
                codes::CONDITION_CONFLICT,
                format!("the role asks for something else: {message}"),
                "both must hold, and cannot; change one of them".to_owned(),
            );
            let path = at!["assignments", i, "conditions", key];
            self.report.value_with(&path, finding, |it| {
                it.related(theirs, "the role's condition")
            });
        }
    }

    /// A shift is a window of the assignment's hours.
    fn shifts(&mut self, i: usize, written: &Assignment, terms: &Terms) {
        if terms.hours.is_some() {
            return;
        }
        let own = written.conditions.budgets.iter();
        let own = own.enumerate().find(|(_, it)| it.window == Window::Shift);
        let role = written
            .role
            .as_deref()
            .and_then(|role| self.world.role(role));
        let through = role.is_some_and(|(role, _)| {
            let mut budgets = role.conditions.budgets.iter();
            budgets.any(|it| it.window == Window::Shift)
        });
        let finding = |id: &str| {
            (
                codes::SHIFT_WITHOUT_HOURS,
                format!("{id} is per shift, and there are no hours"),
                "write `conditions.hours`, or another window".to_owned(),
            )
        };
        if let Some((j, budget)) = own {
            let path = at!["assignments", i, "conditions", "budgets", j, "window"];
            self.report
                .value(&path, finding(&format!("the budget `{}`", budget.id)));
        } else if through {
            let path = at!["assignments", i, "role"];
            self.report.value(&path, finding("a budget of the role"));
        }
    }

    /// For each scope, whether it or something below it has a zone.
    fn zoned(&self) -> Vec<bool> {
        let scopes = &self.lowered.model.scopes;
        let mut zoned: Vec<bool> = scopes.iter().map(|scope| scope.zone.is_some()).collect();
        // Preorder backwards: children before parents.
        for position in (0..scopes.len()).rev() {
            let parent = self.world.scopes.parent(narrow(position));
            if zoned.get(position).copied().unwrap_or(false)
                && let Some(slot) = parent.and_then(|parent| zoned.get_mut(widen(parent)))
            {
                *slot = true;
            }
        }
        zoned
    }

    /// Hours and budgets of the scope's zone, where no scope they reach has one.
    fn zone_missing(
        &mut self,
        i: usize,
        written: &Assignment,
        (placed, terms): (&Placed, &Terms),
        zoned: &[bool],
    ) {
        let hours = terms
            .hours
            .as_ref()
            .is_some_and(|hours| hours.zone.is_none());
        let budget = terms.budgets.iter().any(|budget| budget.zone.is_none());
        if !hours && !budget {
            return;
        }
        let named = written
            .conditions
            .hours
            .iter()
            .flatten()
            .filter_map(|it| it.zone.as_ref());
        let budgets = written
            .conditions
            .budgets
            .iter()
            .filter_map(|it| it.zone.as_ref());
        if named
            .chain(budgets)
            .any(|zone| !crate::compile::zones::exists(zone))
        {
            return;
        }
        let without = placed.scopes.iter().find(|scope| {
            let scope = widen(**scope);
            !zoned.get(scope).copied().unwrap_or(true)
        });
        let Some(without) = without else { return };
        let scope = self.world.scopes.name(*without);
        let j = written.scopes.iter().position(|name| name == scope);
        let finding = (
            codes::ZONE_UNKNOWN,
            format!("hours or budgets are in the zone of `{scope}`, which has none"),
            "write `zone` there, at the scope, or above it".to_owned(),
        );
        let path = at!["assignments", i, "scopes", j.unwrap_or(0)];
        self.report.value(&path, finding);
    }
}
