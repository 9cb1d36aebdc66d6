//! Records of any length behind their offsets, and an index from names to record numbers. Both are
//! read in place.

use alloc::vec::Vec;

use super::{Damaged, bytes::Bytes, cursor::at, layout::MAX_RECORD_BYTES};

/// Records behind `count + 1` little-endian offsets, which count from the section's start.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(&'a [u8]);

fn word(section: &[u8], position: u32) -> Option<u32> {
    let start = at(position).checked_mul(4)?;
    section
        .get(start..)?
        .first_chunk()
        .map(|bytes| u32::from_le_bytes(*bytes))
}

impl<'a> Table<'a> {
    /// A table over a section's bytes. Nothing is read yet.
    #[must_use]
    pub const fn over(section: &'a [u8]) -> Self {
        Self(section)
    }

    /// How many records it holds.
    pub fn count(self) -> Result<u32, Damaged> {
        let first = word(self.0, 0).ok_or(Damaged)?;
        if first & 3 != 0 || at(first) > self.0.len() {
            return Err(Damaged);
        }
        (first >> 2).checked_sub(1).ok_or(Damaged)
    }

    /// Checks that the records lie behind each other and fill the section, so that all of them
    /// together are never larger than the bytes that were paid for, and that none is too long. Gives their number.
    pub fn check(self) -> Result<u32, Damaged> {
        let count = self.count()?;
        let mut end = word(self.0, 0).ok_or(Damaged)?;
        for index in 1..=count {
            let next = word(self.0, index).ok_or(Damaged)?;
            let length = next.checked_sub(end).ok_or(Damaged)?;
            if at(length) > MAX_RECORD_BYTES {
                return Err(Damaged);
            }
            end = next;
        }
        if at(end) == self.0.len() {
            Ok(count)
        } else {
            Err(Damaged)
        }
    }

    /// One record.
    #[inline]
    pub fn record(self, index: u32) -> Result<&'a [u8], Damaged> {
        let start = at(index).checked_mul(4).ok_or(Damaged)?;
        let offsets: &[u8; 8] = self
            .0
            .get(start..)
            .and_then(<[u8]>::first_chunk)
            .ok_or(Damaged)?;
        let [a, b, c, d, e, f, g, h] = *offsets;
        let from = u32::from_le_bytes([a, b, c, d]);
        let to = u32::from_le_bytes([e, f, g, h]);
        let first = word(self.0, 0).ok_or(Damaged)?;
        if at(first) <= start.saturating_add(4) {
            return Err(Damaged);
        }
        self.0.get(at(from)..at(to)).ok_or(Damaged)
    }
}

/// Little-endian numbers side by side.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(pub &'a [u8]);

impl Words<'_> {
    /// One number.
    #[inline]
    pub fn word(self, index: u32) -> Result<u32, Damaged> {
        word(self.0, index).ok_or(Damaged)
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> u32 {
        u32::try_from(self.0.len() >> 2).unwrap_or(u32::MAX)
    }
}

/// Seeded FNV-1a. The writer picks a seed that keeps every bucket short.
#[must_use]
pub fn hash(seed: u32, name: &[u8]) -> u32 {
    let start = 0x811c_9dc5 ^ seed;
    let mixed = name.iter().fold(start, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    // FNV leaves the high bits of short names poor, and the bucket is taken from them.
    let folded = mixed ^ (mixed >> 15);
    folded.wrapping_mul(0x2c1b_3c6d)
}

/// The bucket of a hash: the high bits, scaled.
#[must_use]
pub fn bucket(hash: u32, buckets: u32) -> u32 {
    u32::try_from((u64::from(hash).wrapping_mul(u64::from(buckets))) >> 32).unwrap_or_default()
}

/// How many buckets hold `count` names.
#[must_use]
pub fn bucket_count(count: usize) -> u32 {
    u32::try_from(count >> 2).unwrap_or(u32::MAX).max(1)
}

/// From names to record numbers: bucket starts, then the numbers in bucket order.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    words: Words<'a>,
    buckets: u32,
    seed: u32,
}

impl<'a> Index<'a> {
    /// An index of `count` names over a section's bytes.
    pub fn over(section: &'a [u8], count: u32, seed: u32) -> Result<Self, Damaged> {
        let words = Words(section);
        let buckets = bucket_count(at(count));
        Ok(Self {
            words,
            buckets,
            seed,
        })
    }

    /// The number whose name `is_it`, if any.
    pub fn find(
        self,
        name: &[u8],
        mut is_it: impl FnMut(u32) -> Result<bool, Damaged>,
    ) -> Result<Option<u32>, Damaged> {
        let bucket = bucket(hash(self.seed, name), self.buckets);
        let start = self.words.word(bucket)?;
        let end = self.words.word(bucket.wrapping_add(1))?;
        let base = self.buckets.wrapping_add(1);
        for position in start..end {
            let number = self
                .words
                .word(base.checked_add(position).ok_or(Damaged)?)?;
            if is_it(number)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The bytes of an index of these names.
    #[must_use]
    pub fn build(names: &[&str], seed: u32) -> Vec<u8> {
        let grouped = group(names, seed);
        let mut starts = Bytes::default();
        let mut numbers = Bytes::default();
        let mut start = 0_u32;
        for bucket in &grouped {
            starts.fixed_u32(start);
            for number in bucket {
                numbers.fixed_u32(*number);
                start = start.saturating_add(1);
            }
        }
        starts.fixed_u32(start);
        starts.0.extend_from_slice(&numbers.0);
        starts.0
    }
}

/// Names by bucket, each as its position.
#[must_use]
pub fn group(names: &[&str], seed: u32) -> Vec<Vec<u32>> {
    let buckets = bucket_count(names.len());
    let mut grouped: Vec<Vec<u32>> = alloc::vec![Vec::new(); at(buckets)];
    for (number, name) in (0_u32..).zip(names) {
        let bucket = bucket(hash(seed, name.as_bytes()), buckets);
        if let Some(numbers) = grouped.get_mut(at(bucket)) {
            numbers.push(number);
        }
    }
    grouped
}
