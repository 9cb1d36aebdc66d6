//! An opened snapshot: bytes, where its sections lie, and how to find things in them.

use alloc::vec::Vec;
use core::str;

use super::{
    Damaged,
    cursor::{Cursor, at},
    layout::{self, Head, Layout, Section},
    records::{
        Attribute, FieldGroup, HolderRecord, MemberRow, Permission, Profile, ScopeReference,
        TermsHead,
    },
    table::{Index, Table, Words},
};

/// A policy as bytes, ready to be asked. Nothing in it is copied or decoded until it is needed.
#[derive(Debug)]
pub struct Snapshot {
    payload: Vec<u8>,
    layout: Layout,
    set_width: u32,
    permissions: u32,
}

/// Width of a scope's entry, in words.
const SCOPE_WORDS: u32 = 3;
/// Width of a department's entry, in words.
const DEPARTMENT_WORDS: u32 = 2;

impl Snapshot {
    /// Opens a payload whose origin has been checked; see [`super::container`].
    ///
    /// # Errors
    /// If the payload's frame is damaged. Damage inside a record is met when the record is read.
    pub fn open(payload: Vec<u8>) -> Result<Self, Damaged> {
        let layout = Layout::find(&payload)?;
        let mut snapshot = Self {
            payload,
            layout,
            set_width: 0,
            permissions: 0,
        };
        snapshot.permissions = snapshot.table(Section::Permissions).count()?;
        snapshot.set_width = snapshot.permissions.div_ceil(8);
        snapshot.check_frame()?;
        Ok(snapshot)
    }

    fn check_frame(&self) -> Result<(), Damaged> {
        let tables = [
            (Section::Names, layout::MAX_RECORDS),
            (Section::Permissions, layout::MAX_PERMISSIONS),
            (Section::FieldGroups, layout::MAX_PERMISSIONS),
            (Section::ScopeLists, layout::MAX_RECORDS),
            (Section::Zones, layout::MAX_SCOPES),
            (Section::Networks, layout::MAX_SCOPES),
            (Section::Attributes, layout::MAX_PERMISSIONS),
            (Section::Levels, layout::MAX_PERMISSIONS),
            (Section::Roles, layout::MAX_RECORDS),
            (Section::Terms, layout::MAX_RECORDS),
            (Section::Groups, layout::MAX_RECORDS),
            (Section::Organisations, layout::MAX_RECORDS),
            (Section::Profiles, layout::MAX_RECORDS),
            (Section::Routes, layout::MAX_ROUTES),
        ];
        for (section, cap) in tables {
            if self.table(section).check()? > cap {
                return Err(Damaged);
            }
        }
        let within = self.scope_count() <= layout::MAX_SCOPES
            && self.department_count() <= layout::MAX_DEPARTMENTS
            && self.layout.head.members <= layout::MAX_MEMBERS
            && self.scope_count() > 0;
        if within { Ok(()) } else { Err(Damaged) }
    }

