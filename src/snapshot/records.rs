//! Single records as they stand in the bytes, parsed on demand.

use core::str;

use super::{
    Damaged,
    code::{
        AttributeKind, Comparison, MeasureKind, MemberKind, MemberStatus, PermissionFlags, RowRule,
        WindowKind,
    },
    cursor::{Cursor, Numbers},
    model::{Holder, Member, Route, StepUp, Terms as TermsModel},
    table::Table,
};

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident($bits:ty) { $($flag:ident = $shift:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        #[allow(missing_docs)]
        pub struct $name(pub $bits);

        #[allow(missing_docs)]
        impl $name {
            $(pub const $flag: Self = Self(1 << $shift);)+

            /// Whether a bit is set.
            #[must_use]
            #[inline]
            pub const fn has(self, flag: Self) -> bool {
                self.0 & flag.0 != 0
            }

            /// The bits of these that hold.
            #[must_use]
            pub fn gather(bits: &[(Self, bool)]) -> Self {
                Self(bits.iter().filter(|(_, holds)| *holds).fold(0, |all, (flag, _)| all | flag.0))
            }
        }
    };
}

flags! {
    /// Which parts a terms record has.
    TermsFlags(u16) {
        DENIES = 0, FROM = 1, TO = 2, SENSITIVE_TO = 3, ROWS = 4, HOURS = 5, NETWORKS = 6,
        ATTRIBUTES = 7, TRAINING = 8, LIMITS = 9, BUDGETS = 10, STEP_UP = 11, SIGN_IN = 12,
        APPROVAL_FOR = 13,
    }
}

flags! {
    /// Which parts a profile record has, and what the row behind it is like.
    ProfileFlags(u16) {
        FROM = 0, TO = 1, DEPARTMENT = 2, ORGANISATION = 3, GROUPS = 4, TRAINING = 5,
        ATTRIBUTES = 6, DENIALS = 7, ORDERED = 8,
    }
}

flags! {
    /// Who is in a group or an organisation.
    HolderFlags(u8) { OWNER = 0, OUTSIDE = 1, INSIDE = 2, }
}

flags! {
    /// Properties of a route.
    RouteFlags(u8) { LOAD_RESOURCE = 0, WRITES_BODY = 1, EXPORTS = 2, }
}

impl TermsFlags {
    /// Every bit that needs more than the permission and the scope to be looked at.
    pub const CONDITIONAL: Self = Self(0b0011_1111_1111_1110);

    /// The bits of a model's terms.
    #[must_use]
    pub fn of(terms: &TermsModel) -> Self {
        Self::gather(&[
            (Self::DENIES, terms.denies),
            (Self::FROM, terms.from.is_some()),
            (Self::TO, terms.to.is_some()),
            (Self::SENSITIVE_TO, terms.sensitive_to.is_some()),
            (Self::ROWS, terms.rows != RowRule::Any),
            (Self::HOURS, terms.hours.is_some()),
            (Self::NETWORKS, terms.networks.is_some()),
            (Self::ATTRIBUTES, !terms.attributes.is_empty()),
            (Self::TRAINING, !terms.training.is_empty()),
            (Self::LIMITS, !terms.limits.is_empty()),
            (Self::BUDGETS, !terms.budgets.is_empty()),
            (Self::STEP_UP, !terms.step_up.is_empty()),
            (Self::SIGN_IN, terms.sign_in_level != 0),
            (Self::APPROVAL_FOR, !terms.approval_for.is_empty()),
        ])
    }
}

impl ProfileFlags {
    /// The bits of a model's member; `denials`: something is denied to it or to a holder it is in.
    #[must_use]
    pub fn of(member: &Member, denials: bool) -> Self {
        let shares = !member.groups.is_empty() || member.organisation.is_some();
        Self::gather(&[
            (Self::FROM, member.from.is_some()),
            (Self::TO, member.to.is_some()),
            (Self::DEPARTMENT, member.department.is_some()),
            (Self::ORGANISATION, member.organisation.is_some()),
            (Self::GROUPS, !member.groups.is_empty()),
            (Self::TRAINING, !member.training.is_empty()),
            (Self::ATTRIBUTES, !member.attributes.is_empty()),
            (Self::DENIALS, denials),
            (Self::ORDERED, shares),
        ])
    }
}

impl HolderFlags {
    /// The bits of a model's holder.
    #[must_use]
    pub fn of(holder: &Holder) -> Self {
        Self::gather(&[
            (Self::OWNER, holder.has_owner),
            (Self::OUTSIDE, holder.has_outside),
            (Self::INSIDE, holder.has_inside),
        ])
    }
}

