//! The engine's answer beside the oracle's.

use keyrack::{
    decide::{Engine, Request},
    ffi::{self, decision::Obligation},
    policy::Document,
    snapshot::{
        Domain, Overlay,
        container::{self, Expectations},
        write,
    },
};

use crate::{
    evaluator::Answer,
    support::rack::{self, signing_key},
};

/// The way of every document: lowered, written, signed, verified, opened, bound to its overlay.
pub fn engine(document: &Document, overlay: Option<&Overlay>) -> Engine {
    let keys = [signing_key().verifying_key()];
    let over_the_wire = |payload: Vec<u8>, domain: Domain| {
        let bytes = container::sign(domain, &payload, &signing_key());
        let payload = container::verify(&bytes, domain, &keys).expect("our own signature");
        payload.to_vec()
    };
    bound(document, overlay, &over_the_wire)
}

/// The same without signatures, which take longer than everything else together.
pub fn unsigned(document: &Document, overlay: Option<&Overlay>) -> Engine {
    bound(document, overlay, &|payload, _| payload)
}

fn bound(
    document: &Document,
    overlay: Option<&Overlay>,
    carried: &dyn Fn(Vec<u8>, Domain) -> Vec<u8>,
) -> Engine {
    let at = |now| Expectations {
        now: Some(now),
        ..Expectations::default()
    };
    let model = rack::lowered(document);
    let payload = write::payload(&model).expect("a snapshot within all caps");
    let payload = carried(payload, Domain::Snapshot);
    let issued = document.policy.issued.seconds;
    let snapshot = container::open(&payload, &at(issued)).expect("a good snapshot");
    let Some(overlay) = overlay else {
        return Engine::new(snapshot);
    };
    let payload = overlay.payload().expect("an overlay within all caps");
    let payload = carried(payload, Domain::Overlay);
    Engine::under(snapshot, &payload, &at(overlay.issued)).expect("a good overlay")
}

/// What the engine answers, in the oracle's words.
pub fn ask(engine: &Engine, request: &Request<'_>) -> Answer {
    let decision = ffi::decide(engine, request).expect("an undamaged snapshot");
    let mut hidden = Vec::new();
    let mut reserve = Vec::new();
    let mut log = false;
    for obligation in decision.obligations {
        match obligation {
            Obligation::Log => log = true,
            Obligation::MaskFields { groups } => hidden = groups,
            Obligation::ReserveBudget { budget, member, .. } => reserve.push((member, budget)),
        }
    }
    let step_up = decision.missing.and_then(|missing| missing.step_up);
    Answer {
        reason: decision.reason,
        // A deny is allowed by nothing.
        granted_by: decision.granted_by.filter(|_| decision.outcome != "deny"),
        outcome: decision.outcome,
        step_up: step_up.map(|it| (it.level, it.max_age)),
        reserve,
        hidden,
        log,
    }
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

/// How the engine differs, if it does.
pub fn difference(engine: &Engine, request: &Request<'_>, oracle: &Answer) -> Option<String> {
    let mut engine = ask(engine, request);
    let mut oracle = oracle.clone();
    for answer in [&mut engine, &mut oracle] {
        answer.reserve.sort();
        answer.granted_by = answer.granted_by.as_deref().map(sorted_scopes);
    }
    (engine != oracle).then(|| format!("engine {engine:?}\noracle {oracle:?}"))
}
