//! Members, groups and organisations, and what they hold.

use alloc::vec::Vec;

use super::{
    super::{
        bytes::Bytes,
        cursor::at,
        model::{Holder, Holding, Member, Model},
        records::{HolderFlags, ProfileFlags},
        table::group,
    },
    Oversized, Writer, offset,
    values::write_operand,
};

impl Writer<'_> {
    fn holding(&mut self, bytes: &mut Bytes, holding: &Holding, ordered: bool) {
        bytes.number(holding.terms);
        let scopes = match holding.scopes.as_slice() {
            [scope] => u64::from(*scope) << 1,
            list => (u64::from(self.scope_lists.number(&list.to_vec())) << 1) | 1,
        };
        bytes.wide(scopes);
        if ordered {
            bytes.number(holding.order);
        }
    }

    pub(super) fn holder(&mut self, bytes: &mut Bytes, holder: &Holder) {
        bytes.number(self.name(&holder.id));
        bytes.byte(HolderFlags::of(holder).0);
        bytes.number(u32::from(holder.top_rank));
        holder
            .holdings
            .iter()
            .for_each(|holding| self.holding(bytes, holding, true));
    }

    pub(super) fn members(&mut self, model: &Model) -> Result<(Vec<u8>, Vec<u8>), Oversized> {
        let has_denials = |holdings: &[Holding]| {
            holdings.iter().any(|holding| {
                model
                    .terms
                    .get(at(holding.terms))
                    .is_some_and(|terms| terms.denies)
            })
        };
        let groups: Vec<bool> = model
            .groups
            .iter()
            .map(|group| has_denials(&group.holdings))
            .collect();
        let firms: Vec<bool> = model
            .organisations
            .iter()
            .map(|firm| has_denials(&firm.holdings))
            .collect();
        let denied =
            |holders: &[bool], holder: u32| holders.get(at(holder)).copied().unwrap_or_default();
        let mut starts = Bytes::default();
        let mut rows = Bytes::default();
        let ids = model.members.iter().map(|member| member.id.as_bytes());
        for bucket in group(ids, self.seed) {
            starts.fixed_u32(offset(&rows)?);
            for member in bucket {
                let Some(member) = model.members.get(at(member)) else {
                    continue;
                };
                let denials = has_denials(&member.holdings)
                    || member.groups.iter().any(|group| denied(&groups, *group))
                    || member.organisation.is_some_and(|firm| denied(&firms, firm));
                self.member(&mut rows, member, denials);
            }
        }
        starts.fixed_u32(offset(&rows)?);
        Ok((starts.0, rows.0))
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
        if let Some(department) = member.department {
            profile.number(department);
        }
        if let Some(organisation) = member.organisation {
            profile.number(organisation);
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
            row.number(self.profiles.number(&profile));
            member
                .holdings
                .iter()
                .for_each(|holding| self.holding(row, holding, ordered));
        });
    }
}
