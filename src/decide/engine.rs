//! A policy in force: a snapshot and the overlay over it, names resolved once.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged, Overlay, Snapshot,
    code::PermissionFlags,
    records::{MemberRow, Profile},
};

use super::{clock::Clock, quick::Plain, reason::Reason};

/// A policy in force. It never changes; a new snapshot or overlay makes a new one.
#[derive(Debug)]
pub struct Engine {
    /// The policy.
    pub snapshot: Snapshot,
    overlay: Option<Bound>,
    pub(super) plain: Plain,
}

/// An overlay with its names resolved. Entries on unknown members concern nobody.
#[derive(Debug, Default)]
struct Bound {
    version: u64,
    fresh_until: Option<i64>,
    sessions: Vec<(u32, i64)>,
    members: Vec<(u32, Bounds)>,
    operations: Vec<(u32, Option<u32>, Bounds)>,
}

/// `[from, to)`.
type Bounds = (Option<i64>, Option<i64>);

/// A principal of the question: its row and its profile.
#[derive(Clone, Copy, Debug)]
pub struct Principal<'s> {
    /// Its id and what it holds.
    pub row: MemberRow<'s>,
    /// What it is.
    pub profile: Profile<'s>,
}

impl Engine {
    /// A snapshot in force without an overlay.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        let plain = Plain::of(&snapshot);
        Self {
            snapshot,
            overlay: None,
            plain,
        }
    }

    /// A snapshot in force under an overlay.
    ///
    /// # Errors
    /// If a record that an entry names is damaged.
    pub fn with_overlay(snapshot: Snapshot, overlay: &Overlay) -> Result<Self, Damaged> {
        let member = |id: &str| Ok(snapshot.find_member(id)?.map(|row| row.handle));
        let mut bound = Bound {
            version: overlay.version,
            fresh_until: overlay.fresh_until,
            ..Bound::default()
        };
        for entry in &overlay.session_revoked {
            if let Some(handle) = member(&entry.member)? {
                bound.sessions.push((handle, entry.before));
            }
        }
        for entry in &overlay.member_suspended {
            if let Some(handle) = member(&entry.member)? {
                bound.members.push((handle, (entry.from, entry.to)));
            }
        }
        for entry in &overlay.operation_suspended {
            let Some(permission) = snapshot.find_permission(&entry.permission)? else {
                continue;
            };
            let whom = match &entry.member {
                None => None,
                Some(id) => match member(id)? {
                    None => continue,
                    known => known,
                },
            };
            bound
                .operations
                .push((permission, whom, (entry.from, entry.to)));
        }
        bound.sessions.sort_unstable();
        bound.members.sort_unstable();
        bound.operations.sort_unstable();
        let plain = Plain::of(&snapshot);
        Ok(Self {
            snapshot,
            overlay: Some(bound),
            plain,
        })
    }

    /// The version of the overlay in force.
    #[must_use]
    pub fn overlay_version(&self) -> Option<u64> {
        self.overlay.as_ref().map(|overlay| overlay.version)
    }

    /// Whether an overlay is in force.
    #[must_use]
    pub const fn has_overlay(&self) -> bool {
        self.overlay.is_some()
    }

    /// A member with its profile.
    pub fn principal(&self, row: MemberRow<'_>) -> Result<Principal<'_>, Damaged> {
        // Read again by handle, so that the row lives as long as the engine.
        let row = self.snapshot.member(row.handle)?;
        Ok(Principal {
            row,
            profile: self.snapshot.profile(row.profile)?,
        })
    }

    /// The member with an id, with its profile.
    pub fn find(&self, id: &str) -> Result<Option<Principal<'_>>, Damaged> {
        match self.snapshot.find_member(id)? {
            Some(row) => Ok(Some(Principal {
                row,
                profile: self.snapshot.profile(row.profile)?,
            })),
            None => Ok(None),
        }
    }

    /// Whether the snapshot's time is over. What expires has expired where there is no clock.
    pub fn is_expired(&self, clock: &Clock) -> bool {
        let Some(end) = self.snapshot.head().expires else {
            return false;
        };
        clock.watch(end);
        clock.now().is_none_or(|now| now >= end)
    }

    /// Whether a sign-in was ended early. A sign-in whose time is not told was.
    pub fn is_session_revoked(&self, member: u32, signed_in: Option<i64>) -> bool {
        self.overlay.as_ref().is_some_and(|overlay| {
            let from = overlay
                .sessions
                .partition_point(|(handle, _)| *handle < member);
            let entries = overlay.sessions.iter().skip(from);
            entries
                .take_while(|(handle, _)| *handle == member)
                .any(|(_, before)| signed_in.is_none_or(|time| time < *before))
        })
    }

    /// Whether a permission needs a fresher overlay than there is.
    pub fn is_overlay_stale(&self, flags: PermissionFlags, clock: &Clock) -> bool {
        let needed = PermissionFlags::SENSITIVE.with(PermissionFlags::FUNDS);
        if !flags.has_any(needed) {
            return false;
        }
        match &self.overlay {
            None => self.snapshot.head().overlay_required,
            Some(overlay) => overlay.fresh_until.is_some_and(|end| {
                clock.watch(end);
                clock.now().is_none_or(|now| now >= end)
            }),
        }
    }

    /// Whether the overlay stops a member.
    pub fn is_member_suspended(&self, member: u32, clock: &Clock) -> bool {
        self.overlay.as_ref().is_some_and(|overlay| {
            let from = overlay
                .members
                .partition_point(|(handle, _)| *handle < member);
            let entries = overlay.members.iter().skip(from);
            entries
                .take_while(|(handle, _)| *handle == member)
                .filter(|(_, bounds)| is_in_force(*bounds, clock))
                .count()
                > 0
        })
    }

    /// Whether the overlay stops an operation, for a member or for all.
    pub fn is_operation_suspended(&self, permission: u32, member: u32, clock: &Clock) -> bool {
        self.overlay.as_ref().is_some_and(|overlay| {
            let from = overlay
                .operations
                .partition_point(|(key, _, _)| *key < permission);
            let entries = overlay.operations.iter().skip(from);
            entries
                .take_while(|(key, _, _)| *key == permission)
                .filter(|(_, whom, _)| whom.is_none_or(|whom| whom == member))
                .filter(|(_, _, bounds)| is_in_force(*bounds, clock))
                .count()
                > 0
        })
    }

    /// Steps 2 and 3 for anybody but the session: suspension, status, validity.
    pub fn standing(
        &self,
        principal: &Principal<'_>,
        clock: &Clock,
    ) -> Result<Option<Reason>, Damaged> {
        use crate::snapshot::code::MemberStatus;
        Ok(match principal.profile.status {
            MemberStatus::Invited => Some(Reason::MemberInvited),
            MemberStatus::Suspended => Some(Reason::MemberSuspended),
            MemberStatus::Revoked => Some(Reason::MemberRevoked),
            MemberStatus::Active => {
                let detail = principal.profile.detail()?;
                match clock.within(detail.from, detail.to) {
                    super::reason::Truth::Yes => None,
                    _ => Some(Reason::MemberOutsideValidity),
                }
            }
        })
    }
}

/// An entry applies within its bounds, and always where there is no clock.
fn is_in_force((from, to): Bounds, clock: &Clock) -> bool {
    clock.within(from, to) != super::reason::Truth::No
}
