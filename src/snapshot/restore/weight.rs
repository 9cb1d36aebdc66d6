//! How much a snapshot unfolds to. Shared sets and scope lists are written once and restored for
//! everybody who names them, so a few bytes could ask for all memory there is.

use super::super::{
    Damaged, Snapshot,
    cursor::Cursor,
    layout::{MAX_RESTORED, Section},
    records::{Holding, MemberRow, ProfileFlags, ScopeReference},
};

/// Numbers that have been promised room.
struct Weight(usize);

impl Weight {
    fn add(&mut self, more: usize) -> Result<(), Damaged> {
        self.0 = self.0.saturating_add(more);
        if self.0 > MAX_RESTORED {
            Err(Damaged)
        } else {
            Ok(())
        }
    }
}

impl Snapshot {
    /// Refuses a whole snapshot that unfolds to more than is restored.
    pub(in super::super) fn check_weight(&self) -> Result<(), Damaged> {
        let mut weight = Weight(0);
        for number in 0..self.table(Section::Roles).count()? {
            let mut role = Cursor(self.table(Section::Roles).record(number)?);
            role.number()?;
            weight.add(self.set_size(role.number()?)?)?;
        }
        for number in 0..self.table(Section::Terms).count()? {
            self.weigh_terms(number, &mut weight)?;
        }
        for number in 0..self.table(Section::Groups).count()? {
            self.weigh(self.group(number)?.holdings, true, false, &mut weight)?;
        }
        for number in 0..self.table(Section::Organisations).count()? {
            self.weigh(
                self.organisation(number)?.holdings,
                true,
                false,
                &mut weight,
            )?;
        }
        for row in self.members() {
            let row = row?;
            let flags = self.profile(row.profile)?.flags;
            let ordered = flags.has(ProfileFlags::ORDERED);
            self.weigh(row.holdings, ordered, false, &mut weight)?;
        }
        Ok(())
    }

    /// Refuses a member whose part of the policy unfolds to more than is restored.
    pub(in super::super) fn check_weight_of(&self, row: &MemberRow<'_>) -> Result<(), Damaged> {
        let mut weight = Weight(0);
        let profile = self.profile(row.profile)?;
        let ordered = profile.flags.has(ProfileFlags::ORDERED);
        self.weigh(row.holdings, ordered, true, &mut weight)?;
        let detail = profile.detail()?;
        for group in detail.groups {
            self.weigh(self.group(group?)?.holdings, true, true, &mut weight)?;
        }
        if let Some(firm) = detail.organisation {
            self.weigh(self.organisation(firm)?.holdings, true, true, &mut weight)?;
        }
        Ok(())
    }

    fn set_size(&self, set: u32) -> Result<usize, Damaged> {
        let bytes = self.set_bits(set)?.iter();
        let ones = bytes.map(|byte| super::super::cursor::at(byte.count_ones()));
        Ok(ones.fold(1, usize::saturating_add))
    }

    fn weigh_terms(&self, number: u32, weight: &mut Weight) -> Result<(), Damaged> {
        let head = self.terms(number)?;
        weight.add(self.set_size(head.permissions)?)?;
        match head.detail()?.approval_for {
            Some(set) => weight.add(self.set_size(set)?),
            None => Ok(()),
        }
    }

    fn weigh(
        &self,
        mut holdings: Cursor<'_>,
        ordered: bool,
        with_terms: bool,
        weight: &mut Weight,
    ) -> Result<(), Damaged> {
        while !holdings.is_empty() {
            let holding = Holding::parse(&mut holdings, ordered, 0)?;
            weight.add(match holding.scopes {
                ScopeReference::One(_) => 1,
                // A number takes a byte or more.
                ScopeReference::List(list) => self.table(Section::ScopeLists).record(list)?.len(),
            })?;
            if with_terms {
                self.weigh_terms(holding.terms, weight)?;
            }
        }
        Ok(())
    }
}
