//! A decision point to put questions to, as a host would.

use keyrack::{
    authzen::{
        Facts, Service,
        http::{Received, Response, respond},
    },
    decide::Engine,
    policy::Format,
};
use serde_json::Value;

use crate::support::rack;

pub const IDENTIFIER: &str = "https://pdp.example.com";
pub const KEY: &[u8] = b"tokens of the tests, no others..";
/// Monday, 2 March 2026, 10:00 UTC.
pub const NOW: i64 = 1_772_445_600;

/// A policy, its face to callers, and what the host knows.
pub struct Point {
    pub engine: Engine,
    pub service: Service,
    /// [`Facts`] as JSON.
    pub facts: Value,
    pub now: i64,
}

impl Point {
    pub fn new(name: &str, policy: &str, facts: Value) -> Self {
        let (_, model) = rack::compiled_text(name, policy, Format::Toml);
        Self {
            engine: rack::unsigned(&model, None),
            service: Service::new(IDENTIFIER, KEY).unwrap(),
            facts,
            now: NOW,
        }
    }

    pub fn certification() -> Self {
        let facts = serde_json::from_str(include_str!("facts.json")).unwrap();
        let mut point = Self::new("certification", include_str!("certification.toml"), facts);
        point.service = point.service.with_all_records();
        point
    }

    pub fn respond(&self, received: &Received<'_>) -> Response {
        let text = self.facts.to_string();
        let facts: Facts<'_> = serde_json::from_str(&text).unwrap();
        respond(
            Some(&self.engine),
            &self.service,
            received,
            Some(self.now),
            &facts,
        )
    }

    /// Posts a body as JSON.
    pub fn post(&self, path: &str, body: &[u8]) -> Response {
        self.respond(&Received {
            method: "POST",
            path,
            content_type: Some("application/json"),
            request_id: None,
            body,
        })
    }

    /// Asks for what has to be answered with 200.
    pub fn ask(&self, path: &str, body: &Value) -> Value {
        let response = self.post(path, body.to_string().as_bytes());
        let text = String::from_utf8(response.body).unwrap();
        assert_eq!(response.status, 200, "{path} {body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// One decision.
    pub fn decision(&self, body: &Value) -> bool {
        self.ask("/access/v1/evaluation", body)["decision"]
            .as_bool()
            .unwrap()
    }

    /// The status of what is refused, with its message.
    pub fn refused(&self, path: &str, body: &[u8]) -> (u16, String) {
        let response = self.post(path, body);
        assert_ne!(response.status, 200, "{}", String::from_utf8_lossy(body));
        assert_eq!(
            header(&response, "content-type"),
            Some("text/plain; charset=utf-8")
        );
        (response.status, String::from_utf8(response.body).unwrap())
    }
}

pub fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let mut headers = response.headers.iter();
    headers
        .find(|(known, _)| *known == name)
        .map(|(_, value)| &**value)
}
