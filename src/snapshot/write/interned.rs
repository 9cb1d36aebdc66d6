//! Values that are written once and named by number.

use alloc::vec::Vec;

use super::super::{cursor::at, table::hash};

/// Byte strings in the order they were first met.
#[derive(Default)]
pub(super) struct Interned {
    /// Numbers one higher, by hash; 0: free.
    slots: Vec<u32>,
    values: Vec<Vec<u8>>,
}

impl Interned {
    /// The number of a value, new or known.
    pub(super) fn number(&mut self, value: &[u8]) -> u32 {
        if self.slots.len() >> 1 <= self.values.len() {
            self.grow();
        }
        let slot = self.slot(value);
        let known = self.slots.get(slot).copied().unwrap_or_default();
        if let Some(number) = known.checked_sub(1) {
            return number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.to_vec());
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = number.saturating_add(1);
        }
        number
    }

    /// All of them, by number.
    pub(super) fn values(&self) -> &[Vec<u8>] {
        &self.values
    }

    /// Where a value stands, or the free place where it would.
    fn slot(&self, value: &[u8]) -> usize {
        // The number of slots is a power of two.
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = at(hash(0, value)) & mask;
        while let Some(number) = self
            .slots
            .get(slot)
            .and_then(|number| number.checked_sub(1))
        {
            if self
                .values
                .get(at(number))
                .is_some_and(|known| known == value)
            {
                break;
            }
            slot = slot.wrapping_add(1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let size = self.slots.len().max(32).saturating_mul(2);
        self.slots = alloc::vec![0; size];
        for number in 0..self.values.len() {
            let slot = self.values.get(number).map_or(0, |value| self.slot(value));
            if let Some(slot) = self.slots.get_mut(slot) {
                *slot = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
            }
        }
    }
}
