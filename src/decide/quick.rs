//! The boolean answer for ids: a short way for the common case, the whole semantics for the rest.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged, Snapshot,
    code::{MemberKind, MemberStatus, PermissionFlags},
    cursor::at,
    model::StepUp,
    records::{Holding, Permission, ProfileFlags, TermsFlags},
};

use super::{
    Request,
    clock::Clock,
    decision::{Depth, answer},
    engine::Engine,
    question::Question,
};

/// Permissions that ask nothing beyond an assignment, as bits.
#[derive(Debug, Default)]
pub(super) struct Plain(Vec<u8>);

impl Plain {
    /// Looks at every permission once. A damaged one is not plain, so that the long way meets it.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut bits = alloc::vec![0_u8; at(snapshot.permission_count().div_ceil(8))];
        for permission in 0..snapshot.permission_count() {
            let plain = snapshot
                .permission(permission)
                .and_then(|record| is_plain(&record));
            if let (Ok(true), Some(byte)) = (plain, bits.get_mut(at(permission >> 3))) {
                *byte |= 1 << (permission & 7);
            }
        }
        Self(bits)
    }

    #[inline]
    fn has(&self, permission: u32) -> bool {
        self.0
            .get(at(permission >> 3))
            .is_some_and(|byte| byte >> (permission & 7) & 1 == 1)
    }
}

fn is_plain(record: &Permission<'_>) -> Result<bool, Damaged> {
    let special = PermissionFlags::OWNER_ONLY
        .with(PermissionFlags::NO_DELEGATION)
        .with(PermissionFlags::DEFAULT);
    let demand = record.detail()?.demand;
    Ok(!record.flags.has_any(special)
        && record.measure.is_none()
        && demand.step_up == StepUp::default()
        && demand.sign_in_level == 0
        && !demand.approval
        && demand.training.is_empty()
        && demand.bands().next().is_none())
}

/// Profile bits that change nothing for a plain permission.
const HARMLESS: u16 =
    ProfileFlags::DEPARTMENT.0 | ProfileFlags::TRAINING.0 | ProfileFlags::ATTRIBUTES.0;

impl Engine {
    /// Whether the bare request of a member for a permission at a scope is allowed and nothing is
    /// left open: no fact, no budget, nobody to ask.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn may(
        &self,
        member: u32,
        permission: u32,
        scope: u32,
        now: Option<i64>,
    ) -> Result<bool, Damaged> {
        let snapshot = &self.snapshot;
        let expired = snapshot
            .head()
            .expires
            .is_some_and(|end| now.is_none_or(|now| now >= end));
        if expired {
            return Ok(false);
        }
        let row = snapshot.member(member)?;
        let profile = snapshot.profile(row.profile)?;
        let short = self.plain.has(permission)
            && !self.has_overlay()
            && !snapshot.head().overlay_required
            && profile.flags.0 & !HARMLESS == 0
            && profile.status == MemberStatus::Active
            && matches!(
                profile.kind,
                MemberKind::Employee | MemberKind::App | MemberKind::Service
            );
        if !short {
            return self.may_at_length(member, permission, scope, now);
        }
        let mut holdings = row.holdings;
        while !holdings.is_empty() {
            let holding = Holding::parse(&mut holdings, false, 0)?;
            let head = snapshot.terms(holding.terms)?;
            if !snapshot.set_has(head.permissions, permission)?
                || !snapshot.covers(holding.scopes, scope)?
            {
                continue;
            }
            if head.flags == TermsFlags::default() {
                return Ok(true);
            }
            return self.may_at_length(member, permission, scope, now);
        }
        Ok(false)
    }

    #[cold]
    fn may_at_length(
        &self,
        member: u32,
        permission: u32,
        scope: u32,
        now: Option<i64>,
    ) -> Result<bool, Damaged> {
        let request = Request {
            now,
            ..Request::default()
        };
        let clock = Clock::at(now);
        let subject = self.principal(self.snapshot.member(member)?)?;
        let asked = (subject, permission, scope);
        let question = Question::pose(self, &request, asked, &clock, Depth::default())?;
        Ok(answer(&question, false)?.is_unconditional())
    }
}
