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
    decision::{Depth, LOGGED, conclude},
    engine::{Bound, Engine},
    fields::Groups,
    held::Shared,
    reason::Reason,
};

/// What was found out once about every permission, eight at a time. Of a damaged one
/// nothing is known, so that the long way meets it.
#[derive(Debug)]
pub(super) struct Known(Vec<Sets>);

/// Sets of permissions, a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sets {
    /// Those that ask nothing of whoever holds them.
    pub(super) free: u8,
    /// Those of them that need an assignment and no more, and that no overlay speaks of.
    plain: u8,
    /// Those of them whose allow shows no field group and is not logged.
    bare: u8,
    /// Those that whoever holds no assignment of is denied for good.
    inert: u8,
}

impl Known {
    /// Looks at every permission once.
    pub(super) fn of(snapshot: &Snapshot, groups: &Groups, overlay: Option<&Bound>) -> Self {
        // Whether the age of an overlay, or its want, counts for some.
        let guarded = overlay.is_some() || snapshot.head().overlay_required;
        let count = snapshot.permission_count();
        let mut known = alloc::vec![Sets::default(); at(count.div_ceil(8))];
        for permission in 0..count {
            let Ok(found) = look(snapshot, groups, permission) else {
                continue;
            };
            let (flags, free, trained, plain, bare) = found;
            let watched = guarded
                && flags.has_any(PermissionFlags::SENSITIVE.with(PermissionFlags::FUNDS))
                || overlay.is_some_and(|overlay| overlay.stops_any(permission));
            let inert = !watched && !trained && !flags.has(PermissionFlags::DEFAULT);
            if let Some(sets) = known.get_mut(at(permission >> 3)) {
                let bit = |holds| u8::from(holds) << (permission & 7);
                sets.free |= bit(free);
                sets.plain |= bit(inert && plain);
                sets.bare |= bit(inert && plain && bare);
                sets.inert |= bit(inert);
            }
        }
        Self(known)
    }

    #[inline(always)]
    pub(super) fn has(&self, permission: u32, set: impl FnOnce(&Sets) -> u8) -> bool {
        self.0
            .get(at(permission >> 3))
            .is_some_and(|sets| set(sets) >> (permission & 7) & 1 == 1)
    }
}

/// Whether it asks nothing, whether for training, and whether it would be plain and bare.
fn look(
    snapshot: &Snapshot,
    groups: &Groups,
    permission: u32,
) -> Result<(PermissionFlags, bool, bool, bool, bool), Damaged> {
    let record = snapshot.permission(permission)?;
    let detail = record.detail()?;
    let demand = detail.demand;
    let barred = PermissionFlags::OWNER_ONLY.with(PermissionFlags::NO_DELEGATION);
    let free = demand.step_up == StepUp::default()
        && demand.sign_in_level == 0
        && !demand.approval
        && demand.training.is_empty()
        && demand.bands().next().is_none();
    let plain = free && record.measure.is_none() && !record.flags.has_any(barred);
    let grouped = groups.any_of(snapshot.name_bytes(detail.resource_type)?);
    let bare = !grouped && !record.flags.has_any(LOGGED);
    Ok((record.flags, free, !demand.training.is_empty(), plain, bare))
}

/// Profile bits that change nothing for a plain permission but where assignments are found.
const HARMLESS: u16 = ProfileFlags::DEPARTMENT.0
    | ProfileFlags::GROUPS.0
    | ProfileFlags::ORDERED.0
    | ProfileFlags::TRAINING.0
    | ProfileFlags::ATTRIBUTES.0;

/// Whether a profile is that of an active inside member with nothing but assignments.
#[inline(always)]
fn is_common([low, high, kind, status]: [u8; 4]) -> bool {
    u16::from_le_bytes([low, high]) & !HARMLESS == 0
        && MemberStatus::from_code(status) == Some(MemberStatus::Active)
        && matches!(
            MemberKind::from_code(kind),
            Some(MemberKind::Employee | MemberKind::App | MemberKind::Service)
        )
}

/// A member of whom the short way can tell.
struct Common<'s> {
    /// What it holds by itself.
    holdings: Cursor<'s>,
    /// By number; tells its groups.
    profile: u32,
    /// Whether it is in any, so that a place in the document stands behind each assignment.
    ordered: bool,
}

/// What the short way tells of one question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    /// Only the whole semantics can tell.
    Nothing,
    /// No.
    Refused(Reason),
    /// Yes: by the first of the assignments without conditions, its scopes as they are written.
    Granted {
        /// The assignment's terms, by number.
        terms: u32,
        /// Its scopes.
        scopes: u32,
    },
}

