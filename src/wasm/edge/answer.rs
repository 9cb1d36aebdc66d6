//! What JavaScript is told, as words that it reads where they lie. `pkg/src/answer.js` reads them.

use alloc::vec::Vec;

use crate::{
    decide::{Decision, Outcome, Reason, decision::BudgetDue, judge::By, quick::Told},
    query::Session,
    snapshot::records::ScopeReference,
};

const LOG: u32 = 1;
const APPROVAL: u32 = 1 << 1;
const FIELDS: u32 = 1 << 2;
const AMOUNT: u32 = 1 << 3;

/// Words behind each other.
#[derive(Debug, Default)]
pub struct Answer(pub Vec<u32>);

impl Answer {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub fn word(&mut self, word: u32) {
        self.0.push(word);
    }

    pub fn count<T>(&mut self, list: &[T]) {
        self.word(u32::try_from(list.len()).unwrap_or(u32::MAX));
    }

    /// One higher, so that 0 stands for none.
    pub fn optional(&mut self, number: Option<u32>) {
        self.word(number.map_or(0, |number| number.saturating_add(1)));
    }

    /// Whether there is one, its low word, its high word.
    pub fn wide(&mut self, number: Option<i64>) {
        let [a, b, c, d, e, f, g, h] = number.unwrap_or_default().to_le_bytes();
        self.word(u32::from(number.is_some()));
        self.word(u32::from_le_bytes([a, b, c, d]));
        self.word(u32::from_le_bytes([e, f, g, h]));
    }

    /// The length, then four bytes a word.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes);
        let mut rest = bytes;
        while let Some((word, after)) = rest.split_first_chunk() {
            self.word(u32::from_le_bytes(*word));
            rest = after;
        }
        if !rest.is_empty() {
            let last = rest.iter().rev();
            self.word(last.fold(0, |word, byte| word << 8 | u32::from(*byte)));
        }
    }

    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub fn scopes(&mut self, scopes: ScopeReference) {
        self.word(match scopes {
            ScopeReference::One(scope) => scope << 1,
            ScopeReference::List(list) => list << 1 | 1,
        });
    }

    pub fn decision(&mut self, decision: &Decision) {
        let flag = |holds: bool, flag: u32| if holds { flag } else { 0 };
        self.word(decision.outcome.number());
        self.word(decision.reason.number());
        self.word(
            flag(decision.log, LOG)
                | flag(decision.missing.approval, APPROVAL)
                | flag(decision.fields.is_some(), FIELDS)
                | flag(decision.amount.is_some(), AMOUNT),
        );
        let (way, terms, scopes) = match decision.granted_by {
            None => (0, 0, ScopeReference::One(0)),
            Some(By::Ownership) => (1, 0, ScopeReference::One(0)),
            Some(By::Everyone) => (2, 0, ScopeReference::One(0)),
            Some(By::Holding { terms, scopes }) => (3, terms, scopes),
        };
        self.word(way);
        self.word(terms);
        self.scopes(scopes);
        self.word(u32::from(decision.missing.step_up.level));
        self.word(decision.missing.step_up.max_age);
        self.word(u32::from(decision.missing.sign_in_level));
        self.wide(decision.holds_until);
        self.wide(decision.amount);
        self.count(&decision.budgets);
        decision.budgets.iter().for_each(|due| self.budget(due));
        if let Some(fields) = &decision.fields {
            for groups in [&fields.visible, &fields.hidden] {
                self.count(groups);
                self.0.extend_from_slice(groups);
            }
        }
    }

    /// A decision that is bare beside these, as [`Self::decision`] would write it, if there is one.
    pub fn outright(&mut self, told: Told, holds_until: Option<i64>) -> Option<()> {
        let (outcome, reason, fields, way, terms, scopes) = match told {
            Told::Nothing => return None,
            Told::Refused(reason) => (Outcome::Deny, reason, 0, 0, 0, 0),
            Told::Granted { terms, scopes } => {
                (Outcome::Allow, Reason::Granted, FIELDS, 3, terms, scopes)
            }
        };
        let (outcome, reason) = (outcome.number(), reason.number());
        let by = [outcome, reason, fields, way, terms, scopes, 0, 0, 0];
        self.0.extend_from_slice(&by);
        self.wide(holds_until);
        // No amount, no budget, no field group of either kind.
        self.0.extend_from_slice(&[0; 6]);
        Some(())
    }

    fn budget(&mut self, due: &BudgetDue) {
        self.word(u32::from(due.of_actor));
        self.word(due.id);
        self.word(u32::from(due.window.code()));
        self.optional(due.zone);
        self.wide(due.span.map(|span| span.from));
        self.wide(due.span.map(|span| span.to));
        self.optional(due.currency);
        self.wide(due.amount);
        self.wide(due.count);
    }

    /// What is allowed as bits, then what is conditional.
    pub fn session(&mut self, session: &Session) {
        self.wide(session.holds_until);
        self.bytes(&session.allowed);
        self.bytes(&session.conditional);
    }
}
