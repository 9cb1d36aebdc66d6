//! The answers that the second evaluator wrote down (`oracle/record.rs`), asked of the engine alone.
//! Of use where the evaluator itself takes too long to build, as for every mutant of
//! `cargo xtask mutants`; a test run asks both, in `oracle`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use keyrack::{
    decide::{Engine, Request},
    ffi::{self, decision::Obligation},
    snapshot::{Overlay, Snapshot, container::Expectations},
};
use serde::Deserialize;

/// One policy, what was cut off since, and what was asked of it.
#[derive(Deserialize)]
struct World<'b> {
    snapshot: &'b [u8],
    overlay: Option<&'b [u8]>,
    #[serde(borrow)]
    asked: Vec<(&'b str, Answer)>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Answer {
    outcome: String,
    reason: String,
    granted_by: Option<String>,
    step_up: Option<(u8, Option<u32>)>,
    reserve: Vec<(String, String)>,
    hidden: Vec<String>,
    log: bool,
}

fn answer(engine: &Engine, request: &Request<'_>) -> Answer {
    let decision = ffi::decide(engine, request).unwrap();
    let mut answer = Answer {
        // A deny is allowed by nothing.
        granted_by: decision.granted_by.filter(|_| decision.outcome != "deny"),
        outcome: decision.outcome,
        reason: decision.reason,
        step_up: decision
            .missing
            .and_then(|missing| missing.step_up)
            .map(|it| (it.level, it.max_age)),
        reserve: Vec::new(),
        hidden: Vec::new(),
        log: false,
    };
    for obligation in decision.obligations {
        match obligation {
            Obligation::Log => answer.log = true,
            Obligation::MaskFields { groups } => answer.hidden = groups,
            Obligation::ReserveBudget { budget, member, .. } => {
                answer.reserve.push((member, budget));
            }
        }
    }
    answer.reserve.sort();
    answer
}

/// `role@one+other` with its scopes in one order.
fn sorted_scopes(name: &str) -> String {
    let Some((role, scopes)) = name.split_once('@') else {
        return name.to_owned();
    };
    let mut scopes: Vec<&str> = scopes.split('+').collect();
    scopes.sort_unstable();
    format!("{role}@{}", scopes.join("+"))
}

#[test]
#[ignore = "reads what `cargo xtask mutants` has had written"]
fn the_engine_gives_the_answers_written_down() {
    let path = std::env::var("KEYRACK_RECORDED").unwrap();
    let recorded = fs::read(path).unwrap();
    let mut left = recorded.as_slice();
    assert!(!left.is_empty());
    // One after another: what differs mostly differs early.
    while !left.is_empty() {
        let world: World<'_>;
        (world, left) = postcard::take_from_bytes(left).unwrap();
        let snapshot = Snapshot::open(world.snapshot.to_vec()).unwrap();
        let engine = match &world.overlay {
            None => Engine::new(snapshot),
            Some(overlay) => {
                let overlay = Overlay::open(overlay, &Expectations::default()).unwrap();
                Engine::with_overlay(snapshot, &overlay).unwrap()
            }
        };
        for (text, mut expected) in world.asked {
            let request = serde_json::from_str(text).unwrap();
            let mut told = answer(&engine, &request);
            for answer in [&mut told, &mut expected] {
                answer.granted_by = answer.granted_by.as_deref().map(sorted_scopes);
            }
            assert_eq!(told, expected, "{text}");
        }
    }
}
