//! Circles: roles, permissions, scopes, departments. And the scopes' own order.

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{Scope, ScopeKind};
use crate::policy::suggest;

impl Check<'_, '_> {
    pub(super) fn cycles(&mut self) {
        self.role_cycles();
        self.permission_cycles();
        let circular = self.world.scopes.circular.clone();
        for i in circular {
            self.circle(&at!["scopes", i, "parent"], "scopes stand above each other");
        }
        let circular = self.world.departments.circular.clone();
        for i in circular {
            let path = at!["departments", i, "parent"];
            self.circle(&path, "departments stand above each other");
        }
        self.scope_tree();
    }

    fn circle(&mut self, path: &[crate::policy::Step<'_>], what: &str) {
        let finding = (
            codes::DEPENDENCY_CYCLE,
            format!("{what} in a circle"),
            "take out one of the steps".to_owned(),
        );
        self.report.value(path, finding);
    }

    fn role_cycles(&mut self) {
        let world = self.world;
        for (position, sets) in world.role_sets.iter().enumerate() {
            let circle: BitSet = sets
                .includes
                .iter()
                .filter(|other| {
                    let theirs = world.role_sets.get(*other);
                    theirs.is_some_and(|theirs| theirs.includes.contains(position))
                })
                .collect();
            let Some(place) = world.roles.places.get(position) else {
                continue;
            };
            let Some(role) = world.document.roles.get(*place) else {
                continue;
            };
            let alone = circle.len() == 1;
            if circle.iter().next() != Some(position) || alone && !role.inherits.contains(&role.id)
            {
                continue;
            }
            let names = circle.iter().filter_map(|at| {
                let place = world.roles.places.get(at)?;
                Some(world.document.roles.get(*place)?.id.as_str())
            });
            let names = suggest::list(names);
            let inherits = role.inherits.iter();
            let step = inherits.enumerate().find(|(_, name)| {
                let position = world.roles.position(name);
                position.is_some_and(|position| circle.contains(widen(position)))
            });
            let step = step.map_or(0, |(step, _)| step);
            let finding = (
                codes::DEPENDENCY_CYCLE,
                format!("roles inherit each other in a circle: {names}"),
                "let the higher role inherit the lower one, and not the other way round".to_owned(),
            );
            self.report
                .value(&at!["roles", *place, "inherits", step], finding);
        }
    }

    fn permission_cycles(&mut self) {
        let permissions = &self.world.permissions;
        for (at, permission) in permissions.list.iter().enumerate() {
            let Some(own) = permission.own else { continue };
            let circle = permission.closure.common(&permission.dependents);
            let key = &permission.definition.key;
            let alone = circle.len() == 1;
            if circle.iter().next() != Some(at)
                || alone && !permission.definition.requires.contains(key)
            {
                continue;
            }
            let names = suggest::list(permissions.keys(&circle));
            let finding = (
                codes::DEPENDENCY_CYCLE,
                format!("permissions require each other in a circle: {names}"),
                "let the wider permission require the narrower one only".to_owned(),
            );
            let path = at!["catalogue", "permissions", own, "requires"];
            self.report.value(&path, finding);
        }
    }

    fn scope_tree(&mut self) {
        let document = self.world.document;
        if self.report.damage.sections.contains("scopes") {
            return;
        }
        let mut root = None;
        for (i, scope) in document.scopes.iter().enumerate() {
            if scope.parent.is_some() {
                continue;
            }
            match (root, scope.kind) {
                (None, ScopeKind::Tenant) => root = Some(i),
                (None, _) => {
                    root = Some(i);
                    let help = "make the topmost scope the tenant, or name the scope above";
                    self.tree(i, "kind", "the topmost scope is no tenant", help);
                }
                (Some(first), _) => {
                    let first = self.report.place(&at!["scopes", first, "id"]);
                    let finding = (
                        codes::SCOPE_TREE,
                        format!("`{}` has no scope above it", scope.id),
                        "write `parent`; only the tenant has none".to_owned(),
                    );
                    self.report
                        .value_with(&at!["scopes", i, "id"], finding, |it| {
                            it.related(first, "the tenant")
                        });
                }
            }
        }
        if root.is_none() && !self.report.damage.names.contains_key("scopes") {
            let finding = (
                codes::SCOPE_TREE,
                "there is no tenant among the scopes".to_owned(),
                "write one scope of kind `tenant` without `parent`".to_owned(),
            );
            self.report.key(&at!["scopes"], finding);
        }
        for (i, scope) in document.scopes.iter().enumerate() {
            let above = scope
                .parent
                .as_deref()
                .and_then(|it| self.written_scope(it));
            if let Some(above) = above
                && !may_stand_below(scope.kind, above.kind)
            {
                let message = format!(
                    "a {} cannot stand below a {}",
                    word(scope.kind),
                    word(above.kind)
                );
                let help = "the order is tenant, region, country, store, channel";
                self.tree(i, "kind", &message, help);
            }
        }
    }

    fn written_scope(&self, name: &str) -> Option<&Scope> {
        let position = self.world.scopes.position(name)?;
        let place = self.world.scopes.places.get(widen(position))?;
        self.world.document.scopes.get(*place)
    }

    fn tree(&mut self, i: usize, key: &'static str, message: &str, help: &str) {
        let finding = (codes::SCOPE_TREE, message.to_owned(), help.to_owned());
        self.report.value(&at!["scopes", i, key], finding);
    }
}

fn may_stand_below(kind: ScopeKind, above: ScopeKind) -> bool {
    let depth = |kind: ScopeKind| match kind {
        ScopeKind::Tenant => 0,
        ScopeKind::Region => 1,
        ScopeKind::Country => 2,
        ScopeKind::Store => 3,
        ScopeKind::Channel => 4,
    };
    depth(kind) > depth(above) || (kind == above && kind == ScopeKind::Region)
}

fn word(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Tenant => "tenant",
        ScopeKind::Region => "region",
        ScopeKind::Country => "country",
        ScopeKind::Store => "store",
        ScopeKind::Channel => "channel",
    }
}
