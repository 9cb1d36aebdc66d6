//! The bytes that an app may see of a member for whom it acts: its own part whole, and of the
//! member's what the app's own grants reach.
//!
//! Rights of the member to what the app may not do, or where it may not do it, stay away, and so
//! do the names of groups, roles and assignments. Budgets keep theirs: usage is told by it. What
//! stays decides with the app as the actor as the whole policy would.

use alloc::vec::Vec;

use super::{
    Damaged, Snapshot,
    code::{MemberKind, PermissionFlags, RowRule},
    cursor::at,
    layout::{MAX_HOLDINGS, MAX_RESTORED, Section},
    model::{Holding, Member, Model, PermissionSet, Terms},
    records::MemberRow,
    slice::{Slicer, before},
};

/// For whom an app acts.
#[derive(Clone, Copy, Debug)]
pub struct Behalf<'s> {
    /// The member.
    pub subject: MemberRow<'s>,
    /// Unix seconds: what of the app's grants has ended by then reaches nothing. `None`, of an app
    /// that may do nothing at present: none of them does.
    pub now: Option<i64>,
}

/// What one of the app's grants reaches.
struct Reach {
    permissions: PermissionSet,
    /// `None`: wherever anybody can ask.
    scopes: Option<Vec<u32>>,
    /// Whose records: of both the member's team is asked, never the app's.
    rows: RowRule,
}

/// A member's part, still in the numbers of the whole.
pub(super) struct Narrowed {
    pub(super) member: Member,
    rights: Vec<(Terms, Vec<u32>)>,
}

impl Snapshot {
    /// The part of an app that acts on a member's behalf, as a model of two members.
    ///
    /// # Errors
    /// If a record that belongs to either is damaged, or they unfold to more than is restored.
    pub fn slice_on_behalf(
        &self,
        actor: &MemberRow<'_>,
        behalf: &Behalf<'_>,
    ) -> Result<Model, Damaged> {
        self.cut(actor, Some(behalf))
    }

    /// The member's part as far as the app's own reaches.
    pub(super) fn narrowed(
        &self,
        behalf: &Behalf<'_>,
        app: &Member,
        part: &Model,
        kept: &[u32],
    ) -> Result<Narrowed, Damaged> {
        self.check_weight_of(&behalf.subject)?;
        let shared = part.groups.iter().chain(&part.organisations);
        let held = shared.flat_map(|holder| &holder.holdings);
        let mut reaches = self.reaches(held.chain(&app.holdings), behalf.now)?;
        // What everybody holds the app holds too, and the member may be denied it.
        let default = (0_u32..).zip(&part.permissions);
        let default = default.filter(|(_, one)| one.flags.has(PermissionFlags::DEFAULT));
        reaches.push(Reach {
            permissions: default.map(|(number, _)| number).collect(),
            scopes: None,
            rows: RowRule::Any,
        });
        let mut member = self.restored_member(&behalf.subject)?;
        let mut holdings = core::mem::take(&mut member.holdings);
        for group in core::mem::take(&mut member.groups) {
            holdings.extend(self.restored_holdings(self.group(group)?.holdings, true)?);
        }
        if let Some(firm) = member.organisation.take() {
            holdings.extend(self.restored_holdings(self.organisation(firm)?.holdings, true)?);
            // It is outside the store without its firm's name, too.
            if member.kind != MemberKind::Owner {
                member.kind = MemberKind::Contractor;
            }
        }
        // Without groups a member's rights stand in the order of the document.
        holdings.sort_by_key(|holding| holding.order);
        self.check_product(&holdings, &reaches)?;
        let mut rights = Vec::new();
        for holding in &holdings {
            self.reached(holding, &reaches, kept, &mut rights)?;
        }
        let mut narrowed = Narrowed { member, rights };
        narrowed.forget(part, &reaches);
        Ok(narrowed)
    }

