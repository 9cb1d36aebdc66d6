//! Conditions of roles, assignments and denials.

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::hours::minute;
use crate::compile::report::{at, join};
use crate::compile::zones::exists;
use crate::policy::codes::{self, Code};
use crate::policy::document::{Conditions, Hours};
use crate::policy::{Step, suggest};

impl<'d> Check<'_, 'd> {
    /// Conditions wherever they stand.
    pub(super) fn all_conditions(&mut self) {
        let world = self.world;
        let document = world.document;
        for (i, role) in document.roles.iter().enumerate() {
            let held = world.role(&role.id).map(|(_, sets)| &sets.closed);
            let path = at!["roles", i, "conditions"];
            self.conditions(&path, &role.conditions, held);
        }
        for (i, assignment) in document.assignments.iter().enumerate() {
            let path = at!["assignments", i, "conditions"];
            if assignment.conditions == Conditions::default() {
                continue;
            }
            let named = world.permissions.all_meant(&assignment.permissions);
            let mut held = world.permissions.downwards(&named);
            if let Some((_, sets)) = assignment.role.as_deref().and_then(|role| world.role(role)) {
                held.extend(&sets.closed);
            }
            self.conditions(&path, &assignment.conditions, Some(&held));
        }
        for (i, denial) in document.denials.iter().enumerate() {
            let path = at!["denials", i, "conditions"];
            self.conditions(&path, &denial.conditions, None);
            self.denial_conditions(&path, &denial.conditions);
        }
        self.budget_names();
    }

    /// One set of conditions. `held` is what is held under them, where that matters.
    fn conditions(&mut self, base: &[Step<'d>], conditions: &'d Conditions, held: Option<&BitSet>) {
        self.limits(base, conditions);
        self.budgets(base, conditions);
        self.hours(base, conditions);
        if let Some(networks) = &conditions.networks {
            if networks.is_empty() {
                let finding = (
                    codes::EMPTY_NETWORKS,
                    "no network at all is named".to_owned(),
                    "name a network, or leave `networks` out to allow all".to_owned(),
                );
                self.report.value(&join(base, &at!["networks"]), finding);
            }
            for (j, name) in networks.iter().enumerate() {
                self.network(name, &join(base, &at!["networks", j]));
            }
        }
        for (j, test) in conditions.attributes.iter().enumerate() {
            self.attribute_test(&join(base, &at!["attributes", j]), test);
        }
        for (j, name) in conditions.training.iter().enumerate() {
            self.training(name, &join(base, &at!["training", j]));
        }
        for (j, demand) in conditions.step_up.iter().enumerate() {
            let path = join(base, &at!["step_up", j]);
            self.level(&join(&path, &at!["level"]), demand.level);
            if demand.max_age.seconds == 0 {
                self.age(&join(&path, &at!["max_age"]));
            }
        }
        if let Some(level) = conditions.sign_in_level {
            self.level(&join(base, &at!["sign_in_level"]), level);
        }
        for (path, name) in named_permissions(base, conditions) {
            self.permission(name, &path);
            let meant = self.world.permissions.meant(name);
            let Some(held) = held else { continue };
            if !meant.is_empty() && meant.common(held).is_empty() {
                let finding = (
                    codes::CONDITION_UNUSED,
                    format!("`{name}` is not held here, so this changes nothing"),
                    "take it out, or grant the permission".to_owned(),
                );
                self.report.value(&path, finding);
            }
        }
    }

    fn hours(&mut self, base: &[Step<'_>], conditions: &Conditions) {
        let Some(windows) = &conditions.hours else {
            return;
        };
        let path = |more: &[Step<'static>]| join(base, &join(&at!["hours"], more));
        if windows.is_empty() {
            let finding = (
                codes::EMPTY_HOURS,
                "no hour at all is named".to_owned(),
                "write a window, or leave `hours` out to allow all".to_owned(),
            );
            self.report.value(&path(&[]), finding);
        }
        let first = windows.first().and_then(|window| window.zone.as_deref());
        for (j, window) in windows.iter().enumerate() {
            self.window(&path(&at![j]), window);
            if window.zone.as_deref() != first {
                let finding = (
                    codes::HOURS_FORM,
                    "windows of one list share one zone".to_owned(),
                    "write the same `zone` in each, or make two assignments".to_owned(),
                );
                self.report.value(&path(&at![j, "zone"]), finding);
            }
        }
    }

    fn window(&mut self, base: &[Step<'_>], window: &Hours) {
        if let Some(zone) = &window.zone {
            self.zone(&join(base, &at!["zone"]), zone);
        }
        if window.days.is_empty() {
            let finding = (
                codes::EMPTY_HOURS,
                "no day at all is named".to_owned(),
                "write the days on which it starts, 1 for Monday".to_owned(),
            );
            self.report.value(&join(base, &at!["days"]), finding);
        }
        for (j, day) in window.days.iter().enumerate() {
            if !(1..=7).contains(day) {
                self.hours_form(
                    &join(base, &at!["days", j]),
                    &format!("there is no day {day}"),
                );
            }
        }
        for (key, text, end) in [("from", &window.from, false), ("to", &window.to, true)] {
            if minute(text, end).is_none() {
                let message = format!("`{text}` is no time of day");
                self.hours_form(&join(base, &at![key]), &message);
            }
        }
    }

    fn hours_form(&mut self, path: &[Step<'_>], message: &str) {
        let finding = (
            codes::HOURS_FORM,
            message.to_owned(),
            "write days from 1 (Monday) to 7 and times from `00:00` to `23:59`, or `24:00` as an end"
                .to_owned(),
        );
        self.report.value(path, finding);
    }

    pub(super) fn zone(&mut self, path: &[Step<'_>], zone: &str) {
        if !exists(zone) {
            let finding = (
                codes::ZONE_UNKNOWN,
                format!("there is no time zone `{zone}`"),
                "write an IANA name such as `Europe/Paris`".to_owned(),
            );
            self.report.value(path, finding);
        }
    }

    /// A denial that stopped at a limit or a missing proof would open doors.
    fn denial_conditions(&mut self, base: &[Step<'_>], conditions: &Conditions) {
        for (key, written) in [
            ("sensitive_to", conditions.sensitive_to.is_some()),
            ("limits", !conditions.limits.is_empty()),
            ("unlimited", !conditions.unlimited.is_empty()),
            ("budgets", !conditions.budgets.is_empty()),
            ("training", !conditions.training.is_empty()),
            ("step_up", !conditions.step_up.is_empty()),
            ("sign_in_level", conditions.sign_in_level.is_some()),
            ("approval_for", !conditions.approval_for.is_empty()),
        ] {
            if written {
                let finding: (Code, String, String) = (
                    codes::DENIAL_CONDITION,
                    format!("a denial cannot carry {}", suggest::list([key])),
                    "keep validity, rows, hours, networks and attributes; put the rest on a grant"
                        .to_owned(),
                );
                self.report.key(&join(base, &at![key]), finding);
            }
        }
    }
}

/// Every place of conditions that names a permission.
fn named_permissions<'d>(
    base: &[Step<'d>],
    conditions: &'d Conditions,
) -> Vec<(Vec<Step<'d>>, &'d str)> {
    let mut named = Vec::new();
    for (j, limit) in conditions.limits.iter().enumerate() {
        let path = join(base, &at!["limits", j, "permission"]);
        named.push((path, limit.permission.as_str()));
    }
    for (j, name) in conditions.unlimited.iter().enumerate() {
        named.push((join(base, &at!["unlimited", j]), name.as_str()));
    }
    for (j, budget) in conditions.budgets.iter().enumerate() {
        let path = join(base, &at!["budgets", j, "permission"]);
        named.push((path, budget.permission.as_str()));
    }
    for (j, demand) in conditions.step_up.iter().enumerate() {
        let path = join(base, &at!["step_up", j, "permission"]);
        named.push((path, demand.permission.as_str()));
    }
    for (j, name) in conditions.approval_for.iter().enumerate() {
        named.push((join(base, &at!["approval_for", j]), name.as_str()));
    }
    named
}
