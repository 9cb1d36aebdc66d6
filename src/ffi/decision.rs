//! The answer as plain data.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{
    decide::{self, Engine, Request, judge::By, window},
    snapshot::{Damaged, code::WindowKind, cursor::Cursor, layout::Section},
};

/// The answer to a request.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The caller's name for the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `allow`, `deny`, `step_up` or `approval`.
    pub outcome: String,
    /// The reason code.
    pub reason: String,
    /// The assignment that allows it, or `owner`, or `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<String>,
    /// What has to be asked of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// What the caller must do for an allow to stand.
    pub obligations: Vec<Obligation>,
    /// Field groups of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
    /// The next instant at which the answer could change by time alone, in unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<i64>,
    /// The version of the policy that answered.
    pub policy_version: u64,
}

/// What has to be asked of people.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// A second verification by the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_up: Option<StepUp>,
    /// Another member's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalDemand>,
}

/// A second verification.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepUp {
    /// 1 password, 2 one-time code, 3 passkey or hardware key.
    pub level: u8,
    /// The oldest proof that counts, in seconds. Absent where the sign-in itself has to be stronger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
}

/// Another member's consent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalDemand {
    /// For how many seconds a consent counts.
    pub fresh: u32,
}

/// What the caller must do for an allow to stand.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Obligation {
    /// Write a decision record.
    Log,
    /// Mask these field groups.
    MaskFields {
        /// By id, sorted.
        groups: Vec<String>,
    },
    /// Reserve the amount and one use in a budget before going on.
    ReserveBudget {
        /// The ledger's name for it.
        budget: String,
        /// Whose budget it is.
        member: String,
        /// `shift`, `day`, `week` or `month`.
        window: String,
        /// IANA time zone of the window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<String>,
        /// The first minute of the window that holds now, as local time: `2026-03-02T22:00`. Without
        /// it the local time cannot be told, and nothing can be reserved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The minute after its last, as local time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// ISO code, for money.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        currency: Option<String>,
        /// How much this request takes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<i64>,
        /// The most in one window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_amount: Option<i64>,
        /// The most uses in one window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_count: Option<i64>,
    },
}

/// Field groups of the record, by id, sorted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Fields {
    /// Shown.
    pub visible: Vec<String>,
    /// Masked.
    pub hidden: Vec<String>,
}

/// A window's name.
#[must_use]
pub const fn window_name(window: WindowKind) -> &'static str {
    match window {
        WindowKind::Shift => "shift",
        WindowKind::Day => "day",
        WindowKind::Week => "week",
        WindowKind::Month => "month",
    }
}

impl Decision {
    /// A decision in names.
    ///
    /// # Errors
    /// If the snapshot is damaged where a name stands.
    pub fn of(
        engine: &Engine,
        request: &Request<'_>,
        decision: &decide::Decision,
    ) -> Result<Self, Damaged> {
        let fields = match &decision.fields {
            Some(view) => Some(Fields {
                visible: group_ids(engine, &view.visible)?,
                hidden: group_ids(engine, &view.hidden)?,
            }),
            None => None,
        };
        Ok(Self {
            id: request.id.as_ref().map(|id| String::from(&**id)),
            outcome: decision.outcome.code().to_owned(),
            reason: decision.reason.code().to_owned(),
            granted_by: match decision.granted_by {
                None => None,
                Some(By::Ownership) => Some("owner".to_owned()),
                Some(By::Everyone) => Some("default".to_owned()),
                Some(By::Holding { terms, scopes }) => {
                    Some(super::grant_name(engine, terms, scopes)?)
                }
            },
            missing: missing(engine, decision),
            obligations: obligations(engine, request, decision, fields.as_ref())?,
            fields,
            holds_until: decision.holds_until,
            policy_version: engine.snapshot.head().version,
        })
    }
}

fn missing(engine: &Engine, decision: &decide::Decision) -> Option<Missing> {
    let lacks = decision.missing;
    let step_up = if lacks.sign_in_level != 0 {
        // A stronger sign-in first: a proof does not lift the level of the sign-in itself.
        Some(StepUp {
            level: lacks.sign_in_level,
            max_age: None,
        })
    } else if lacks.step_up.level != 0 {
        Some(StepUp {
            level: lacks.step_up.level,
            max_age: Some(lacks.step_up.max_age),
        })
    } else {
        None
    };
    let fresh = engine.snapshot.head().approval_fresh;
    let approval = lacks.approval.then_some(ApprovalDemand { fresh });
    (step_up.is_some() || approval.is_some()).then_some(Missing { step_up, approval })
}

fn group_ids(engine: &Engine, groups: &[u32]) -> Result<Vec<String>, Damaged> {
    let snapshot = &engine.snapshot;
    let id = |group: &u32| {
        Ok(String::from(
            snapshot.name(snapshot.field_group(*group)?.id)?,
        ))
    };
    groups.iter().map(id).collect()
}

/// Minutes of local time since 1970-01-01, written out.
fn local_time(minutes: i64) -> String {
    let date = window::date(minutes.div_euclid(24 * 60));
    let minute = minutes.rem_euclid(24 * 60);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.year,
        date.month,
        date.day,
        minute / 60,
        minute % 60
    )
}

fn obligations(
    engine: &Engine,
    request: &Request<'_>,
    decision: &decide::Decision,
    fields: Option<&Fields>,
) -> Result<Vec<Obligation>, Damaged> {
    let snapshot = &engine.snapshot;
    let name = |number| snapshot.name(number).map(String::from);
    let mut obligations = Vec::new();
    for due in &decision.budgets {
        let zone = match due.zone {
            Some(zone) => {
                let mut record = Cursor(snapshot.table(Section::Zones).record(zone)?);
                Some(name(record.number()?)?)
            }
            None => None,
        };
        let holder = request
            .actor
            .as_ref()
            .filter(|_| due.of_actor)
            .unwrap_or(&request.subject);
        obligations.push(Obligation::ReserveBudget {
            budget: name(due.id)?,
            member: String::from(&**holder),
            window: window_name(due.window).to_owned(),
            zone,
            from: due.span.map(|span| local_time(span.from)),
            to: due.span.map(|span| local_time(span.to)),
            currency: due.currency.map(name).transpose()?,
            amount: decision.amount,
            max_amount: due.amount,
            max_count: due.count,
        });
    }
    if let Some(fields) = fields.filter(|fields| !fields.hidden.is_empty()) {
        obligations.push(Obligation::MaskFields {
            groups: fields.hidden.clone(),
        });
    }
    if decision.log {
        obligations.push(Obligation::Log);
    }
    Ok(obligations)
}
