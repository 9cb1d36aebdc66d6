//! A document with its names resolved. Lenient: what cannot be resolved is left out, and the checks
//! report it.

use std::collections::HashMap;

use super::bits::BitSet;
use super::number::{narrow, widen};
use super::permissions::Permissions;
use super::tree::Tree;
use crate::policy::Document;
use crate::policy::document::MemberKind;

/// Names of one kind. Of equal names the first counts.
#[derive(Debug, Default)]
pub(crate) struct Names<'d> {
    index: HashMap<&'d str, u32>,
    /// Where each stands in the document, by position.
    pub(crate) places: Vec<usize>,
}

impl<'d> Names<'d> {
    fn new(names: impl Iterator<Item = &'d str>) -> Self {
        let mut all = Self::default();
        for (place, name) in names.enumerate() {
            let position = narrow(all.places.len());
            all.index.entry(name).or_insert_with(|| {
                all.places.push(place);
                position
            });
        }
        all
    }

    pub(crate) fn position(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    /// Where a name stands in the document.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(widen(self.position(name)?)).copied()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.index.keys().copied()
    }
}

/// What a role comes to.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleSets {
    /// Its own permissions and inherited ones.
    pub(crate) named: BitSet,
    /// The same with everything they require.
    pub(crate) closed: BitSet,
    /// Itself and the roles it inherits, by position.
    pub(crate) includes: BitSet,
}

/// A document with its names resolved.
#[derive(Debug)]
pub(crate) struct World<'d> {
    pub(crate) document: &'d Document,
    pub(crate) permissions: Permissions,
    pub(crate) scopes: Tree<'d>,
    pub(crate) departments: Tree<'d>,
    pub(crate) organisations: Names<'d>,
    pub(crate) groups: Names<'d>,
    pub(crate) networks: Names<'d>,
    pub(crate) attributes: Names<'d>,
    pub(crate) training: Names<'d>,
    pub(crate) roles: Names<'d>,
    pub(crate) members: Names<'d>,
    /// By position of the role.
    pub(crate) role_sets: Vec<RoleSets>,
}

impl<'d> World<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let permissions = Permissions::new(document);
        let scopes = document.scopes.iter();
        let departments = document.departments.iter();
        let mut world = Self {
            permissions,
            scopes: Tree::new(scopes.map(|scope| (scope.id.as_str(), scope.parent.as_deref()))),
            departments: Tree::new(
                departments
                    .map(|department| (department.id.as_str(), department.parent.as_deref())),
            ),
            organisations: Names::new(document.organisations.iter().map(|it| it.id.as_str())),
            groups: Names::new(document.groups.iter().map(|it| it.id.as_str())),
            networks: Names::new(document.networks.iter().map(|it| it.id.as_str())),
            attributes: Names::new(document.attributes.iter().map(|it| it.id.as_str())),
            training: Names::new(document.training.iter().map(|it| it.id.as_str())),
            roles: Names::new(document.roles.iter().map(|it| it.id.as_str())),
            members: Names::new(document.members.iter().map(|it| it.id.as_str())),
            role_sets: Vec::new(),
            document,
        };
        world.role_sets = world.close_roles();
        world
    }

    fn close_roles(&self) -> Vec<RoleSets> {
        let role = |position: usize| {
            let place = self.roles.places.get(position)?;
            self.document.roles.get(*place)
        };
        let own: Vec<BitSet> = (0..self.roles.places.len())
            .map(|position| {
                let Some(role) = role(position) else {
                    return BitSet::default();
                };
                let mut set = self.permissions.all_meant(&role.permissions);
                let preset = role.preset.as_deref();
                if let Some(preset) = preset.and_then(|preset| self.permissions.preset(preset)) {
                    set.extend(&preset);
                }
                set
            })
            .collect();
        (0..self.roles.places.len())
            .map(|position| {
                let mut sets = RoleSets::default();
                let mut open = vec![position];
                while let Some(next) = open.pop() {
                    if sets.includes.contains(next) {
                        continue;
                    }
                    sets.includes.insert(next);
                    if let Some(own) = own.get(next) {
                        sets.named.extend(own);
                    }
                    let inherited = role(next).map_or(&[][..], |role| &role.inherits);
                    let positions = inherited
                        .iter()
                        .filter_map(|name| self.roles.position(name));
                    open.extend(positions.map(widen));
                }
                sets.closed = self.permissions.downwards(&sets.named);
                sets
            })
            .collect()
    }

    pub(crate) fn role(
        &self,
        name: &str,
    ) -> Option<(&'d crate::policy::document::Role, &RoleSets)> {
        let position = widen(self.roles.position(name)?);
        let place = self.roles.places.get(position)?;
        Some((
            self.document.roles.get(*place)?,
            self.role_sets.get(position)?,
        ))
    }

    pub(crate) fn member(&self, name: &str) -> Option<&'d crate::policy::document::Member> {
        self.document.members.get(self.members.place(name)?)
    }

    /// Members by position: each name once.
    pub(crate) fn distinct_members(
        &self,
    ) -> impl Iterator<Item = &'d crate::policy::document::Member> + '_ {
        self.members
            .places
            .iter()
            .filter_map(|place| self.document.members.get(*place))
    }
}

/// Whether a member stands outside the store.
pub(crate) fn is_outside(member: &crate::policy::document::Member) -> bool {
    matches!(
        member.kind,
        MemberKind::Contractor | MemberKind::Organisation
    ) || member.organisation.is_some()
}
