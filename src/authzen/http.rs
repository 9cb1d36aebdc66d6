//! Requests and responses of HTTP as values: which endpoint, which status, which headers.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};

use super::{Decided, Endpoint, Facts, Fault, Reply, Service, answer};
use crate::decide::Engine;

const WELL_KNOWN: &str = "/.well-known/authzen-configuration";
const METADATA_AGE: &str = "max-age=3600";

/// What the host has received. Who sent it is the host's to find out before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received<'r> {
    /// `GET`, `POST` …
    pub method: &'r str,
    /// The path, without a query.
    pub path: &'r str,
    /// `Content-Type`, if it was sent.
    pub content_type: Option<&'r str>,
    /// `X-Request-ID`, if it was sent.
    pub request_id: Option<&'r str>,
    /// The body; of one that is too large, its first byte too many at least.
    pub body: &'r [u8],
}

/// What the host sends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Consents that the host has to mark as spent before the answer leaves.
    pub spent: Vec<String>,
    /// What evaluations decided, for the host's log.
    pub decided: Vec<Decided>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// The document about the decision point itself, which anybody may read.
    Metadata,
    /// An endpoint, for authenticated callers.
    Endpoint(Endpoint),
}

impl Service {
    /// What a path leads to here.
    #[must_use]
    pub fn target(&self, path: &str) -> Option<Target> {
        let own = self.path();
        if path.strip_prefix(WELL_KNOWN) == Some(own) {
            return Some(Target::Metadata);
        }
        let path = path.strip_prefix(own)?;
        let mut endpoints = Endpoint::ALL.into_iter();
        let endpoint = endpoints.find(|endpoint| endpoint.path() == path)?;
        let there = endpoint != Endpoint::SearchResource || self.searches_records;
        there.then_some(Target::Endpoint(endpoint))
    }
}

/// Answers a request. `engine`: the policy in force; `None` where there is none that can be used.
#[must_use]
pub fn respond(
    engine: Option<&Engine>,
    service: &Service,
    received: &Received<'_>,
    now: Option<i64>,
    facts: &Facts<'_>,
) -> Response {
    let mut headers = Vec::new();
    let reply = match service.target(received.path) {
        None => Fault::new(404, "there is nothing here").reply(),
        Some(Target::Metadata) if received.method == "GET" => {
            headers.push(("cache-control", METADATA_AGE.to_owned()));
            service.metadata()
        }
        Some(Target::Endpoint(endpoint)) if received.method == "POST" => {
            reply(engine, service, endpoint, received, now, facts)
        }
        Some(target) => {
            let allowed = match target {
                Target::Metadata => "GET",
                Target::Endpoint(_) => "POST",
            };
            headers.push(("allow", allowed.to_owned()));
            Fault::new(405, ["use ", allowed].concat()).reply()
        }
    };
    let media_type = if reply.status == 200 {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    headers.push(("content-type", media_type.to_owned()));
    if !headers.iter().any(|(name, _)| *name == "cache-control") {
        headers.push(("cache-control", "no-store".to_owned()));
    }
    if let Some(id) = received.request_id {
        headers.push(("x-request-id", id.to_owned()));
    }
    if let Some(engine) = engine {
        let version = engine.snapshot.head().version.to_string();
        headers.push(("x-keyrack-policy-version", version));
    }
    Response {
        status: reply.status,
        headers,
        body: reply.body,
        spent: reply.spent,
        decided: reply.decided,
    }
}

fn reply(
    engine: Option<&Engine>,
    service: &Service,
    endpoint: Endpoint,
    received: &Received<'_>,
    now: Option<i64>,
    facts: &Facts<'_>,
) -> Reply {
    if !received.content_type.is_some_and(is_json) {
        return Fault::bad("the body has to be application/json").reply();
    }
    let Some(engine) = engine else {
        return Fault::new(503, "there is no policy in force").reply();
    };
    answer(engine, service, endpoint, received.body, now, facts)
}

/// Whether a media type is JSON, in the one encoding that JSON has.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_type = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    is_type
        && parts.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = value.trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset") || value.eq_ignore_ascii_case("utf-8")
        })
}
