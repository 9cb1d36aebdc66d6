//! A set of permissions, by position.

use alloc::vec::Vec;

use super::cursor::at;

/// A set of permissions, by position in [`super::model::Model::permissions`], as bits.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PermissionSet(
    // INVARIANT: the last byte is not zero, so that equal sets are equal bytes.
    Vec<u8>,
);

impl PermissionSet {
    /// No permission.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Puts a permission in.
    pub fn insert(&mut self, permission: u32) {
        let place = at(permission >> 3);
        if self.0.len() <= place {
            self.0.resize(place.saturating_add(1), 0);
        }
        if let Some(byte) = self.0.get_mut(place) {
            *byte |= 1 << (permission & 7);
        }
    }

    /// Puts all permissions of some bits in.
    pub fn insert_bits(&mut self, bits: &[u8]) {
        for permission in members(bits) {
            self.insert(permission);
        }
    }

    /// Whether a permission is in it.
    #[must_use]
    pub fn contains(&self, permission: &u32) -> bool {
        let byte = self
            .0
            .get(at(*permission >> 3))
            .copied()
            .unwrap_or_default();
        byte >> (permission & 7) & 1 == 1
    }

    /// Whether it has no permission.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many permissions it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Its permissions, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        members(&self.0)
    }

    /// Its bits, the lowest permission first, without zero bytes at the end.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.0
    }
}

/// The permissions of some bits.
fn members(bits: &[u8]) -> impl Iterator<Item = u32> + '_ {
    (0_u32..).zip(bits).flat_map(|(place, byte)| {
        let set = (0..8_u32).filter(move |bit| byte >> bit & 1 == 1);
        set.map(move |bit| place.wrapping_mul(8).wrapping_add(bit))
    })
}

impl Extend<u32> for PermissionSet {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, permissions: I) {
        permissions
            .into_iter()
            .for_each(|permission| self.insert(permission));
    }
}

impl<'p> Extend<&'p u32> for PermissionSet {
    fn extend<I: IntoIterator<Item = &'p u32>>(&mut self, permissions: I) {
        self.extend(permissions.into_iter().copied());
    }
}

impl FromIterator<u32> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = u32>>(permissions: I) -> Self {
        let mut set = Self::new();
        set.extend(permissions);
        set
    }
}

impl<const N: usize> From<[u32; N]> for PermissionSet {
    fn from(permissions: [u32; N]) -> Self {
        permissions.into_iter().collect()
    }
}
