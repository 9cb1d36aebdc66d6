//! Whether the grantor's own assignments are at least as wide as a proposal.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged,
    code::{PermissionFlags, RowRule},
    cursor::Cursor,
    layout::Section,
    records::{Terms, TermsFlags},
};

use super::{
    super::{
        explain::Way,
        question::{Question, is_trained},
        reason::Truth,
    },
    Resolved, has,
    hours::lies_within,
    limits_of,
};

impl Question<'_> {
    /// Whether some assignment of the subject's own is at least as wide as the proposal, for this
    /// question's permission at a scope.
    pub(super) fn may_pass_on(&self, proposal: &Resolved<'_>, scope: u32) -> Result<bool, Damaged> {
        if self.record.flags.has(PermissionFlags::DEFAULT) {
            return Ok(true);
        }
        // Training is part of holding: what one is not trained for, one does not pass on.
        for item in self.record.detail()?.demand.training.numbers() {
            if !is_trained(&self.subject().profile, item?, self.clock)? {
                return Ok(false);
            }
        }
        let snapshot = self.snapshot();
        let mut wide_enough = false;
        let mut denied = false;
        self.each_holding(self.subject(), &mut |holding, _: Way| {
            let head = snapshot.terms(holding.terms)?;
            if !snapshot.set_has(head.permissions, self.permission)? {
                return Ok(());
            }
            if head.flags.has(TermsFlags::DENIES) {
                let over = self.clock.within(None, head.detail()?.to) == Truth::No;
                let mut touches = false;
                for denied in snapshot.scopes_of(holding.scopes)? {
                    let denied = denied?;
                    touches |= snapshot.scope_covers(denied, scope)?
                        || snapshot.scope_covers(scope, denied)?;
                }
                denied |= touches && !over;
            } else if snapshot.covers(holding.scopes, scope)? {
                wide_enough |= self.is_as_wide(&head.detail()?, proposal)?;
            }
            Ok(())
        })?;
        Ok(wide_enough && !denied)
    }

    fn is_as_wide(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        if self.is_valid(own, self.subject()) != Truth::Yes {
            return Ok(false);
        }
        for item in own.training {
            if !is_trained(&self.subject().profile, item?, self.clock)? {
                return Ok(false);
            }
        }
        let guarded = PermissionFlags::SENSITIVE.with(PermissionFlags::PERSONAL);
        let early = own
            .sensitive_to
            .filter(|_| self.record.flags.has_any(guarded));
        let account = self.subject().profile.detail()?.to;
        let to = proposal.proposal.valid.to;
        let ends = [own.to, early, account]
            .into_iter()
            .flatten()
            .all(|end| to.is_some_and(|to| to <= end));
        let rows = match own.rows {
            RowRule::Any => true,
            RowRule::Team => matches!(proposal.rows, RowRule::Team | RowRule::Own),
            same => proposal.rows == same,
        };
        // The door itself carries none of the proposal's limits.
        let passed_on = proposal.permissions.contains(&self.permission);
        Ok(ends
            && (!passed_on
                || rows
                    && self.hours_within(own, proposal)?
                    && self.networks_within(own, proposal)?
                    && self.approvals_kept(own, proposal)?
                    && self.limits_within(own, proposal)?))
    }

    fn hours_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(own) = &own.hours else {
            return Ok(true);
        };
        let Some(wanted) = &proposal.hours else {
            return Ok(false);
        };
        let same_zone = match (own.zone, proposal.zone) {
            (None, None) => true,
            (Some(zone), Some(wanted)) => {
                let mut record = Cursor(self.snapshot().table(Section::Zones).record(zone)?);
                self.snapshot().name_bytes(record.number()?)? == wanted.as_bytes()
            }
            _ => false,
        };
        let mut windows = Vec::new();
        for window in own.windows() {
            windows.push(window?);
        }
        Ok(same_zone && wanted.iter().all(|window| lies_within(*window, &windows)))
    }

    fn networks_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(own) = own.networks else {
            return Ok(true);
        };
        let Some(wanted) = &proposal.proposal.conditions.networks else {
            return Ok(false);
        };
        for network in wanted {
            let mut known = false;
            for number in own {
                let mut record = Cursor(self.snapshot().table(Section::Networks).record(number?)?);
                known |= self.snapshot().name_bytes(record.number()?)? == network.as_bytes();
            }
            if !known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn approvals_kept(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(set) = own.approval_for else {
            return Ok(true);
        };
        if !self.snapshot().set_has(set, self.permission)? {
            return Ok(true);
        }
        let key = self.snapshot().permission_key(self.permission)?;
        Ok(has(&proposal.proposal.conditions.approval_for, key))
    }

    fn limits_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        if self.record.measure.is_none() {
            return Ok(true);
        }
        let key = self.snapshot().permission_key(self.permission)?;
        let conditions = &proposal.proposal.conditions;
        let unlimited = has(&conditions.unlimited, key);
        let mut own_unlimited = false;
        for limit in own.limits() {
            let limit = limit?;
            own_unlimited |= limit.permission == self.permission
                && limit.max.is_none()
                && limit.approve_above.is_none();
        }
        if own_unlimited {
            return Ok(true);
        }
        if unlimited {
            return Ok(false);
        }
        for wanted in limits_of(&conditions.limits, key) {
            let mut within = false;
            for limit in own.limits() {
                let limit = limit?;
                let currency = match limit.currency {
                    Some(name) => Some(self.snapshot().name_bytes(name)?),
                    None => None,
                };
                let same = limit.permission == self.permission
                    && currency == wanted.currency.as_ref().map(|text| text.as_bytes());
                // What may be done alone is the soft limit, or the hard one without a soft one.
                let alone = wanted.approve_above.unwrap_or(wanted.max);
                within |= same
                    && limit.max.is_none_or(|max| wanted.max <= max)
                    && limit.approve_above.is_none_or(|soft| alone <= soft);
            }
            if !within {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
