//! What is asked of people before an allow: a second verification, another member's consent.

use crate::snapshot::{
    Damaged,
    code::{MemberKind, PermissionFlags},
    model::StepUp,
    records::TermsFlags,
};

use super::{
    conditions::Viewpoint,
    engine::Principal,
    question::{Question, Stated, is_trained, stated},
    reason::Truth,
    request::Approval,
};

/// The permission that makes an approver.
pub const APPROVAL_GIVE: &str = "approval.give";

/// What is asked of people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Needs {
    /// A second verification; level 0 asks for none.
    pub step_up: StepUp,
    /// The least level of the sign-in itself; 0 asks for none.
    pub sign_in_level: u8,
    /// Another member's consent.
    pub approval: bool,
}

/// What of it has not been done.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Unmet {
    /// The second verification.
    pub step_up: bool,
    /// The sign-in is too weak.
    pub sign_in: bool,
    /// The consent.
    pub approval: bool,
}

impl Needs {
    /// The stricter of each part.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let (a, b) = (self.step_up, other.step_up);
        let max_age = match (a.level, b.level) {
            (0, _) => b.max_age,
            (_, 0) => a.max_age,
            _ => a.max_age.min(b.max_age),
        };
        Self {
            step_up: StepUp {
                level: a.level.max(b.level),
                max_age,
            },
            sign_in_level: self.sign_in_level.max(other.sign_in_level),
            approval: self.approval || other.approval,
        }
    }
}

impl Unmet {
    /// Nothing ▸ only the member ▸ only somebody else ▸ both.
    #[must_use]
    pub fn rank(self) -> u8 {
        u8::from(self.step_up || self.sign_in) | (u8::from(self.approval) << 1)
    }
}

impl<'q> Question<'q> {
    /// What of the needs has not been done.
    pub fn unmet(&self, needs: &Needs) -> Result<Unmet, Damaged> {
        Ok(Unmet {
            step_up: needs.step_up.level != 0 && !self.is_proven(needs.step_up)?,
            sign_in: needs.sign_in_level != 0 && self.sign_in_level()? < needs.sign_in_level,
            approval: needs.approval && !self.is_approved()?,
        })
    }

    /// Whether any approval that was sent holds.
    pub fn is_approved(&self) -> Result<bool, Damaged> {
        if let Some(known) = self.approved.get() {
            return Ok(known);
        }
        let mut approved = false;
        // An approval is for one record, and so says nothing of any.
        let sent = self.request.approvals.iter().filter(|_| !self.any_record);
        for approval in sent {
            // All are looked at, so that every end of one is watched.
            approved |= self.approval_holds(approval)?;
        }
        self.approved.set(Some(approved));
        Ok(approved)
    }

    fn approval_holds(&self, approval: &Approval<'_>) -> Result<bool, Damaged> {
        let request = self.request;
        let snapshot = self.snapshot();
        let same_scope = match &approval.scope {
            Some(scope) => snapshot.find_scope(scope)? == Some(self.scope),
            None => self.scope == 0,
        };
        let record = request.resource.as_ref().map(|resource| &resource.id);
        let fits = approval.requester.as_bytes() == self.subject().row.id
            && &*approval.permission == snapshot.permission_key(self.permission)?
            && same_scope
            && record.is_some()
            && approval.resource.as_ref() == record
            && self.approved_amount_reaches(approval);
        let fresh = approval
            .at
            .is_some_and(|at| self.clock.is_fresh(at, snapshot.head().approval_fresh));
        if !fits || !fresh {
            return Ok(false);
        }
        let Some(by) = &approval.by else {
            return Ok(false);
        };
        let Some(approver) = self.engine.find(by)? else {
            return Ok(false);
        };
        if approver.row.handle == self.subject().row.handle {
            return Ok(false);
        }
        self.may_approve(&approver)
    }

    /// Whether the approval is for at least what is asked, in the same measure and currency.
    fn approved_amount_reaches(&self, approval: &Approval<'_>) -> bool {
        let Some(measure) = self.record.measure else {
            return true;
        };
        let agreed = stated(
            measure,
            approval.amount.as_ref(),
            approval.percent,
            approval.quantity,
        );
        match (self.stated(measure), agreed) {
            (Some(asked), Some(agreed)) => {
                let enough = match (asked.exact(), agreed.exact()) {
                    (Some(asked), Some(agreed)) => asked <= agreed,
                    _ => false,
                };
                enough && asked.currency == agreed.currency
            }
            _ => false,
        }
    }

    /// Whether a member may agree to this: active, not stopped, holding both the approving
    /// permission and this one here, alone and up to the amount.
    fn may_approve(&self, approver: &Principal<'q>) -> Result<bool, Damaged> {
        let engine = self.engine;
        let Some(giving) = self.snapshot().find_permission(APPROVAL_GIVE)? else {
            return Ok(false);
        };
        if engine.standing(approver, self.clock)?.is_some() {
            return Ok(false);
        }
        if approver.profile.kind == MemberKind::Owner {
            return Ok(true);
        }
        if engine.is_member_suspended(approver.row.handle, self.clock) {
            return Ok(false);
        }
        Ok(self.about(giving)?.holds_alone(approver)?
            && self.about(self.permission)?.holds_alone(approver)?)
    }

    /// Whether an approver could do this without anybody's consent.
    fn holds_alone(&self, approver: &Principal<'q>) -> Result<bool, Damaged> {
        let flags = self.record.flags;
        let barred = flags.has(PermissionFlags::OWNER_ONLY)
            || flags.has(PermissionFlags::NO_DELEGATION) && approver.profile.is_outside()
            || self
                .engine
                .is_operation_suspended(self.permission, approver.row.handle, self.clock);
        let view = Viewpoint {
            holder: approver,
            rows_of: approver,
            present: false,
        };
        if barred || self.denied(&view)? != Truth::No {
            return Ok(false);
        }
        for item in self.record.detail()?.demand.training.numbers() {
            if !is_trained(&approver.profile, item?, self.clock)? {
                return Ok(false);
            }
        }
        let mut holds = flags.has(PermissionFlags::DEFAULT);
        self.each_holding(approver, &mut |holding, _| {
            let head = self.snapshot().terms(holding.terms)?;
            if head.flags.has(TermsFlags::DENIES)
                || !self.snapshot().set_has(head.permissions, self.permission)?
                || !self.snapshot().covers(holding.scopes, self.scope)?
            {
                return Ok(());
            }
            let terms = head.detail()?;
            if self.is_valid(&terms, approver) != Truth::Yes {
                return Ok(());
            }
            let fared = self.fares(&terms, &view)?;
            let needs_consent = match terms.approval_for {
                Some(set) => self.snapshot().set_has(set, self.permission)?,
                None => false,
            };
            holds |= fared.refused.is_none() && !fared.above_soft_limit && !needs_consent;
            Ok(())
        })?;
        Ok(holds)
    }

    /// Whether the request states this permission's measure at all.
    #[must_use]
    pub fn states_amount(&self) -> Option<Stated<'_>> {
        self.record.measure.and_then(|measure| self.stated(measure))
    }
}
