//! By which ways a member holds things.

use super::lower::Lowered;
use super::number::widen;
use super::world::World;
use crate::snapshot::model::{Holding, Member, MemberStatus, RowRule, Terms};

/// One way by which a member holds, or is denied, something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way<'l> {
    pub(crate) holding: &'l Holding,
    pub(crate) terms: &'l Terms,
    /// The group or organisation it comes through.
    pub(crate) through: Option<&'l str>,
}

impl Lowered {
    /// All ways of a member, denials included: its own, its groups', its organisation's.
    pub(crate) fn ways<'l>(&'l self, member: &'l Member) -> impl Iterator<Item = Way<'l>> {
        let own = member.holdings.iter().map(|holding| (None, holding));
        let groups = member
            .groups
            .iter()
            .filter_map(|at| self.model.groups.get(widen(*at)));
        let organisation = member
            .organisation
            .and_then(|at| self.model.organisations.get(widen(at)));
        let shared = groups.chain(organisation).flat_map(|holder| {
            let through = Some(holder.id.as_str());
            holder
                .holdings
                .iter()
                .map(move |holding| (through, holding))
        });
        own.chain(shared).filter_map(|(through, holding)| {
            Some(Way {
                holding,
                terms: self.model.terms.get(widen(holding.terms))?,
                through,
            })
        })
    }

    /// Assignments of a member that are not over when the policy is issued. Nobody who is gone
    /// holds anything.
    pub(crate) fn grants<'l>(&'l self, member: &'l Member) -> impl Iterator<Item = Way<'l>> {
        let issued = self.model.header.issued;
        let gone = member.status == MemberStatus::Revoked;
        self.ways(member).filter(move |way| {
            !gone && !way.terms.denies && way.terms.to.is_none_or(|to| to > issued)
        })
    }

    /// Whether a denial takes a permission at a scope away from a member for good: without
    /// conditions, without an end, begun by `at`.
    pub(crate) fn is_denied(
        &self,
        world: &World<'_>,
        member: &Member,
        permission: u32,
        scope: u32,
        at: i64,
    ) -> bool {
        self.ways(member).any(|way| {
            let terms = way.terms;
            terms.denies
                && terms.permissions.contains(&permission)
                && terms.to.is_none()
                && terms.from.is_none_or(|from| from <= at)
                && terms.rows == RowRule::Any
                && terms.hours.is_none()
                && terms.networks.is_none()
                && terms.attributes.is_empty()
                && world.scopes.any_covers(&way.holding.scopes, scope)
        })
    }
}

impl Way<'_> {
    /// What it is called at one of its scopes: its id, else `role@scope`, else `direct@scope`.
    pub(crate) fn label(&self, scope: &str) -> String {
        let name = match (&self.terms.id, &self.terms.role) {
            (Some(id), _) => id.clone(),
            (None, Some(role)) => format!("{role}@{scope}"),
            (None, None) => format!("direct@{scope}"),
        };
        match self.through {
            Some(holder) => format!("{name} (through {holder})"),
            None => name,
        }
    }
}
