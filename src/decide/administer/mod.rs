//! Administration: may the subject issue this assignment, or act on this member?

mod hours;
mod width;

use alloc::vec::Vec;

use crate::snapshot::{
    Damaged,
    code::{MeasureKind, MemberKind, PermissionFlags, RowRule},
    cursor::Cursor,
    layout::Section,
    permission_set::PermissionSet,
    records::{HolderFlags, HolderRecord},
};

use super::{
    engine::Principal,
    question::{MAX_AMOUNT, Question},
    request::{Proposal, ProposedLimit, Text},
};

/// Whom a proposal is for.
#[derive(Clone, Copy, Debug)]
struct Grantee {
    outside: bool,
    inside: bool,
    rank: u16,
}

/// A proposal with its names resolved.
struct Resolved<'p> {
    permissions: PermissionSet,
    scopes: Vec<u32>,
    rows: RowRule,
    hours: Option<Vec<(u32, u32)>>,
    /// `None`: the zone of the scope.
    zone: Option<&'p str>,
    proposal: &'p Proposal<'p>,
}

impl<'q> Question<'q> {
    /// Whether the request's act of administration is unlawful. Without one, nothing is.
    pub fn is_unlawful(&self) -> Result<bool, Damaged> {
        if let Some(proposal) = &self.request.assignment
            && !self.may_issue(proposal)?
        {
            return Ok(true);
        }
        if let Some(member) = &self.request.member
            && self.record.flags.has(PermissionFlags::WRITES)
        {
            return match self.engine.find(member)? {
                Some(member) => Ok(!self.may_act_on(&member)?),
                None => Ok(true),
            };
        }
        Ok(false)
    }

    fn subject_is_owner(&self) -> bool {
        self.subject().profile.kind == MemberKind::Owner
    }

    /// Never on oneself, never on an owner, only on a strictly lower rank.
    fn may_act_on(&self, member: &Principal<'_>) -> Result<bool, Damaged> {
        if member.row.handle == self.subject().row.handle
            || member.profile.kind == MemberKind::Owner
        {
            return Ok(false);
        }
        self.outranks(member.profile.detail()?.rank)
    }

    fn outranks(&self, rank: u16) -> Result<bool, Damaged> {
        Ok(self.subject_is_owner() || rank < self.subject().profile.detail()?.rank)
    }

