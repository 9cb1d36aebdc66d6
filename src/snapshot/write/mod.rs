//! A model as payload bytes. The same model always gives the same bytes.

mod holders;
mod names;
mod terms;
mod values;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::fmt;

use self::{
    names::{collect_names, pick_seed},
    values::{write_demand, write_route},
};
use super::{
    bytes::Bytes,
    code::MeasureKind,
    cursor::at,
    layout::{self, ENGINE, Head, SECTIONS, Section},
    model::{Model, PermissionSet},
    records::TermsFlags,
    table::{Index, Table},
};

/// A model that is larger than any reader would accept, or that points nowhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Oversized(
    /// What is too large.
    pub &'static str,
);

impl fmt::Display for Oversized {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "too many {}", self.0)
    }
}

impl core::error::Error for Oversized {}

/// The payload of a snapshot.
///
/// # Errors
/// Where a part exceeds what readers accept; see [`layout`].
pub fn payload(model: &Model) -> Result<Vec<u8>, Oversized> {
    check_sizes(model)?;
    let mut writer = Writer::new(model);
    let sections = writer.sections(model)?;
    let head = Head {
        tenant: model.header.tenant.clone(),
        version: model.header.version,
        issued: model.header.issued,
        expires: model.header.expires,
        min_engine: ENGINE,
        digest: model.header.digest,
        approval_fresh: model.header.approval_fresh,
        overlay_required: model.header.overlay_required,
        slice_of: model.header.slice_of.clone(),
        members: u32::try_from(model.members.len()).map_err(|_| Oversized("members"))?,
        seed: writer.seed,
    };
    let mut out = postcard::to_allocvec(&head).map_err(|_| Oversized("header bytes"))?;
    for section in sections {
        let mut bytes = Bytes(out);
        bytes.block(&section);
        out = bytes.0;
    }
    if out.len() > layout::MAX_PAYLOAD_BYTES {
        Err(Oversized("bytes"))
    } else {
        Ok(out)
    }
}

fn check_sizes(model: &Model) -> Result<(), Oversized> {
    let caps = [
        (
            model.permissions.len(),
            layout::MAX_PERMISSIONS,
            "permissions",
        ),
        (model.scopes.len(), layout::MAX_SCOPES, "scopes"),
        (
            model.departments.len(),
            layout::MAX_DEPARTMENTS,
            "departments",
        ),
        (model.members.len(), layout::MAX_MEMBERS, "members"),
        (model.terms.len(), layout::MAX_RECORDS, "assignments"),
        (model.routes.len(), layout::MAX_ROUTES, "routes"),
    ];
    let holders = model.members.iter().map(|member| member.holdings.len());
    let holders = holders.chain(model.groups.iter().map(|group| group.holdings.len()));
    let holders = holders.chain(model.organisations.iter().map(|firm| firm.holdings.len()));
    let most = [
        (
            holders.max().unwrap_or(0),
            layout::MAX_HOLDINGS,
            "assignments of one holder",
        ),
        (
            model
                .members
                .iter()
                .map(|member| member.groups.len())
                .max()
                .unwrap_or(0),
            layout::MAX_GROUPS_PER_MEMBER,
            "groups of one member",
        ),
    ];
    for (count, cap, what) in caps.into_iter().chain(most) {
        if u32::try_from(count).map_or(true, |count| count > cap) {
            return Err(Oversized(what));
        }
    }
    Ok(())
}

/// Numbers for values that are written once and named often.
struct Interned<K>(BTreeMap<K, u32>, Vec<K>);

impl<K: Clone + Ord> Interned<K> {
    const fn new() -> Self {
        Self(BTreeMap::new(), Vec::new())
    }

    fn number(&mut self, key: &K) -> u32 {
        if let Some(number) = self.0.get(key) {
            return *number;
        }
        let number = u32::try_from(self.1.len()).unwrap_or(u32::MAX);
        self.0.insert(key.clone(), number);
        self.1.push(key.clone());
        number
    }
}

