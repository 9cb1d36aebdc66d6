//! Steps 7 to 9: which assignments count, and which is the best.

use keyrack::policy::document::{Assignment, Budget, Conditions, Measure, Member, StepUp, Tier};

use super::{
    Asks, Question, Refusal, Right,
    facts::{self, Known},
    policy,
};

/// A budget that binds an allow.
#[derive(Clone, Debug)]
pub struct Reserve {
    pub budget: String,
}

/// How far a candidate came, and why not further. Later stages have higher numbers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Stopped(u8, Refusal);

/// A measured permission without a stated sum in that currency.
const NO_SUM: [Stopped; 2] = [
    Stopped(10, "currency_not_allowed"),
    Stopped(11, "limit_exceeded"),
];

impl<'d> Question<'d, '_> {
    /// The assignments that hold a permission for a member, in the order of the document.
    pub fn assignments(&self, who: &Member, permission: &str) -> Vec<&'d Assignment> {
        let document = self.policy.document;
        let all = document.assignments.iter().zip(&self.policy.held);
        all.filter(|(it, held)| {
            held.contains(permission)
                && policy::reaches(
                    who,
                    it.member.as_deref(),
                    it.group.as_deref(),
                    it.organisation.as_deref(),
                )
        })
        .map(|(it, _)| it)
        .collect()
    }

    pub fn best_candidate(&self, who: &Member, permission: &str) -> Result<Right, Refusal> {
        let mut furthest = Stopped(0, "no_grant");
        let mut best: Option<((u8, usize), Right)> = None;
        for assignment in self.assignments(who, permission) {
            match self.weigh(who, assignment, permission) {
                Err(stopped) => furthest = furthest.max(stopped),
                Ok(right) => {
                    let weight = (self.left_to_do(permission, right.asks), right.reserve.len());
                    if best.as_ref().is_none_or(|(best, _)| weight < *best) {
                        best = Some((weight, right));
                    }
                }
            }
        }
        best.map(|(_, right)| right).ok_or(furthest.1)
    }

    /// Nothing, something of the subject, something of another, both.
    fn left_to_do(&self, permission: &str, asks: Asks) -> u8 {
        let left = self.left(permission, asks);
        let of_subject = left.sign_in_level > 0 || left.step_up.level > 0;
        u8::from(of_subject) + 2 * u8::from(left.approval)
    }

    /// Whether an assignment is valid now for a member and a permission.
    pub fn valid_now(&self, who: &Member, it: &'d Assignment, permission: &str) -> bool {
        let now = self.request.now;
        let early = (self.policy).tiered(permission, &[Tier::Sensitive, Tier::Personal]);
        let ended = self.policy.conditions(it).iter().any(|conditions| {
            let end = conditions.sensitive_to.filter(|_| early);
            end.is_some_and(|end| now.is_none_or(|now| now >= end.seconds))
        });
        facts::valid(&it.valid, now)
            && !ended
            && !(policy::is_outside(who) && it.valid.to.is_none())
    }

    fn weigh(
        &self,
        who: &Member,
        assignment: &'d Assignment,
        permission: &str,
    ) -> Result<Right, Stopped> {
        let request = self.request;
        if !self.policy.covers(&assignment.scopes, self.scope) {
            return Err(Stopped(1, "out_of_scope"));
        }
        if !self.valid_now(who, assignment, permission) {
            return Err(Stopped(2, "grant_outside_validity"));
        }
        let layers = self.policy.conditions(assignment);
        let each = |stage: u8, reason: Refusal, met: &dyn Fn(&Conditions) -> bool| {
            let all = layers.iter().all(|conditions| met(conditions));
            if all {
                Ok(())
            } else {
                Err(Stopped(stage, reason))
            }
        };
        each(3, "training_required", &|it| {
            (it.training.iter()).all(|item| facts::training_done(who, item, request.now))
        })?;
        each(4, "outside_hours", &|it| {
            let zone = self.policy.zone_at(self.scope);
            let known = it
                .hours
                .as_ref()
                .map(|list| facts::hours(list, zone, request.now));
            known.is_none_or(|known| known == Known::Met)
        })?;
        each(5, "network_not_allowed", &|it| {
            let ip = request.ip.as_deref();
            let known = it
                .networks
                .as_ref()
                .map(|names| facts::networks(self.policy, names, ip));
            known.is_none_or(|known| known == Known::Met)
        })?;
        each(6, "condition_unmet", &|it| {
            let tests = it.attributes.iter();
            tests
                .map(|test| facts::attribute(self.policy, test, request, who))
                .all(|known| known == Known::Met)
        })?;
        each(7, "condition_unmet", &|it| {
            let rows = facts::joined_rows(&layers, it.rows.unwrap_or_default());
            facts::rows(self.policy, rows, request, self.subject) == Known::Met
        })?;
        let (amount, above_soft) = self.amount(&layers, permission)?;
        let budgets: Vec<&Budget> = layers
            .iter()
            .flat_map(|it| &it.budgets)
            .filter(|budget| {
                let currency = amount.and_then(|(_, currency)| currency);
                self.policy.names(&budget.permission, permission)
                    && (budget.currency.is_none() || budget.currency.as_deref() == currency)
            })
            .collect();
        let value = amount.map(|(value, _)| value);
        if !budgets.iter().all(|budget| self.has_room(budget, value)) {
            return Err(Stopped(12, "budget_exceeded"));
        }
        let mut asks = self.demands(permission, amount);
        asks.approval |= above_soft;
        for conditions in &layers {
            asks.approval |= self.policy.any_names(&conditions.approval_for, permission);
            asks.sign_in_level = asks
                .sign_in_level
                .max(conditions.sign_in_level.unwrap_or(0));
            for demand in &conditions.step_up {
                if self.policy.names(&demand.permission, permission) {
                    let step_up = StepUp {
                        level: demand.level,
                        max_age: demand.max_age,
                    };
                    asks.step_up = super::stricter(asks.step_up, step_up);
                }
            }
        }
        Ok(Right {
            by: self.name(assignment),
            asks,
            reserve: budgets
                .iter()
                .map(|budget| Reserve {
                    budget: budget.id.clone(),
                })
                .collect(),
        })
    }

    /// The amount of a measured permission, and whether it is above a soft limit.
    #[allow(clippy::type_complexity, reason = "two facts, told once")]
    fn amount(
        &self,
        layers: &[&Conditions],
        permission: &str,
    ) -> Result<(Option<(i64, Option<&'d str>)>, bool), Stopped> {
        let request = self.request;
        let Some(measure) = self.policy.permission(permission).and_then(|it| it.measure) else {
            return Ok((None, false));
        };
        let (percent, quantity) = (request.percent, request.quantity);
        let stated = facts::stated(measure, request.amount.as_ref(), percent, quantity);
        let stated = stated.ok_or(Stopped(8, "amount_required"))?;
        let money = measure == Measure::Money;
        let sound = facts::sound(stated.value).filter(|_| !money || stated.currency.is_some());
        let amount = sound.ok_or(Stopped(9, "amount_invalid"))?;
        let no_sum = NO_SUM[usize::from(!money)];
        let mut above_soft = false;
        let mut speaks = false;
        let mut too_much = false;
        for conditions in layers {
            let limits = conditions.limits.iter();
            let own: Vec<_> = limits
                .filter(|limit| self.policy.names(&limit.permission, permission))
                .collect();
            let unlimited = self.policy.any_names(&conditions.unlimited, permission);
            speaks |= unlimited || !own.is_empty();
            if unlimited || own.is_empty() {
                continue;
            }
            let here = own
                .iter()
                .filter(|it| it.currency.as_deref() == stated.currency);
            if here.clone().count() == 0 {
                return Err(no_sum);
            }
            for limit in here {
                too_much |= amount > limit.max;
                above_soft |= limit.approve_above.is_some_and(|soft| amount > soft);
            }
        }
        if !speaks {
            return Err(no_sum);
        }
        if too_much {
            return Err(Stopped(11, "limit_exceeded"));
        }
        Ok((Some((amount, stated.currency)), above_soft))
    }

    /// What an assignment is called: its id, else its role and those of its scopes that no other
    /// of them covers.
    fn name(&self, assignment: &Assignment) -> String {
        let role = assignment.role.as_deref().unwrap_or("direct");
        let mut scopes: Vec<String> = Vec::new();
        for scope in self.policy.document.scopes.iter().map(|it| &it.id) {
            let above = self.policy.upwards(scope);
            let covered = above
                .iter()
                .skip(1)
                .any(|it| assignment.scopes.iter().any(|of| of == it));
            if assignment.scopes.contains(scope) && !covered {
                scopes.push(scope.clone());
            }
        }
        let unnamed = || format!("{role}@{}", scopes.join("+"));
        assignment.id.clone().unwrap_or_else(unnamed)
    }

    /// Whether a budget has room for one use of an amount, as far as usage was told.
    fn has_room(&self, budget: &Budget, amount: Option<i64>) -> bool {
        let told = self
            .request
            .usage
            .iter()
            .filter(|it| *it.budget == *budget.id);
        told.into_iter().all(|used| {
            let fits = |used: Option<keyrack::decide::request::Exact>, more, most: Option<i64>| {
                let (Some(used), Some(most)) = (used, most) else {
                    return true;
                };
                let used = used.0.filter(|used| *used >= 0);
                used.and_then(|used| used.checked_add(more))
                    .is_some_and(|sum| sum <= most)
            };
            fits(used.amount, amount.unwrap_or(0), budget.amount)
                && fits(used.count, 1, budget.count)
        })
    }
}
