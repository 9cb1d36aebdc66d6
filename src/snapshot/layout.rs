//! What a payload consists of, in order, and how large its parts may be.

use alloc::{borrow::ToOwned, string::String};

use serde::{Deserialize, Serialize};

use super::{Damaged, cursor::Cursor};

/// The engine generation that this code is. A snapshot names the least it needs.
pub const ENGINE: u32 = 1;

/// The largest payload that is read: far above any real policy, far below a worker's memory.
pub const MAX_PAYLOAD_BYTES: usize = 48 << 20;
/// Bounds the width of a permission set, hence the work per role.
pub const MAX_PERMISSIONS: u32 = 4_096;
/// Scopes fit 16-bit arithmetic in ledgers and bitmaps.
pub const MAX_SCOPES: u32 = 65_536;
/// Departments of one tenant.
pub const MAX_DEPARTMENTS: u32 = 65_536;
/// Roles, terms, profiles and names together follow members; this bounds each.
pub const MAX_RECORDS: u32 = 4_000_000;
/// Members of one tenant.
pub const MAX_MEMBERS: u32 = 1_000_000;
/// Assignments and denials that one member, group or organisation may hold directly.
pub const MAX_HOLDINGS: u32 = 4_096;
/// The bytes of so many holdings: at most three numbers of five bytes each.
pub const MAX_HOLDINGS_BYTES: usize = 4_096 * 15;
/// Groups that one member may be in.
pub const MAX_GROUPS_PER_MEMBER: u32 = 256;
/// The bytes of so many groups.
pub const MAX_GROUPS_BYTES: usize = 256 * 5;
/// One record of a table: what a single assignment, scope list, network or name may take.
pub const MAX_RECORD_BYTES: usize = 64 << 10;
/// Numbers that a snapshot may unfold to when it is restored or sliced: shared lists count for
/// everybody who names them.
pub const MAX_RESTORED: usize = 1 << 27;
/// Routes of one tenant.
pub const MAX_ROUTES: u32 = 4_096;

/// The decoded beginning of a payload.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Head {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every published change.
    pub version: u64,
    /// Unix seconds.
    pub issued: i64,
    /// Unix seconds; `None` was written as `never`.
    pub expires: Option<i64>,
    /// The least engine generation that understands the payload.
    pub min_engine: u32,
    /// SHA-256 of the canonical document.
    pub digest: [u8; 32],
    /// For how many seconds an approval counts.
    pub approval_fresh: u32,
    /// Whether sensitive and funds permissions are denied while no overlay is loaded.
    pub overlay_required: bool,
    /// The one member whose view this is, if it is a slice.
    pub slice_of: Option<String>,
    /// How many members there are.
    pub members: u32,
    /// Seed of all name indexes.
    pub seed: u32,
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)+) => {
        /// A part of the payload that is read in place.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[allow(clippy::as_conversions)]
        pub enum Section { $($(#[$doc])* $name = $number,)+ }

        impl Section {
            /// All of them in the order of the bytes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its place among them.
            #[must_use]
            pub const fn index(self) -> usize {
                match self { $(Self::$name => $number,)+ }
            }
        }
    };
}

sections! {
    /// Table of all names but member ids, each once, in the order they were first needed.
    Names = 0,
    /// Table of permissions, sorted by key.
    Permissions = 1,
    /// Bit sets of permissions, all of one width.
    PermissionSets = 2,
    /// Index of permission keys.
    PermissionIndex = 3,
    /// Table of field groups, sorted by id.
    FieldGroups = 4,
    /// Three words a scope: end, name, zone.
    Scopes = 5,
    /// Index of scope ids.
    ScopeIndex = 6,
    /// Table of sorted scope lists, for holdings with other than one scope.
    ScopeLists = 7,
    /// Two words a department: end, name.
    Departments = 8,
    /// Index of department ids.
    DepartmentIndex = 9,
    /// Table of time zones.
    Zones = 10,
    /// Table of networks.
    Networks = 11,
    /// Table of attributes.
    Attributes = 12,
    /// One word a training item: its name.
    Training = 13,
    /// Table of sign-in levels.
    Levels = 14,
    /// Table of roles.
    Roles = 15,
    /// Six bytes for each set of terms: flags, permission set.
    TermsHeads = 16,
    /// Table of the rest of each set of terms.
    Terms = 17,
    /// Table of groups.
    Groups = 18,
    /// Table of organisations.
    Organisations = 19,
    /// Four bytes for each member profile: flags, kind, status.
    ProfileHeads = 20,
    /// Table of the rest of each profile: what members have in common.
    Profiles = 21,
    /// Words: where each bucket of members starts, and the end.
    MemberBuckets = 22,
    /// Member rows in bucket order.
    Members = 23,
    /// Table of routes.
    Routes = 24,
}

/// How many sections there are.
pub const SECTIONS: usize = 25;

/// Where the sections of a payload lie.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The decoded beginning.
    pub head: Head,
    ranges: [(usize, usize); SECTIONS],
}

impl Layout {
    /// Finds the sections of a payload. Nothing may be left over.
    pub fn find(payload: &[u8]) -> Result<Self, Damaged> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(Damaged);
        }
        let mut rest = Cursor(payload);
        let head = Head::read(&mut rest)?;
        let mut ranges = [(0, 0); SECTIONS];
        for range in &mut ranges {
            let section = rest.block()?.0;
            let end = payload.len().checked_sub(rest.0.len()).ok_or(Damaged)?;
            *range = (end.checked_sub(section.len()).ok_or(Damaged)?, end);
        }
        if rest.is_empty() {
            Ok(Self { head, ranges })
        } else {
            Err(Damaged)
        }
    }

    /// The bytes of one section.
    #[inline]
    #[must_use]
    pub fn section<'a>(&self, payload: &'a [u8], section: Section) -> &'a [u8] {
        let (start, end) = self
            .ranges
            .get(section.index())
            .copied()
            .unwrap_or_default();
        payload.get(start..end).unwrap_or_default()
    }
}

impl Head {
    /// Reads what postcard writes; by hand, for serde would be half the module.
    fn read(bytes: &mut Cursor<'_>) -> Result<Self, Damaged> {
        Ok(Self {
            tenant: bytes.text()?.to_owned(),
            version: bytes.wide()?,
            issued: bytes.signed()?,
            expires: bytes.optional_signed()?,
            min_engine: bytes.number()?,
            digest: bytes.take(32)?.try_into().map_err(|_| Damaged)?,
            approval_fresh: bytes.number()?,
            overlay_required: match bytes.byte()? {
                0 => false,
                1 => true,
                _ => return Err(Damaged),
            },
            slice_of: bytes.optional_text()?.map(str::to_owned),
            members: bytes.number()?,
            seed: bytes.number()?,
        })
    }
}
