//! What lives between calls: the policies in force, the scratch and the answers.

use alloc::vec::Vec;

use spin::Mutex;

use super::answer::Answer;
use crate::decide::Engine;

/// All of it. There is one thread, and no call is made within another.
#[derive(Debug, Default)]
pub struct State {
    /// What JavaScript writes questions into.
    pub scratch: Vec<u8>,
    /// What it reads answers from.
    answer: Answer,
    /// What it reads names from, while it reads an answer.
    names: Answer,
    /// Policies in force, by handle.
    engines: Vec<Option<Engine>>,
}

static STATE: Mutex<State> = Mutex::new(State {
    scratch: Vec::new(),
    answer: Answer::new(),
    names: Answer::new(),
    engines: Vec::new(),
});

/// Works on the state. Where a trap has ended a call, the state stays locked, and every later call is
/// refused.
pub fn with<T: Default>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE
        .try_lock()
        .map(|mut state| work(&mut state))
        .unwrap_or_default()
}

impl State {
    /// Makes room for at least so many bytes, forgets those that were there, and gives their address.
    pub fn reserve(&mut self, bytes: usize) -> usize {
        if self.scratch.len() < bytes {
            self.scratch = Vec::new();
            // Not `resize`, which clears megabytes byte by byte in a small module.
            self.scratch = alloc::vec![0; bytes];
        }
        self.scratch.as_ptr().addr()
    }

    /// The policy of a handle, what was written, and an empty answer.
    pub fn parts(
        &mut self,
        handle: usize,
        length: usize,
        names: bool,
    ) -> Option<(&Engine, &[u8], &mut Answer)> {
        let answer = if names {
            &mut self.names
        } else {
            &mut self.answer
        };
        answer.0.clear();
        let engine = self.engines.get(handle)?.as_ref()?;
        Some((engine, self.scratch.get(..length)?, answer))
    }

    /// The policy of a handle.
    pub fn engine(&self, handle: usize) -> Option<&Engine> {
        self.engines.get(handle)?.as_ref()
    }

    /// Keeps a policy and gives its handle.
    pub fn keep(&mut self, engine: Engine) -> usize {
        let free = self.engines.iter().position(Option::is_none);
        let handle = free.unwrap_or(self.engines.len());
        match self.engines.get_mut(handle) {
            Some(place) => *place = Some(engine),
            None => self.engines.push(Some(engine)),
        }
        handle
    }

    /// Lets a policy go.
    pub fn release(&mut self, handle: usize) {
        if let Some(place) = self.engines.get_mut(handle) {
            *place = None;
        }
    }
}
