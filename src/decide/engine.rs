//! A policy in force: a snapshot and the overlay over it, names resolved once.

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged, Overlay, Snapshot,
    code::PermissionFlags,
    container::{Expectations, Failure},
    overlay::{self, Entry, What},
    records::{MemberRow, Profile},
};

use super::{
    clock::Clock,
    fields::Groups,
    quick::Known,
    reason::{Reason, Truth},
};

/// A policy in force. It never changes; a new snapshot or overlay makes a new one.
#[derive(Debug)]
pub struct Engine {
    /// The policy.
    pub snapshot: Snapshot,
    overlay: Option<Bound>,
    pub(super) known: Known,
    pub(super) groups: Groups,
}

/// An overlay with its names resolved. Entries on unknown members concern nobody.
#[derive(Debug)]
pub(super) struct Bound {
    version: u64,
    fresh_until: Option<i64>,
    /// Sorted by what and who.
    cuts: Vec<Cut>,
}

/// One entry of an overlay.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// [`SESSION`], [`MEMBER`], or a permission after them.
    what: u32,
    /// A member's handle one higher; 0: everybody.
    who: u32,
    from: Option<i64>,
    /// Of a session: sign-ins before this instant.
    to: Option<i64>,
}

/// Sessions that ended early.
const SESSION: u32 = 0;
/// Members that are stopped.
const MEMBER: u32 = 1;
/// Permissions come after these.
const OPERATIONS: u32 = 2;

/// Sorts by what and who: Shell's way, a fifth of the library's sort in bytes.
fn sort(cuts: &mut [Cut]) {
    let key = |cuts: &[Cut], place: usize| cuts.get(place).map(|cut| (cut.what, cut.who));
    let mut gap = cuts.len() >> 1;
    while gap > 0 {
        for start in gap..cuts.len() {
            let mut place = start;
            while let Some(before) = place.checked_sub(gap)
                && key(cuts, before) > key(cuts, place)
            {
                cuts.swap(before, place);
                place = before;
            }
        }
        // Odd gaps mix what even ones would keep apart.
        gap = if gap == 2 {
            1
        } else {
            gap.saturating_mul(5) / 11
        };
    }
}

impl Cut {
    /// An entry, its names resolved; `None`: it concerns nobody, or nothing that there is.
    fn of(snapshot: &Snapshot, entry: &Entry<'_>) -> Result<Option<Self>, Damaged> {
        let member = match entry.member {
            None => None,
            Some(id) => match snapshot.find_member(id)? {
                None => return Ok(None),
                Some(row) => Some(row.handle),
            },
        };
        let what = match entry.what {
            What::Sessions => SESSION,
            What::Member => MEMBER,
            What::Operation(key) => match snapshot.find_permission(key)? {
                None => return Ok(None),
                Some(permission) => permission.saturating_add(OPERATIONS),
            },
        };
        Ok(Some(Self {
            what,
            who: outward(member),
            from: entry.from,
            to: entry.to,
        }))
    }
}

impl Bound {
    /// The entries of one kind for one member, or for everybody.
    fn find(&self, what: u32, who: Option<u32>) -> impl Iterator<Item = &Cut> {
        let key = (what, outward(who));
        let from = self.cuts.partition_point(|cut| (cut.what, cut.who) < key);
        let entries = self.cuts.iter().skip(from);
        entries.take_while(move |cut| (cut.what, cut.who) == key)
    }

    /// Whether a permission is stopped for anybody, at any time.
    pub(super) fn stops_any(&self, permission: u32) -> bool {
        let what = permission.saturating_add(OPERATIONS);
        let from = self.cuts.partition_point(|cut| cut.what < what);
        self.cuts.get(from).is_some_and(|cut| cut.what == what)
    }

    /// Whether any of them is in force: within its bounds, and always where there is no clock.
    fn stops(&self, what: u32, who: Option<u32>, clock: &Clock) -> bool {
        let mut stops = false;
        for cut in self.find(what, who) {
            // All are looked at, so that every end is watched.
            stops |= clock.within(cut.from, cut.to) != Truth::No;
        }
        stops
    }
}

