//! Names of other things: each must exist.

use super::Check;
use crate::compile::permissions::Meaning;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::suggest;
use crate::policy::{Step, document};

/// Kinds of things that have names, for messages, and their section of the document.
pub(super) const DEPARTMENT: (&str, &str) = ("department", "departments");
pub(super) const GROUP: (&str, &str) = ("group", "groups");
pub(super) const MEMBER: (&str, &str) = ("member", "members");
pub(super) const NETWORK: (&str, &str) = ("network", "networks");
pub(super) const ORGANISATION: (&str, &str) = ("organisation", "organisations");
pub(super) const PERMISSION: (&str, &str) = ("permission", "catalogue");
pub(super) const ROLE: (&str, &str) = ("role", "roles");
pub(super) const SCOPE: (&str, &str) = ("scope", "scopes");
pub(super) const TRAINING: (&str, &str) = ("training item", "training");

impl<'d> Check<'_, 'd> {
    /// Names in all sections but conditions and rules, which are checked beside their other parts.
    pub(super) fn references(&mut self) {
        let document = self.world.document;
        for (i, scope) in document.scopes.iter().enumerate() {
            if let Some(parent) = &scope.parent {
                self.scope(parent, &at!["scopes", i, "parent"]);
            }
        }
        for (i, department) in document.departments.iter().enumerate() {
            if let Some(parent) = &department.parent {
                self.department(parent, &at!["departments", i, "parent"]);
            }
        }
        for (i, organisation) in document.organisations.iter().enumerate() {
            if let Some(partner) = &organisation.partner_of {
                self.organisation(partner, &at!["organisations", i, "partner_of"]);
            }
        }
        for (i, role) in document.roles.iter().enumerate() {
            self.role_references(i, role);
        }
        for (i, member) in document.members.iter().enumerate() {
            self.member_references(i, member);
        }
        for (i, assignment) in document.assignments.iter().enumerate() {
            self.grant_references(
                ("assignments", i),
                [
                    assignment.member.as_deref(),
                    assignment.group.as_deref(),
                    assignment.organisation.as_deref(),
                    assignment.role.as_deref(),
                ],
                &assignment.permissions,
                &assignment.scopes,
            );
        }
        for (i, denial) in document.denials.iter().enumerate() {
            self.grant_references(
                ("denials", i),
                [
                    denial.member.as_deref(),
                    denial.group.as_deref(),
                    denial.organisation.as_deref(),
                    denial.role.as_deref(),
                ],
                &denial.permissions,
                &denial.scopes,
            );
        }
    }

    fn role_references(&mut self, i: usize, role: &document::Role) {
        for (j, name) in role.inherits.iter().enumerate() {
            self.role(name, &at!["roles", i, "inherits", j]);
        }
        for (j, name) in role.permissions.iter().enumerate() {
            self.permission(name, &at!["roles", i, "permissions", j]);
        }
        let Some(preset) = &role.preset else { return };
        let presets = &self.world.permissions.catalogue.presets;
        let known = presets.iter().any(|it| it.id == *preset);
        let path = at!["roles", i, "preset"];
        if !known {
            let names: Vec<&str> = presets.iter().map(|it| it.id.as_str()).collect();
            let what = ("preset", "presets");
            self.unknown(codes::UNKNOWN_NAME, what, preset, &path, names.into_iter());
        } else if self.world.permissions.preset(preset).is_none() {
            let finding = (
                codes::OWNER_ONLY_GRANTED,
                "ownership is no role".to_owned(),
                "give the member the kind `owner`, or use the preset `administrator`".to_owned(),
            );
            self.report.value(&path, finding);
        }
    }

    fn member_references(&mut self, i: usize, member: &document::Member) {
        if let Some(name) = &member.department {
            self.department(name, &at!["members", i, "department"]);
        }
        if let Some(name) = &member.organisation {
            self.organisation(name, &at!["members", i, "organisation"]);
        }
        if let Some(name) = &member.reports_to {
            self.member(name, &at!["members", i, "reports_to"]);
        }
        for (j, name) in member.groups.iter().enumerate() {
            self.group(name, &at!["members", i, "groups", j]);
        }
        for (j, done) in member.training.iter().enumerate() {
            self.training(&done.item, &at!["members", i, "training", j, "item"]);
        }
    }

    fn grant_references(
        &mut self,
        (section, i): (&'static str, usize),
        [member, group, organisation, role]: [Option<&str>; 4],
        permissions: &[String],
        scopes: &[String],
    ) {
        if let Some(name) = member {
            self.member(name, &at![section, i, "member"]);
        }
        if let Some(name) = group {
            self.group(name, &at![section, i, "group"]);
        }
        if let Some(name) = organisation {
            self.organisation(name, &at![section, i, "organisation"]);
        }
        if let Some(name) = role {
            self.role(name, &at![section, i, "role"]);
        }
        for (j, name) in permissions.iter().enumerate() {
            self.permission(name, &at![section, i, "permissions", j]);
        }
        for (j, name) in scopes.iter().enumerate() {
            self.scope(name, &at![section, i, "scopes", j]);
        }
    }

    /// A permission, or a retired key that stands for several.
    pub(super) fn permission(&mut self, name: &str, path: &[Step<'_>]) {
        match self.world.permissions.meaning(name) {
            Meaning::One(_) => {}
            Meaning::Parts(parts) => {
                if parts.retired {
                    let keys = suggest::list(self.world.permissions.keys(&parts.parts));
                    let finding = (
                        codes::RETIRED_NAME,
                        format!("`{name}` was split; here it means {keys}"),
                        format!("write the parts that are meant: {keys}"),
                    );
                    self.report.value(path, finding);
                }
            }
            Meaning::Unknown => {
                let world = self.world;
                let keys = world.permissions.all_keys();
                self.unknown(codes::UNKNOWN_NAME, PERMISSION, name, path, keys);
            }
        }
    }

    pub(super) fn role(&mut self, name: &str, path: &[Step<'_>]) {
        if self.world.roles.position(name).is_some() {
            return;
        }
        let before = self.before.map_or(&[][..], |before| &before.roles);
        if before.iter().any(|role| role.id == name) {
            let finding = (
                codes::ROLE_IN_USE,
                format!("the role `{name}` is deleted and still named here"),
                "take this away or give it another role first, then delete the role".to_owned(),
            );
            self.report.value(path, finding);
            return;
        }
        let world = self.world;
        self.unknown(codes::UNKNOWN_NAME, ROLE, name, path, world.roles.names());
    }

    pub(super) fn scope(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        // A scope in a circle exists; the circle is reported by itself.
        let circular = world.scopes.circular.iter();
        let mut written = circular.filter_map(|place| world.document.scopes.get(*place));
        if world.scopes.position(name).is_none() && !written.any(|scope| scope.id == name) {
            let names = world.scopes.names.iter().copied();
            self.unknown(codes::UNKNOWN_NAME, SCOPE, name, path, names);
        }
    }

    pub(super) fn department(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        let circular = world.departments.circular.iter();
        let mut written = circular.filter_map(|place| world.document.departments.get(*place));
        if world.departments.position(name).is_none() && !written.any(|it| it.id == name) {
            let names = world.departments.names.iter().copied();
            self.unknown(codes::UNKNOWN_NAME, DEPARTMENT, name, path, names);
        }
    }

    pub(super) fn member(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        if world.members.position(name).is_none() {
            let names = world.members.names();
            self.unknown(codes::UNKNOWN_NAME, MEMBER, name, path, names);
        }
    }

    pub(super) fn group(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        if world.groups.position(name).is_none() {
            self.unknown(codes::UNKNOWN_NAME, GROUP, name, path, world.groups.names());
        }
    }

    fn organisation(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        if world.organisations.position(name).is_none() {
            let names = world.organisations.names();
            self.unknown(codes::UNKNOWN_NAME, ORGANISATION, name, path, names);
        }
    }

    pub(super) fn network(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        if world.networks.position(name).is_none() {
            let names = world.networks.names();
            self.unknown(codes::UNKNOWN_NAME, NETWORK, name, path, names);
        }
    }

    pub(super) fn training(&mut self, name: &str, path: &[Step<'_>]) {
        let world = self.world;
        if world.training.position(name).is_none() {
            let names = world.training.names();
            self.unknown(codes::UNKNOWN_NAME, TRAINING, name, path, names);
        }
    }
}
