//! One evaluation, and many in one request.

use alloc::{format, vec, vec::Vec};

use serde::Serialize;

use crate::decide::{self, Outcome, Reason, Request};

use super::{
    Failed, Fault, Reply,
    answer::{Answer, Audience, CUSTOM},
    ask::{Ask, Entity, Properties},
    consent::Presented,
    decided::Decided,
    facts::Record,
    json::{Json, Object},
    question::Sources,
};

/// The most evaluations in one request.
const MAX_ITEMS: usize = 1_000;

/// An answer, and the consent it was given for.
#[derive(Clone, Debug)]
pub(super) struct Judged<'j> {
    pub answer: Answer,
    /// What was asked of the policy.
    pub question: Request<'j>,
    /// The id of a consent without which the answer would be no.
    pub spent: Option<&'j str>,
}

impl<'s> Sources<'s> {
    /// Decides one question. `spent`: consents that are used up.
    pub fn judge(
        &self,
        ask: &Ask<'s>,
        record: Option<&'s Record<'s>>,
        evaluation_id: Option<&str>,
        spent: &[&str],
    ) -> Result<Judged<'s>, Failed> {
        let question = self.question(ask, record)?;
        let fresh = self.engine.snapshot.head().approval_fresh;
        let presented = Presented::find(ask.context, self.facts, spent, (self.now, fresh));
        let audience = Audience {
            obliging: carries_out_own_obligations(ask.context),
            logged: self.service.logs,
            presented,
            evaluation_id,
        };
        let mut used = None;
        let mut decision = decide::decide(self.engine, &question)?;
        let agreed = presented.join(&question);
        // Only where a consent is what is missing is one looked at, and so spent.
        let asked: &Request<'_> = match (&agreed, decision.outcome) {
            (Some(agreed), Outcome::Approval) => {
                decision = decide::decide(self.engine, agreed)?;
                used = presented.id();
                agreed
            }
            _ => &question,
        };
        let answer = if self.knows_as(ask.subject, decision.reason)? {
            Answer::of(self.engine, asked, &decision, &audience)?
        } else {
            Answer::refused(self.engine, Reason::MemberUnknown, &audience)
        };
        Ok(Judged {
            question,
            spent: used.filter(|_| answer.decision),
            answer,
        })
    }

    /// Whether the subject's type stands for the member's kind; what is refused before anybody is
    /// looked at stays as it is.
    fn knows_as(&self, subject: Entity<'_>, reason: Reason) -> Result<bool, Failed> {
        if matches!(
            reason,
            Reason::SnapshotExpired | Reason::PermissionUnknown | Reason::ScopeUnknown
        ) {
            return Ok(true);
        }
        Ok(self
            .engine
            .find(subject.id)?
            .is_some_and(|member| self.service.stands_for(subject.kind, member.profile.kind)))
    }

    /// Answers a request for one evaluation.
    pub fn evaluation(&self, body: &'s Object<'s>) -> Result<Reply, Failed> {
        let ask = Ask::read(body)?;
        let name = self.facts.evaluation_id.as_deref();
        let judged = self.answer(&ask, name, &[])?;
        let decided = Decided::of(&judged.question, &judged.answer, name);
        Ok(Reply::json(&judged.answer).settling(judged.spent, vec![decided]))
    }

    fn answer(
        &self,
        ask: &Ask<'s>,
        evaluation_id: Option<&str>,
        spent: &[&str],
    ) -> Result<Judged<'s>, Failed> {
        let record = self.facts.record(ask.resource.kind, ask.resource.id);
        self.judge(ask, record, evaluation_id, spent)
    }

    /// Answers a request for many evaluations, or for one where it lists none.
    pub fn evaluations(&self, body: &'s Object<'s>) -> Result<Reply, Failed> {
        let items = match body.find("evaluations") {
            None => return self.evaluation(body),
            Some(Json::Array(items)) if items.is_empty() => return self.evaluation(body),
            Some(Json::Array(items)) => items,
            Some(_) => return Err(Fault::bad("evaluations is not an array").into()),
        };
        if items.len() > MAX_ITEMS {
            return Err(Fault::bad("evaluations has too many items").into());
        }
        let stop = Stop::read(body)?;
        Ask::check_defaults(body)?;
        let mut batch = Batch::default();
        let mut spent: Vec<&str> = Vec::new();
        let mut decided = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let name = self.facts.evaluation_id.as_deref();
            let name = name.map(|name| format!("{name}.{place}"));
            let judged = Ask::read_item(body, item)
                .map_err(Failed::from)
                .and_then(|ask| self.answer(&ask, name.as_deref(), &spent));
            let (answer, erred) = match judged {
                Ok(judged) => {
                    spent.extend(judged.spent);
                    let name = name.as_deref();
                    decided.push(Decided::of(&judged.question, &judged.answer, name));
                    (judged.answer, false)
                }
                Err(failed) => {
                    let fault = failed.fault();
                    (Answer::failed(fault.status, fault.message), true)
                }
            };
            let ends = stop.ends(answer.decision, erred);
            batch.evaluations.push(answer);
            if ends {
                break;
            }
        }
        Ok(Reply::json(&batch).settling(spent, decided))
    }
}

/// Many answers, in the order of the questions.
#[derive(Debug, Default, Serialize)]
struct Batch {
    evaluations: Vec<Answer>,
}

/// When a batch ends before its last item.
#[derive(Clone, Copy, Debug)]
enum Stop {
    Never,
    AtDeny,
    AtPermit,
}

impl Stop {
    fn read(body: &Object<'_>) -> Result<Self, Fault> {
        let unknown = || Fault::bad("options.evaluations_semantic is not known");
        let options = match body.find("options") {
            None | Some(Json::Null) => return Ok(Self::Never),
            Some(Json::Object(options)) => options,
            Some(_) => return Err(Fault::bad("options is not an object")),
        };
        match options.find("evaluations_semantic") {
            None | Some(Json::Null) => Ok(Self::Never),
            Some(Json::String(name)) => match &**name {
                "execute_all" => Ok(Self::Never),
                "deny_on_first_deny" => Ok(Self::AtDeny),
                "permit_on_first_permit" => Ok(Self::AtPermit),
                _ => Err(unknown()),
            },
            Some(_) => Err(unknown()),
        }
    }

    const fn ends(self, decision: bool, erred: bool) -> bool {
        match self {
            Self::Never => false,
            Self::AtDeny => !decision || erred,
            Self::AtPermit => decision,
        }
    }
}

/// Whether the caller has declared that it carries out obligations of the policy's own. What is
/// never sent is not looked at.
fn carries_out_own_obligations(context: Properties<'_>) -> bool {
    match context.find("supported_obligations") {
        Some(Json::Array(types)) => types.iter().any(|one| match one {
            Json::String(name) => *name == CUSTOM,
            _ => false,
        }),
        _ => false,
    }
}
