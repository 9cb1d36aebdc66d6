//! The catalogue's own rules, asked of the shipped catalogue by a test and of additions here.

use std::collections::{HashMap, HashSet};

use super::Check;
use super::references::PERMISSION;
use crate::compile::permissions::{Meaning, Permission};
use crate::compile::report::at;
use crate::policy::codes::{self, Code};
use crate::policy::document::{Measure, PermissionKind, StepUp, Tier};
use crate::policy::{Step, suggest};
use crate::snapshot::model::PermissionFlags;

/// Two or three parts in lower snake case.
pub(crate) fn is_key(key: &str) -> bool {
    let part = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let parts: Vec<&str> = key.split('.').collect();
    matches!(parts.len(), 2 | 3) && parts.into_iter().all(part)
}

type Flaw = (Code, &'static str, String, String);

fn flaw(code: Code, key: &'static str, message: String, help: &str) -> Flaw {
    (code, key, message, help.to_owned())
}

impl Check<'_, '_> {
    pub(super) fn catalogue(&mut self) {
        let world = self.world;
        let additions = &world.document.catalogue;
        let mut keys: HashMap<&str, &str> = HashMap::new();
        let mut titles: HashMap<&str, &str> = HashMap::new();
        for permission in &world.permissions.catalogue.permissions {
            keys.insert(&permission.key, &permission.key);
            titles.insert(&permission.title, &permission.key);
        }
        for (i, written) in additions.permissions.iter().enumerate() {
            let base = at!["catalogue", "permissions", i];
            if !is_key(&written.key) {
                let message = format!("`{}` is no key of a permission", written.key);
                let help = "write resource.action in lower snake case, two or three parts";
                self.flawed(&base, flaw(codes::CATALOGUE_KEY, "key", message, help));
            }
            for (known, key, value) in [
                (&mut keys, "key", written.key.as_str()),
                (&mut titles, "title", written.title.as_str()),
            ] {
                if let Some(other) = known.insert(value, &written.key) {
                    let message = format!("`{value}` belongs to `{other}` already");
                    let help = "choose another one";
                    self.flawed(&base, flaw(codes::CATALOGUE_DUPLICATE, key, message, help));
                }
            }
            for (j, name) in written.requires.iter().enumerate() {
                if world.permissions.position(name).is_none() {
                    let path = at!["catalogue", "permissions", i, "requires", j];
                    let names = world.permissions.all_keys();
                    self.unknown(codes::DANGLING_DEPENDENCY, PERMISSION, name, &path, names);
                }
            }
            self.step_up_range(&base, written.step_up);
        }
        for permission in &world.permissions.list {
            if let Some(own) = permission.own {
                let base = at!["catalogue", "permissions", own];
                for flaw in self.flaws(permission) {
                    self.flawed(&base, flaw);
                }
            }
        }
        self.field_groups();
        self.aliases();
        self.overrides();
    }

    fn flawed(&mut self, base: &[Step<'static>], (code, key, message, help): Flaw) {
        let path = crate::compile::report::join(base, &at![key]);
        self.report.value(&path, (code, message, help));
    }

    pub(super) fn step_up_range(&mut self, base: &[Step<'_>], step_up: Option<StepUp>) {
        let Some(step_up) = step_up else { return };
        self.level(
            &crate::compile::report::join(base, &at!["step_up", "level"]),
            step_up.level,
        );
        if step_up.max_age.seconds == 0 {
            let path = crate::compile::report::join(base, &at!["step_up", "max_age"]);
            self.age(&path);
        }
    }

    pub(super) fn level(&mut self, path: &[Step<'_>], level: u8) {
        if !(1..=3).contains(&level) {
            let finding = (
                codes::LEVEL_RANGE,
                format!("there is no level {level}"),
                "write 1 for a password, 2 for a one-time code, 3 for a passkey".to_owned(),
            );
            self.report.value(path, finding);
        }
    }

    pub(super) fn age(&mut self, path: &[Step<'_>]) {
        let finding = (
            codes::LEVEL_RANGE,
            "no proof is younger than zero seconds".to_owned(),
            "write how old a proof may be, like `15m`".to_owned(),
        );
        self.report.value(path, finding);
    }

    /// What is wrong with a permission among the others.
    pub(crate) fn flaws(&self, permission: &Permission) -> Vec<Flaw> {
        let all = &self.world.permissions;
        let definition = &permission.definition;
        let tiered = |tier| definition.tiers.contains(&tier);
        let required: Vec<&Permission> = permission
            .closure
            .iter()
            .filter_map(|at| all.get(at))
            .filter(|other| other.definition.key != definition.key)
            .collect();
        let mut flaws = Vec::new();
        if definition.kind == PermissionKind::Read {
            if let Some(write) = required
                .iter()
                .find(|other| other.definition.kind == PermissionKind::Write)
            {
                let message = format!("a read requires the write `{}`", write.definition.key);
                let help = "make it a write, or require reads only";
                flaws.push(flaw(codes::CATALOGUE_READ, "requires", message, help));
            }
            if definition.measure.is_some() || tiered(Tier::Privileged) {
                let message = "a read is measured or privileged".to_owned();
                let help = "make it a write, or take the measure and the tier away";
                flaws.push(flaw(codes::CATALOGUE_READ, "kind", message, help));
            }
        }
        if tiered(Tier::Funds) != (definition.measure == Some(Measure::Money)) {
            let message = "tier `funds` and measure `money` belong together".to_owned();
            let help = "write both or neither";
            flaws.push(flaw(codes::CATALOGUE_FUNDS, "key", message, help));
        }
        if let Some(measured) = required
            .iter()
            .find(|other| other.definition.measure.is_some())
        {
            let message = format!("it requires the measured `{}`", measured.definition.key);
            let help = "a limit cannot come along; let holders be given both";
            flaws.push(flaw(codes::CATALOGUE_MEASURED, "requires", message, help));
        }
        let owners = |other: &Permission| {
            let tiers = &other.definition.tiers;
            if tiers.contains(&Tier::OwnerOnly) {
                2
            } else {
                u8::from(tiers.contains(&Tier::OwnerOnlyStrict))
            }
        };
        if let Some(closed) = required
            .iter()
            .find(|other| owners(other) > owners(permission))
        {
            let message = format!("it requires `{}`, the owner's alone", closed.definition.key);
            let help = "give it the same owner-only tier";
            flaws.push(flaw(codes::CATALOGUE_OWNER, "requires", message, help));
        }
        let guarded = required
            .iter()
            .any(|other| other.definition.tiers.contains(&Tier::NoDelegation));
        if (guarded || owners(permission) > 0) && !tiered(Tier::NoDelegation) {
            let message = "it lacks the tier `no_delegation`".to_owned();
            let help = "add it: what it requires has it, or it is the owner's";
            flaws.push(flaw(codes::CATALOGUE_DELEGATION, "key", message, help));
        }
        flaws
    }

    /// Why a permission cannot unlock a field group.
    pub(crate) fn cannot_unlock(permission: &Permission) -> Option<&'static str> {
        let definition = &permission.definition;
        if definition.kind != PermissionKind::Read {
            Some("it is a write")
        } else if definition.measure.is_some() {
            Some("it is measured")
        } else if definition.step_up.is_some() {
            Some("it asks for a step-up by itself")
        } else {
            None
        }
    }

    fn field_groups(&mut self) {
        let world = self.world;
        let mut known: HashMap<&str, ()> = HashMap::new();
        let shipped = &world.permissions.catalogue.field_groups;
        known.extend(shipped.iter().map(|group| (group.id.as_str(), ())));
        for (i, group) in world.document.catalogue.field_groups.iter().enumerate() {
            let base = at!["catalogue", "field_groups", i];
            if known.insert(&group.id, ()).is_some() {
                let message = format!("there is a field group `{}` already", group.id);
                let help = "choose another id";
                self.flawed(&base, flaw(codes::CATALOGUE_DUPLICATE, "id", message, help));
            }
            if !is_key(&group.id) {
                let message = format!("`{}` is no id of a field group", group.id);
                let help = "write resource_type.group";
                self.flawed(&base, flaw(codes::CATALOGUE_FIELDS, "id", message, help));
            }
            for (j, path) in group.paths.iter().enumerate() {
                if !path.starts_with("$.") || path.len() < 3 {
                    let finding = (
                        codes::CATALOGUE_FIELDS,
                        format!("`{path}` is no path into a record"),
                        "write it like `$.items[*].price`".to_owned(),
                    );
                    let path = at!["catalogue", "field_groups", i, "paths", j];
                    self.report.value(&path, finding);
                }
            }
            let Some(key) = &group.unlocked_by else {
                continue;
            };
            let path = at!["catalogue", "field_groups", i, "unlocked_by"];
            let permission = world
                .permissions
                .position(key)
                .and_then(|at| world.permissions.get(at));
            match permission {
                None => {
                    let names = world.permissions.all_keys();
                    self.unknown(codes::UNKNOWN_NAME, PERMISSION, key, &path, names);
                }
                Some(permission) => {
                    if let Some(why) = Self::cannot_unlock(permission) {
                        let finding = (
                            codes::CATALOGUE_FIELDS,
                            format!("`{key}` cannot unlock fields: {why}"),
                            "name an unmeasured read without step-up".to_owned(),
                        );
                        self.report.value(&path, finding);
                    }
                }
            }
        }
    }

    fn aliases(&mut self) {
        let world = self.world;
        let mut known: HashSet<&str> = HashSet::new();
        known.extend(
            world
                .permissions
                .catalogue
                .aliases
                .iter()
                .map(|it| it.key.as_str()),
        );
        for (i, alias) in world.document.catalogue.aliases.iter().enumerate() {
            let path = at!["catalogue", "aliases", i, "key"];
            if !known.insert(&alias.key) {
                let message = format!("`{}` is split already", alias.key);
                let help = "write all parts in one alias".to_owned();
                self.report
                    .value(&path, (codes::CATALOGUE_ALIAS, message, help));
            }
            let finding =
                |message: String, help: &str| (codes::CATALOGUE_ALIAS, message, help.to_owned());
            if matches!(world.permissions.meaning(&alias.key), Meaning::One(_)) {
                let message = format!("`{}` is a permission still", alias.key);
                let help = "a retired name is never used again; choose another for the permission";
                self.report.value(&path, finding(message, help));
            } else if !is_key(&alias.key) {
                let message = format!("`{}` never was a key", alias.key);
                self.report
                    .value(&path, finding(message, "write the retired key"));
            }
            if alias.means.is_empty() {
                let message = format!("`{}` means nothing", alias.key);
                self.report
                    .value(&path, finding(message, "write its parts in `means`"));
            }
            for (j, name) in alias.means.iter().enumerate() {
                if world.permissions.position(name).is_none() {
                    let path = at!["catalogue", "aliases", i, "means", j];
                    let names = world.permissions.all_keys();
                    self.unknown(codes::CATALOGUE_ALIAS, PERMISSION, name, &path, names);
                }
            }
        }
    }

    fn overrides(&mut self) {
        let world = self.world;
        let mut known: HashSet<&str> = HashSet::new();
        for (i, change) in world.document.catalogue.overrides.iter().enumerate() {
            let base = at!["catalogue", "overrides", i];
            let path = at!["catalogue", "overrides", i, "key"];
            if !known.insert(&change.key) {
                let message = format!("`{}` is changed already", change.key);
                let help = "write all changes of a permission in one place".to_owned();
                self.report
                    .value(&path, (codes::CATALOGUE_DUPLICATE, message, help));
            }
            self.step_up_range(&base, change.step_up);
            let position = world.permissions.position(&change.key);
            let Some(permission) = position.and_then(|at| world.permissions.get(at)) else {
                let names = world.permissions.all_keys();
                self.unknown(codes::UNKNOWN_NAME, PERMISSION, &change.key, &path, names);
                continue;
            };
            if !change.add_tiers.is_empty() {
                // A tier shows in what requires the permission, too.
                let concerned = permission.dependents.iter();
                for other in concerned.filter_map(|at| world.permissions.get(at)) {
                    for (code, _, message, help) in self.flaws(other) {
                        let key = &other.definition.key;
                        let message = format!("so `{key}` breaks a rule: {message}");
                        self.report.value(&path, (code, message, help));
                    }
                }
            }
            self.loosened(i, permission);
        }
    }

    /// A weaker step-up than the catalogue's, on what moves money or hands over control.
    fn loosened(&mut self, i: usize, permission: &Permission) {
        let Some(shipped) = permission.definition.step_up else {
            return;
        };
        let weaker = permission.step_up.is_none_or(|now| {
            now.level < shipped.level || now.max_age.seconds > shipped.max_age.seconds
        });
        let guarded = PermissionFlags::FUNDS.with(PermissionFlags::PRIVILEGED);
        if weaker && permission.flags.has_any(guarded) {
            let key = suggest::list([permission.definition.key.as_str()]);
            let finding = (
                codes::STEP_UP_LOOSENED,
                format!(
                    "the step-up of {key} is weaker than the catalogue's {}/{}",
                    shipped.level, shipped.max_age.seconds
                ),
                "ask for at least the same level and at most the same age".to_owned(),
            );
            self.report
                .value(&at!["catalogue", "overrides", i, "key"], finding);
        }
    }
}