fn outward(member: Option<u32>) -> u32 {
    member.map_or(0, |handle| handle.saturating_add(1))
}

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
        let groups = Groups::of(&snapshot);
        Self {
            overlay: None,
            known: Known::of(&snapshot, &groups, None),
            groups,
            snapshot,
        }
    }

    /// A snapshot in force under an overlay.
    ///
    /// # Errors
    /// If a record that an entry names is damaged.
    pub fn with_overlay(snapshot: Snapshot, overlay: &Overlay) -> Result<Self, Damaged> {
        let mut cuts = Vec::new();
        for entry in overlay.entries() {
            cuts.extend(Cut::of(&snapshot, &entry)?);
        }
        Ok(Self::bind(
            snapshot,
            cuts,
            overlay.version,
            overlay.fresh_until,
        ))
    }

    /// The same from the payload of an overlay whose signature has been checked.
    ///
    /// # Errors
    /// As [`overlay::open_each`], and if a record that an entry names is damaged.
    pub fn under(
        snapshot: Snapshot,
        payload: &[u8],
        expected: &Expectations<'_>,
    ) -> Result<Self, Failure> {
        let mut cuts = Vec::new();
        let head = overlay::open_each(payload, expected, &mut |entry| {
            cuts.extend(Cut::of(&snapshot, &entry)?);
            Ok(())
        })?;
        Ok(Self::bind(snapshot, cuts, head.version, head.fresh_until))
    }

    fn bind(
        snapshot: Snapshot,
        mut cuts: Vec<Cut>,
        version: u64,
        fresh_until: Option<i64>,
    ) -> Self {
        sort(&mut cuts);
        let bound = Bound {
            version,
            fresh_until,
            cuts,
        };
        let groups = Groups::of(&snapshot);
        Self {
            known: Known::of(&snapshot, &groups, Some(&bound)),
            groups,
            overlay: Some(bound),
            snapshot,
        }
    }

    /// The version of the overlay in force.
    #[must_use]
    pub fn overlay_version(&self) -> Option<u64> {
        self.overlay.as_ref().map(|overlay| overlay.version)
    }

    /// Whether the overlay has a word on a member or on its sign-ins.
    pub(super) fn is_named(&self, member: u32) -> bool {
        self.overlay.as_ref().is_some_and(|overlay| {
            let mut kinds = [SESSION, MEMBER].into_iter();
            kinds.any(|what| overlay.find(what, Some(member)).next().is_some())
        })
    }

    /// A member with its profile.
    pub fn principal(&self, row: MemberRow<'_>) -> Result<Principal<'_>, Damaged> {
        // Read again by handle, so that the row lives as long as the engine.
        self.holder(row.handle)
    }

    /// The member of a handle, with its profile.
    pub fn holder(&self, handle: u32) -> Result<Principal<'_>, Damaged> {
        let row = self.snapshot.member(handle)?;
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
    #[must_use]
    pub fn is_session_revoked(&self, member: u32, signed_in: Option<i64>) -> bool {
        self.overlay.as_ref().is_some_and(|overlay| {
            let mut ended = overlay.find(SESSION, Some(member));
            ended.any(|cut| signed_in.is_none_or(|time| cut.to.is_none_or(|to| time < to)))
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
    #[must_use]
    pub fn is_member_suspended(&self, member: u32, clock: &Clock) -> bool {
        let overlay = self.overlay.as_ref();
        overlay.is_some_and(|overlay| overlay.stops(MEMBER, Some(member), clock))
    }

    /// Whether the overlay stops an operation, for a member or for all.
    #[must_use]
    pub fn is_operation_suspended(&self, permission: u32, member: u32, clock: &Clock) -> bool {
        let what = permission.saturating_add(OPERATIONS);
        self.overlay.as_ref().is_some_and(|overlay| {
            // Both are looked at, so that every end is watched.
            overlay.stops(what, None, clock) | overlay.stops(what, Some(member), clock)
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
            MemberStatus::Active if !principal.profile.is_bounded() => None,
            MemberStatus::Active => {
                let detail = principal.profile.detail()?;
                match clock.within(detail.from, detail.to) {
                    Truth::Yes => None,
                    _ => Some(Reason::MemberOutsideValidity),
                }
            }
        })
    }
}
