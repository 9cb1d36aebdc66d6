//! What a member holds: its own assignments and denials, its groups', its organisation's.

use crate::snapshot::{
    Damaged, Snapshot,
    cursor::{Cursor, Numbers},
    layout::{MAX_HOLDINGS, MAX_HOLDINGS_BYTES},
    records::{Holding, Profile, ProfileFlags},
};

use super::explain::Way;

/// All that a member holds, one after another.
#[derive(Debug)]
pub(super) struct Held<'s> {
    snapshot: &'s Snapshot,
    /// What is left of those of one holder.
    holdings: Cursor<'s>,
    /// Whether each is followed by its place in the document.
    ordered: bool,
    /// How many of this holder's were read.
    place: u32,
    way: Way,
    groups: Numbers<'s>,
    organisation: Option<u32>,
}

impl<'s> Held<'s> {
    /// What stands in the member's own row.
    #[inline(always)]
    pub(super) fn alone(snapshot: &'s Snapshot, holdings: Cursor<'s>) -> Self {
        Self {
            snapshot,
            holdings,
            ordered: false,
            place: 0,
            way: Way::Direct,
            groups: Cursor(&[]).numbers(),
            organisation: None,
        }
    }

    /// And what the member shares by its profile.
    pub(super) fn share(&mut self, profile: &Profile<'s>) -> Result<(), Damaged> {
        if profile.flags.has(ProfileFlags::ORDERED) {
            let detail = profile.detail()?;
            self.ordered = true;
            self.groups = detail.groups;
            self.organisation = detail.organisation;
        }
        Ok(())
    }

    /// Goes on to the next holder where one is at its end; whether anything is left.
    fn goes_on(&mut self) -> Result<bool, Damaged> {
        while self.holdings.is_empty() {
            let (holder, way) = if let Some(group) = self.groups.next() {
                let group = group?;
                (self.snapshot.group(group)?, Way::Group(group))
            } else if let Some(firm) = self.organisation.take() {
                (self.snapshot.organisation(firm)?, Way::Organisation(firm))
            } else {
                return Ok(false);
            };
            if holder.holdings.0.len() > MAX_HOLDINGS_BYTES {
                return Err(Damaged);
            }
            (self.holdings, self.way, self.place) = (holder.holdings, way, 0);
        }
        Ok(true)
    }

    /// The next one, and by which way it is held.
    pub(super) fn next(&mut self) -> Result<Option<(Holding, Way)>, Damaged> {
        if !self.goes_on()? {
            return Ok(None);
        }
        if self.place >= MAX_HOLDINGS {
            return Err(Damaged);
        }
        let holding = Holding::parse(&mut self.holdings, self.ordered, self.place)?;
        self.place = self.place.wrapping_add(1);
        Ok(Some((holding, self.way)))
    }

    /// As [`Self::next`], put where it is called: terms, scopes as they are written, and a place
    /// by which the first of several counts where they come from more than one holder.
    #[inline(always)]
    pub(super) fn near(&mut self) -> Result<Option<(u32, u32, u32)>, Damaged> {
        if self.holdings.is_empty() && !(self.ordered && self.goes_on()?) {
            return Ok(None);
        }
        let holdings = &mut self.holdings;
        let (terms, scopes) = (holdings.near()?, holdings.near()?);
        let place = if self.ordered { holdings.number()? } else { 0 };
        Ok(Some((terms, scopes, place)))
    }
}
