//! Where a member's assignments and denials stand: in its own row, its groups', its organisation's.

use crate::snapshot::{
    Damaged, Snapshot,
    cursor::{Cursor, Numbers},
    layout::MAX_HOLDINGS_BYTES,
    records::{Profile, ProfileFlags},
};

use super::explain::Way;

/// What a member shares with others, one holder after another.
#[derive(Debug)]
pub(super) struct Shared<'s> {
    snapshot: &'s Snapshot,
    /// Whether there is anything; if so, each assignment is followed by its place in the document,
    /// the member's own too.
    pub(super) ordered: bool,
    groups: Numbers<'s>,
    organisation: Option<u32>,
}

impl<'s> Shared<'s> {
    /// What a profile says.
    pub(super) fn of(snapshot: &'s Snapshot, profile: &Profile<'s>) -> Result<Self, Damaged> {
        let mut shared = Self {
            snapshot,
            ordered: profile.flags.has(ProfileFlags::ORDERED),
            groups: Cursor(&[]).numbers(),
            organisation: None,
        };
        if shared.ordered {
            let detail = profile.detail()?;
            shared.groups = detail.groups;
            shared.organisation = detail.organisation;
        }
        Ok(shared)
    }

    /// What the next holder holds, and by which way the member does.
    pub(super) fn next(&mut self) -> Result<Option<(Cursor<'s>, Way)>, Damaged> {
        let (holder, way) = if let Some(group) = self.groups.next() {
            let group = group?;
            (self.snapshot.group(group)?, Way::Group(group))
        } else if let Some(firm) = self.organisation.take() {
            (self.snapshot.organisation(firm)?, Way::Organisation(firm))
        } else {
            return Ok(None);
        };
        if holder.holdings.0.len() > MAX_HOLDINGS_BYTES {
            return Err(Damaged);
        }
        Ok(Some((holder.holdings, way)))
    }
}
