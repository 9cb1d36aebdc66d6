//! The OpenID AuthZEN Authorization API 1.0: bodies in, bodies out.
//!
//! Everything here is a function of the policy in force, the body, the clock and what the host
//! knows. HTTP stands in [`http`], as values; sockets, stores and randomness are the host's.

mod answer;
mod ask;
mod consent;
pub mod decided;
mod evaluate;
pub mod facts;
pub mod http;
pub mod json;
mod metadata;
mod page;
mod question;
mod search;
pub mod service;

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde::Serialize;

use crate::{decide::Engine, snapshot::Damaged};

pub use decided::Decided;
pub use facts::Facts;
pub use service::Service;

use json::Object;
use question::Sources;

/// The largest body of one question, in bytes.
const MAX_BODY_BYTES: usize = 64 * 1_024;
/// The largest body of many questions, in bytes.
const MAX_BATCH_BYTES: usize = 1_024 * 1_024;

/// What can be asked for with a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Endpoint {
    /// One decision.
    Evaluation,
    /// Many decisions.
    Evaluations,
    /// Who may.
    SearchSubject,
    /// On what.
    SearchResource,
    /// Doing what.
    SearchAction,
}

impl Endpoint {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Evaluation,
        Self::Evaluations,
        Self::SearchSubject,
        Self::SearchResource,
        Self::SearchAction,
    ];

    /// Its path after the identifier.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Evaluation => "/access/v1/evaluation",
            Self::Evaluations => "/access/v1/evaluations",
            Self::SearchSubject => "/access/v1/search/subject",
            Self::SearchResource => "/access/v1/search/resource",
            Self::SearchAction => "/access/v1/search/action",
        }
    }

    /// The largest body that is read, in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Evaluations => MAX_BATCH_BYTES,
            _ => MAX_BODY_BYTES,
        }
    }
}

/// What goes back: JSON with status 200, else a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// JSON where the status is 200, plain text otherwise.
    pub body: Vec<u8>,
    /// Consents that the host has to mark as spent before the answer leaves.
    pub spent: Vec<String>,
    /// What evaluations decided, for the host's log; searches decide nothing.
    pub decided: Vec<Decided>,
}

impl Reply {
    fn json(value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self {
                status: 200,
                body,
                spent: Vec::new(),
                decided: Vec::new(),
            },
            Err(_) => Fault::internal().reply(),
        }
    }

    fn settling<'i>(self, spent: impl IntoIterator<Item = &'i str>, decided: Vec<Decided>) -> Self {
        Self {
            spent: spent.into_iter().map(str::to_owned).collect(),
            decided,
            ..self
        }
    }
}

/// A request that cannot be answered, in words for whoever reads the caller's log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// The status of HTTP.
    pub status: u16,
    /// What is wrong; its text may change.
    pub message: String,
}

impl Fault {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    fn internal() -> Self {
        Self::new(500, "the policy in force cannot be read")
    }

    fn reply(self) -> Reply {
        Reply {
            status: self.status,
            body: self.message.into_bytes(),
            spent: Vec::new(),
            decided: Vec::new(),
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Failed {
    /// The caller's fault.
    Caller(Fault),
    /// Ours; nobody may act on it.
    Engine,
}

impl Failed {
    fn fault(self) -> Fault {
        match self {
            Self::Caller(fault) => fault,
            Self::Engine => Fault::internal(),
        }
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Caller(fault)
    }
}

impl From<Damaged> for Failed {
    fn from(_: Damaged) -> Self {
        Self::Engine
    }
}

/// Answers a body. The same engine, facts and clock give the same answer; `now` in unix seconds.
#[must_use]
pub fn answer(
    engine: &Engine,
    service: &Service,
    endpoint: Endpoint,
    body: &[u8],
    now: Option<i64>,
    facts: &Facts<'_>,
) -> Reply {
    let sources = Sources {
        engine,
        service,
        facts,
        now,
    };
    try_answer(sources, endpoint, body).unwrap_or_else(|failed| failed.fault().reply())
}

fn try_answer(sources: Sources<'_>, endpoint: Endpoint, body: &[u8]) -> Result<Reply, Failed> {
    if endpoint == Endpoint::SearchResource && !sources.service.searches_records {
        return Err(Fault::new(404, "resources cannot be searched here").into());
    }
    if body.len() > endpoint.max_bytes() {
        return Err(Fault::new(413, "the body is too large").into());
    }
    let body = Object::read(body)?;
    match endpoint {
        Endpoint::Evaluation => sources.evaluation(&body),
        Endpoint::Evaluations => sources.evaluations(&body),
        Endpoint::SearchSubject => sources.subjects(&body),
        Endpoint::SearchResource => sources.resources(&body),
        Endpoint::SearchAction => sources.actions(&body),
    }
}
