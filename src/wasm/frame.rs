//! Answers as words; `pkg/src/decision.js` and `pkg/src/session.js` read them in the same order.

use alloc::vec::Vec;

use crate::{
    decide::{Decision, decision::BudgetDue, judge::By},
    query::{Session, State},
    snapshot::records::ScopeReference,
};

const LOG: u32 = 1;
const APPROVAL: u32 = 1 << 1;
const FIELDS: u32 = 1 << 2;
const HOLDS_UNTIL: u32 = 1 << 3;
const AMOUNT: u32 = 1 << 4;

/// Writes a decision over what was there.
pub fn write(words: &mut Vec<u32>, decision: &Decision) {
    let flag = |holds: bool, flag: u32| if holds { flag } else { 0 };
    let (way, terms, scopes) = match decision.granted_by {
        None => (0, 0, 0),
        Some(By::Ownership) => (1, 0, 0),
        Some(By::Everyone) => (2, 0, 0),
        Some(By::Holding { terms, scopes }) => (3, terms, scopes_word(scopes)),
    };
    words.clear();
    words.extend_from_slice(&[
        decision.outcome.number(),
        decision.reason.number(),
        flag(decision.log, LOG)
            | flag(decision.missing.approval, APPROVAL)
            | flag(decision.fields.is_some(), FIELDS)
            | flag(decision.holds_until.is_some(), HOLDS_UNTIL)
            | flag(decision.amount.is_some(), AMOUNT),
        way,
        terms,
        scopes,
        u32::from(decision.missing.step_up.level),
        decision.missing.step_up.max_age,
        u32::from(decision.missing.sign_in_level),
    ]);
    wide(words, decision.holds_until);
    wide(words, decision.amount);
    words.push(count(&decision.budgets));
    decision.budgets.iter().for_each(|due| budget(words, due));
    if let Some(fields) = &decision.fields {
        for groups in [&fields.visible, &fields.hidden] {
            words.push(count(groups));
            words.extend_from_slice(groups);
        }
    }
}

fn budget(words: &mut Vec<u32>, due: &BudgetDue) {
    let parts = [due.amount.is_some(), due.count.is_some(), due.of_actor];
    let flags = parts
        .into_iter()
        .rev()
        .fold(0, |bits, part| bits << 1 | u32::from(part));
    words.extend_from_slice(&[
        flags,
        due.id,
        or_zero(due.currency),
        u32::from(due.window.code()),
        or_zero(due.zone),
    ]);
    wide(words, due.amount);
    wide(words, due.count);
}

/// Writes a session over what was there: who is allowed what as bits, then what is conditional.
pub fn write_session(words: &mut Vec<u32>, session: &Session) {
    words.clear();
    words.push(u32::from(session.holds_until.is_some()));
    wide(words, session.holds_until);
    words.push(count(&session.states));
    for wanted in [State::Allowed, State::Conditional] {
        for states in session.states.chunks(32) {
            let bits = states.iter().rev().map(|state| u32::from(*state == wanted));
            words.push(bits.fold(0, |word, bit| word << 1 | bit));
        }
    }
}

/// One number for a holding's scopes.
fn scopes_word(scopes: ScopeReference) -> u32 {
    match scopes {
        ScopeReference::One(scope) => scope << 1,
        ScopeReference::List(list) => list << 1 | 1,
    }
}

/// The scopes of such a number.
pub const fn scopes_of(word: u32) -> ScopeReference {
    if word & 1 == 0 {
        ScopeReference::One(word >> 1)
    } else {
        ScopeReference::List(word >> 1)
    }
}

/// One higher, so that 0 stands for none.
fn or_zero(number: Option<u32>) -> u32 {
    number.map_or(0, |number| number.saturating_add(1))
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Low word, high word.
fn wide(words: &mut Vec<u32>, number: Option<i64>) {
    let [a, b, c, d, e, f, g, h] = number.unwrap_or_default().to_le_bytes();
    words.push(u32::from_le_bytes([a, b, c, d]));
    words.push(u32::from_le_bytes([e, f, g, h]));
}
