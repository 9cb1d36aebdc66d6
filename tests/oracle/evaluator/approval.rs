//! Whether another member's consent is valid.

use keyrack::{
    decide::request::Approval,
    policy::document::{Member, MemberKind, MemberStatus, Tier},
};

use super::{
    Question,
    facts::{self, Known},
    policy,
};

impl Question<'_, '_> {
    pub fn approved(&self, permission: &str) -> bool {
        self.request
            .approvals
            .iter()
            .any(|approval| self.is_valid(approval, permission) == Some(true))
    }

    fn is_valid(&self, approval: &Approval<'_>, permission: &str) -> Option<bool> {
        let request = self.request;
        let record = request.resource.as_ref()?;
        let (at, now) = (approval.at?, request.now?);
        let fresh = i64::from(self.policy.document.settings.approval_fresh.seconds);
        let scope = approval.scope.as_deref().unwrap_or(self.policy.root());
        let fits = *approval.requester == *self.subject.id
            && *approval.permission == *permission
            && scope == self.scope
            && **approval.resource.as_ref()? == *record.id
            && at <= now
            && now < at + fresh
            && self.is_enough(approval, permission);
        let giver = self.policy.member(approval.by.as_deref()?)?;
        Some(fits && self.may_consent(giver, permission))
    }

    /// For at least this amount, in the same measure and currency.
    fn is_enough(&self, approval: &Approval<'_>, permission: &str) -> bool {
        let Some((asked, currency)) = self.stated_amount(permission) else {
            return true;
        };
        let measure = self.policy.permission(permission).and_then(|it| it.measure);
        let agreed = measure.and_then(|measure| {
            let (percent, quantity) = (approval.percent, approval.quantity);
            facts::stated(measure, approval.amount.as_ref(), percent, quantity)
        });
        agreed.is_some_and(|agreed| {
            facts::sound(agreed.value).is_some_and(|value| value >= asked)
                && agreed.currency == currency
        })
    }

    /// The amount of the request in the permission's measure.
    fn stated_amount(&self, permission: &str) -> Option<(i64, Option<&str>)> {
        let request = self.request;
        let measure = self.policy.permission(permission)?.measure?;
        let (percent, quantity) = (request.percent, request.quantity);
        let stated = facts::stated(measure, request.amount.as_ref(), percent, quantity)?;
        Some((facts::sound(stated.value)?, stated.currency))
    }

    fn may_consent(&self, giver: &Member, permission: &str) -> bool {
        let owner = giver.kind == MemberKind::Owner;
        let both = ["approval.give", permission];
        giver.id != self.subject.id
            && giver.status == MemberStatus::Active
            && facts::valid(&giver.valid, self.request.now)
            && (owner || !self.is_suspended(giver))
            && (owner || !both.iter().any(|it| self.is_stopped(giver, it)))
            && (owner || both.iter().all(|it| self.is_held_by(giver, it)))
    }

    fn is_held_by(&self, giver: &Member, permission: &str) -> bool {
        let policy = self.policy;
        if policy.owner_only(permission)
            || policy.tiered(permission, &[Tier::NoDelegation]) && policy::is_outside(giver)
            || self.is_denied(giver, permission, true)
        {
            return false;
        }
        if policy.tiered(permission, &[Tier::Default]) {
            return true;
        }
        if self.own_training(giver, permission).is_err() {
            return false;
        }
        self.assignments(giver, permission).into_iter().any(|it| {
            let layers = policy.conditions(it);
            let met = layers.iter().all(|conditions| {
                let done = |item: &String| facts::training_done(giver, item, self.request.now);
                let rows = facts::joined_rows(&layers, conditions.rows.unwrap_or_default());
                conditions.training.iter().all(done)
                    && facts::rows(policy, rows, self.request, giver) == Known::Met
                    && !policy.any_names(&conditions.approval_for, permission)
                    && conditions.attributes.iter().all(|test| {
                        facts::attribute(policy, test, self.request, giver) == Known::Met
                    })
            });
            policy.covers(&it.scopes, self.scope)
                && self.valid_now(giver, it, permission)
                && met
                && self.reaches_amount(&layers, permission)
        })
    }

    /// Whether the giver could do it for this amount without anybody's consent.
    fn reaches_amount(
        &self,
        layers: &[&keyrack::policy::document::Conditions],
        permission: &str,
    ) -> bool {
        let measured = (self.policy.permission(permission)).is_some_and(|it| it.measure.is_some());
        if !measured {
            return true;
        }
        let Some((asked, currency)) = self.stated_amount(permission) else {
            return false;
        };
        let mut speaks = false;
        for conditions in layers {
            let limits = conditions.limits.iter();
            let mut own = limits
                .filter(|limit| self.policy.names(&limit.permission, permission))
                .peekable();
            let unlimited = self.policy.any_names(&conditions.unlimited, permission);
            speaks |= unlimited || own.peek().is_some();
            if unlimited || own.peek().is_none() {
                continue;
            }
            let mut here = own
                .filter(|it| it.currency.as_deref() == currency)
                .peekable();
            let none = here.peek().is_none();
            if none || here.any(|it| asked > it.approve_above.unwrap_or(it.max)) {
                return false;
            }
        }
        speaks
    }
}
