//! Random policies and requests: the engine and the oracle must agree on all of them.

use std::time::Instant;

use keyrack::{decide::Request, policy::Document, snapshot::Overlay};
use serde_json::Value;

use crate::{
    compare,
    evaluator::{self, Policy},
    generator::{self, Case},
    kept::Kept,
    shrink,
    support::{aloud, cells},
};

/// Requests asked of one policy.
const REQUESTS: usize = 200;
const CASES: usize = 100_000;

#[test]
fn the_engine_and_the_oracle_agree_on_random_cases() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|it| it.parse::<usize>().ok())
    };
    let cases = number("KEYRACK_ORACLE_CASES").unwrap_or(CASES);
    let first = number("KEYRACK_ORACLE_SEED").unwrap_or(0) as u64;
    let most = number("KEYRACK_ORACLE_FAILURES").unwrap_or(1);
    let started = Instant::now();
    let mut tally = std::collections::BTreeMap::new();
    let mut kinds = std::collections::BTreeSet::new();
    let mut failures = Vec::new();
    for seed in (first..).take(cases.div_ceil(REQUESTS)) {
        let Case {
            document,
            overlay,
            requests,
        } = generator::case(seed, REQUESTS);
        let policy = Policy::new(&document);
        // Signatures take longer than everything else together; some are enough.
        let engine = if seed % 50 == 0 {
            compare::engine(&document, overlay.as_ref())
        } else {
            compare::unsigned(&document, overlay.as_ref())
        };
        for request in &requests {
            let text = request.to_string();
            let request: Request<'_> = cells::read_request("random", &text);
            let answer = evaluator::decide(&policy, overlay.as_ref(), &request);
            let differs = compare::difference(&engine, &request, &answer);
            if let Some(difference) = differs
                && kinds.insert(shrink::kind(&difference))
            {
                failures.push((
                    seed,
                    difference,
                    document.clone(),
                    overlay.clone(),
                    text.clone(),
                ));
            }
            *tally
                .entry((answer.outcome, answer.reason))
                .or_insert(0_usize) += 1;
        }
        if failures.len() >= most {
            break;
        }
    }
    let told: usize = tally.values().sum();
    aloud::say(&format!(
        "{told} decisions compared in {:.1?}",
        started.elapsed()
    ));
    if std::env::var_os("KEYRACK_ORACLE_TALLY").is_some() {
        aloud::say(&format!("{tally:#?}"));
    }
    for (seed, difference, document, overlay, request) in &failures {
        aloud::say(&format!("seed {seed}\n{difference}"));
        if std::env::var_os("KEYRACK_ORACLE_RAW").is_none() {
            aloud::say(&smallest(document, overlay.as_ref(), request));
        }
    }
    assert!(
        failures.is_empty(),
        "{} kinds of difference",
        failures.len()
    );
}

fn smallest(document: &Document, overlay: Option<&Overlay>, request: &str) -> String {
    let kept = Kept {
        text: "found at random".into(),
        document: serde_json::to_value(document).unwrap(),
        overlay: overlay.map(|it| serde_json::to_value(it).unwrap()),
        request: serde_json::from_str::<Value>(request).unwrap(),
        reason: None,
    };
    let small = shrink::shrink(kept);
    let difference = small.difference().flatten().unwrap_or_default();
    format!("{difference}\n{}", serde_json::to_string(&small).unwrap())
}
