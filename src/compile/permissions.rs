//! The effective catalogue: what ships, what the tenant adds, and what it tightens.

use std::collections::HashMap;

use super::bits::BitSet;
use super::number::narrow;
use crate::policy::catalogue::{Catalogue, owner_only};
use crate::policy::document::{
    Alias, Document, FieldGroupDefinition, Measure, PermissionDefinition, PermissionKind, Profile,
    StepUp, Tier,
};
use crate::snapshot::model::{MeasureKind, PermissionFlags, PermissionSet};

/// All permissions of a tenant, sorted by key.
#[derive(Debug)]
pub(crate) struct Permissions {
    pub(crate) list: Vec<Permission>,
    index: HashMap<String, usize>,
    aliases: HashMap<String, Parts>,
    /// Sorted by id.
    pub(crate) field_groups: Vec<FieldGroupDefinition>,
    pub(crate) catalogue: Catalogue,
    profile: Profile,
}

/// One permission.
#[derive(Debug)]
pub(crate) struct Permission {
    pub(crate) definition: PermissionDefinition,
    /// Its place among the tenant's additions.
    pub(crate) own: Option<usize>,
    pub(crate) flags: PermissionFlags,
    pub(crate) resource_type: String,
    /// What it asks for by itself, the tenant's change included.
    pub(crate) step_up: Option<StepUp>,
    /// Itself and everything it requires.
    pub(crate) closure: BitSet,
    /// Itself and everything that requires it.
    pub(crate) dependents: BitSet,
}

/// What a retired key means now.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) parts: BitSet,
    /// Whether the document is new enough to write the parts instead.
    pub(crate) retired: bool,
}

/// What a written name of a permission means.
pub(crate) enum Meaning<'p> {
    One(usize),
    Parts(&'p Parts),
    Unknown,
}

impl Permissions {
    pub(crate) fn new(document: &Document) -> Self {
        let catalogue = Catalogue::built_in();
        let profile = document.policy.profile;
        let mut definitions: Vec<(PermissionDefinition, Option<usize>)> = catalogue
            .permissions
            .iter()
            .map(|permission| (permission.clone(), None))
            .collect();
        let shipped: HashMap<&str, ()> = catalogue
            .permissions
            .iter()
            .map(|permission| (permission.key.as_str(), ()))
            .collect();
        let additions = document.catalogue.permissions.iter().enumerate();
        definitions.extend(
            additions
                .filter(|(_, permission)| !shipped.contains_key(permission.key.as_str()))
                .map(|(place, permission)| (permission.clone(), Some(place))),
        );
        // Stable: of equal keys the first counts.
        definitions.sort_by(|left, right| left.0.key.cmp(&right.0.key));
        definitions.dedup_by(|later, earlier| later.0.key == earlier.0.key);
        let index: HashMap<String, usize> = definitions
            .iter()
            .enumerate()
            .map(|(at, (definition, _))| (definition.key.clone(), at))
            .collect();
        let mut field_groups = catalogue.field_groups.clone();
        field_groups.extend(document.catalogue.field_groups.iter().cloned());
        field_groups.sort_by(|left, right| left.id.cmp(&right.id));
        field_groups.dedup_by(|later, earlier| later.id == earlier.id);
        let mut permissions = Self {
            list: Vec::with_capacity(definitions.len()),
            index,
            aliases: HashMap::new(),
            field_groups,
            catalogue,
            profile,
        };
        permissions.list = definitions
            .into_iter()
            .map(|(definition, own)| permissions.permission(definition, own))
            .collect();
        permissions.tighten(document);
        permissions.close();
        let aliases = permissions.catalogue.aliases.iter();
        permissions.aliases = aliases
            .chain(&document.catalogue.aliases)
            .map(|alias| (alias.key.clone(), permissions.parts(alias, document)))
            .collect();
        permissions
    }

    fn permission(&self, definition: PermissionDefinition, own: Option<usize>) -> Permission {
        let resource = definition.key.split('.').next().unwrap_or_default();
        let resource_type = match resource {
            "catalog" => "product",
            "funds" => "transaction",
            other => other,
        };
        Permission {
            own,
            flags: flags(&definition, own.is_none(), self.profile),
            resource_type: resource_type.to_owned(),
            step_up: definition.step_up,
            closure: BitSet::default(),
            dependents: BitSet::default(),
            definition,
        }
    }

    /// Applies the tenant's changes to shipped permissions.
    fn tighten(&mut self, document: &Document) {
        for change in &document.catalogue.overrides {
            let Some(permission) = self
                .index
                .get(&change.key)
                .and_then(|at| self.list.get_mut(*at))
            else {
                continue;
            };
            let definition = &mut permission.definition;
            for tier in &change.add_tiers {
                if !definition.tiers.contains(tier) {
                    definition.tiers.push(*tier);
                }
            }
            if change.no_step_up {
                permission.step_up = None;
            }
            if change.step_up.is_some() {
                permission.step_up = change.step_up;
            }
            permission.flags = flags(definition, permission.own.is_none(), self.profile);
        }
    }

    /// Works out what comes with each permission, by walking what it requires.
    fn close(&mut self) {
        let direct: Vec<Vec<usize>> = self
            .list
            .iter()
            .map(|permission| {
                let required = permission.definition.requires.iter();
                required
                    .filter_map(|key| self.index.get(key).copied())
                    .collect()
            })
            .collect();
        let mut dependents = vec![BitSet::default(); self.list.len()];
        for (at, permission) in self.list.iter_mut().enumerate() {
            let mut open = vec![at];
            while let Some(next) = open.pop() {
                if permission.closure.contains(next) {
                    continue;
                }
                permission.closure.insert(next);
                open.extend(direct.get(next).into_iter().flatten());
            }
            for required in permission.closure.iter() {
                if let Some(set) = dependents.get_mut(required) {
                    set.insert(at);
                }
            }
        }
        for (permission, set) in self.list.iter_mut().zip(dependents) {
            permission.dependents = set;
        }
    }