    fn may_issue(&self, proposal: &Proposal<'_>) -> Result<bool, Damaged> {
        let Some(grantee) = self.grantee(proposal)? else {
            return Ok(false);
        };
        if !self.outranks(grantee.rank)? {
            return Ok(false);
        }
        let flags = self.record.flags;
        let (inner, outer) = (
            PermissionFlags::GRANTS_INSIDE,
            PermissionFlags::GRANTS_OUTSIDE,
        );
        if !flags.has_any(inner.with(outer)) {
            // Taking away needs no right of one's own to what is taken; giving needs a door.
            return Ok(!flags.has(PermissionFlags::DEFAULT) && flags.has(PermissionFlags::WRITES));
        }
        let outer_door = !flags.has(inner);
        let wrong_door = if outer_door {
            grantee.inside
        } else {
            grantee.outside
        };
        if wrong_door {
            return Ok(false);
        }
        // A group that nobody is in yet counts as what the door is for.
        let Some(resolved) = self.resolve(proposal, outer_door)? else {
            return Ok(false);
        };
        if self.subject_is_owner() {
            return Ok(true);
        }
        for scope in &resolved.scopes {
            for permission in resolved.permissions.iter().chain([self.permission]) {
                if !self.about(permission)?.may_pass_on(&resolved, *scope)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Whom the proposal is for; `None` where it is for nobody, for several, for the subject itself
    /// or for an owner.
    fn grantee(&self, proposal: &Proposal<'_>) -> Result<Option<Grantee>, Damaged> {
        match (&proposal.member, &proposal.group, &proposal.organisation) {
            (Some(id), None, None) => {
                let Some(member) = self.engine.find(id)? else {
                    return Ok(None);
                };
                let itself = member.row.handle == self.subject().row.handle;
                if itself || member.profile.kind == MemberKind::Owner {
                    return Ok(None);
                }
                let outside = member.profile.is_outside();
                let rank = member.profile.detail()?.rank;
                Ok(Some(Grantee {
                    outside,
                    inside: !outside,
                    rank,
                }))
            }
            (None, Some(id), None) => self.holder_grantee(Section::Groups, id),
            (None, None, Some(id)) => self.holder_grantee(Section::Organisations, id),
            _ => Ok(None),
        }
    }

    fn holder_grantee(&self, section: Section, id: &str) -> Result<Option<Grantee>, Damaged> {
        let table = self.snapshot().table(section);
        let detail = self.subject().profile.detail()?;
        for number in 0..table.count()? {
            let holder = HolderRecord::parse(table.record(number)?)?;
            if self.snapshot().name_bytes(holder.id)? != id.as_bytes() {
                continue;
            }
            let firm = section == Section::Organisations;
            let mut mine = firm && detail.organisation == Some(number);
            for group in detail.groups {
                mine |= !firm && group? == number;
            }
            if mine || holder.flags.has(HolderFlags::OWNER) {
                return Ok(None);
            }
            return Ok(Some(Grantee {
                outside: firm || holder.flags.has(HolderFlags::OUTSIDE),
                inside: !firm && holder.flags.has(HolderFlags::INSIDE),
                rank: holder.top_rank,
            }));
        }
        Ok(None)
    }

    /// Everything that is refused of a proposal whoever issues it, owners included.
    fn resolve<'p>(
        &self,
        proposal: &'p Proposal<'p>,
        outside: bool,
    ) -> Result<Option<Resolved<'p>>, Damaged> {
        let (from, to) = (proposal.valid.from, proposal.valid.to);
        let endless = outside && to.is_none();
        if endless || from.zip(to).is_some_and(|(from, to)| to <= from) {
            return Ok(None);
        }
        let conditions = &proposal.conditions;
        let rows = match conditions.rows.as_deref() {
            None | Some("any") => RowRule::Any,
            Some("self") => RowRule::Own,
            Some("team") => RowRule::Team,
            Some("ticket") => RowRule::Ticket,
            Some(_) => return Ok(None),
        };
        let (hours, zone) = match &conditions.hours {
            None => (None, None),
            Some(hours) => match hours::windows(hours) {
                Some((windows, zone)) => (Some(windows), zone),
                None => return Ok(None),
            },
        };
        if conditions.networks.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let mut scopes = Vec::new();
        for scope in &proposal.scopes {
            match self.snapshot().find_scope(scope)? {
                Some(scope) => scopes.push(scope),
                None => return Ok(None),
            }
        }
        let Some(permissions) = self.proposed_permissions(proposal)? else {
            return Ok(None);
        };
        if scopes.is_empty() || permissions.is_empty() {
            return Ok(None);
        }
        for permission in permissions.iter() {
            let record = self.snapshot().permission(permission)?;
            let barred = record.flags.has(PermissionFlags::OWNER_ONLY)
                || record.flags.has(PermissionFlags::NO_DELEGATION) && outside;
            if barred || !self.has_sane_limits(permission, record.measure, proposal)? {
                return Ok(None);
            }
        }
        Ok(Some(Resolved {
            permissions,
            scopes,
            rows,
            hours,
            zone,
            proposal,
        }))
    }

    /// The proposed permissions with all that they require.
    fn proposed_permissions(
        &self,
        proposal: &Proposal<'_>,
    ) -> Result<Option<PermissionSet>, Damaged> {
        let snapshot = self.snapshot();
        let mut all = PermissionSet::new();
        for key in &proposal.permissions {
            let Some(permission) = snapshot.find_permission(key)? else {
                return Ok(None);
            };
            let closure = snapshot.permission(permission)?.detail()?.closure;
            all.extend(snapshot.set_members(closure)?);
        }
        if let Some(id) = &proposal.role {
            let roles = snapshot.table(Section::Roles);
            let mut found = false;
            for number in 0..roles.count()? {
                let mut role = Cursor(roles.record(number)?);
                let (name, set) = (role.number()?, role.number()?);
                if snapshot.name_bytes(name)? == id.as_bytes() {
                    all.extend(snapshot.set_members(set)?);
                    found = true;
                }
            }
            if !found {
                return Ok(None);
            }
        }
        Ok(Some(all))
    }

    /// A measured permission comes with a limit in its own measure, or with the word `unlimited`.
    fn has_sane_limits(
        &self,
        permission: u32,
        measure: Option<MeasureKind>,
        proposal: &Proposal<'_>,
    ) -> Result<bool, Damaged> {
        let Some(measure) = measure else {
            return Ok(true);
        };
        let key = self.snapshot().permission_key(permission)?;
        let sane = |limit: &ProposedLimit<'_>| {
            let soft = limit.approve_above.unwrap_or(limit.max);
            (0..=MAX_AMOUNT).contains(&limit.max)
                && (0..=limit.max).contains(&soft)
                && limit.currency.is_some() == (measure == MeasureKind::Money)
        };
        let conditions = &proposal.conditions;
        let mut limits = limits_of(&conditions.limits, key).peekable();
        let stated = limits.peek().is_some() || has(&conditions.unlimited, key);
        Ok(stated && limits.all(sane))
    }
}

fn has(list: &[Text<'_>], key: &str) -> bool {
    list.iter().any(|text| text == key)
}

fn limits_of<'l>(
    limits: &'l [ProposedLimit<'l>],
    key: &'l str,
) -> impl Iterator<Item = &'l ProposedLimit<'l>> {
    limits.iter().filter(move |limit| &limit.permission == key)
}
