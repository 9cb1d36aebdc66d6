//! Assignments and denials: shared terms, and who holds them where.

use std::collections::HashMap;

use super::super::number::{narrow, widen};
use super::super::permissions::packed;
use super::super::world::World;
use super::conditions::{Read, Zones};
use super::join::{Conflict, join};
use crate::policy::document::{Assignment, Conditions, Denial, Validity};
use crate::snapshot::model::{Holding, Model, Terms};

/// Who holds something.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum HolderRef {
    Group(u32),
    Member(u32),
    Organisation(u32),
}

/// Where an assignment or denial went.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placed {
    /// Position of its terms.
    pub(crate) terms: u32,
    /// Sorted, without what another of them covers.
    pub(crate) scopes: Vec<u32>,
    /// `None`: it names no holder, or several, or one that does not exist.
    pub(crate) holder: Option<HolderRef>,
    /// Why its conditions and its role's cannot hold together.
    pub(crate) conflicts: Vec<Conflict>,
}

/// What makes two assignments say the same.
#[derive(Eq, Hash, PartialEq)]
struct Key<'d> {
    denies: bool,
    id: Option<&'d str>,
    role: Option<&'d str>,
    permissions: Vec<&'d str>,
    valid: Validity,
    conditions: &'d Conditions,
}

struct Placer<'w, 'd> {
    world: &'w World<'d>,
    zones: &'w Zones<'d>,
    terms: Vec<Terms>,
    known: HashMap<Key<'d>, (u32, Vec<Conflict>)>,
    /// Conditions of each role, by position.
    roles: Vec<Read>,
}

/// Lowers all assignments and denials into the model. Tells where the assignments went.
pub(super) fn place<'d>(world: &World<'d>, zones: &Zones<'d>, model: &mut Model) -> Vec<Placed> {
    let roles = world.roles.places.iter();
    let roles = roles
        .map(|place| {
            world
                .document
                .roles
                .get(*place)
                .map(|role| world.conditions(&role.conditions, zones))
                .unwrap_or_default()
        })
        .collect();
    let mut placer = Placer {
        world,
        zones,
        terms: Vec::new(),
        known: HashMap::new(),
        roles,
    };
    let document = world.document;
    let assignments: Vec<Placed> = document
        .assignments
        .iter()
        .map(|assignment| placer.assignment(assignment))
        .collect();
    let denials: Vec<Placed> = document
        .denials
        .iter()
        .map(|denial| placer.denial(denial))
        .collect();
    model.terms = placer.terms;
    for (order, placed) in assignments.iter().chain(&denials).enumerate() {
        let holdings = match placed.holder {
            Some(HolderRef::Member(at)) => {
                model.members.get_mut(widen(at)).map(|it| &mut it.holdings)
            }
            Some(HolderRef::Group(at)) => {
                model.groups.get_mut(widen(at)).map(|it| &mut it.holdings)
            }
            Some(HolderRef::Organisation(at)) => model
                .organisations
                .get_mut(widen(at))
                .map(|it| &mut it.holdings),
            None => None,
        };
        if let Some(holdings) = holdings {
            holdings.push(Holding {
                terms: placed.terms,
                scopes: placed.scopes.clone(),
                order: narrow(order),
            });
        }
    }
    assignments
}

impl<'d> Placer<'_, 'd> {
    fn assignment(&mut self, written: &'d Assignment) -> Placed {
        let key = Key {
            denies: false,
            id: written.id.as_deref(),
            role: written.role.as_deref(),
            permissions: sorted(&written.permissions),
            valid: written.valid,
            conditions: &written.conditions,
        };
        let (terms, conflicts) = match self.known.get(&key) {
            Some(known) => known.clone(),
            None => {
                let (terms, conflicts) = self.assignment_terms(written);
                let at = self.push(terms);
                self.known.insert(key, (at, conflicts.clone()));
                (at, conflicts)
            }
        };
        Placed {
            terms,
            conflicts,
            scopes: self.scopes(&written.scopes),
            holder: self.world.holder(
                written.member.as_deref(),
                written.group.as_deref(),
                written.organisation.as_deref(),
            ),
        }
    }

    fn assignment_terms(&self, written: &Assignment) -> (Terms, Vec<Conflict>) {
        let world = self.world;
        let named = world.permissions.all_meant(&written.permissions);
        let mut permissions = world.permissions.downwards(&named);
        let read = world.conditions(&written.conditions, self.zones);
        let mut unreadable = read.unreadable;
        let (mut terms, mut conflicts) = (read.terms, Vec::new());
        let role = written.role.as_deref();
        if let Some(position) = role.and_then(|role| world.roles.position(role)) {
            if let Some(sets) = world.role_sets.get(widen(position)) {
                permissions.extend(&sets.closed);
            }
            if let Some(conditions) = self.roles.get(widen(position)) {
                unreadable |= conditions.unreadable;
                (terms, conflicts) = join(&conditions.terms, terms);
            }
        }
        if unreadable {
            terms.networks = Some(Vec::new());
        }
        terms.id.clone_from(&written.id);
        terms.role.clone_from(&written.role);
        terms.permissions = packed(&permissions);
        terms.from = written.valid.from.map(|from| from.seconds);
        terms.to = written.valid.to.map(|to| to.seconds);
        (terms, conflicts)
    }

    fn denial(&mut self, written: &'d Denial) -> Placed {
        let key = Key {
            denies: true,
            id: written.id.as_deref(),
            role: written.role.as_deref(),
            permissions: sorted(&written.permissions),
            valid: written.valid,
            conditions: &written.conditions,
        };
        let terms = match self.known.get(&key) {
            Some((at, _)) => *at,
            None => {
                let terms = self.denial_terms(written);
                let at = self.push(terms);
                self.known.insert(key, (at, Vec::new()));
                at
            }
        };
        Placed {
            terms,
            conflicts: Vec::new(),
            scopes: self.scopes(&written.scopes),
            holder: self.world.holder(
                written.member.as_deref(),
                written.group.as_deref(),
                written.organisation.as_deref(),
            ),
        }
    }

    fn denial_terms(&self, written: &Denial) -> Terms {
        let world = self.world;
        let mut named = world.permissions.all_meant(&written.permissions);
        if let Some((_, sets)) = written.role.as_deref().and_then(|role| world.role(role)) {
            // What the role names, not what that requires: denying a refund denies no viewing.
            named.extend(&sets.named);
        }
        let mut terms = world.denial_conditions(&written.conditions, self.zones);
        terms.id.clone_from(&written.id);
        terms.role.clone_from(&written.role);
        terms.permissions = packed(&world.permissions.upwards(&named));
        terms.from = written.valid.from.map(|from| from.seconds);
        terms.to = written.valid.to.map(|to| to.seconds);
        terms
    }

    fn push(&mut self, terms: Terms) -> u32 {
        let at = narrow(self.terms.len());
        self.terms.push(terms);
        at
    }

    fn scopes(&self, names: &[String]) -> Vec<u32> {
        let tree = &self.world.scopes;
        tree.widest(names.iter().filter_map(|name| tree.position(name)))
    }
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl World<'_> {
    /// The one holder that is named.
    pub(crate) fn holder(
        &self,
        member: Option<&str>,
        group: Option<&str>,
        organisation: Option<&str>,
    ) -> Option<HolderRef> {
        match (member, group, organisation) {
            (Some(name), None, None) => self.members.position(name).map(HolderRef::Member),
            (None, Some(name), None) => self.groups.position(name).map(HolderRef::Group),
            (None, None, Some(name)) => self
                .organisations
                .position(name)
                .map(HolderRef::Organisation),
            _ => None,
        }
    }
}