impl RouteFlags {
    /// The bits of a model's route.
    #[must_use]
    pub fn of(route: &Route) -> Self {
        Self::gather(&[
            (Self::LOAD_RESOURCE, route.load_resource),
            (Self::WRITES_BODY, route.writes_body),
            (Self::EXPORTS, route.exports),
        ])
    }
}

/// One permission.
#[derive(Clone, Copy, Debug)]
pub struct Permission<'a> {
    /// Tiers and parts in administration.
    pub flags: PermissionFlags,
    /// What its use is measured in.
    pub measure: Option<MeasureKind>,
    rest: Cursor<'a>,
}

/// The less often read parts of a permission.
#[derive(Clone, Copy, Debug)]
pub struct PermissionDetail<'a> {
    /// Name number of its key.
    pub key: u32,
    /// Name number of its resource type.
    pub resource_type: u32,
    /// Set number of itself and what it requires.
    pub closure: u32,
    /// What it asks of everyone who holds it.
    pub demand: Demand<'a>,
}

/// What a permission asks of everyone who holds it.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Level 0 asks for none.
    pub step_up: StepUp,
    /// 0 asks for none.
    pub sign_in_level: u8,
    /// Whether a second person must always agree.
    pub approval: bool,
    /// Training items.
    pub training: Cursor<'a>,
    bands: Cursor<'a>,
}

/// A second verification above an amount.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// Strictly above this.
    pub above: i64,
    /// Name number.
    pub currency: Option<u32>,
    /// What is asked.
    pub step_up: StepUp,
}

impl<'a> Permission<'a> {
    /// Parses the head of a record.
    #[inline]
    pub fn parse(record: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = Cursor(record);
        let flags = PermissionFlags(rest.fixed_u16()?);
        let measure = match rest.byte()? {
            0 => None,
            code => Some(MeasureKind::from_code(code).ok_or(Damaged)?),
        };
        Ok(Self {
            flags,
            measure,
            rest,
        })
    }

    /// Parses the rest.
    pub fn detail(&self) -> Result<PermissionDetail<'a>, Damaged> {
        let mut rest = self.rest;
        Ok(PermissionDetail {
            key: rest.number()?,
            resource_type: rest.number()?,
            closure: rest.number()?,
            demand: Demand {
                step_up: StepUp {
                    level: rest.byte()?,
                    max_age: rest.number()?,
                },
                sign_in_level: rest.byte()?,
                approval: rest.byte()? != 0,
                training: rest.block()?,
                bands: rest.block()?,
            },
        })
    }
}

impl<'a> Demand<'a> {
    /// Second verifications above an amount.
    pub fn bands(&self) -> impl Iterator<Item = Result<Band, Damaged>> + use<'a> {
        each(self.bands, |bytes| {
            Ok(Band {
                above: bytes.signed()?,
                currency: bytes.optional()?,
                step_up: StepUp {
                    level: bytes.byte()?,
                    max_age: bytes.number()?,
                },
            })
        })
    }
}

/// Parses records of one kind until the bytes end; stops with an error once.
pub fn each<'a, T>(
    bytes: Cursor<'a>,
    mut parse: impl FnMut(&mut Cursor<'a>) -> Result<T, Damaged>,
) -> impl Iterator<Item = Result<T, Damaged>> {
    let mut rest = bytes;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let parsed = parse(&mut rest);
        if parsed.is_err() {
            rest = Cursor(&[]);
        }
        Some(parsed)
    })
}

/// The head of what an assignment or a denial says: enough for most of them.
#[derive(Clone, Copy, Debug)]
pub struct TermsHead<'a> {
    /// Which parts there are.
    pub flags: TermsFlags,
    /// Set number of the permissions.
    pub permissions: u32,
    number: u32,
    rests: Table<'a>,
}

/// What an assignment or a denial says.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Which parts there are.
    pub flags: TermsFlags,
    /// Name number of the written id.
    pub id: Option<u32>,
    /// Name number of the role.
    pub role: Option<u32>,
    /// Not before this instant.
    pub from: Option<i64>,
    /// Before this instant.
    pub to: Option<i64>,
    /// An earlier end for sensitive and personal permissions.
    pub sensitive_to: Option<i64>,
    /// Which records.
    pub rows: RowRule,
    /// At which hours.
    pub hours: Option<Hours<'a>>,
    /// From which networks, by number.
    pub networks: Option<Numbers<'a>>,
    attributes: Cursor<'a>,
    /// Training items, by number.
    pub training: Numbers<'a>,
    limits: Cursor<'a>,
    budgets: Cursor<'a>,
    step_up: Cursor<'a>,
    /// 0 asks for none.
    pub sign_in_level: u8,
    /// Set number of permissions that always need an approval this way.
    pub approval_for: Option<u32>,
}

