//! What a decision point says of itself.

use alloc::string::String;

use serde::Serialize;

use super::{Endpoint, Reply, Service, answer::OBLIGATION_TYPES};

/// Only what there is: an endpoint that is left out is not supported.
#[derive(Debug, Serialize)]
struct Metadata<'s> {
    policy_decision_point: &'s str,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    search_subject_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_resource_endpoint: Option<String>,
    search_action_endpoint: String,
    supported_obligations: [&'static str; 2],
}

impl Service {
    /// The metadata document.
    #[must_use]
    pub fn metadata(&self) -> Reply {
        let address = |endpoint: Endpoint| [&*self.identifier, endpoint.path()].concat();
        Reply::json(&Metadata {
            policy_decision_point: &self.identifier,
            access_evaluation_endpoint: address(Endpoint::Evaluation),
            access_evaluations_endpoint: address(Endpoint::Evaluations),
            search_subject_endpoint: address(Endpoint::SearchSubject),
            search_resource_endpoint: self
                .searches_records
                .then(|| address(Endpoint::SearchResource)),
            search_action_endpoint: address(Endpoint::SearchAction),
            supported_obligations: OBLIGATION_TYPES,
        })
    }
}
