//! Random choices that shrink: a tape of numbers that a generator reads, where 0 is always the
//! simplest choice and the end of the tape reads as 0.

use std::{cell::RefCell, thread};

use proptest::{prelude::*, test_runner::FileFailurePersistence};

/// Choices, one after another.
#[derive(Clone, Debug)]
pub struct Tape {
    choices: Vec<u16>,
    place: usize,
}

impl Tape {
    pub fn of(choices: &[u16]) -> Self {
        Self {
            choices: choices.to_vec(),
            place: 0,
        }
    }

    /// So many choices, which go on from a state: the same ones in every run.
    pub fn random(state: &mut u64, length: usize) -> Self {
        let choice = |_| {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            u16::try_from(*state >> 48).unwrap()
        };
        Self {
            choices: (0..length).map(choice).collect(),
            place: 0,
        }
    }

    /// How many choices were asked for.
    pub fn asked(&self) -> usize {
        self.place
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let choice = self.choices.get(self.place).copied().unwrap_or(0);
        self.place += 1;
        usize::from(choice) % bound.max(1)
    }

    /// True `part` times in `whole`.
    pub fn chance(&mut self, part: usize, whole: usize) -> bool {
        // The simplest choice is no.
        self.below(whole) + part >= whole
    }

    /// One of these; the first is the simplest.
    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        let place = self.below(of.len());
        of[place].clone()
    }

    /// Each of `count` numbers with a chance.
    pub fn some(&mut self, count: usize, part: usize, whole: usize) -> Vec<u32> {
        (0..count)
            .filter(|_| self.chance(part, whole))
            .map(|number| u32::try_from(number).unwrap())
            .collect()
    }

    /// What `make` makes, with a chance.
    pub fn maybe<T>(
        &mut self,
        part: usize,
        whole: usize,
        make: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        self.chance(part, whole).then(|| make(self))
    }
}

/// A tape of up to `length` choices.
pub fn tape(length: usize) -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(any::<u16>(), length * 3 / 4..=length)
}

/// How many times more cases than by default: `KEYRACK_CASES=20` for a long look.
pub fn factor() -> u32 {
    std::env::var("KEYRACK_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

/// So many cases, and failures kept beside the tests.
pub fn cases(count: u32, kept: &'static str) -> ProptestConfig {
    ProptestConfig {
        cases: count * factor(),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(kept))),
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

/// What a test compared, counted in its thread and told when that ends.
struct Compared {
    test: String,
    times: u64,
}

thread_local! {
    static COMPARED: RefCell<Option<Compared>> = const { RefCell::new(None) };
}

impl Drop for Compared {
    fn drop(&mut self) {
        let Self { test, times } = self;
        super::aloud::say(&format!("{test}: {times} compared"));
    }
}

/// Counts one comparison for the test that runs in this thread.
pub fn compared() {
    COMPARED.with_borrow_mut(|counted| {
        let counted = counted.get_or_insert_with(|| Compared {
            test: thread::current().name().unwrap_or("a test").to_owned(),
            times: 0,
        });
        counted.times += 1;
    });
}
