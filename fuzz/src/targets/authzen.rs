//! Bodies of AuthZEN: JSON that means what it should, or a status that says why not.

use std::sync::OnceLock;

use keyrack::{
    authzen::{
        Endpoint, Facts, Service,
        http::{Received, respond},
    },
    compile,
    decide::Engine,
    policy::{self, Format},
    snapshot::{Snapshot, write},
};
use serde_json::Value;

/// Monday, 2 March 2026, 10:00 UTC.
const NOW: i64 = 1_772_445_600;

struct Point {
    engine: Engine,
    service: Service,
    facts: &'static str,
}

fn point(number: u8) -> &'static Point {
    static POINTS: [OnceLock<Point>; 2] = [const { OnceLock::new() }; 2];
    let sources = [
        (
            include_str!("../../../tests/authzen/certification.toml"),
            include_str!("../../../tests/authzen/facts.json"),
        ),
        (include_str!("../../../tests/authzen/store.toml"), "{}"),
    ];
    let number = usize::from(number) % sources.len();
    let (text, facts) = sources[number];
    POINTS[number].get_or_init(|| {
        let model = compile::compile(&policy::read(text, Format::Toml)).model;
        let payload = write::payload(&model.expect("it compiles")).expect("within all caps");
        let service = Service::new("https://pdp.example.com", &[7; 32]).expect("a service");
        Point {
            engine: Engine::new(Snapshot::open(payload).expect("an undamaged snapshot")),
            service: service.with_all_records(),
            facts,
        }
    })
}

/// A byte that chooses endpoint and policy, and a body.
pub fn authzen(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let endpoint = Endpoint::ALL[usize::from(choice / 2) % Endpoint::ALL.len()];
    let point = point(*choice);
    let facts: Facts<'_> = serde_json::from_str(point.facts).expect("facts");
    let received = Received {
        method: "POST",
        path: endpoint.path(),
        content_type: Some("application/json"),
        request_id: None,
        body,
    };
    let ask = || {
        respond(
            Some(&point.engine),
            &point.service,
            &received,
            Some(NOW),
            &facts,
        )
    };
    let response = ask();
    assert!(
        matches!(response.status, 200 | 400 | 413),
        "{}",
        response.status
    );
    assert_eq!(response, ask(), "answered otherwise");
    if response.status != 200 {
        return;
    }
    let answer: Value = serde_json::from_slice(&response.body).expect("JSON");
    match endpoint {
        Endpoint::Evaluation => evaluated(&answer),
        Endpoint::Evaluations => match answer["evaluations"].as_array() {
            Some(all) => all.iter().for_each(evaluated),
            // Without a list it is one evaluation.
            None => evaluated(&answer),
        },
        _ => assert!(answer["results"].is_array(), "{answer}"),
    }
}

fn evaluated(answer: &Value) {
    assert!(answer["decision"].is_boolean(), "{answer}");
}