/// Permissions that are allowed, and those that are not told, as bits.
pub type Outright = (Vec<u8>, Vec<u8>);

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
        match self.walk((member, permission, scope), false)? {
            Told::Granted { .. } => Ok(true),
            Told::Refused(_) => Ok(false),
            Told::Nothing => self.may_at_length(member, permission, scope, now),
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
        Ok(match self.walk((member, permission, scope), false)? {
            Told::Granted { .. } => Some(true),
            Told::Refused(_) => Some(false),
            Told::Nothing => None,
        })
    }

    /// What a decision says of a request that nobody acts in, that names no record, touches no
    /// field and changes no rights, and how long it holds. Beside that it is bare.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn decide_outright(
        &self,
        asked: (u32, u32, u32),
        now: i64,
    ) -> Result<(Told, Option<i64>), Damaged> {
        let end = self.snapshot.head().expires;
        if !self.known.has(asked.1, |sets| sets.bare) || end.is_some_and(|end| now >= end) {
            return Ok((Told::Nothing, None));
        }
        Ok((self.walk(asked, true)?, end))
    }

    /// What stands in the row of a common member of whom no overlay speaks; `None`: it is none.
    fn common(&self, member: u32) -> Result<Option<Common<'_>>, Damaged> {
        let (profile, head, holdings) = Hot::of(&self.snapshot).member(member)?;
        if !is_common(head) || self.is_named(member) {
            return Ok(None);
        }
        let [low, high, ..] = head;
        let flags = ProfileFlags(u16::from_le_bytes([low, high]));
        Ok(Some(Common {
            holdings,
            profile,
            ordered: flags.has(ProfileFlags::ORDERED),
        }))
    }

    /// What the next of its groups holds, once a member's own has been read.
    #[cold]
    #[inline(never)]
    fn next_of<'s>(
        &'s self,
        profile: u32,
        shared: &mut Option<Shared<'s>>,
    ) -> Result<Option<Cursor<'s>>, Damaged> {
        let shared = match shared {
            Some(shared) => shared,
            None => {
                let snapshot = &self.snapshot;
                shared.insert(Shared::of(snapshot, &snapshot.profile(profile)?)?)
            }
        };
        Ok(shared.next()?.map(|(holdings, _)| holdings))
    }

    /// The one pass over what a member holds. `whole`: to the end, so that nothing with conditions
    /// is passed over that could bear on how long the answer holds, and the first counts.
    fn walk(
        &self,
        (member, permission, scope): (u32, u32, u32),
        whole: bool,
    ) -> Result<Told, Damaged> {
        if !self.known.has(permission, |sets| sets.inert) {
            return Ok(Told::Nothing);
        }
        let Some(Common {
            mut holdings,
            profile,
            ordered,
        }) = self.common(member)?
        else {
            return Ok(Told::Nothing);
        };
        let mut shared = None;
        let plain = self.known.has(permission, |sets| sets.plain);
        let hot = Hot::of(&self.snapshot);
        let mut told = Told::Refused(Reason::NoGrant);
        let mut first = u32::MAX;
        loop {
            while !holdings.is_empty() {
                let (terms, scopes) = (holdings.near()?, holdings.near()?);
                let place = if ordered { holdings.number()? } else { 0 };
                let (flags, set) = hot.terms(terms)?;
                if !hot.set_has(set, permission)? {
                    continue;
                }
                let covers = hot.covers(scopes, scope)?;
                if flags != 0 || !plain {
                    // One with conditions might give it, or a proof, an amount …
                    if covers || whole {
                        return Ok(Told::Nothing);
                    }
                } else if covers {
                    let granted = Told::Granted { terms, scopes };
                    if !whole {
                        return Ok(granted);
                    }
                    if place < first {
                        (told, first) = (granted, place);
                    }
                } else if first == u32::MAX {
                    told = Told::Refused(Reason::OutOfScope);
                }
            }
            if !ordered {
                return Ok(told);
            }
            match self.next_of(profile, &mut shared)? {
                Some(next) => holdings = next,
                None => return Ok(told),
            }
        }
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
        let found = Some((member, permission, scope));
        Ok(conclude(self, &request, found, Depth::default())?.is_unconditional())
    }

    /// The permissions of a member at a scope that are allowed outright, and those that only the
    /// whole semantics can tell; every other one is denied. Of a request that nobody acts in, before
    /// the snapshot's end. `None`: nothing is known of this member.
    ///
    /// # Errors
    /// If the snapshot is damaged where it is read.
    pub fn outright(&self, member: u32, scope: u32) -> Result<Option<Outright>, Damaged> {
        let snapshot = &self.snapshot;
        let Some(Common {
            mut holdings,
            profile,
            ordered,
        }) = self.common(member)?
        else {
            return Ok(None);
        };
        let mut shared = None;
        let mut held = alloc::vec![0; self.known.0.len()];
        let mut untold = held.clone();
        loop {
            while !holdings.is_empty() {
                let holding = Holding::parse(&mut holdings, ordered, 0)?;
                if !snapshot.covers(holding.scopes, scope)? {
                    continue;
                }
                let head = snapshot.terms(holding.terms)?;
                // What is given under conditions has to be looked at.
                let bits: &mut Vec<u8> = if head.flags == TermsFlags::default() {
                    &mut held
                } else {
                    &mut untold
                };
                let set = snapshot.set_bits(head.permissions)?;
                bits.iter_mut()
                    .zip(set)
                    .for_each(|(all, more)| *all |= more);
            }
            if !ordered {
                break;
            }
            match self.next_of(profile, &mut shared)? {
                Some(next) => holdings = next,
                None => break,
            }
        }
        for ((held, untold), sets) in held.iter_mut().zip(&mut untold).zip(&self.known.0) {
            *untold |= *held & !sets.plain | !sets.inert;
            *held &= !*untold;
        }
        Ok(Some((held, untold)))
    }
}
