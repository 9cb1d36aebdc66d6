//! Conditions as the bytes hold them.

use std::collections::HashMap;

use super::super::hours;
use super::super::number::narrow;
use super::super::permissions::packed;
use super::super::world::World;
use crate::policy::document::{
    AttributeOperand, AttributeOperator, Budget, Conditions, Hours, PermissionStepUp, Rows, Window,
};
use crate::snapshot::model::{self, Comparison, Operand, RowRule, StepUp, Terms, WindowKind};

/// Positions of zones by name.
pub(crate) type Zones<'d> = HashMap<&'d str, u32>;

/// Conditions of one place of the document, and whether some of them could not be read. What
/// cannot be read must not hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    pub(crate) terms: Terms,
    pub(crate) unreadable: bool,
}

impl World<'_> {
    /// The conditions of a role or an assignment, as terms without permissions.
    pub(crate) fn conditions(&self, conditions: &Conditions, zones: &Zones<'_>) -> Read {
        let mut unreadable = false;
        let mut resolve = |position: Option<u32>| {
            unreadable |= position.is_none();
            position
        };
        let networks = conditions.networks.as_ref().map(|names| {
            let mut positions: Vec<u32> = names
                .iter()
                .filter_map(|name| self.networks.position(name))
                .collect();
            positions.sort_unstable();
            positions.dedup();
            positions
        });
        let mut training: Vec<u32> = conditions
            .training
            .iter()
            .filter_map(|name| resolve(self.training.position(name)))
            .collect();
        training.sort_unstable();
        training.dedup();
        let attributes = conditions
            .attributes
            .iter()
            .filter_map(|test| {
                Some(model::AttributeTest {
                    attribute: resolve(self.attributes.position(&test.attribute))?,
                    comparison: comparison(test.op),
                    operand: test.value.as_ref().map_or(Operand::None, operand),
                })
            })
            .collect();
        let mut read = Read {
            terms: Terms {
                sensitive_to: conditions.sensitive_to.map(|instant| instant.seconds),
                rows: row_rule(conditions.rows),
                hours: conditions
                    .hours
                    .as_ref()
                    .map(|windows| lower_hours(windows, zones)),
                networks,
                attributes,
                training,
                limits: self.limits(conditions),
                budgets: conditions
                    .budgets
                    .iter()
                    .flat_map(|budget| self.budgets(budget, zones))
                    .collect(),
                step_up: self.step_ups(&conditions.step_up),
                sign_in_level: conditions.sign_in_level.unwrap_or(0),
                approval_for: packed(&self.permissions.all_meant(&conditions.approval_for)),
                ..Terms::default()
            },
            unreadable,
        };
        // Windows of one list share a zone; of two the second would be judged in the wrong one.
        if let Some(windows) = &conditions.hours {
            let mut names = windows.iter().map(|window| window.zone.as_deref());
            let first = names.next().flatten();
            read.unreadable |= names.any(|name| name != first);
        }
        read
    }

    /// What a denial carries: rows, hours, networks and attributes. A part that cannot be read is
    /// dropped, so that the denial reaches further rather than less far.
    pub(crate) fn denial_conditions(&self, conditions: &Conditions, zones: &Zones<'_>) -> Terms {
        let read = self.conditions(conditions, zones).terms;
        let unknown_network = conditions.networks.as_ref().is_some_and(|names| {
            names.is_empty()
                || names
                    .iter()
                    .any(|name| self.networks.position(name).is_none())
        });
        let hours = read.hours.filter(|hours| {
            !hours.windows.is_empty() && hours::readable(conditions.hours.iter().flatten())
        });
        Terms {
            denies: true,
            rows: read.rows,
            hours,
            networks: if unknown_network { None } else { read.networks },
            attributes: read.attributes,
            ..Terms::default()
        }
    }

    fn limits(&self, conditions: &Conditions) -> Vec<model::Limit> {
        let mut limits: Vec<model::Limit> = Vec::new();
        for limit in &conditions.limits {
            for at in self.permissions.meant(&limit.permission).iter() {
                limits.push(model::Limit {
                    permission: narrow(at),
                    currency: limit.currency.clone(),
                    approve_above: limit.approve_above,
                    max: Some(limit.max),
                });
            }
        }
        for at in self.permissions.all_meant(&conditions.unlimited).iter() {
            limits.push(model::Limit {
                permission: narrow(at),
                currency: None,
                approve_above: None,
                max: None,
            });
        }
        super::join::tidy(limits)
    }

    fn budgets(&self, budget: &Budget, zones: &Zones<'_>) -> Vec<model::Budget> {
        self.permissions
            .meant(&budget.permission)
            .iter()
            .map(|at| model::Budget {
                id: budget.id.clone(),
                permission: narrow(at),
                currency: budget.currency.clone(),
                window: match budget.window {
                    Window::Shift => WindowKind::Shift,
                    Window::Day => WindowKind::Day,
                    Window::Week => WindowKind::Week,
                    Window::Month => WindowKind::Month,
                },
                zone: zone_of(budget.zone.as_deref(), zones),
                amount: budget.amount,
                count: budget.count,
            })
            .collect()
    }

    fn step_ups(&self, asked: &[PermissionStepUp]) -> Vec<(u32, StepUp)> {
        let each = asked.iter().flat_map(|demand| {
            let step_up = StepUp {
                level: demand.level,
                max_age: demand.max_age.seconds,
            };
            let meant = self.permissions.meant(&demand.permission);
            meant
                .iter()
                .map(|at| (narrow(at), step_up))
                .collect::<Vec<_>>()
        });
        super::join::strictest(each.collect())
    }
}

fn zone_of(name: Option<&str>, zones: &Zones<'_>) -> Option<u32> {
    name.and_then(|name| zones.get(name).copied())
}

fn lower_hours(windows: &[Hours], zones: &Zones<'_>) -> model::Hours {
    let zone = windows.iter().find_map(|window| window.zone.as_deref());
    model::Hours {
        zone: zone_of(zone, zones),
        windows: hours::windows(windows),
    }
}

fn row_rule(rows: Option<Rows>) -> RowRule {
    match rows {
        None | Some(Rows::Any) => RowRule::Any,
        Some(Rows::Own) => RowRule::Own,
        Some(Rows::Team) => RowRule::Team,
        Some(Rows::Ticket) => RowRule::Ticket,
    }
}

fn comparison(operator: AttributeOperator) -> Comparison {
    match operator {
        AttributeOperator::Eq => Comparison::Eq,
        AttributeOperator::Ne => Comparison::Ne,
        AttributeOperator::In => Comparison::In,
        AttributeOperator::NotIn => Comparison::NotIn,
        AttributeOperator::Lt => Comparison::Lt,
        AttributeOperator::Le => Comparison::Le,
        AttributeOperator::Gt => Comparison::Gt,
        AttributeOperator::Ge => Comparison::Ge,
        AttributeOperator::Contains => Comparison::Contains,
        AttributeOperator::Exists => Comparison::Exists,
    }
}

fn operand(value: &AttributeOperand) -> Operand {
    match value {
        AttributeOperand::Boolean(value) => Operand::Boolean(*value),
        AttributeOperand::Integer(value) => Operand::Integer(*value),
        AttributeOperand::String(value) => Operand::String(value.clone()),
        AttributeOperand::Integers(values) => Operand::Integers(values.clone()),
        AttributeOperand::Strings(values) => Operand::Strings(values.clone()),
    }
}
