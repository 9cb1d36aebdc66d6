//! Members, what they have in common, and what they, groups and organisations hold.

use core::str;

use super::{
    super::{
        Damaged,
        code::{MemberKind, MemberStatus},
        cursor::{Cursor, Numbers, at},
        layout,
        table::Table,
    },
    HolderFlags, Operand, ProfileFlags, each,
};

/// One member: its row and the profile behind it.
#[derive(Clone, Copy, Debug)]
pub struct MemberRow<'a> {
    /// Where the row starts; stands for the member as long as the snapshot lives.
    pub handle: u32,
    /// Its id.
    pub id: &'a [u8],
    /// Its profile, by number.
    pub profile: u32,
    /// What it holds and what is denied to it.
    pub holdings: Cursor<'a>,
    /// Where the next row starts.
    pub next: u32,
}

/// What members have in common.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// Which parts there are.
    pub flags: ProfileFlags,
    /// What kind of principal it is.
    pub kind: MemberKind,
    /// Where it stands in its life cycle.
    pub status: MemberStatus,
    number: u32,
    rests: Table<'a>,
}

/// The less often read parts of a profile.
#[derive(Clone, Copy, Debug)]
pub struct ProfileDetail<'a> {
    /// Seniority.
    pub rank: u16,
    /// Not before this instant.
    pub from: Option<i64>,
    /// Before this instant.
    pub to: Option<i64>,
    /// By number.
    pub department: Option<u32>,
    /// By number.
    pub organisation: Option<u32>,
    /// By number.
    pub groups: Numbers<'a>,
    training: Cursor<'a>,
    attributes: Cursor<'a>,
}

/// One training item that a member has done.
#[derive(Clone, Copy, Debug)]
pub struct TrainingDone {
    /// By number.
    pub item: u32,
    /// Counts from this instant.
    pub at: i64,
    /// Counts until before this instant.
    pub expires: Option<i64>,
}

impl<'a> MemberRow<'a> {
    /// Parses the row that starts at `handle`.
    #[inline]
    pub fn parse(rows: &'a [u8], handle: u32) -> Result<Self, Damaged> {
        let mut rest = Cursor(rows.get(at(handle)..).ok_or(Damaged)?);
        let id = rest.block()?.0;
        let mut holdings = rest.block()?;
        let profile = holdings.number()?;
        let next = rows.len().checked_sub(rest.0.len()).ok_or(Damaged)?;
        let next = u32::try_from(next).map_err(|_| Damaged)?;
        if holdings.0.len() > layout::MAX_HOLDINGS_BYTES {
            return Err(Damaged);
        }
        Ok(Self {
            handle,
            id,
            profile,
            holdings,
            next,
        })
    }

    /// Its id as text.
    pub fn name(&self) -> Result<&'a str, Damaged> {
        str::from_utf8(self.id).map_err(|_| Damaged)
    }
}

impl<'a> Profile<'a> {
    /// Reads one head; the rest stays where it is.
    #[inline]
    pub fn read(heads: &'a [u8], rests: Table<'a>, number: u32) -> Result<Self, Damaged> {
        let start = at(number).checked_mul(4).ok_or(Damaged)?;
        let head: &[u8; 4] = heads
            .get(start..)
            .and_then(<[u8]>::first_chunk)
            .ok_or(Damaged)?;
        let [a, b, kind, status] = *head;
        Ok(Self {
            flags: ProfileFlags(u16::from_le_bytes([a, b])),
            kind: MemberKind::from_code(kind).ok_or(Damaged)?,
            status: MemberStatus::from_code(status).ok_or(Damaged)?,
            number,
            rests,
        })
    }