    fn parts(&self, alias: &Alias, document: &Document) -> Parts {
        Parts {
            parts: alias
                .means
                .iter()
                .filter_map(|key| self.index.get(key).copied())
                .collect(),
            retired: document.policy.catalogue_version >= alias.since,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Permission> {
        self.list.get(at)
    }

    pub(crate) fn key(&self, at: usize) -> &str {
        self.list
            .get(at)
            .map_or("", |permission| &permission.definition.key)
    }

    pub(crate) fn flags(&self, at: usize) -> PermissionFlags {
        self.list
            .get(at)
            .map_or(PermissionFlags::default(), |permission| permission.flags)
    }

    pub(crate) fn measure(&self, at: usize) -> Option<Measure> {
        self.list
            .get(at)
            .and_then(|permission| permission.definition.measure)
    }

    /// The position of a key that is no alias.
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.index.get(key).copied()
    }

    pub(crate) fn meaning(&self, name: &str) -> Meaning<'_> {
        match (self.index.get(name), self.aliases.get(name)) {
            (Some(at), _) => Meaning::One(*at),
            (None, Some(parts)) => Meaning::Parts(parts),
            (None, None) => Meaning::Unknown,
        }
    }

    /// What a name stands for; nothing where it is unknown.
    pub(crate) fn meant(&self, name: &str) -> BitSet {
        match self.meaning(name) {
            Meaning::One(at) => [at].into_iter().collect(),
            Meaning::Parts(parts) => parts.parts.clone(),
            Meaning::Unknown => BitSet::default(),
        }
    }

    /// What several names stand for.
    pub(crate) fn all_meant<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> BitSet {
        let mut set = BitSet::default();
        for name in names {
            match self.meaning(name) {
                Meaning::One(at) => set.insert(at),
                Meaning::Parts(parts) => set.extend(&parts.parts),
                Meaning::Unknown => {}
            }
        }
        set
    }

    /// With everything they require.
    pub(crate) fn downwards(&self, set: &BitSet) -> BitSet {
        let mut closed = BitSet::default();
        for at in set.iter() {
            if let Some(permission) = self.list.get(at) {
                closed.extend(&permission.closure);
            }
        }
        closed
    }

    /// With everything that requires them.
    pub(crate) fn upwards(&self, set: &BitSet) -> BitSet {
        let mut closed = BitSet::default();
        for at in set.iter() {
            if let Some(permission) = self.list.get(at) {
                closed.extend(&permission.dependents);
            }
        }
        closed
    }

    /// The permissions of a preset in this profile, without those that the tenant's own tiers leave
    /// to the owner: what these alone require goes with them.
    pub(crate) fn preset(&self, id: &str) -> Option<BitSet> {
        let keys = self.catalogue.preset(id, self.profile)?;
        let places = keys.iter().filter_map(|key| self.index.get(*key).copied());
        let grantable = |at: &usize| {
            let permission = self.list.get(*at);
            permission.is_some_and(|it| !owner_only(&it.definition.tiers, self.profile))
        };
        Some(places.filter(grantable).collect())
    }

    /// Keys of a set, sorted.
    pub(crate) fn keys<'p>(&'p self, set: &'p BitSet) -> impl Iterator<Item = &'p str> + 'p {
        set.iter().map(|at| self.key(at))
    }

    /// All keys, for suggestions.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &str> {
        self.list
            .iter()
            .map(|permission| permission.definition.key.as_str())
    }
}

/// A set as the bytes hold it.
pub(crate) fn packed(set: &BitSet) -> PermissionSet {
    set.iter().map(narrow).collect()
}

/// A measure as the bytes hold it.
pub(crate) fn measure_kind(measure: Measure) -> MeasureKind {
    match measure {
        Measure::Money => MeasureKind::Money,
        Measure::Percent => MeasureKind::Percent,
        Measure::Quantity => MeasureKind::Quantity,
    }
}

fn flags(definition: &PermissionDefinition, shipped: bool, profile: Profile) -> PermissionFlags {
    let mut flags = PermissionFlags::default();
    if definition.kind == PermissionKind::Write {
        flags = flags.with(PermissionFlags::WRITES);
    }
    if owner_only(&definition.tiers, profile) {
        flags = flags.with(PermissionFlags::OWNER_ONLY);
    }
    for (tier, flag) in [
        (Tier::NoDelegation, PermissionFlags::NO_DELEGATION),
        (Tier::Default, PermissionFlags::DEFAULT),
        (Tier::Funds, PermissionFlags::FUNDS),
        (Tier::Sensitive, PermissionFlags::SENSITIVE),
        (Tier::Personal, PermissionFlags::PERSONAL),
        (Tier::Privileged, PermissionFlags::PRIVILEGED),
    ] {
        if definition.tiers.contains(&tier) {
            flags = flags.with(flag);
        }
    }
    // The parts in administration belong to the keys that ship.
    let part = match definition.key.as_str() {
        "approval.give" if shipped => PermissionFlags::GIVES_APPROVAL,
        "permission.grant" if shipped => PermissionFlags::GRANTS_INSIDE,
        "grant.external.create" | "grant.external.modify" if shipped => {
            PermissionFlags::GRANTS_OUTSIDE
        }
        _ => PermissionFlags::default(),
    };
    flags.with(part)
}
