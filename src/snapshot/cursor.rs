//! Reading primitives over borrowed bytes. Every step is checked; nothing is allocated.

use core::str;

use super::Damaged;

/// A `u32` as an index. Lossless where addresses have 32 bits or more; elsewhere out of range.
#[must_use]
pub fn at(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte.
    #[inline]
    pub fn byte(&mut self) -> Result<u8, Damaged> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    /// Two bytes, little-endian.
    #[inline]
    pub fn fixed_u16(&mut self) -> Result<u16, Damaged> {
        let (first, rest) = self.0.split_first_chunk().ok_or(Damaged)?;
        self.0 = rest;
        Ok(u16::from_le_bytes(*first))
    }

    /// The next `length` bytes.
    #[inline]
    pub fn take(&mut self, length: u32) -> Result<&'a [u8], Damaged> {
        let (first, rest) = self.0.split_at_checked(at(length)).ok_or(Damaged)?;
        self.0 = rest;
        Ok(first)
    }

    /// A varint of at most 32 bits.
    #[inline]
    pub fn number(&mut self) -> Result<u32, Damaged> {
        match self.0 {
            [first @ 0..0x80, rest @ ..] => {
                self.0 = rest;
                Ok(u32::from(*first))
            }
            [first, second @ 0..0x80, rest @ ..] => {
                self.0 = rest;
                Ok(u32::from(*first & 0x7f) | u32::from(*second) << 7)
            }
            _ => u32::try_from(self.wide()?).map_err(|_| Damaged),
        }
    }

    /// As [`Self::number`], put where it is called: for what is read most.
    #[inline(always)]
    pub fn near(&mut self) -> Result<u32, Damaged> {
        match self.0 {
            [first @ 0..0x80, rest @ ..] => {
                self.0 = rest;
                Ok(u32::from(*first))
            }
            _ => self.number(),
        }
    }

    /// As [`Self::block`], put where it is called.
    #[inline(always)]
    pub fn near_block(&mut self) -> Result<Self, Damaged> {
        let length = self.near()?;
        let (first, rest) = self.0.split_at_checked(at(length)).ok_or(Damaged)?;
        self.0 = rest;
        Ok(Self(first))
    }

    /// A varint of at most 64 bits.
    pub fn wide(&mut self) -> Result<u64, Damaged> {
        let mut value = 0_u64;
        let mut shift = 0_u32;
        while shift < u64::BITS {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            let moved = part << shift;
            if moved >> shift != part {
                return Err(Damaged);
            }
            value |= moved;
            if byte < 0x80 {
                return Ok(value);
            }
            shift = shift.saturating_add(7);
        }
        Err(Damaged)
    }

    /// A zigzag varint.
    pub fn signed(&mut self) -> Result<i64, Damaged> {
        let wide = self.wide()?;
        let magnitude = (wide >> 1).cast_signed();
        Ok(if wide & 1 == 0 { magnitude } else { !magnitude })
    }

    /// A zigzag varint if `present`.
    pub fn signed_if(&mut self, present: bool) -> Result<Option<i64>, Damaged> {
        if present {
            self.signed().map(Some)
        } else {
            Ok(None)
        }
    }

    /// A number that was written one higher, 0 standing for none.
    pub fn optional(&mut self) -> Result<Option<u32>, Damaged> {
        Ok(self.number()?.checked_sub(1))
    }

    /// A signed number with a byte before it that tells whether there is one.
    pub fn optional_signed(&mut self) -> Result<Option<i64>, Damaged> {
        match self.byte()? {
            0 => Ok(None),
            1 => self.signed().map(Some),
            _ => Err(Damaged),
        }
    }

    /// Bytes behind their length.
    #[inline]
    pub fn block(&mut self) -> Result<Self, Damaged> {
        let length = self.number()?;
        self.take(length).map(Self)
    }

    /// Bytes behind their length if `present`.
    pub fn block_if(&mut self, present: bool) -> Result<Option<Self>, Damaged> {
        if present {
            self.block().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Text behind its length.
    pub fn text(&mut self) -> Result<&'a str, Damaged> {
        str::from_utf8(self.block()?.0).map_err(|_| Damaged)
    }

    /// Text with a byte before it that tells whether there is any.
    pub fn optional_text(&mut self) -> Result<Option<&'a str>, Damaged> {
        match self.byte()? {
            0 => Ok(None),
            1 => self.text().map(Some),
            _ => Err(Damaged),
        }
    }

    /// All that is left, as numbers.
    pub fn numbers(self) -> Numbers<'a> {
        Numbers(self)
    }
}

/// Numbers until the bytes end; stops with an error once.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a>(Cursor<'a>);

impl Iterator for Numbers<'_> {
    type Item = Result<u32, Damaged>;
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let number = self.0.number();
        if number.is_err() {
            self.0 = Cursor(&[]);
        }
        Some(number)
    }
}
