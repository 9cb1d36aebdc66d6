//! The bytes that one member's browser may see: own rights and own scopes, nothing of anyone else.
//!
//! The catalogue and the levels stay whole, for they say nothing of anybody. Scopes, zones,
//! networks, training items, attributes and departments stay where the member's own rights name
//! them.

use alloc::{borrow::ToOwned, vec::Vec};

use super::{
    Damaged, Snapshot,
    behalf::Behalf,
    code::{MemberKind, RowRule},
    model::{Department, Holder, Member, Model, Scope, Terms},
    records::{HolderRecord, MemberRow},
};

/// What stays, in the order it was met; its place is its new number. A member has few of each.
#[derive(Default)]
pub(super) struct Kept(Vec<u32>);

impl Kept {
    pub(super) fn number(&mut self, old: u32) -> u32 {
        let place = self.0.iter().position(|kept| *kept == old);
        let place = place.unwrap_or_else(|| {
            self.0.push(old);
            self.0.len().saturating_sub(1)
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

#[derive(Default)]
pub(super) struct Slicer {
    zones: Kept,
    networks: Kept,
    attributes: Kept,
    training: Kept,
    terms: Kept,
}

impl Snapshot {
    /// One member's part of the policy as a model.
    ///
    /// # Errors
    /// If a record that belongs to the member is damaged, or they unfold to more than is restored.
    pub fn slice(&self, row: &MemberRow<'_>) -> Result<Model, Damaged> {
        self.cut(row, None)
    }

    /// One member's part; with somebody on whose behalf it acts, as far as its own part reaches.
    pub(super) fn cut(
        &self,
        row: &MemberRow<'_>,
        behalf: Option<&Behalf<'_>>,
    ) -> Result<Model, Damaged> {
        self.check_weight_of(row)?;
        let mut slicer = Slicer::default();
        let mut model = Model {
            header: self.header(),
            ..Model::default()
        };
        model.header.slice_of = Some(row.name()?.to_owned());
        model.permissions = self.permissions()?;
        model.field_groups = self.field_groups()?;
        model.levels = self.levels()?;
        let mut member = self.restored_member(row)?;
        for (number, group) in (0_u32..).zip(&mut member.groups) {
            model.groups.push(self.own_holder(self.group(*group)?)?);
            *group = number;
        }
        if let Some(firm) = &mut member.organisation {
            model
                .organisations
                .push(self.own_holder(self.organisation(*firm)?)?);
            *firm = 0;
        }
        let kept = self.own_scopes(&member, &model)?;
        // Before anything is numbered anew.
        let narrowed = match behalf {
            Some(behalf) => Some(self.narrowed(behalf, &member, &model, &kept)?),
            None => None,
        };
        self.keep_scopes(&kept, &mut member, &mut model, &mut slicer)?;
        let holders = model.groups.iter_mut().chain(&mut model.organisations);
        let holdings = holders.flat_map(|holder| &mut holder.holdings);
        for holding in holdings.chain(&mut member.holdings) {
            holding.terms = slicer.terms.number(holding.terms);
        }
        // Terms are met in order, and meeting one adds none.
        for number in slicer.terms.0.clone() {
            let terms = self.restored_terms(number)?;
            model.terms.push(slicer.renumbered(terms));
        }
        let mut members = Vec::from([member]);
        if let Some(narrowed) = narrowed {
            model.header.slice_of = Some(narrowed.member.id.clone());
            members.push(narrowed.placed(&kept, &mut slicer, &mut model));
        }
        for permission in &mut model.permissions {
            for item in &mut permission.demand.training {
                *item = slicer.training.number(*item);
            }
        }
        for member in &mut members {
            for done in &mut member.training {
                done.item = slicer.training.number(done.item);
            }
            for (attribute, _) in &mut member.attributes {
                *attribute = slicer.attributes.number(*attribute);
            }
        }
        self.keep_departments(&mut members, &mut model)?;
        model.members = members;
        self.keep_named(&slicer, &mut model)?;
        Ok(model)
    }

    /// A holder as its members may see it: its rights, not who else is in it.
    fn own_holder(&self, record: HolderRecord<'_>) -> Result<Holder, Damaged> {
        Ok(Holder {
            id: self.name(record.id)?.to_owned(),
            holdings: self.restored_holdings(record.holdings, true)?,
            ..Holder::default()
        })
    }

    /// The root, the scopes of the member's rights with all below, and what is above them.
    fn own_scopes(&self, member: &Member, model: &Model) -> Result<Vec<u32>, Damaged> {
        let holders = model.groups.iter().chain(&model.organisations);
        let holdings = holders
            .flat_map(|holder| &holder.holdings)
            .chain(&member.holdings);
        let own: Vec<u32> = holdings
            .flat_map(|holding| holding.scopes.iter().copied())
            .collect();
        let everywhere = member.kind == MemberKind::Owner;
        let mut kept: Vec<u32> = Vec::new();
        for scope in 0..self.scope_count() {
            let mut wanted = everywhere || scope == 0;
            for own in &own {
                wanted |= self.scope_covers(*own, scope)? || self.scope_covers(scope, *own)?;
            }
            if wanted {
                kept.push(scope);
            }
        }
        Ok(kept)
    }

    fn keep_scopes(
        &self,
        kept: &[u32],
        member: &mut Member,
        model: &mut Model,
        slicer: &mut Slicer,
    ) -> Result<(), Damaged> {
        for scope in kept {
            model.scopes.push(Scope {
                id: self.scope_id(*scope)?.to_owned(),
                end: before(kept, self.scope_end(*scope)?),
                zone: self
                    .scope_zone(*scope)?
                    .map(|zone| slicer.zones.number(zone)),
            });
        }
        let holders = model.groups.iter_mut().chain(&mut model.organisations);
        let holdings = holders.flat_map(|holder| &mut holder.holdings);
        for scope in holdings
            .chain(&mut member.holdings)
            .flat_map(|one| &mut one.scopes)
        {
            *scope = before(kept, *scope);
        }
        Ok(())
    }

    /// Keeps the members' departments with all below; all of them where a denial asks for the team,
    /// for there a department that is not known would be taken for an untold one.
    fn keep_departments(&self, members: &mut [Member], model: &mut Model) -> Result<(), Damaged> {
        let asks = |terms: &Terms, denies| terms.denies == denies && terms.rows == RowRule::Team;
        if model.terms.iter().any(|terms| asks(terms, true)) {
            model.departments = self.departments()?;
            return Ok(());
        }
        let mut kept: Vec<u32> = Vec::new();
        for own in members.iter().filter_map(|member| member.department) {
            kept.extend(own..self.department_end(own)?);
        }
        kept.sort_unstable();
        kept.dedup();
        for department in &kept {
            model.departments.push(Department {
                id: self.department_id(*department)?.to_owned(),
                end: before(&kept, self.department_end(*department)?),
            });
        }
        for own in members.iter_mut().filter_map(|one| one.department.as_mut()) {
            *own = before(&kept, *own);
        }
        Ok(())
    }

    fn keep_named(&self, slicer: &Slicer, model: &mut Model) -> Result<(), Damaged> {
        for zone in &slicer.zones.0 {
            model.zones.push(self.restored_zone(*zone)?);
        }
        for network in &slicer.networks.0 {
            model.networks.push(self.restored_network(*network)?);
        }
        for attribute in &slicer.attributes.0 {
            model.attributes.push(self.restored_attribute(*attribute)?);
        }
        for item in &slicer.training.0 {
            model.training.push(self.training_id(*item)?.to_owned());
        }
        Ok(())
    }
}

/// How many are kept before one: its new number, and the new end of what ends there.
pub(super) fn before(kept: &[u32], old: u32) -> u32 {
    let place = kept.partition_point(|kept| *kept < old);
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl Slicer {
    pub(super) fn renumbered(&mut self, mut terms: Terms) -> Terms {
        if let Some(zone) = terms.hours.as_mut().and_then(|hours| hours.zone.as_mut()) {
            *zone = self.zones.number(*zone);
        }
        for network in terms.networks.iter_mut().flatten() {
            *network = self.networks.number(*network);
        }
        for test in &mut terms.attributes {
            test.attribute = self.attributes.number(test.attribute);
        }
        for item in &mut terms.training {
            *item = self.training.number(*item);
        }
        for zone in terms
            .budgets
            .iter_mut()
            .filter_map(|budget| budget.zone.as_mut())
        {
            *zone = self.zones.number(*zone);
        }
        terms
    }
}