struct Writer<'m> {
    names: BTreeMap<&'m str, u32>,
    sets: Interned<PermissionSet>,
    scope_lists: Interned<Vec<u32>>,
    profiles: Interned<Bytes>,
    seed: u32,
}

impl<'m> Writer<'m> {
    fn new(model: &'m Model) -> Self {
        let mut names = BTreeSet::new();
        collect_names(model, &mut names);
        let names = names.into_iter().zip(0_u32..).collect();
        Self {
            names,
            sets: Interned::new(),
            scope_lists: Interned::new(),
            profiles: Interned::new(),
            seed: pick_seed(model),
        }
    }

    fn name(&self, name: &str) -> u32 {
        self.names.get(name).copied().unwrap_or(u32::MAX)
    }

    fn optional_name(&self, name: Option<&String>) -> Option<u32> {
        name.map(|name| self.name(name))
    }

    fn sections(&mut self, model: &'m Model) -> Result<[Vec<u8>; SECTIONS], Oversized> {
        let mut sections: [Vec<u8>; SECTIONS] = core::array::from_fn(|_| Vec::new());
        let names: Vec<&str> = self.names.keys().copied().collect();
        let mut put = |section: Section, bytes: Option<Vec<u8>>| match (
            sections.get_mut(section.index()),
            bytes,
        ) {
            (Some(place), Some(bytes)) => {
                *place = bytes;
                Ok(())
            }
            _ => Err(Oversized("bytes")),
        };
        let permissions = records(&model.permissions, |bytes, permission| {
            bytes.fixed_u16(permission.flags.0);
            bytes.byte(permission.measure.map_or(0, MeasureKind::code));
            bytes.number(self.name(&permission.key));
            bytes.number(self.name(&permission.resource_type));
            bytes.number(self.sets.number(&permission.closure));
            write_demand(bytes, &permission.demand, &self.names);
        });
        put(Section::Permissions, Table::build(&permissions))?;
        put(
            Section::PermissionIndex,
            Some(index(
                model.permissions.iter().map(|one| one.key.as_str()),
                self.seed,
            )),
        )?;
        let field_groups = records(&model.field_groups, |bytes, group| {
            bytes.number(self.name(&group.id));
            bytes.optional(group.unlocked_by);
            group
                .paths
                .iter()
                .for_each(|path| bytes.number(self.name(path)));
        });
        put(Section::FieldGroups, Table::build(&field_groups))?;
        let scopes = model.scopes.iter().flat_map(|scope| {
            let zone = scope.zone.map_or(0, |zone| zone.saturating_add(1));
            [scope.end, self.name(&scope.id), zone]
        });
        put(Section::Scopes, Some(words(scopes)))?;
        put(
            Section::ScopeIndex,
            Some(index(
                model.scopes.iter().map(|one| one.id.as_str()),
                self.seed,
            )),
        )?;
        put(
            Section::Departments,
            Some(words(
                model
                    .departments
                    .iter()
                    .flat_map(|one| [one.end, self.name(&one.id)]),
            )),
        )?;
        put(
            Section::DepartmentIndex,
            Some(index(
                model.departments.iter().map(|one| one.id.as_str()),
                self.seed,
            )),
        )?;
        let zones = records(&model.zones, |bytes, zone| {
            bytes.number(self.name(&zone.name));
            bytes.optional_signed(zone.known_until);
            for (from, offset) in &zone.offsets {
                bytes.signed(*from);
                bytes.signed(i64::from(*offset));
            }
        });
        put(Section::Zones, Table::build(&zones))?;
        let networks = records(&model.networks, |bytes, network| {
            bytes.number(self.name(&network.id));
            for (block, prefix) in &network.blocks {
                bytes.0.extend_from_slice(block);
                bytes.byte(*prefix);
            }
        });
        put(Section::Networks, Table::build(&networks))?;
        let attributes = records(&model.attributes, |bytes, attribute| {
            bytes.number(self.name(&attribute.id));
            bytes.byte(attribute.kind.code());
            bytes.byte(u8::from(attribute.stored));
        });
        put(Section::Attributes, Table::build(&attributes))?;
        put(
            Section::Training,
            Some(words(model.training.iter().map(|item| self.name(item)))),
        )?;
        let levels = records(&model.levels, |bytes, level| {
            bytes.byte(u8::from(level.amr));
            bytes.byte(level.level);
            bytes.number(self.name(&level.value));
        });
        put(Section::Levels, Table::build(&levels))?;
        let roles = records(&model.roles, |bytes, role| {
            bytes.number(self.name(&role.id));
            bytes.number(self.sets.number(&role.permissions));
        });
        put(Section::Roles, Table::build(&roles))?;
        let terms = records(&model.terms, |bytes, terms| self.terms(bytes, terms));
        put(Section::Terms, Table::build(&terms))?;
        let mut heads = Bytes::default();
        for terms in &model.terms {
            heads.fixed_u16(TermsFlags::of(terms).0);
            heads.fixed_u32(self.sets.number(&terms.permissions));
        }
        put(Section::TermsHeads, Some(heads.0))?;
        let groups = records(&model.groups, |bytes, group| self.holder(bytes, group));
        put(Section::Groups, Table::build(&groups))?;
        let firms = records(&model.organisations, |bytes, firm| self.holder(bytes, firm));
        put(Section::Organisations, Table::build(&firms))?;
        let (buckets, rows) = self.members(model)?;
        put(Section::MemberBuckets, Some(buckets))?;
        put(Section::Members, Some(rows))?;
        let heads = self
            .profiles
            .1
            .iter()
            .flat_map(|profile| profile.0.iter().take(4).copied());
        put(Section::ProfileHeads, Some(heads.collect()))?;
        let rests: Vec<&[u8]> = self
            .profiles
            .1
            .iter()
            .map(|profile| profile.0.get(4..).unwrap_or_default())
            .collect();
        put(Section::Profiles, Table::build(&rests))?;
        let lists = records(&self.scope_lists.1, |bytes, list| {
            list.iter().for_each(|scope| bytes.number(*scope));
        });
        put(Section::ScopeLists, Table::build(&lists))?;
        put(
            Section::PermissionSets,
            Some(bit_sets(&self.sets.1, model.permissions.len())),
        )?;
        let routes = records(&model.routes, write_route);
        put(Section::Routes, Table::build(&routes))?;
        put(Section::Names, Table::build(&names))?;
        Ok(sections)
    }
}

