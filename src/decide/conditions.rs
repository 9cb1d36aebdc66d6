//! Step 8: what must hold for an assignment to count, and (step 6) for a denial to bite.

use crate::snapshot::{
    Damaged,
    code::{PermissionFlags, RowRule},
    records::{Limit, Terms},
};

use super::{
    engine::Principal,
    explain::{Condition, Finding},
    question::{Question, Stated, is_in_network, is_trained},
    reason::{Reason, Truth},
};

/// Whose row facts and whose hours and networks count for a principal's terms.
#[derive(Clone, Copy, Debug)]
pub struct Viewpoint<'s> {
    /// Whose rights, training and stored attributes are read.
    pub holder: &'s Principal<'s>,
    /// Whom the record's facts are held against.
    pub rows_of: &'s Principal<'s>,
    /// Whether the request's instant and address are those of the holder. They are not of an
    /// approver, whose hours and networks are not asked.
    pub present: bool,
}

/// How an assignment fared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fared {
    /// Why it does not count, and how far it came.
    pub refused: Option<Reason>,
    /// Whether a fact that was not told could still make it count.
    pub open: bool,
    /// Whether the amount is above the soft limit.
    pub above_soft_limit: bool,
    /// How many budgets bind.
    pub budgets: u32,
}

impl Question<'_> {
    /// Validity of an assignment, `sensitive_to` and the rule for outside members included.
    pub fn is_valid(&self, terms: &Terms<'_>, holder: &Principal<'_>) -> Truth {
        if terms.to.is_none() && holder.profile.is_outside() {
            return Truth::No;
        }
        let guarded = PermissionFlags::SENSITIVE.with(PermissionFlags::PERSONAL);
        let bounds = self.clock.within(terms.from, terms.to);
        if !self.record.flags.has_any(guarded) {
            return bounds;
        }
        bounds.and(self.clock.within(None, terms.sensitive_to))
    }

    /// Every condition of an assignment that is valid now.
    pub fn fares(&self, terms: &Terms<'_>, view: &Viewpoint<'_>) -> Result<Fared, Damaged> {
        let mut fared = Fared {
            open: true,
            ..Fared::default()
        };
        let mut truth = Truth::Yes;
        macro_rules! require {
            ($condition:expr, $reason:expr, $truth:expr) => {
                let holds: Truth = $truth;
                self.note($condition, holds);
                if holds != Truth::Yes {
                    fared.refused = fared.refused.or(Some($reason));
                    truth = truth.and(holds);
                    if !self.thorough {
                        fared.open = truth == Truth::Untold;
                        return Ok(fared);
                    }
                }
            };
        }
        for item in terms.training {
            let item = item?;
            let done = is_trained(&view.holder.profile, item, self.clock)?;
            require!(
                Condition::Training(item),
                Reason::TrainingRequired,
                Truth::known(done)
            );
        }
        if view.present {
            if let Some(hours) = &terms.hours {
                let inside = self.clock.in_hours(self.snapshot(), hours, self.scope)?;
                require!(Condition::Hours, Reason::OutsideHours, closed(inside));
            }
            if terms.networks.is_some() {
                let inside = self.in_networks(terms)?;
                require!(Condition::Networks, Reason::NetworkNotAllowed, inside);
            }
        }
        for test in terms.attributes() {
            let test = test?;
            let holds = self.attribute_holds(&test, view.holder)?;
            require!(
                Condition::Attribute(test.attribute),
                Reason::ConditionUnmet,
                holds
            );
        }
        if terms.rows != RowRule::Any {
            let holds = self.row_holds(terms.rows, view.rows_of)?;
            require!(Condition::Rows(terms.rows), Reason::ConditionUnmet, holds);
        }
        if let Some(measure) = self.record.measure {
            let stated = self.stated(measure);
            match self.amount_fares(terms, stated.as_ref())? {
                Ok(above) => {
                    self.note(Condition::Amount, Truth::Yes);
                    fared.above_soft_limit = above;
                }
                Err(reason) => {
                    let told = reason != Reason::AmountRequired;
                    let holds = if told { Truth::No } else { Truth::Untold };
                    require!(Condition::Amount, reason, holds);
                }
            }
        }
        if view.present {
            for budget in terms.budgets() {
                let budget = budget?;
                if budget.permission != self.permission || !self.concerns(budget.currency)? {
                    continue;
                }
                fared.budgets = fared.budgets.saturating_add(1);
                let left = Truth::known(self.fits_budget(&budget)?);
                require!(Condition::Budget(budget.id), Reason::BudgetExceeded, left);
            }
        }
        fared.open = truth != Truth::No;
        Ok(fared)
    }

    fn note(&self, condition: Condition, truth: Truth) {
        self.explain(|considered| {
            if let Some(last) = considered.last_mut() {
                last.findings.push(Finding { condition, truth });
            }
        });
    }

    /// Whether a denial's conditions leave it in force: only a known `No` lifts it.
    pub fn bites(&self, terms: &Terms<'_>, view: &Viewpoint<'_>) -> Result<Truth, Damaged> {
        let mut truth = self.clock.within(terms.from, terms.to);
        if terms.rows != RowRule::Any {
            truth = truth.and(self.row_holds(terms.rows, view.rows_of)?);
        }
        if let Some(hours) = &terms.hours {
            truth = truth.and(if view.present {
                self.clock.in_hours(self.snapshot(), hours, self.scope)?
            } else {
                Truth::Untold
            });
        }
        if terms.networks.is_some() {
            let inside = if view.present {
                self.in_networks(terms)?
            } else {
                Truth::Untold
            };
            truth = truth.and(inside);
        }
        for test in terms.attributes() {
            truth = truth.and(self.attribute_holds(&test?, view.holder)?);
        }
        Ok(truth)
    }

    fn in_networks(&self, terms: &Terms<'_>) -> Result<Truth, Damaged> {
        let Some(address) = self.address() else {
            return Ok(Truth::Untold);
        };
        for network in terms.networks.into_iter().flatten() {
            if is_in_network(self.snapshot(), network?, &address)? {
                return Ok(Truth::Yes);
            }
        }
        Ok(Truth::No)
    }

    /// Whether the record is one that a rule reaches.
    pub fn row_holds(&self, rule: RowRule, rows_of: &Principal<'_>) -> Result<Truth, Damaged> {
        if self.any_record {
            return Ok(Truth::Yes);
        }
        let Some(resource) = &self.request.resource else {
            return Ok(if rule == RowRule::Any {
                Truth::Yes
            } else {
                Truth::Untold
            });
        };
        let id = rows_of.row.id;
        Ok(match rule {
            RowRule::Any => Truth::Yes,
            RowRule::Own => match &resource.assignee {
                Some(assignee) => Truth::known(assignee.as_bytes() == id),
                None => Truth::Untold,
            },
            RowRule::Ticket => match &resource.open_ticket_with {
                Some(members) => Truth::known(members.iter().any(|member| member.as_bytes() == id)),
                None => Truth::Untold,
            },
            RowRule::Team => {
                let Some(told) = &resource.department else {
                    return Ok(Truth::Untold);
                };
                let snapshot = self.snapshot();
                // A department that nobody declared, or a member without one, cannot be judged.
                let Some(told) = snapshot.find_department(told)? else {
                    return Ok(Truth::Untold);
                };
                let Some(own) = rows_of.profile.detail()?.department else {
                    return Ok(Truth::Untold);
                };
                Truth::known(own <= told && told < snapshot.department_end(own)?)
            }
        })
    }

    /// Whether an amount is within the assignment's limits, and if so whether above the soft one.
    fn amount_fares(
        &self,
        terms: &Terms<'_>,
        stated: Option<&Stated<'_>>,
    ) -> Result<Result<bool, Reason>, Damaged> {
        let Some(stated) = stated else {
            return Ok(Err(Reason::AmountRequired));
        };
        let money = self.record.measure == Some(crate::snapshot::code::MeasureKind::Money);
        let Some(value) = stated.exact() else {
            return Ok(Err(Reason::AmountInvalid));
        };
        if money && stated.currency.is_none() {
            return Ok(Err(Reason::AmountInvalid));
        }
        let nothing = if money {
            Reason::CurrencyNotAllowed
        } else {
            Reason::LimitExceeded
        };
        let mut best = Err(nothing);
        for limit in terms.limits() {
            let limit = limit?;
            if limit.permission != self.permission || !self.limit_speaks_of(&limit, stated)? {
                continue;
            }
            let fares = if limit.max.is_some_and(|max| value > max) {
                Err(Reason::LimitExceeded)
            } else {
                Ok(limit.approve_above.is_some_and(|soft| value > soft))
            };
            best = match (best, fares) {
                (Ok(one), Ok(other)) => Ok(one && other),
                (Ok(one), Err(_)) => Ok(one),
                (Err(_), other) => other,
            };
        }
        Ok(best)
    }

    /// Whether a limit is in the measure and currency of a stated amount. `unlimited` is in every.
    pub fn limit_speaks_of(&self, limit: &Limit, stated: &Stated<'_>) -> Result<bool, Damaged> {
        match (limit.currency, stated.currency) {
            (None, None) => Ok(true),
            (None, Some(_)) => Ok(limit.max.is_none()),
            (Some(_), None) => Ok(false),
            (Some(name), Some(currency)) => {
                Ok(self.snapshot().name_bytes(name)? == currency.as_bytes())
            }
        }
    }

    /// Whether a budget or a band in this currency concerns the request.
    pub fn concerns(&self, currency: Option<u32>) -> Result<bool, Damaged> {
        let Some(name) = currency else {
            return Ok(true);
        };
        let told = self
            .request
            .amount
            .as_ref()
            .and_then(|amount| amount.currency.as_deref());
        Ok(match told {
            Some(told) => self.snapshot().name_bytes(name)? == told.as_bytes(),
            None => false,
        })
    }

    /// Whether the usage that was told leaves room. Nothing told leaves it to the ledger.
    fn fits_budget(&self, budget: &crate::snapshot::records::Budget) -> Result<bool, Damaged> {
        let id = self.snapshot().name_bytes(budget.id)?;
        let amount = self
            .record
            .measure
            .and_then(|measure| self.stated(measure)?.exact());
        for usage in self
            .request
            .usage
            .iter()
            .filter(|usage| usage.budget.as_bytes() == id)
        {
            let fits =
                |used: Option<super::request::Exact>, more: Option<i64>, most: Option<i64>| {
                    let (Some(used), Some(most)) = (used, most) else {
                        return true;
                    };
                    // A negative or inexact usage is a wrong one, and a wrong one leaves no room.
                    let used = used.0.filter(|used| *used >= 0);
                    match (used, more) {
                        (Some(used), Some(more)) => {
                            used.checked_add(more).is_some_and(|sum| sum <= most)
                        }
                        _ => false,
                    }
                };
            if !fits(usage.amount, amount, budget.amount)
                || !fits(usage.count, Some(1), budget.count)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Hours that cannot be told are as good as over, for a grant: nothing sent could mend it.
const fn closed(truth: Truth) -> Truth {
    match truth {
        Truth::Untold => Truth::No,
        known => known,
    }
}
