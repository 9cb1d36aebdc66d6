//! What was decided, for whoever keeps a log: names that the policy knows, and codes.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde::Serialize;

use crate::{decide::request::Request, ffi::decision::Obligation as Due};

use super::answer::Answer;

/// One decision as it was answered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Decided {
    /// What the evaluation was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<String>,
    /// The question.
    pub asked: Asked,
    /// The answer.
    pub decision: Outcome,
}

/// A question, as far as a log tells it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Asked {
    /// Who.
    pub subject: String,
    /// Through whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// What for.
    pub permission: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// On which record.
    pub resource: Record,
}

/// A record.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Record {
    /// What kind it is, as the permission has it.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// Its id.
    pub id: String,
}

/// What was answered: a permit that the caller could not carry out is a denial.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Outcome {
    /// `allow`, `deny`, `step_up` or `approval`.
    pub outcome: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What has to be done for an allow to stand, whoever does it.
    pub obligations: Vec<Obligation>,
}

/// What has to be done, by its type alone.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Obligation {
    /// `log`, `mask_fields` or `reserve_budget`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

pub(super) const fn kind_of(due: &Due) -> Obligation {
    let kind = match due {
        Due::Log => "log",
        Due::MaskFields { .. } => "mask_fields",
        Due::ReserveBudget { .. } => "reserve_budget",
    };
    Obligation { kind }
}

impl Decided {
    pub(super) fn of(request: &Request<'_>, answer: &Answer, evaluation: Option<&str>) -> Self {
        let text = |text: &str| text.to_owned();
        let resource = request.resource.as_ref();
        Self {
            evaluation: evaluation.map(text),
            asked: Asked {
                subject: text(&request.subject),
                actor: request.actor.as_deref().map(text),
                permission: text(&request.permission),
                scope: request.scope.as_deref().map(text),
                resource: resource.map_or_else(Record::default, |one| Record {
                    resource_type: text(&one.resource_type),
                    id: text(&one.id),
                }),
            },
            decision: answer.outcome.clone(),
        }
    }
}
