//! A model as payload bytes. The same model always gives the same bytes.

mod catalogue;
mod holders;
mod interned;
mod seed;
mod terms;
mod values;

use alloc::vec::Vec;
use core::fmt;

use self::interned::Interned;
use super::{
    bytes::Bytes,
    layout::{self, ENGINE, Head, MAX_RECORD_BYTES, SECTIONS, Section},
    model::{Model, PermissionSet},
};

/// A model that is larger than any reader would accept, or that points nowhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Oversized(
    /// What is too large.
    pub &'static str,
);

impl fmt::Display for Oversized {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("too many ")?;
        formatter.write_str(self.0)
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
    writer.catalogue(model)?;
    writer.places(model)?;
    writer.facts(model)?;
    writer.all_terms(model)?;
    writer.holders(model)?;
    writer.interned(model)?;
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
    let head = postcard::to_allocvec(&head).map_err(|_| Oversized("header bytes"))?;
    let mut out = Bytes(head);
    for section in &writer.sections {
        out.block(section);
    }
    let fits = out.0.len() <= layout::MAX_PAYLOAD_BYTES;
    if fits {
        Ok(out.0)
    } else {
        Err(Oversized("bytes"))
    }
}

fn check_sizes(model: &Model) -> Result<(), Oversized> {
    let mut held = 0;
    let mut groups = 0;
    for member in &model.members {
        held = member.holdings.len().max(held);
        groups = member.groups.len().max(groups);
    }
    for holder in model.groups.iter().chain(&model.organisations) {
        held = holder.holdings.len().max(held);
    }
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
        (held, layout::MAX_HOLDINGS, "assignments of one holder"),
        (
            groups,
            layout::MAX_GROUPS_PER_MEMBER,
            "groups of one member",
        ),
    ];
    for (count, cap, what) in caps {
        if u32::try_from(count).map_or(true, |count| count > cap) {
            return Err(Oversized(what));
        }
    }
    Ok(())
}

struct Writer {
    names: Interned,
    sets: Interned,
    scope_lists: Interned,
    profiles: Interned,
    seed: u32,
    sections: [Vec<u8>; SECTIONS],
}

impl Writer {
    fn new(model: &Model) -> Self {
        Self {
            names: Interned::default(),
            sets: Interned::default(),
            scope_lists: Interned::default(),
            profiles: Interned::default(),
            seed: seed::pick(model),
            sections: core::array::from_fn(|_| Vec::new()),
        }
    }

    fn put(&mut self, section: Section, bytes: Vec<u8>) {
        if let Some(place) = self.sections.get_mut(section.index()) {
            *place = bytes;
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        self.names.number(name.as_bytes())
    }

    fn optional_name(&mut self, name: Option<&str>) -> Option<u32> {
        name.map(|name| self.name(name))
    }

    fn set(&mut self, set: &PermissionSet) -> u32 {
        self.sets.number(set.bits())
    }

    /// What the other sections named by number.
    fn interned(&mut self, model: &Model) -> Result<(), Oversized> {
        let width = model.permissions.len().div_ceil(8);
        let mut bits = Vec::new();
        for set in self.sets.values() {
            if set.len() > width {
                return Err(Oversized("permissions in a set"));
            }
            bits.extend_from_slice(set);
            bits.resize(
                bits.len().saturating_add(width.saturating_sub(set.len())),
                0,
            );
        }
        self.put(Section::PermissionSets, bits);
        let tables = [
            (Section::ScopeLists, self.scope_lists.values()),
            (Section::Names, self.names.values()),
        ];
        let tables = tables.map(|(section, values)| (section, table_of(values, 0)));
        for (section, table) in tables {
            self.put(section, table?);
        }
        let mut heads = Vec::new();
        for profile in self.profiles.values() {
            heads.extend_from_slice(profile.get(..holders::HEAD_BYTES).unwrap_or_default());
        }
        self.put(Section::ProfileHeads, heads);
        let rests = table_of(self.profiles.values(), holders::HEAD_BYTES)?;
        self.put(Section::Profiles, rests);
        Ok(())
    }
}

fn table_of(values: &[Vec<u8>], skip: usize) -> Result<Vec<u8>, Oversized> {
    let mut rows = Rows::default();
    for value in values {
        rows.bytes
            .0
            .extend_from_slice(value.get(skip..).unwrap_or_default());
        rows.close();
    }
    rows.table()
}

/// Records one behind the other.
#[derive(Default)]
struct Rows {
    bytes: Bytes,
    ends: Vec<usize>,
}

impl Rows {
    /// Ends a record.
    fn close(&mut self) {
        self.ends.push(self.bytes.0.len());
    }

    /// The records as a table.
    fn table(self) -> Result<Vec<u8>, Oversized> {
        let head = self.ends.len().saturating_add(1).saturating_mul(4);
        let mut table = Bytes::default();
        table.fixed_u32(short(head)?);
        let mut start = 0;
        for end in &self.ends {
            if end.saturating_sub(start) > MAX_RECORD_BYTES {
                return Err(Oversized("bytes in a record"));
            }
            start = *end;
            table.fixed_u32(short(head.saturating_add(*end))?);
        }
        table.0.extend_from_slice(&self.bytes.0);
        Ok(table.0)
    }
}

fn short(length: usize) -> Result<u32, Oversized> {
    u32::try_from(length).map_err(|_| Oversized("bytes"))
}
