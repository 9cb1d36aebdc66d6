//! Limits: each in the permission's own measure, none that contradicts itself.

use std::collections::HashSet;

use super::Check;
use crate::compile::report::{at, join};
use crate::policy::Step;
use crate::policy::codes;
use crate::policy::document::{Conditions, Limit, Measure};

/// Amounts above this are no exact integers in JavaScript.
const MAX_AMOUNT: i64 = (1 << 53) - 1;

impl<'d> Check<'_, 'd> {
    pub(super) fn limits(&mut self, base: &[Step<'d>], conditions: &'d Conditions) {
        let mut seen: HashSet<(&str, Option<&str>)> = HashSet::new();
        for (j, limit) in conditions.limits.iter().enumerate() {
            let path = join(base, &at!["limits", j]);
            self.limit(&path, limit);
            if !seen.insert((&limit.permission, limit.currency.as_deref())) {
                let message = format!("`{}` has a limit here already", limit.permission);
                self.unit(&path, &["permission"], &message, "keep one of the two");
            }
        }
        for (j, name) in conditions.unlimited.iter().enumerate() {
            let path = join(base, &at!["unlimited", j]);
            if conditions
                .limits
                .iter()
                .any(|limit| limit.permission == *name)
            {
                let message = format!("`{name}` is limited and unlimited at once");
                self.unit(&path, &[], &message, "keep the limit, or the word");
            }
            if let Some(at) = self.world.permissions.position(name)
                && self.world.permissions.measure(at).is_none()
            {
                let message = format!("`{name}` is not measured");
                self.unit(&path, &[], &message, "take it out; it needs no limit");
            }
            self.unlimited_funds(&path, name);
        }
    }

    fn limit(&mut self, path: &[Step<'_>], limit: &Limit) {
        let name = &limit.permission;
        if let Some(at) = self.world.permissions.position(name) {
            match self.world.permissions.measure(at) {
                None => {
                    let message = format!("`{name}` is not measured");
                    self.unit(path, &["permission"], &message, "take the limit out");
                }
                Some(measure) => self.currency(path, measure, limit.currency.as_deref()),
            }
        }
        self.amount(path, "max", limit.max);
        if let Some(soft) = limit.approve_above {
            self.amount(path, "approve_above", soft);
            if soft > limit.max {
                let message = format!(
                    "approval above {soft} never happens: {} is the most",
                    limit.max
                );
                let help = "write `approve_above` below `max`, or leave it out";
                self.unit(path, &["approve_above"], &message, help);
            }
        }
    }

    /// Money has a currency, and nothing else has one.
    pub(super) fn currency(&mut self, path: &[Step<'_>], measure: Measure, currency: Option<&str>) {
        match (measure, currency) {
            (Measure::Money, None) => {
                let message = "money has no currency here";
                self.unit(path, &[], message, "write `currency`, such as \"EUR\"");
            }
            (Measure::Money, Some(code)) => {
                let letters = code.bytes().all(|byte| byte.is_ascii_uppercase());
                if code.len() != 3 || !letters {
                    let message = format!("`{code}` is no currency code");
                    let help = "write three capital letters, such as \"EUR\"";
                    self.unit(path, &["currency"], &message, help);
                }
            }
            (Measure::Percent, Some(_)) => {
                let message = "a percentage has no currency; it is measured in basis points";
                self.unit(path, &["currency"], message, "take the currency out");
            }
            (Measure::Quantity, Some(_)) => {
                let message = "a number of items has no currency";
                self.unit(path, &["currency"], message, "take the currency out");
            }
            (Measure::Percent | Measure::Quantity, None) => {}
        }
    }

    pub(super) fn amount(&mut self, path: &[Step<'_>], key: &'static str, amount: i64) {
        if !(0..=MAX_AMOUNT).contains(&amount) {
            let message = format!("{amount} is no limit");
            let help = "write a whole number from 0 up, or name the permission in `unlimited`";
            self.unit(path, &[key], &message, help);
        }
    }

    pub(super) fn unit(
        &mut self,
        path: &[Step<'_>],
        key: &[&'static str],
        message: &str,
        help: &str,
    ) {
        let key: Vec<Step<'_>> = key.iter().map(|key| Step::Key(key)).collect();
        let finding = (codes::LIMIT_UNIT, message.to_owned(), help.to_owned());
        self.report.value(&join(path, &key), finding);
    }

    /// The word on something that moves money.
    fn unlimited_funds(&mut self, path: &[Step<'_>], name: &str) {
        let funds = crate::snapshot::model::PermissionFlags::FUNDS;
        let permissions = &self.world.permissions;
        let meant = permissions.meant(name);
        if meant.iter().any(|at| permissions.flags(at).has(funds)) {
            let finding = (
                codes::UNLIMITED_WRITTEN,
                format!("`{name}` moves money without a ceiling"),
                "state a limit, however high".to_owned(),
            );
            self.report.value(path, finding);
        }
    }
}