/// Weekly windows of local time.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    /// By number; `None`: the zone of the requested scope.
    pub zone: Option<u32>,
    windows: Cursor<'a>,
}

/// How much one use of a permission may be.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The measured permission.
    pub permission: u32,
    /// Name number.
    pub currency: Option<u32>,
    /// Above this an approval is needed.
    pub approve_above: Option<i64>,
    /// `None` was written as `unlimited`.
    pub max: Option<i64>,
}

/// A cumulative limit.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Name number of its id.
    pub id: u32,
    /// The permission whose uses it counts.
    pub permission: u32,
    /// Name number.
    pub currency: Option<u32>,
    /// When it starts anew.
    pub window: WindowKind,
    /// By number; `None`: the zone of the requested scope.
    pub zone: Option<u32>,
    /// The most in one window.
    pub amount: Option<i64>,
    /// The most uses in one window.
    pub count: Option<i64>,
}

/// One comparison of an attribute.
#[derive(Clone, Copy, Debug)]
pub struct AttributeTest<'a> {
    /// By number.
    pub attribute: u32,
    /// How to compare.
    pub comparison: Comparison,
    /// With what.
    pub operand: Operand<'a>,
}

/// A stored value.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// For `exists`.
    None,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    String(&'a str),
    /// Several whole numbers.
    Integers(Cursor<'a>),
    /// Several texts.
    Strings(Cursor<'a>),
}

impl<'a> Operand<'a> {
    /// Parses one value.
    pub fn parse(bytes: &mut Cursor<'a>) -> Result<Self, Damaged> {
        Ok(match bytes.byte()? {
            0 => Self::None,
            1 => Self::Boolean(bytes.byte()? != 0),
            2 => Self::Integer(bytes.signed()?),
            3 => Self::String(bytes.text()?),
            4 => Self::Integers(bytes.block()?),
            5 => Self::Strings(bytes.block()?),
            _ => return Err(Damaged),
        })
    }
}

/// The texts of a stored list.
pub fn texts<'a>(list: Cursor<'a>) -> impl Iterator<Item = Result<&'a str, Damaged>> {
    each(list, Cursor::text)
}

impl<'a> TermsHead<'a> {
    /// Reads one head; the rest stays where it is.
    #[inline]
    pub fn read(heads: &'a [u8], rests: Table<'a>, number: u32) -> Result<Self, Damaged> {
        let start = super::cursor::at(number).checked_mul(6).ok_or(Damaged)?;
        let head: &[u8; 6] = heads
            .get(start..)
            .and_then(<[u8]>::first_chunk)
            .ok_or(Damaged)?;
        let [a, b, c, d, e, f] = *head;
        let flags = TermsFlags(u16::from_le_bytes([a, b]));
        Ok(Self {
            flags,
            permissions: u32::from_le_bytes([c, d, e, f]),
            number,
            rests,
        })
    }

    /// Parses the rest.
    pub fn detail(&self) -> Result<Terms<'a>, Damaged> {
        let mut rest = Cursor(self.rests.record(self.number)?);
        let has = |flag| self.flags.has(flag);
        let none = Cursor(&[]);
        let id = rest.optional()?;
        let role = rest.optional()?;
        let from = rest.signed_if(has(TermsFlags::FROM))?;
        let to = rest.signed_if(has(TermsFlags::TO))?;
        let sensitive_to = rest.signed_if(has(TermsFlags::SENSITIVE_TO))?;
        let rows = if has(TermsFlags::ROWS) {
            RowRule::from_code(rest.byte()?).ok_or(Damaged)?
        } else {
            RowRule::Any
        };
        let hours = match rest.block_if(has(TermsFlags::HOURS))? {
            Some(mut windows) => Some(Hours {
                zone: windows.optional()?,
                windows,
            }),
            None => None,
        };
        Ok(Terms {
            flags: self.flags,
            id,
            role,
            from,
            to,
            sensitive_to,
            rows,
            hours,
            networks: rest
                .block_if(has(TermsFlags::NETWORKS))?
                .map(Cursor::numbers),
            attributes: rest.block_if(has(TermsFlags::ATTRIBUTES))?.unwrap_or(none),
            training: rest
                .block_if(has(TermsFlags::TRAINING))?
                .unwrap_or(none)
                .numbers(),
            limits: rest.block_if(has(TermsFlags::LIMITS))?.unwrap_or(none),
            budgets: rest.block_if(has(TermsFlags::BUDGETS))?.unwrap_or(none),
            step_up: rest.block_if(has(TermsFlags::STEP_UP))?.unwrap_or(none),
            sign_in_level: if has(TermsFlags::SIGN_IN) {
                rest.byte()?
            } else {
                0
            },
            approval_for: if has(TermsFlags::APPROVAL_FOR) {
                Some(rest.number()?)
            } else {
                None
            },
        })
    }
}