fn offset(bytes: &Bytes) -> Result<u32, Oversized> {
    u32::try_from(bytes.0.len()).map_err(|_| Oversized("bytes"))
}

fn records<T>(values: &[T], mut fill: impl FnMut(&mut Bytes, &T)) -> Vec<Bytes> {
    let mut records = Vec::with_capacity(values.len());
    for value in values {
        let mut bytes = Bytes::default();
        fill(&mut bytes, value);
        records.push(bytes);
    }
    records
}

fn words(values: impl Iterator<Item = u32>) -> Vec<u8> {
    let mut bytes = Bytes::default();
    values.for_each(|value| bytes.fixed_u32(value));
    bytes.0
}

fn index<'n>(names: impl Iterator<Item = &'n str>, seed: u32) -> Vec<u8> {
    Index::build(&names.collect::<Vec<_>>(), seed)
}

fn bit_sets(sets: &[PermissionSet], permissions: usize) -> Vec<u8> {
    let width = permissions.div_ceil(8);
    let mut bytes = Vec::with_capacity(sets.len().saturating_mul(width));
    for set in sets {
        let mut bits = alloc::vec![0_u8; width];
        for permission in set {
            if let Some(byte) = bits.get_mut(at(*permission >> 3)) {
                *byte |= 1 << (permission & 7);
            }
        }
        bytes.extend_from_slice(&bits);
    }
    bytes
}