    /// The decoded beginning.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.layout.head
    }

    /// The payload it was opened from.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) const fn set_width(&self) -> u32 {
        self.set_width
    }

    #[inline]
    fn section(&self, section: Section) -> &[u8] {
        self.layout.section(&self.payload, section)
    }

    /// The records of a section.
    #[inline]
    #[must_use]
    pub fn table(&self, section: Section) -> Table<'_> {
        Table::over(self.section(section))
    }

    /// A name's bytes.
    pub fn name_bytes(&self, number: u32) -> Result<&[u8], Damaged> {
        self.table(Section::Names).record(number)
    }

    /// A name.
    pub fn name(&self, number: u32) -> Result<&str, Damaged> {
        str::from_utf8(self.name_bytes(number)?).map_err(|_| Damaged)
    }

    /// How many permissions there are.
    #[must_use]
    pub fn permission_count(&self) -> u32 {
        self.permissions
    }

    /// One permission.
    #[inline]
    pub fn permission(&self, number: u32) -> Result<Permission<'_>, Damaged> {
        Permission::parse(self.table(Section::Permissions).record(number)?)
    }

    /// A permission's key.
    pub fn permission_key(&self, number: u32) -> Result<&str, Damaged> {
        self.name(self.permission(number)?.key()?)
    }

    /// The permission with a key.
    pub fn find_permission(&self, key: &str) -> Result<Option<u32>, Damaged> {
        self.look_up(
            Section::PermissionIndex,
            self.permissions,
            key,
            |own, number| own.permission(number)?.key(),
        )
    }

    /// The number whose name is this, by an index. One for all kinds, for the edge module's sake.
    fn look_up(
        &self,
        section: Section,
        count: u32,
        name: &str,
        name_of: fn(&Self, u32) -> Result<u32, Damaged>,
    ) -> Result<Option<u32>, Damaged> {
        let index = Index::over(self.section(section), count, self.layout.head.seed)?;
        index.find(name.as_bytes(), |number| {
            Ok(self.name_bytes(name_of(self, number)?)? == name.as_bytes())
        })
    }

    /// Whether a set holds a permission.
    #[inline]
    pub fn set_has(&self, set: u32, permission: u32) -> Result<bool, Damaged> {
        let position = at(set)
            .checked_mul(at(self.set_width))
            .and_then(|start| start.checked_add(at(permission >> 3)))
            .ok_or(Damaged)?;
        let byte = self
            .section(Section::PermissionSets)
            .get(position)
            .ok_or(Damaged)?;
        Ok(permission < self.permissions && byte >> (permission & 7) & 1 == 1)
    }

    /// The bits of a set, the lowest permission first.
    pub fn set_bits(&self, set: u32) -> Result<&[u8], Damaged> {
        let width = at(self.set_width);
        let start = at(set).checked_mul(width).ok_or(Damaged)?;
        let end = start.checked_add(width).ok_or(Damaged)?;
        self.section(Section::PermissionSets)
            .get(start..end)
            .ok_or(Damaged)
    }

    /// The permissions of a set.
    pub fn set_members(&self, set: u32) -> Result<impl Iterator<Item = u32> + '_, Damaged> {
        let bits = self.set_bits(set)?;
        Ok((0..self.permissions).filter(move |permission| {
            bits.get(at(permission >> 3))
                .is_some_and(|byte| byte >> (permission & 7) & 1 == 1)
        }))
    }

    fn scope_words(&self) -> Words<'_> {
        Words(self.section(Section::Scopes))
    }

    /// How many scopes there are.
    #[must_use]
    pub fn scope_count(&self) -> u32 {
        self.scope_words().count() / SCOPE_WORDS
    }

    fn scope_word(&self, scope: u32, part: u32) -> Result<u32, Damaged> {
        self.scope_words()
            .word(scope.wrapping_mul(SCOPE_WORDS).wrapping_add(part))
    }

    /// The position after a scope's last descendant.
    #[inline]
    pub fn scope_end(&self, scope: u32) -> Result<u32, Damaged> {
        self.scope_word(scope, 0)
    }

    /// A scope's id.
    pub fn scope_id(&self, scope: u32) -> Result<&str, Damaged> {
        self.name(self.scope_word(scope, 1)?)
    }

    /// A scope's own or inherited time zone.
    pub fn scope_zone(&self, scope: u32) -> Result<Option<u32>, Damaged> {
        Ok(self.scope_word(scope, 2)?.checked_sub(1))
    }

    /// The scope with an id.
    pub fn find_scope(&self, id: &str) -> Result<Option<u32>, Damaged> {
        let count = self.scope_count();
        self.look_up(Section::ScopeIndex, count, id, |own, scope| {
            own.scope_word(scope, 1)
        })
    }

    /// Whether `above` is `below` or stands over it.
    #[inline]
    pub fn scope_covers(&self, above: u32, below: u32) -> Result<bool, Damaged> {
        Ok(above <= below && below < self.scope_end(above)?)
    }

    /// The scopes of a holding.
    pub fn scopes_of(
        &self,
        reference: ScopeReference,
    ) -> Result<impl Iterator<Item = Result<u32, Damaged>> + '_, Damaged> {
        let (one, list) = match reference {
            ScopeReference::One(scope) => (Some(Ok(scope)), Cursor(&[])),
            ScopeReference::List(list) => {
                (None, Cursor(self.table(Section::ScopeLists).record(list)?))
            }
        };
        Ok(one.into_iter().chain(list.numbers()))
    }

    /// Whether a holding covers a scope.
    #[inline]
    pub fn covers(&self, reference: ScopeReference, scope: u32) -> Result<bool, Damaged> {
        if let ScopeReference::One(above) = reference {
            return self.scope_covers(above, scope);
        }
        for above in self.scopes_of(reference)? {
            if self.scope_covers(above?, scope)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn department_words(&self) -> Words<'_> {
        Words(self.section(Section::Departments))
    }

    /// How many departments there are.
    #[must_use]
    pub fn department_count(&self) -> u32 {
        self.department_words().count() / DEPARTMENT_WORDS
    }

    fn department_word(&self, department: u32, part: u32) -> Result<u32, Damaged> {
        self.department_words()
            .word(department.wrapping_mul(DEPARTMENT_WORDS).wrapping_add(part))
    }

    /// A department's id.
    pub fn department_id(&self, department: u32) -> Result<&str, Damaged> {
        self.name(self.department_word(department, 1)?)
    }

    /// The position after a department's last descendant. A slice counts up to it, so that one
    /// beyond the last department is refused instead of counted.
    pub fn department_end(&self, department: u32) -> Result<u32, Damaged> {
        let end = self.department_word(department, 0)?;
        if end > self.department_count() {
            return Err(Damaged);
        }
        Ok(end)
    }

    /// The department with an id.
    pub fn find_department(&self, id: &str) -> Result<Option<u32>, Damaged> {
        let count = self.department_count();
        self.look_up(Section::DepartmentIndex, count, id, |own, department| {
            own.department_word(department, 1)
        })
    }

    /// The head of one set of terms.
    #[inline]
    pub fn terms(&self, number: u32) -> Result<TermsHead<'_>, Damaged> {
        let rests = self.table(Section::Terms);
        TermsHead::read(self.section(Section::TermsHeads), rests, number)
    }

    /// One group.
    pub fn group(&self, number: u32) -> Result<HolderRecord<'_>, Damaged> {
        HolderRecord::parse(self.table(Section::Groups).record(number)?)
    }

    /// One organisation.
    pub fn organisation(&self, number: u32) -> Result<HolderRecord<'_>, Damaged> {
        HolderRecord::parse(self.table(Section::Organisations).record(number)?)
    }

    /// One attribute's declaration.
    pub fn attribute(&self, number: u32) -> Result<Attribute, Damaged> {
        Attribute::parse(self.table(Section::Attributes).record(number)?)
    }

    /// One field group.
    pub fn field_group(&self, number: u32) -> Result<FieldGroup<'_>, Damaged> {
        FieldGroup::parse(self.table(Section::FieldGroups).record(number)?)
    }

    /// A training item's id.
    pub fn training_id(&self, number: u32) -> Result<&str, Damaged> {
        self.name(Words(self.section(Section::Training)).word(number)?)
    }

    /// How many training items there are.
    #[must_use]
    pub fn training_count(&self) -> u32 {
        Words(self.section(Section::Training)).count()
    }

    fn rows(&self) -> &[u8] {
        self.section(Section::Members)
    }

    /// The member's row that starts at `handle`.
    #[inline]
    pub fn member(&self, handle: u32) -> Result<MemberRow<'_>, Damaged> {
        MemberRow::parse(self.rows(), handle)
    }

    /// A member's profile.
    #[inline]
    pub fn profile(&self, number: u32) -> Result<Profile<'_>, Damaged> {
        let rests = self.table(Section::Profiles);
        Profile::read(self.section(Section::ProfileHeads), rests, number)
    }

    /// The member with an id.
    pub fn find_member(&self, id: &str) -> Result<Option<MemberRow<'_>>, Damaged> {
        let buckets = Words(self.section(Section::MemberBuckets));
        let count = buckets.count().checked_sub(1).ok_or(Damaged)?;
        let bucket = super::table::bucket(
            super::table::hash(self.layout.head.seed, id.as_bytes()),
            count,
        );
        let start = buckets.word(bucket)?;
        let end = buckets.word(bucket.checked_add(1).ok_or(Damaged)?)?;
        let rows = self.rows().get(..at(end)).ok_or(Damaged)?;
        let mut rest = Cursor(rows.get(at(start)..).ok_or(Damaged)?);
        while !rest.is_empty() {
            let left = u32::try_from(rest.0.len()).map_err(|_| Damaged)?;
            if rest.near_block()?.0 == id.as_bytes() {
                return self.member(end.wrapping_sub(left)).map(Some);
            }
            // What another one is and holds.
            rest.near_block()?;
        }
        Ok(None)
    }

    /// All members, in the order of the bytes.
    pub fn members(&self) -> impl Iterator<Item = Result<MemberRow<'_>, Damaged>> {
        let rows = self.rows();
        let mut next = Some(0);
        core::iter::from_fn(move || {
            let handle = next.filter(|handle| at(*handle) < rows.len())?;
            let row = MemberRow::parse(rows, handle);
            next = row.as_ref().ok().map(|row| row.next);
            Some(row)
        })
    }
}
