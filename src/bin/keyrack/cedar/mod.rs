//! A policy in Cedar's words, as far as Cedar has words for it.
//!
//! What cannot be said is left out so that Cedar refuses where Keyrack would ask, reserve or look at
//! a clock, never the other way round; each such place is listed.

mod conditions;
mod entities;
mod policies;
mod schema;
mod text;

use keyrack::snapshot::model::Model;
use serde::Serialize;
use serde_json::Value;

/// Facts of requests that the exported policies do not read.
pub(crate) const NOT_ASKED: [&str; 8] = [
    "actor",
    "approvals",
    "assignment",
    "auth.proofs",
    "fields",
    "member",
    "overlay",
    "usage",
];

/// The export.
#[derive(Debug)]
pub(crate) struct Cedar {
    /// Policies, as text.
    pub(crate) policies: String,
    /// Entities, as Cedar's JSON.
    pub(crate) entities: Vec<Value>,
    /// The schema, as text.
    pub(crate) schema: String,
    /// What is not in the policies.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Something that the policies do not say.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeftOut {
    /// `approval`, `budget`, `hours`, `step_up`, `training`.
    pub(crate) what: &'static str,
    /// The assignment or denial, or `everyone`.
    pub(crate) of: String,
    /// The permissions concerned. Cedar denies some or all of their uses that Keyrack allows.
    pub(crate) permissions: Vec<String>,
}

/// Exports a model.
pub(crate) fn export(model: &Model) -> Cedar {
    let (policies, left_out) = policies::policies(model);
    Cedar {
        policies,
        entities: entities::entities(model),
        schema: schema::schema(model),
        left_out,
    }
}
