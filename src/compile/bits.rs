//! Sets of small positions.

/// A set of positions, as bits.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct BitSet(Vec<u64>);

const WORD_BITS: usize = 64;

fn split(at: usize) -> (usize, u64) {
    let bit = u32::try_from(at % WORD_BITS).unwrap_or(0);
    (at / WORD_BITS, 1_u64.wrapping_shl(bit))
}

impl BitSet {
    pub(crate) fn insert(&mut self, at: usize) {
        let (word, bit) = split(at);
        if self.0.len() <= word {
            self.0.resize(word.saturating_add(1), 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    pub(crate) fn contains(&self, at: usize) -> bool {
        let (word, bit) = split(at);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }

    /// What is here and not there.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let words = self.0.iter().enumerate();
        Self(
            words
                .map(|(word, bits)| bits & !other.0.get(word).copied().unwrap_or(0))
                .collect(),
        )
    }

    pub(crate) fn common(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(left, right)| left & right)
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    pub(crate) fn len(&self) -> usize {
        self.0
            .iter()
            .map(|bits| usize::try_from(bits.count_ones()).unwrap_or(0))
            .fold(0, usize::saturating_add)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = usize::try_from(left.trailing_zeros()).unwrap_or(0);
                left &= left.wrapping_sub(1);
                Some(word.saturating_mul(WORD_BITS).saturating_add(bit))
            })
        })
    }
}

impl FromIterator<usize> for BitSet {
    fn from_iter<I: IntoIterator<Item = usize>>(positions: I) -> Self {
        let mut set = Self::default();
        for at in positions {
            set.insert(at);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::BitSet;

    #[test]
    fn sets_behave_as_sets() {
        let mut set: BitSet = [3, 64, 200].into_iter().collect();
        let other: BitSet = [64, 5].into_iter().collect();
        assert_eq!(set.without(&other).iter().collect::<Vec<_>>(), [3, 200]);
        assert_eq!(set.common(&other).iter().collect::<Vec<_>>(), [64]);
        set.extend(&other);
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 5, 64, 200]);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(1_000));
        assert_eq!(set.len(), 4);
        assert!(BitSet::default().is_empty());
    }
}
