//! Budgets: a number to keep to, in the permission's own measure, under one name.

use std::collections::HashMap;

use super::Check;
use crate::compile::report::{at, join};
use crate::policy::Step;
use crate::policy::codes;
use crate::policy::document::{Budget, Conditions, Measure};

impl<'d> Check<'_, 'd> {
    pub(super) fn budgets(&mut self, base: &[Step<'d>], conditions: &'d Conditions) {
        for (j, budget) in conditions.budgets.iter().enumerate() {
            self.budget(&join(base, &at!["budgets", j]), budget);
        }
    }

    fn budget(&mut self, path: &[Step<'_>], budget: &Budget) {
        if budget.amount.is_none() && budget.count.is_none() {
            let finding = (
                codes::BUDGET_EMPTY,
                format!("the budget `{}` limits nothing", budget.id),
                "write `amount`, `count` or both".to_owned(),
            );
            self.report.value(path, finding);
        }
        if let Some(amount) = budget.amount {
            self.amount(path, "amount", amount);
        }
        if let Some(count) = budget.count {
            self.amount(path, "count", count);
        }
        if let Some(zone) = &budget.zone {
            self.zone(&join(path, &at!["zone"]), zone);
        }
        let position = self.world.permissions.position(&budget.permission);
        let Some(position) = position else { return };
        let currency = budget.currency.as_deref();
        match self.world.permissions.measure(position) {
            Some(measure) if budget.amount.is_some() || currency.is_some() => {
                self.currency(path, measure, currency);
            }
            // Uses of a measured permission may be counted without looking at sums.
            Some(Measure::Money | Measure::Percent | Measure::Quantity) => {}
            None if budget.amount.is_some() => {
                let message = format!("`{}` is not measured", budget.permission);
                let help = "limit the number of uses with `count`";
                self.unit(path, &["amount"], &message, help);
            }
            None if currency.is_some() => {
                let message = format!("`{}` is not measured in money", budget.permission);
                self.unit(path, &["currency"], &message, "take the currency out");
            }
            None => {}
        }
    }

    /// The ledger counts by id: one id is one permission, currency, window and zone.
    pub(super) fn budget_names(&mut self) {
        let document = self.world.document;
        let roles = document.roles.iter().enumerate();
        let roles = roles.map(|(i, role)| (at!["roles", i, "conditions"], &role.conditions));
        let assignments = document.assignments.iter().enumerate();
        let assignments =
            assignments.map(|(i, it)| (at!["assignments", i, "conditions"], &it.conditions));
        let mut known: HashMap<&str, (Vec<Step<'static>>, &Budget)> = HashMap::new();
        for (base, conditions) in roles.chain(assignments) {
            for (j, budget) in conditions.budgets.iter().enumerate() {
                let path = join(&base, &at!["budgets", j, "id"]);
                let Some((first, other)) = known.get(budget.id.as_str()) else {
                    known.insert(&budget.id, (path, budget));
                    continue;
                };
                let counter = |it: &Budget| {
                    let (permission, zone) = (it.permission.clone(), it.zone.clone());
                    (permission, it.currency.clone(), it.window, zone)
                };
                if counter(other) != counter(budget) {
                    let first = self.report.place(first);
                    let finding = (
                        codes::BUDGET_CONFLICT,
                        format!("`{}` counts something else already", budget.id),
                        "give it an id of its own; one id has one permission, currency, window and zone"
                            .to_owned(),
                    );
                    self.report
                        .value_with(&path, finding, |it| it.related(first, "the first one"));
                }
            }
        }
    }
}
