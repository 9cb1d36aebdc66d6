//! What the boolean question reads, by readers that are put where they are called.
//!
//! The edge module is compiled for size, which makes a call of every reader. Here the calls would
//! cost more than the reading, so these few are inlined by hand.

use super::{
    Damaged, Snapshot,
    cursor::{Cursor, at},
    layout::{MAX_HOLDINGS_BYTES, Section},
    records::ScopeReference,
};

/// The sections that the boolean question reads, found once.
#[derive(Clone, Copy, Debug)]
pub struct Hot<'s> {
    snapshot: &'s Snapshot,
    members: &'s [u8],
    profiles: &'s [u8],
    terms: &'s [u8],
    sets: &'s [u8],
    scopes: &'s [u8],
}

/// A little-endian number at a record of a fixed width.
#[inline(always)]
fn fixed<const N: usize>(section: &[u8], width: usize, number: u32) -> Result<&[u8; N], Damaged> {
    let start = at(number).checked_mul(width).ok_or(Damaged)?;
    section
        .get(start..)
        .and_then(<[u8]>::first_chunk)
        .ok_or(Damaged)
}

impl<'s> Hot<'s> {
    /// Finds the sections.
    #[inline(always)]
    #[must_use]
    pub fn of(snapshot: &'s Snapshot) -> Self {
        let (layout, payload) = (snapshot.layout(), snapshot.payload());
        Self {
            snapshot,
            members: layout.section(payload, Section::Members),
            profiles: layout.section(payload, Section::ProfileHeads),
            terms: layout.section(payload, Section::TermsHeads),
            sets: layout.section(payload, Section::PermissionSets),
            scopes: layout.section(payload, Section::Scopes),
        }
    }

    /// A member's profile, by number, its head, and what the member holds.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    #[inline(always)]
    pub fn member(&self, handle: u32) -> Result<(u32, [u8; 4], Cursor<'s>), Damaged> {
        let mut rest = Cursor(self.members.get(at(handle)..).ok_or(Damaged)?);
        rest.near_block()?;
        let mut holdings = rest.near_block()?;
        let profile = holdings.near()?;
        if holdings.0.len() > MAX_HOLDINGS_BYTES {
            return Err(Damaged);
        }
        Ok((profile, *fixed(self.profiles, 4, profile)?, holdings))
    }

    /// The flags of some terms, and the number of their permission set.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    #[inline(always)]
    pub fn terms(&self, number: u32) -> Result<(u16, u32), Damaged> {
        let [a, b, c, d, e, f] = *fixed(self.terms, 6, number)?;
        Ok((u16::from_le_bytes([a, b]), u32::from_le_bytes([c, d, e, f])))
    }

    /// Whether a set holds a permission that there is.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    #[inline(always)]
    pub fn set_has(&self, set: u32, permission: u32) -> Result<bool, Damaged> {
        let width = at(self.snapshot.set_width());
        let start = at(set).checked_mul(width).ok_or(Damaged)?;
        let place = start.checked_add(at(permission >> 3)).ok_or(Damaged)?;
        let byte = self.sets.get(place).ok_or(Damaged)?;
        Ok(byte >> (permission & 7) & 1 == 1)
    }

    /// Whether the scopes of a holding, as they are written, cover one.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    #[inline(always)]
    pub fn covers(&self, scopes: u32, scope: u32) -> Result<bool, Damaged> {
        let above = scopes >> 1;
        if scopes & 1 != 0 {
            return self.snapshot.covers(ScopeReference::List(above), scope);
        }
        let end = u32::from_le_bytes(*fixed(self.scopes, 12, above)?);
        Ok(above <= scope && scope < end)
    }
}
