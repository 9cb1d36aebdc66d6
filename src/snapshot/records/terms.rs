//! What assignments and denials say.

use super::{
    super::{
        Damaged,
        code::{AttributeKind, Comparison, RowRule, WindowKind},
        cursor::{Cursor, Numbers, at},
        model::StepUp,
        table::Table,
    },
    TermsFlags, each,
};

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

const WEEK_MINUTES: u32 = 7 * 24 * 60;

/// Weekly windows of local time.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    /// By number; `None`: the zone of the requested scope.
    pub zone: Option<u32>,
    pub(crate) windows: Cursor<'a>,
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
        let start = at(number).checked_mul(6).ok_or(Damaged)?;
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
    /// Half-open windows in minutes since Monday 00:00, none beyond the week's end.
    pub fn windows(&self) -> impl Iterator<Item = Result<(u32, u32), Damaged>> + use<'a> {
        each(self.windows, |bytes| {
            let (from, to) = (bytes.number()?, bytes.number()?);
            if from.max(to) > WEEK_MINUTES {
                return Err(Damaged);
            }
            Ok((from, to))
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
    /// Whether a caller's word is let through, where the request's counts.
    pub caller: bool,
}

impl Attribute {
    /// Parses a record.
    pub fn parse(record: &[u8]) -> Result<Self, Damaged> {
        let mut rest = Cursor(record);
        let id = rest.number()?;
        let kind = AttributeKind::from_code(rest.byte()?).ok_or(Damaged)?;
        let source = rest.byte()?;
        Ok(Self {
            id,
            kind,
            stored: source & 1 != 0,
            caller: source & 2 != 0,
        })
    }
}