impl<'a> Terms<'a> {
    /// Comparisons that must hold.
    pub fn attributes(&self) -> impl Iterator<Item = Result<AttributeTest<'a>, Damaged>> + use<'a> {
        each(self.attributes, |bytes| {
            Ok(AttributeTest {
                attribute: bytes.number()?,
                comparison: Comparison::from_code(bytes.byte()?).ok_or(Damaged)?,
                operand: Operand::parse(bytes)?,
            })
        })
    }

    /// How much, for measured permissions.
    pub fn limits(&self) -> impl Iterator<Item = Result<Limit, Damaged>> + use<'a> {
        each(self.limits, |bytes| {
            Ok(Limit {
                permission: bytes.number()?,
                currency: bytes.optional()?,
                approve_above: bytes.optional_signed()?,
                max: bytes.optional_signed()?,
            })
        })
    }

    /// Cumulative limits.
    pub fn budgets(&self) -> impl Iterator<Item = Result<Budget, Damaged>> + use<'a> {
        each(self.budgets, |bytes| {
            Ok(Budget {
                id: bytes.number()?,
                permission: bytes.number()?,
                currency: bytes.optional()?,
                window: WindowKind::from_code(bytes.byte()?).ok_or(Damaged)?,
                zone: bytes.optional()?,
                amount: bytes.optional_signed()?,
                count: bytes.optional_signed()?,
            })
        })
    }

    /// Second verifications beyond the permission's own.
    pub fn step_up(&self) -> impl Iterator<Item = Result<(u32, StepUp), Damaged>> + use<'a> {
        each(self.step_up, |bytes| {
            let permission = bytes.number()?;
            Ok((
                permission,
                StepUp {
                    level: bytes.byte()?,
                    max_age: bytes.number()?,
                },
            ))
        })
    }
}

impl<'a> Hours<'a> {
    /// Half-open windows in minutes since Monday 00:00.
    pub fn windows(&self) -> impl Iterator<Item = Result<(u32, u32), Damaged>> + use<'a> {
        each(self.windows, |bytes| Ok((bytes.number()?, bytes.number()?)))
    }
}

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
        let mut rest = Cursor(rows.get(super::cursor::at(handle)..).ok_or(Damaged)?);
        let id = rest.block()?.0;
        let mut holdings = rest.block()?;
        let profile = holdings.number()?;
        let next = rows.len().checked_sub(rest.0.len()).ok_or(Damaged)?;
        let next = u32::try_from(next).map_err(|_| Damaged)?;
        if holdings.0.len() > super::layout::MAX_HOLDINGS_BYTES {
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
        let start = super::cursor::at(number).checked_mul(4).ok_or(Damaged)?;
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
            groups: rest
                .block_if(has(ProfileFlags::GROUPS))?
                .unwrap_or(none)
                .numbers(),
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

impl Holding {
    /// Parses one holding; `order` is its place where none is written.
    #[inline]
    pub fn parse(bytes: &mut Cursor<'_>, ordered: bool, order: u32) -> Result<Self, Damaged> {
        let terms = bytes.number()?;
        let scopes = bytes.number()?;
        let number = scopes >> 1;
        let scopes = if scopes & 1 == 0 {
            ScopeReference::One(number)
        } else {
            ScopeReference::List(number)
        };
        Ok(Self {
            terms,
            scopes,
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

/// A declared attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Name number of its id.
    pub id: u32,
    /// What kind of value it has.
    pub kind: AttributeKind,
    /// Whether the member's stored value counts.
    pub stored: bool,
}

impl Attribute {
    /// Parses a record.
    pub fn parse(record: &[u8]) -> Result<Self, Damaged> {
        let mut rest = Cursor(record);
        Ok(Self {
            id: rest.number()?,
            kind: AttributeKind::from_code(rest.byte()?).ok_or(Damaged)?,
            stored: rest.byte()? != 0,
        })
    }
}

/// A set of fields that one permission unlocks.
#[derive(Clone, Copy, Debug)]
pub struct FieldGroup<'a> {
    /// Name number of its id.
    pub id: u32,
    /// The permission that shows it.
    pub unlocked_by: Option<u32>,
    /// Name numbers of its paths.
    pub paths: Numbers<'a>,
}

impl<'a> FieldGroup<'a> {
    /// Parses a record.
    pub fn parse(record: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = Cursor(record);
        Ok(Self {
            id: rest.number()?,
            unlocked_by: rest.optional()?,
            paths: rest.numbers(),
        })
    }
}
