//! The boolean answer for ids: a short way for the common case, the whole semantics for the rest.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged, Snapshot,
    code::{MemberKind, MemberStatus, PermissionFlags},
    cursor::{Cursor, at},
    hot::Hot,
    model::StepUp,
    records::{Holding, ProfileFlags, TermsFlags},
};

use super::{
    Request,
    clock::Clock,
    decision::{Depth, answer},
    engine::{Bound, Engine},
    question::{People, Question},
};

/// A set of permissions.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u32>);

impl Bits {
    #[inline(always)]
    pub(super) fn has(&self, permission: u32) -> bool {
        self.0
            .get(at(permission >> 5))
            .is_some_and(|word| word >> (permission & 31) & 1 == 1)
    }

    fn add(&mut self, permission: u32, holds: bool) {
        if let Some(word) = self.0.get_mut(at(permission >> 5)) {
            *word |= u32::from(holds) << (permission & 31);
        }
    }
}

/// What was found out once about every permission. A damaged one is in no set, so that the long way
/// meets it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Those that ask nothing of whoever holds them.
    pub(super) free: Bits,
    /// Those of them that need an assignment and no more, and that no overlay speaks of.
    plain: Bits,
    /// Those that whoever holds no assignment of is denied for good.
    inert: Bits,
}

impl Known {
    /// Looks at every permission once.
    pub(super) fn of(snapshot: &Snapshot, overlay: Option<&Bound>) -> Self {
        // Whether the age of an overlay, or its want, counts for some.
        let guarded = overlay.is_some() || snapshot.head().overlay_required;
        let none = || Bits(alloc::vec![0; at(snapshot.permission_count().div_ceil(32))]);
        let mut known = Self {
            free: none(),
            plain: none(),
            inert: none(),
        };
        for permission in 0..snapshot.permission_count() {
            let record = snapshot.permission(permission);
            let Ok((flags, measured, demand)) = record.and_then(|record| {
                let demand = record.detail()?.demand;
                Ok((record.flags, record.measure.is_some(), demand))
            }) else {
                continue;
            };
            let watched = guarded
                && flags.has_any(PermissionFlags::SENSITIVE.with(PermissionFlags::FUNDS))
                || overlay.is_some_and(|overlay| overlay.stops_any(permission));
            let inert =
                !watched && !flags.has(PermissionFlags::DEFAULT) && demand.training.is_empty();
            let free = demand.step_up == StepUp::default()
                && demand.sign_in_level == 0
                && !demand.approval
                && demand.training.is_empty()
                && demand.bands().next().is_none();
            let barred = PermissionFlags::OWNER_ONLY.with(PermissionFlags::NO_DELEGATION);
            known.inert.add(permission, inert);
            known.free.add(permission, free);
            let plain = inert && free && !measured && !flags.has_any(barred);
            known.plain.add(permission, plain);
        }
        known
    }
}

/// Profile bits that change nothing for a plain permission.
const HARMLESS: u16 =
    ProfileFlags::DEPARTMENT.0 | ProfileFlags::TRAINING.0 | ProfileFlags::ATTRIBUTES.0;

/// Whether a profile is that of an active inside member with nothing but assignments of its own.
#[inline(always)]
fn is_common([low, high, kind, status]: [u8; 4]) -> bool {
    u16::from_le_bytes([low, high]) & !HARMLESS == 0
        && MemberStatus::from_code(status) == Some(MemberStatus::Active)
        && matches!(
            MemberKind::from_code(kind),
            Some(MemberKind::Employee | MemberKind::App | MemberKind::Service)
        )
}

/// What the short way tells of one member at one scope, as bits of permissions.
#[derive(Debug)]
pub struct Outright {
    /// Allowed, with nothing left open.
    pub allowed: Vec<u32>,
    /// Those that only the whole semantics can tell. Every other one is denied.
    pub untold: Vec<u32>,
}

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
        let end = self.snapshot.head().expires;
        if end.is_some_and(|end| now.is_none_or(|now| now >= end)) {
            return Ok(false);
        }
        match self.allows_outright(member, permission, scope)? {
            Some(told) => Ok(told),
            None => self.may_at_length(member, permission, scope, now),
        }
    }

    /// Whether a member is allowed outright; `None`: only the whole semantics can tell. Of a
    /// request that nobody acts in, before the snapshot's end.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn allows_outright(
        &self,
        member: u32,
        permission: u32,
        scope: u32,
    ) -> Result<Option<bool>, Damaged> {
        if !self.known.plain.has(permission) || self.is_named(member) {
            return Ok(None);
        }
        let hot = Hot::of(&self.snapshot);
        let (profile, mut holdings) = hot.member(member)?;
        if !is_common(profile) {
            return Ok(None);
        }
        while !holdings.is_empty() {
            let (terms, scopes) = Hot::holding(&mut holdings)?;
            let (flags, set) = hot.terms(terms)?;
            if hot.set_has(set, permission)? && hot.covers(scopes, scope)? {
                // One with conditions might give it.
                return Ok((flags == 0).then_some(true));
            }
        }
        Ok(Some(false))
    }

    #[cold]
    #[inline(never)]
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
        let people = People {
            subject: self.principal(self.snapshot.member(member)?)?,
            actor: None,
        };
        let question = Question::pose(
            self,
            &request,
            &people,
            (permission, scope),
            &clock,
            Depth::default(),
        )?;
        Ok(answer(&question, false)?.is_unconditional())
    }

    /// Every permission of a member at a scope as far as the short way tells, before the snapshot's
    /// end. `acted`: whether somebody acts in the request, of which it tells nothing.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn outright(&self, member: u32, scope: u32, acted: bool) -> Result<Outright, Damaged> {
        let snapshot = &self.snapshot;
        let known = &self.known;
        let (profile, mut holdings) = Hot::of(snapshot).member(member)?;
        let common = is_common(profile) && !acted && !self.is_named(member);
        let mut held = alloc::vec![0_u32; known.plain.0.len()];
        let mut untold = alloc::vec![if common { 0 } else { u32::MAX }; held.len()];
        if !common {
            holdings = Cursor(&[]);
        }
        while !holdings.is_empty() {
            let holding = Holding::parse(&mut holdings, false, 0)?;
            if !snapshot.covers(holding.scopes, scope)? {
                continue;
            }
            let head = snapshot.terms(holding.terms)?;
            // What is given under conditions has to be looked at.
            let bits = if head.flags == TermsFlags::default() {
                &mut held
            } else {
                &mut untold
            };
            let set = snapshot.set_bits(head.permissions)?;
            for (number, byte) in (0_usize..).zip(set) {
                if let Some(word) = bits.get_mut(number >> 2) {
                    *word |= u32::from(*byte) << ((number & 3) << 3);
                }
            }
        }
        let sets = held.iter_mut().zip(&mut untold);
        for ((held, untold), (plain, inert)) in sets.zip(known.plain.0.iter().zip(&known.inert.0)) {
            *untold |= *held & !plain | !inert;
            *held &= !*untold;
        }
        Ok(Outright {
            allowed: held,
            untold,
        })
    }
}
