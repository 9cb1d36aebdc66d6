//! Permissions, what they demand, and the field groups they unlock.

use super::{
    super::{
        Damaged,
        code::{MeasureKind, PermissionFlags},
        cursor::{Cursor, Numbers},
        model::StepUp,
    },
    each,
};

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

    /// Name number of its key, which stands first in the rest.
    pub fn key(&self) -> Result<u32, Damaged> {
        let mut rest = self.rest;
        rest.number()
    }

    /// Parses the rest.
    pub fn detail(&self) -> Result<PermissionDetail<'a>, Damaged> {
        let mut rest = self.rest;
        rest.number()?;
        Ok(PermissionDetail {
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
