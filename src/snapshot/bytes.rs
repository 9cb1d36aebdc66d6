//! Writing primitives, the mirror of [`super::cursor`].

use alloc::vec::Vec;

/// Bytes that grow.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Two bytes, little-endian.
    pub fn fixed_u16(&mut self, number: u16) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// Four bytes, little-endian.
    pub fn fixed_u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// A varint.
    pub fn number(&mut self, number: u32) {
        self.wide(u64::from(number));
    }

    /// A varint.
    pub fn wide(&mut self, mut number: u64) {
        loop {
            let low = u8::try_from(number & 0x7f).unwrap_or_default();
            number >>= 7;
            if number == 0 {
                self.0.push(low);
                return;
            }
            self.0.push(low | 0x80);
        }
    }

    /// A zigzag varint.
    pub fn signed(&mut self, number: i64) {
        self.wide(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// A zigzag varint, or nothing: a flag elsewhere tells which.
    pub fn signed_if(&mut self, number: Option<i64>) {
        if let Some(number) = number {
            self.signed(number);
        }
    }

    /// A number one higher, 0 standing for none.
    pub fn optional(&mut self, number: Option<u32>) {
        self.wide(number.map_or(0, |number| u64::from(number).wrapping_add(1)));
    }

    /// A byte that tells whether there is one, then the number.
    pub fn optional_signed(&mut self, number: Option<i64>) {
        self.byte(u8::from(number.is_some()));
        self.signed_if(number);
    }

    /// Bytes behind their length.
    pub fn block(&mut self, bytes: &[u8]) {
        self.wide(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.0.extend_from_slice(bytes);
    }

    /// What `fill` writes, behind its length.
    pub fn block_of(&mut self, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.block(&inner.0);
    }

    /// What `fill` writes, behind its length, or nothing at all.
    pub fn block_if(&mut self, present: bool, fill: impl FnOnce(&mut Self)) {
        if present {
            self.block_of(fill);
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