    /// Whether the member is outside the store: contractor, organisation, or of an organisation.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        matches!(self.kind, MemberKind::Contractor | MemberKind::Organisation)
            || self.flags.has(ProfileFlags::ORGANISATION)
    }

    /// Whether the account counts at some time only.
    #[must_use]
    pub const fn is_bounded(&self) -> bool {
        self.flags.has(ProfileFlags::FROM) || self.flags.has(ProfileFlags::TO)
    }

    /// Parses the rest.
    pub fn detail(&self) -> Result<ProfileDetail<'a>, Damaged> {
        let mut rest = Cursor(self.rests.record(self.number)?);
        let has = |flag| self.flags.has(flag);
        let none = Cursor(&[]);
        Ok(ProfileDetail {
            rank: u16::try_from(rest.number()?).map_err(|_| Damaged)?,
            from: rest.signed_if(has(ProfileFlags::FROM))?,
            to: rest.signed_if(has(ProfileFlags::TO))?,
            department: if has(ProfileFlags::DEPARTMENT) {
                Some(rest.number()?)
            } else {
                None
            },
            organisation: if has(ProfileFlags::ORGANISATION) {
                Some(rest.number()?)
            } else {
                None
            },
            groups: match rest.block_if(has(ProfileFlags::GROUPS))? {
                Some(groups) if groups.0.len() > layout::MAX_GROUPS_BYTES => return Err(Damaged),
                groups => groups.unwrap_or(none).numbers(),
            },
            training: rest.block_if(has(ProfileFlags::TRAINING))?.unwrap_or(none),
            attributes: rest
                .block_if(has(ProfileFlags::ATTRIBUTES))?
                .unwrap_or(none),
        })
    }
}

impl<'a> ProfileDetail<'a> {
    /// Training it has done.
    pub fn training(&self) -> impl Iterator<Item = Result<TrainingDone, Damaged>> + use<'a> {
        each(self.training, |bytes| {
            Ok(TrainingDone {
                item: bytes.number()?,
                at: bytes.signed()?,
                expires: bytes.optional_signed()?,
            })
        })
    }

    /// Stored attribute values, by number.
    pub fn attributes(
        &self,
    ) -> impl Iterator<Item = Result<(u32, Operand<'a>), Damaged>> + use<'a> {
        each(self.attributes, |bytes| {
            Ok((bytes.number()?, Operand::parse(bytes)?))
        })
    }
}

/// One set of terms, held somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The terms, by number.
    pub terms: u32,
    /// Where.
    pub scopes: ScopeReference,
    /// Place in the document, where it is written; else the place among the member's own.
    pub order: u32,
}

/// The scopes of a holding.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScopeReference {
    /// Exactly one.
    One(u32),
    /// A list, by number.
    List(u32),
}

impl ScopeReference {
    /// The scopes that a number stands for.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        if number & 1 == 0 {
            Self::One(number >> 1)
        } else {
            Self::List(number >> 1)
        }
    }
}

impl Holding {
    /// Parses one holding; `order` is its place where none is written.
    #[inline]
    pub fn parse(bytes: &mut Cursor<'_>, ordered: bool, order: u32) -> Result<Self, Damaged> {
        let terms = bytes.number()?;
        let scopes = bytes.number()?;
        Ok(Self {
            terms,
            scopes: ScopeReference::of(scopes),
            order: if ordered { bytes.number()? } else { order },
        })
    }
}

/// A group or an organisation.
#[derive(Clone, Copy, Debug)]
pub struct HolderRecord<'a> {
    /// Name number of its id.
    pub id: u32,
    /// Who is in it.
    pub flags: HolderFlags,
    /// The highest rank among its members.
    pub top_rank: u16,
    /// What it holds.
    pub holdings: Cursor<'a>,
}

impl<'a> HolderRecord<'a> {
    /// Parses a record.
    pub fn parse(record: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = Cursor(record);
        Ok(Self {
            id: rest.number()?,
            flags: HolderFlags(rest.byte()?),
            top_rank: u16::try_from(rest.number()?).map_err(|_| Damaged)?,
            holdings: rest,
        })
    }
}