    /// What each of some holdings reaches that has not ended; a denial reaches nothing.
    fn reaches<'h>(
        &self,
        held: impl Iterator<Item = &'h Holding>,
        now: Option<i64>,
    ) -> Result<Vec<Reach>, Damaged> {
        let mut reaches = Vec::new();
        let Some(now) = now else { return Ok(reaches) };
        for holding in held {
            let terms = self.restored_terms(holding.terms)?;
            if terms.to.is_some_and(|end| end <= now) {
                continue;
            }
            let mut permissions = PermissionSet::new();
            for permission in terms.permissions.iter() {
                let flags = self.permission(permission)?.flags;
                let never = PermissionFlags::NO_DELEGATION.with(PermissionFlags::OWNER_ONLY);
                if !terms.denies && !flags.has_any(never) {
                    permissions.insert(permission);
                }
            }
            reaches.push(Reach {
                permissions,
                scopes: Some(holding.scopes.clone()),
                rows: terms.rows,
            });
        }
        Ok(reaches)
    }

    /// Adds what of a holding the grants reach: one right for each of them.
    fn reached(
        &self,
        holding: &Holding,
        reaches: &[Reach],
        kept: &[u32],
        rights: &mut Vec<(Terms, Vec<u32>)>,
    ) -> Result<(), Damaged> {
        for reach in reaches {
            let terms = within(self.restored_terms(holding.terms)?, &reach.permissions);
            let mut scopes = match &reach.scopes {
                Some(reached) => self.common(&holding.scopes, reached)?,
                None => holding.scopes.clone(),
            };
            // What is below a kept scope and not kept itself, nobody can ask about.
            scopes.retain(|scope| kept.binary_search(scope).is_ok());
            scopes.sort_unstable();
            scopes.dedup();
            if terms.permissions.is_empty() || scopes.is_empty() {
                continue;
            }
            if rights.len() >= at(MAX_HOLDINGS) {
                return Err(Damaged);
            }
            rights.push((terms, scopes));
        }
        Ok(())
    }
}

impl Snapshot {
    /// Of two scopes that are one above the other, what both cover is the lower.
    fn common(&self, own: &[u32], reached: &[u32]) -> Result<Vec<u32>, Damaged> {
        let mut common = Vec::new();
        for own in own {
            for reached in reached {
                if self.scope_covers(*own, *reached)? {
                    common.push(*reached);
                } else if self.scope_covers(*reached, *own)? {
                    common.push(*own);
                }
            }
        }
        Ok(common)
    }

    /// Each grant of the app is held against each right of the member: refuses where that unfolds
    /// to more than is restored.
    fn check_product(&self, holdings: &[Holding], reaches: &[Reach]) -> Result<(), Damaged> {
        let mut rights = 0_usize;
        for holding in holdings {
            let terms = self.table(Section::Terms).record(holding.terms)?.len();
            let size = terms
                .saturating_add(at(self.permission_count()))
                .saturating_add(holding.scopes.len());
            rights = rights.saturating_add(size);
        }
        let size = |reach: &Reach| reach.scopes.as_ref().map_or(1, Vec::len).saturating_add(1);
        let grants = reaches.iter().map(size).fold(0, usize::saturating_add);
        if rights.saturating_mul(grants) > MAX_RESTORED >> 4 {
            return Err(Damaged);
        }
        Ok(())
    }
}

/// Terms about some permissions alone, without the names that people gave them.
fn within(mut terms: Terms, permissions: &PermissionSet) -> Terms {
    let kept = |set: &PermissionSet| set.iter().filter(|one| permissions.contains(one)).collect();
    terms.permissions = kept(&terms.permissions);
    terms.approval_for = kept(&terms.approval_for);
    terms
        .limits
        .retain(|limit| permissions.contains(&limit.permission));
    terms
        .budgets
        .retain(|budget| permissions.contains(&budget.permission));
    terms
        .step_up
        .retain(|(permission, _)| permissions.contains(permission));
    terms.id = None;
    terms.role = None;
    terms
}

impl Narrowed {
    /// Drops what nothing that stays asks for.
    fn forget(&mut self, part: &Model, reaches: &[Reach]) {
        let Self { member, rights } = self;
        // Nobody is there over whom it could stand.
        member.rank = 0;
        let own = rights.iter().map(|(terms, _)| terms.rows);
        let mut rows = own.chain(reaches.iter().map(|reach| reach.rows));
        if rows.all(|rule| rule != RowRule::Team) {
            member.department = None;
        }
        let demanded = (0_u32..).zip(&part.permissions).filter(|(number, _)| {
            let mut reaches = reaches.iter();
            reaches.any(|reach| reach.permissions.contains(number))
        });
        let trained: Vec<u32> = demanded
            .flat_map(|(_, one)| &one.demand.training)
            .chain(rights.iter().flat_map(|(terms, _)| &terms.training))
            .copied()
            .collect();
        member.training.retain(|done| trained.contains(&done.item));
        let tests = || rights.iter().flat_map(|(terms, _)| &terms.attributes);
        member
            .attributes
            .retain(|(attribute, _)| tests().any(|test| test.attribute == *attribute));
    }

    /// The member in the numbers of the slice.
    pub(super) fn placed(mut self, kept: &[u32], slicer: &mut Slicer, model: &mut Model) -> Member {
        for (order, (terms, scopes)) in (0_u32..).zip(self.rights) {
            let number = u32::try_from(model.terms.len()).unwrap_or(u32::MAX);
            model.terms.push(slicer.renumbered(terms));
            self.member.holdings.push(Holding {
                terms: number,
                scopes: scopes.iter().map(|scope| before(kept, *scope)).collect(),
                order,
            });
        }
        self.member
    }
}
