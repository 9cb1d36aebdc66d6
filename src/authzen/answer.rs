//! What a decision says to a caller.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use serde::Serialize;

use crate::{
    decide::{Engine, Outcome, Reason, Request},
    ffi::{
        self,
        decision::{Missing, Obligation as Due, StepUp},
    },
    snapshot::{Damaged, cursor::Cursor, layout::Section},
};

use super::{consent::Presented, decided};

/// The types of obligation that are ever sent.
pub(super) const OBLIGATION_TYPES: [&str; 2] = ["step-up", CUSTOM];
/// Why there is no permit where the caller could not carry out what it hangs on.
const UNSUPPORTED: &str = "obligation_unsupported";
/// The type of those that only the policy's own terms describe.
pub(super) const CUSTOM: &str = "custom";

/// One answer, as it stands alone or in a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Answer {
    /// Whether the subject may.
    pub decision: bool,
    /// More; a bare yes has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// The same for a log.
    #[serde(skip)]
    pub outcome: decided::Outcome,
}

/// What comes with a decision.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Context {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyrack_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr_values: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<ffi::decision::Fields>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

/// Why an item of a batch could not be decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Error {
    status: u16,
    message: String,
}

/// What a caller has to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Obligation {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    properties: Duty,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Duty {
    StepUp {
        acr_value: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        amr_values: Vec<String>,
    },
    Own(Due),
}

/// What an answer is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Audience<'a> {
    /// Whether the caller has declared that it carries out obligations of the policy's own.
    pub obliging: bool,
    /// Whether the host writes the decision record itself.
    pub logged: bool,
    /// The consent that was presented.
    pub presented: Presented<'a>,
    /// What the evaluation is called.
    pub evaluation_id: Option<&'a str>,
}

impl Answer {
    /// An item of a batch that could not be decided.
    pub fn failed(status: u16, message: String) -> Self {
        Self {
            decision: false,
            context: Some(Context {
                error: Some(Error { status, message }),
                ..Context::default()
            }),
            ..Self::default()
        }
    }

    /// What a decision says.
    ///
    /// # Errors
    /// If the snapshot is damaged where a name stands.
    pub fn of(
        engine: &Engine,
        request: &Request<'_>,
        decision: &crate::decide::Decision,
        audience: &Audience<'_>,
    ) -> Result<Self, Damaged> {
        let told = ffi::Decision::of(engine, request, decision)?;
        let mut outcome = decided::Outcome {
            outcome: decision.outcome.code(),
            reason: decision.reason.code(),
            obligations: told.obligations.iter().map(decided::kind_of).collect(),
        };
        let obligations = own_obligations(told.obligations, audience.logged);
        if decision.outcome == Outcome::Allow && obligations.is_empty() {
            return Ok(Self {
                decision: true,
                context: None,
                outcome,
            });
        }
        let mut context = Context {
            policy_version: Some(told.policy_version),
            evaluation_id: audience.evaluation_id.map(str::to_owned),
            ..Context::default()
        };
        if decision.outcome == Outcome::Allow {
            context.obligations = obligations;
            context.fields = told.fields;
            if !audience.obliging {
                context.reason = Some(UNSUPPORTED.to_owned());
                outcome.outcome = Outcome::Deny.code();
                outcome.reason = UNSUPPORTED;
            }
        } else {
            context.blame(decision.outcome, decision.reason, audience.presented);
            let Missing { step_up, .. } = told.missing.unwrap_or_default();
            if let Some(demand) = step_up.filter(|_| decision.outcome == Outcome::StepUp) {
                context.challenge(engine, &demand)?;
            }
        }
        Ok(Self {
            decision: decision.outcome == Outcome::Allow && audience.obliging,
            context: Some(context),
            outcome,
        })
    }

    /// A refusal for a reason that no decision gave.
    pub fn refused(engine: &Engine, reason: Reason, audience: &Audience<'_>) -> Self {
        let mut context = Context {
            policy_version: Some(engine.snapshot.head().version),
            evaluation_id: audience.evaluation_id.map(str::to_owned),
            ..Context::default()
        };
        context.blame(Outcome::Deny, reason, audience.presented);
        Self {
            decision: false,
            context: Some(context),
            outcome: decided::Outcome {
                outcome: Outcome::Deny.code(),
                reason: reason.code(),
                obligations: Vec::new(),
            },
        }
    }
}

impl Context {
    /// Why not. Where a consent was presented, in the words of the access request profile.
    fn blame(&mut self, outcome: Outcome, reason: Reason, presented: Presented<'_>) {
        let code = match presented.blame(outcome, reason) {
            None => reason.code(),
            Some(blame) => {
                self.keyrack_reason = Some(reason.code());
                self.next_action = Some(blame.next_action);
                self.retry_after = blame.retry_after;
                blame.reason
            }
        };
        self.reason = Some(code.to_owned());
    }

    /// What a second verification has to reach: the first choice as an obligation, all of it here.
    fn challenge(&mut self, engine: &Engine, demand: &StepUp) -> Result<(), Damaged> {
        let (mut contexts, methods) = reaching(engine, demand.level)?;
        if contexts.is_empty() {
            contexts.push(format!("urn:keyrack:level:{}", demand.level));
            if !methods.is_empty() {
                self.amr_values = Some(methods.join(" "));
            }
        }
        let first = contexts.first().cloned().unwrap_or_default();
        let mapped = self.amr_values.is_none();
        self.acr_values = Some(contexts.join(" "));
        self.max_age = demand.max_age;
        self.obligations = vec![Obligation {
            id: "step-up".to_owned(),
            kind: "step-up",
            properties: Duty::StepUp {
                acr_value: first,
                amr_values: if mapped { Vec::new() } else { methods },
            },
        }];
        Ok(())
    }
}

/// The values of `acr` and of `amr` that the policy counts as at least this level, the lowest level
/// first.
fn reaching(engine: &Engine, wanted: u8) -> Result<(Vec<String>, Vec<String>), Damaged> {
    let snapshot = &engine.snapshot;
    let levels = snapshot.table(Section::Levels);
    let (mut contexts, mut methods) = (Vec::new(), Vec::new());
    for number in 0..levels.count()? {
        let mut record = Cursor(levels.record(number)?);
        let (is_amr, level, value) = (record.byte()? != 0, record.byte()?, record.number()?);
        if level < wanted {
            continue;
        }
        let list = if is_amr { &mut methods } else { &mut contexts };
        list.push((level, snapshot.name(value)?.to_owned()));
    }
    let values = |mut list: Vec<(u8, String)>| {
        list.sort();
        list.into_iter().map(|(_, value)| value).collect()
    };
    Ok((values(contexts), values(methods)))
}

/// What the caller has to do for an allow to stand.
fn own_obligations(due: Vec<Due>, logged: bool) -> Vec<Obligation> {
    let mut obligations = Vec::new();
    for duty in due {
        let id = match &duty {
            Due::Log if logged => continue,
            Due::Log => "log".to_owned(),
            Due::MaskFields { .. } => "mask_fields".to_owned(),
            Due::ReserveBudget { .. } => {
                ["reserve_budget-", &obligations.len().to_string()].concat()
            }
        };
        obligations.push(Obligation {
            id,
            kind: CUSTOM,
            properties: Duty::Own(duty),
        });
    }
    obligations
}
