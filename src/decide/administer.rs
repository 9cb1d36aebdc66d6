//! Administration: may the subject issue this assignment, or act on this member?

use alloc::{collections::BTreeSet, vec::Vec};

use crate::snapshot::{
    Damaged,
    code::{MeasureKind, MemberKind, PermissionFlags, RowRule},
    cursor::Cursor,
    layout::Section,
    records::{HolderFlags, HolderRecord, Terms, TermsFlags},
};

use super::{
    engine::Principal,
    explain::Way,
    question::{MAX_AMOUNT, Question, is_trained},
    reason::Truth,
    request::{Proposal, ProposedHours, ProposedLimit, Text},
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
    permissions: BTreeSet<u32>,
    scopes: Vec<u32>,
    rows: RowRule,
    hours: Option<Vec<(u32, u32)>>,
    /// `None`: the zone of the scope.
    zone: Option<&'p str>,
    proposal: &'p Proposal<'p>,
}

const DAY_MINUTES: u32 = 24 * 60;
const WEEK_MINUTES: u32 = 7 * DAY_MINUTES;

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
        self.subject.profile.kind == MemberKind::Owner
    }

    /// Never on oneself, never on an owner, only on a strictly lower rank.
    fn may_act_on(&self, member: &Principal<'_>) -> Result<bool, Damaged> {
        if member.row.handle == self.subject.row.handle || member.profile.kind == MemberKind::Owner
        {
            return Ok(false);
        }
        self.outranks(member.profile.detail()?.rank)
    }

    fn outranks(&self, rank: u16) -> Result<bool, Damaged> {
        Ok(self.subject_is_owner() || rank < self.subject.profile.detail()?.rank)
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
        let right_door = if flags.has(inner) {
            !grantee.outside
        } else {
            !grantee.inside
        };
        let Some(resolved) = self.resolve(proposal, grantee)? else {
            return Ok(false);
        };
        if !right_door {
            return Ok(false);
        }
        if self.subject_is_owner() {
            return Ok(true);
        }
        for scope in &resolved.scopes {
            for permission in resolved.permissions.iter().chain([&self.permission]) {
                if !self.about(*permission)?.may_pass_on(&resolved, *scope)? {
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
                let itself = member.row.handle == self.subject.row.handle;
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
        let detail = self.subject.profile.detail()?;
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
        grantee: Grantee,
    ) -> Result<Option<Resolved<'p>>, Damaged> {
        let (from, to) = (proposal.valid.from, proposal.valid.to);
        let endless = grantee.outside && to.is_none();
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
            Some(hours) => match windows(hours) {
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
        for permission in &permissions {
            let record = self.snapshot().permission(*permission)?;
            let barred = record.flags.has(PermissionFlags::OWNER_ONLY)
                || record.flags.has(PermissionFlags::NO_DELEGATION) && grantee.outside;
            if barred || !self.has_sane_limits(*permission, record.measure, proposal)? {
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
    ) -> Result<Option<BTreeSet<u32>>, Damaged> {
        let snapshot = self.snapshot();
        let mut all = BTreeSet::new();
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

    /// Whether some assignment of the subject's own is at least as wide as the proposal, for this
    /// question's permission at a scope.
    fn may_pass_on(&self, proposal: &Resolved<'_>, scope: u32) -> Result<bool, Damaged> {
        if self.record.flags.has(PermissionFlags::DEFAULT) {
            return Ok(true);
        }
        let snapshot = self.snapshot();
        let mut wide_enough = false;
        let mut denied = false;
        self.each_holding(&self.subject, &mut |holding, _: Way| {
            let head = snapshot.terms(holding.terms)?;
            if !snapshot.set_has(head.permissions, self.permission)? {
                return Ok(());
            }
            if head.flags.has(TermsFlags::DENIES) {
                let over = head.detail()?.to.zip(self.clock.now());
                let over = over.is_some_and(|(to, now)| to <= now);
                let mut touches = false;
                for denied in snapshot.scopes_of(holding.scopes)? {
                    let denied = denied?;
                    touches |= snapshot.scope_covers(denied, scope)?
                        || snapshot.scope_covers(scope, denied)?;
                }
                denied |= touches && !over;
            } else if snapshot.covers(holding.scopes, scope)? {
                wide_enough |= self.is_as_wide(&head.detail()?, proposal)?;
            }
            Ok(())
        })?;
        Ok(wide_enough && !denied)
    }

    fn is_as_wide(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        if self.is_valid(own, &self.subject) != Truth::Yes {
            return Ok(false);
        }
        for item in own.training {
            if !is_trained(&self.subject.profile, item?, self.clock)? {
                return Ok(false);
            }
        }
        let guarded = PermissionFlags::SENSITIVE.with(PermissionFlags::PERSONAL);
        let early = own
            .sensitive_to
            .filter(|_| self.record.flags.has_any(guarded));
        let account = self.subject.profile.detail()?.to;
        let to = proposal.proposal.valid.to;
        let ends = [own.to, early, account]
            .into_iter()
            .flatten()
            .all(|end| to.is_some_and(|to| to <= end));
        let rows = match own.rows {
            RowRule::Any => true,
            RowRule::Team => matches!(proposal.rows, RowRule::Team | RowRule::Own),
            same => proposal.rows == same,
        };
        // The door itself carries none of the proposal's limits.
        let passed_on = proposal.permissions.contains(&self.permission);
        Ok(ends
            && (!passed_on
                || rows
                    && self.hours_within(own, proposal)?
                    && self.networks_within(own, proposal)?
                    && self.approvals_kept(own, proposal)?
                    && self.limits_within(own, proposal)?))
    }

    fn hours_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(own) = &own.hours else {
            return Ok(true);
        };
        let Some(wanted) = &proposal.hours else {
            return Ok(false);
        };
        let same_zone = match (own.zone, proposal.zone) {
            (None, None) => true,
            (Some(zone), Some(wanted)) => {
                let mut record = Cursor(self.snapshot().table(Section::Zones).record(zone)?);
                self.snapshot().name_bytes(record.number()?)? == wanted.as_bytes()
            }
            _ => false,
        };
        let own: Vec<(u32, u32)> = own.windows().collect::<Result<_, _>>()?;
        Ok(same_zone && wanted.iter().all(|window| lies_within(*window, &own)))
    }

    fn networks_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(own) = own.networks else {
            return Ok(true);
        };
        let Some(wanted) = &proposal.proposal.conditions.networks else {
            return Ok(false);
        };
        for network in wanted {
            let mut known = false;
            for number in own {
                let mut record = Cursor(self.snapshot().table(Section::Networks).record(number?)?);
                known |= self.snapshot().name_bytes(record.number()?)? == network.as_bytes();
            }
            if !known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn approvals_kept(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        let Some(set) = own.approval_for else {
            return Ok(true);
        };
        if !self.snapshot().set_has(set, self.permission)? {
            return Ok(true);
        }
        let key = self.snapshot().permission_key(self.permission)?;
        Ok(has(&proposal.proposal.conditions.approval_for, key))
    }

    fn limits_within(&self, own: &Terms<'_>, proposal: &Resolved<'_>) -> Result<bool, Damaged> {
        if self.record.measure.is_none() {
            return Ok(true);
        }
        let key = self.snapshot().permission_key(self.permission)?;
        let conditions = &proposal.proposal.conditions;
        let unlimited = has(&conditions.unlimited, key);
        let mut own_unlimited = false;
        for limit in own.limits() {
            let limit = limit?;
            own_unlimited |= limit.permission == self.permission
                && limit.max.is_none()
                && limit.approve_above.is_none();
        }
        if own_unlimited {
            return Ok(true);
        }
        if unlimited {
            return Ok(false);
        }
        for wanted in limits_of(&conditions.limits, key) {
            let mut within = false;
            for limit in own.limits() {
                let limit = limit?;
                let currency = match limit.currency {
                    Some(name) => Some(self.snapshot().name_bytes(name)?),
                    None => None,
                };
                let same = limit.permission == self.permission
                    && currency == wanted.currency.as_ref().map(|text| text.as_bytes());
                // What may be done alone is the soft limit, or the hard one without a soft one.
                let alone = wanted.approve_above.unwrap_or(wanted.max);
                within |= same
                    && limit.max.is_none_or(|max| wanted.max <= max)
                    && limit.approve_above.is_none_or(|soft| alone <= soft);
            }
            if !within {
                return Ok(false);
            }
        }
        Ok(true)
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

/// Proposed hours as week minutes, with the zone they share.
#[allow(clippy::type_complexity)]
fn windows<'p>(hours: &'p [ProposedHours<'p>]) -> Option<(Vec<(u32, u32)>, Option<&'p str>)> {
    let zone = hours.first()?.zone.as_deref();
    let mut windows = Vec::new();
    for entry in hours {
        if entry.zone.as_deref() != zone || entry.days.is_empty() {
            return None;
        }
        let (from, to) = (minute(&entry.from)?, minute(&entry.to)?);
        let length = if to > from {
            to
        } else {
            to.checked_add(DAY_MINUTES)?
        }
        .checked_sub(from)?;
        for day in &entry.days {
            let day = u32::from(*day).checked_sub(1).filter(|day| *day < 7)?;
            let start = day.checked_mul(DAY_MINUTES)?.checked_add(from)?;
            let end = start.checked_add(length)?;
            windows.push((start, end.min(WEEK_MINUTES)));
            if end > WEEK_MINUTES {
                windows.push((0, end.checked_sub(WEEK_MINUTES)?));
            }
        }
    }
    Some((windows, zone))
}

/// `HH:MM` as minutes since midnight, `24:00` included.
fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

/// Whether a window lies within others that may touch each other.
fn lies_within((from, to): (u32, u32), own: &[(u32, u32)]) -> bool {
    let mut reached = from;
    for _ in 0..=own.len() {
        if reached >= to {
            return true;
        }
        match own
            .iter()
            .find(|(start, end)| *start <= reached && reached < *end)
        {
            Some((_, end)) => reached = *end,
            None => return false,
        }
    }
    reached >= to
}
