//! Facts that conditions read: zones, networks, levels, validity.

use super::Check;
use crate::compile::address::{AddressFlaw, block};
use crate::compile::report::{at, join};
use crate::policy::Step;
use crate::policy::codes;
use crate::policy::document::{Measure, Validity};

impl Check<'_, '_> {
    pub(super) fn facts(&mut self) {
        let document = self.world.document;
        for (i, scope) in document.scopes.iter().enumerate() {
            if let Some(zone) = &scope.zone {
                self.zone(&at!["scopes", i, "zone"], zone);
            }
        }
        for (i, network) in document.networks.iter().enumerate() {
            if network.cidrs.is_empty() {
                let finding = (
                    codes::EMPTY_NETWORKS,
                    format!("the network `{}` has no address", network.id),
                    "write a block such as `203.0.113.0/24`".to_owned(),
                );
                self.report.value(&at!["networks", i, "cidrs"], finding);
            }
            for (j, cidr) in network.cidrs.iter().enumerate() {
                let help = match block(cidr) {
                    Ok(_) => continue,
                    Err(AddressFlaw::Form) => "write a block such as `203.0.113.0/24`".to_owned(),
                    Err(AddressFlaw::Host(meant)) => format!("did you mean `{meant}`?"),
                };
                let message = format!("`{cidr}` is no block of addresses");
                let path = at!["networks", i, "cidrs", j];
                self.report
                    .value(&path, (codes::NETWORK_FORM, message, help));
            }
        }
        for (value, level) in &document.levels.acr {
            self.level(&at!["levels", "acr", value], *level);
        }
        for (value, level) in &document.levels.amr {
            self.level(&at!["levels", "amr", value], *level);
        }
        self.member_attributes();
        for (i, member) in document.members.iter().enumerate() {
            self.validity(&at!["members", i, "valid"], member.valid);
            for (j, done) in member.training.iter().enumerate() {
                if done.expires.is_some_and(|expires| expires <= done.at) {
                    self.ends_first(&at!["members", i, "training", j, "expires"]);
                }
            }
        }
        for (i, assignment) in document.assignments.iter().enumerate() {
            self.validity(&at!["assignments", i, "valid"], assignment.valid);
            let earlier = assignment.conditions.sensitive_to;
            if let (Some(from), Some(to)) = (assignment.valid.from, earlier)
                && to <= from
            {
                self.ends_first(&at!["assignments", i, "conditions", "sensitive_to"]);
            }
        }
        for (i, denial) in document.denials.iter().enumerate() {
            self.validity(&at!["denials", i, "valid"], denial.valid);
        }
    }

    fn validity(&mut self, base: &[Step<'_>], valid: Validity) {
        if let (Some(from), Some(to)) = (valid.from, valid.to)
            && to <= from
        {
            self.ends_first(&join(base, &at!["to"]));
        }
    }

    fn ends_first(&mut self, path: &[Step<'_>]) {
        let finding = (
            codes::VALIDITY_EMPTY,
            "it ends before it starts".to_owned(),
            "write an end after the start".to_owned(),
        );
        self.report.value(path, finding);
    }

    /// Demands on everyone who holds a permission.
    pub(super) fn demands(&mut self) {
        let document = self.world.document;
        for (i, demand) in document.demands.iter().enumerate() {
            let base = at!["demands", i];
            if demand.permission.is_some() == demand.tier.is_some() {
                self.demand(&base, "name exactly one of `permission` and `tier`");
            }
            let asks = demand.step_up.is_some()
                || demand.sign_in_level.is_some()
                || !demand.training.is_empty()
                || demand.approval;
            if !asks {
                self.demand(
                    &base,
                    "write what is asked: a step-up, a level, training, approval",
                );
            }
            if let Some(name) = &demand.permission {
                self.permission(name, &at!["demands", i, "permission"]);
            }
            for (j, name) in demand.training.iter().enumerate() {
                self.training(name, &at!["demands", i, "training", j]);
            }
            self.step_up_range(&base, demand.step_up);
            if let Some(level) = demand.sign_in_level {
                self.level(&at!["demands", i, "sign_in_level"], level);
            }
            let Some(above) = demand.above else {
                if demand.currency.is_some() {
                    let message = "a currency without an amount changes nothing";
                    self.unit(&base, &["currency"], message, "write `above` too");
                }
                continue;
            };
            self.amount(&base, "above", above);
            if demand.step_up.is_none() {
                self.demand(&base, "write the `step_up` that is asked above the amount");
            }
            let Some(at) = demand
                .permission
                .as_deref()
                .and_then(|name| self.world.permissions.position(name))
            else {
                if demand.tier.is_some() {
                    self.demand(
                        &base,
                        "an amount needs one permission, whose measure it is in",
                    );
                }
                continue;
            };
            match self.world.permissions.measure(at) {
                Some(measure @ (Measure::Money | Measure::Percent | Measure::Quantity)) => {
                    self.currency(&base, measure, demand.currency.as_deref());
                }
                None => {
                    let message = "the permission is not measured";
                    self.unit(&base, &["above"], message, "leave `above` out");
                }
            }
        }
    }

    fn demand(&mut self, path: &[Step<'_>], help: &str) {
        let finding = (
            codes::DEMAND_FORM,
            "this demand asks nobody for anything".to_owned(),
            help.to_owned(),
        );
        self.report.value(path, finding);
    }
}
