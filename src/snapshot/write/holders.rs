//! Members, groups and organisations, and what they hold.

use alloc::vec::Vec;

use super::{
    super::{
        bytes::Bytes,
        cursor::at,
        layout::Section,
        model::{Holder, Holding, Member, Model, Terms},
        records::{HolderFlags, ProfileFlags},
        table::group,
    },
    Oversized, Rows, Writer, short,
    values::write_operand,
};

/// The bytes of a profile that stand in a section of their own.
pub(super) const HEAD_BYTES: usize = 4;

impl Writer {
    /// The sections of groups, organisations and members.
    pub(super) fn holders(&mut self, model: &Model) -> Result<(), Oversized> {
        let groups = self.holder_table(&model.groups)?;
        self.put(Section::Groups, groups);
        let firms = self.holder_table(&model.organisations)?;
        self.put(Section::Organisations, firms);
        let denied_groups = denied(&model.groups, &model.terms);
        let denied_firms = denied(&model.organisations, &model.terms);
        let is_denied = |holders: &[bool], holder: u32| holders.get(at(holder)) == Some(&true);
        let mut starts = Bytes::default();
        let mut rows = Bytes::default();
        let ids: Vec<&str> = model
            .members
            .iter()
            .map(|member| member.id.as_str())
            .collect();
        for bucket in group(&ids, self.seed) {
            starts.fixed_u32(short(rows.0.len())?);
            for member in bucket {
                let Some(member) = model.members.get(at(member)) else {
                    continue;
                };
                let firm = member.organisation;
                let denials = has_denials(&member.holdings, &model.terms)
                    || member
                        .groups
                        .iter()
                        .any(|group| is_denied(&denied_groups, *group))
                    || firm.is_some_and(|firm| is_denied(&denied_firms, firm));
                self.member(&mut rows, member, denials);
            }
        }
        starts.fixed_u32(short(rows.0.len())?);
        self.put(Section::MemberBuckets, starts.0);
        self.put(Section::Members, rows.0);
        Ok(())
    }

    fn holder_table(&mut self, holders: &[Holder]) -> Result<Vec<u8>, Oversized> {
        let mut rows = Rows::default();
        for holder in holders {
            rows.bytes.number(self.name(&holder.id));
            rows.bytes.byte(HolderFlags::of(holder).0);
            rows.bytes.number(u32::from(holder.top_rank));
            self.holdings(&mut rows.bytes, &holder.holdings, true);
            rows.close();
        }
        rows.table()
    }

    fn holdings(&mut self, bytes: &mut Bytes, holdings: &[Holding], ordered: bool) {
        for holding in holdings {
            bytes.number(holding.terms);
            match holding.scopes.as_slice() {
                [scope] => bytes.wide(u64::from(*scope) << 1),
                scopes => {
                    let mut list = Bytes::default();
                    scopes.iter().for_each(|scope| list.number(*scope));
                    bytes.wide((u64::from(self.scope_lists.number(&list.0)) << 1) | 1);
                }
            }
            if ordered {
                bytes.number(holding.order);
            }
        }
    }

    fn member(&mut self, row: &mut Bytes, member: &Member, denials: bool) {
        let mut profile = Bytes::default();
        let flags = ProfileFlags::of(member, denials);
        profile.fixed_u16(flags.0);
        profile.byte(member.kind.code());
        profile.byte(member.status.code());
        profile.number(u32::from(member.rank));
        profile.signed_if(member.from);
        profile.signed_if(member.to);
        for number in member.department.into_iter().chain(member.organisation) {
            profile.number(number);
        }
        profile.block_if(flags.has(ProfileFlags::GROUPS), |bytes| {
            member.groups.iter().for_each(|group| bytes.number(*group));
        });
        profile.block_if(flags.has(ProfileFlags::TRAINING), |bytes| {
            for done in &member.training {
                bytes.number(done.item);
                bytes.signed(done.at);
                bytes.optional_signed(done.expires);
            }
        });
        profile.block_if(flags.has(ProfileFlags::ATTRIBUTES), |bytes| {
            for (attribute, value) in &member.attributes {
                bytes.number(*attribute);
                write_operand(bytes, value);
            }
        });
        row.block(member.id.as_bytes());
        let ordered = flags.has(ProfileFlags::ORDERED);
        row.block_of(|row| {
            row.number(self.profiles.number(&profile.0));
            self.holdings(row, &member.holdings, ordered);
        });
    }
}

fn has_denials(holdings: &[Holding], terms: &[Terms]) -> bool {
    let denies = |holding: &Holding| terms.get(at(holding.terms)).is_some_and(|one| one.denies);
    holdings.iter().any(denies)
}

fn denied(holders: &[Holder], terms: &[Terms]) -> Vec<bool> {
    holders
        .iter()
        .map(|holder| has_denials(&holder.holdings, terms))
        .collect()
}
