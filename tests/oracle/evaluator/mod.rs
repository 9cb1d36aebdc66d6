//! A second evaluator, as plain as prose. Written from `docs/semantics.md` and the policy document
//! alone; it shares no evaluation with the engine and is in no hurry.

mod administration;
mod approval;
mod candidate;
mod facts;
mod field;
mod policy;
mod shut;
mod width;

use keyrack::{
    decide::Request,
    policy::{
        document::{Demand, Member, MemberKind, MemberStatus, StepUp, Tier},
        time::Expiry,
    },
    snapshot::Overlay,
};
use serde::{Deserialize, Serialize};

use candidate::Reserve;
pub use facts::minutes_of_week;
pub use policy::Policy;

/// What the oracle answers.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Answer {
    pub outcome: String,
    pub reason: String,
    pub granted_by: Option<String>,
    /// Level and age; no age where the sign-in itself is too weak.
    pub step_up: Option<(u8, Option<u32>)>,
    /// Whose budgets, by name.
    pub reserve: Vec<(String, String)>,
    pub hidden: Vec<String>,
    pub log: bool,
}

/// What one principal may do, and what is still asked for it.
#[derive(Clone, Debug, Default)]
pub struct Right {
    by: String,
    asks: Asks,
    reserve: Vec<Reserve>,
}

/// What is asked of people. Nothing is level 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asks {
    step_up: StepUp,
    sign_in_level: u8,
    approval: bool,
}

impl Asks {
    /// The stricter of each.
    fn join(self, other: Self) -> Self {
        Self {
            step_up: stricter(self.step_up, other.step_up),
            sign_in_level: self.sign_in_level.max(other.sign_in_level),
            approval: self.approval || other.approval,
        }
    }
}

/// The highest level and the shortest age.
fn stricter(one: StepUp, other: StepUp) -> StepUp {
    if one.level == 0 || other.level == 0 {
        return if one.level == 0 { other } else { one };
    }
    StepUp {
        level: one.level.max(other.level),
        max_age: one.max_age.min(other.max_age),
    }
}

/// A reason to refuse.
type Refusal = &'static str;

/// One question, with everything that answers it.
pub struct Question<'d, 'r> {
    policy: &'d Policy<'d>,
    overlay: Option<&'d Overlay>,
    request: &'d Request<'r>,
    subject: &'d Member,
    scope: &'d str,
}

pub fn decide<'d>(
    policy: &'d Policy<'d>,
    overlay: Option<&'d Overlay>,
    request: &'d Request<'_>,
) -> Answer {
    let refused = |reason: Refusal| Answer {
        outcome: "deny".into(),
        reason: reason.into(),
        ..Answer::default()
    };
    // Step 1.
    if let Expiry::At(end) = policy.document.policy.expires
        && request.now.is_none_or(|now| now >= end.seconds)
    {
        return refused("snapshot_expired");
    }
    if policy.permission(&request.permission).is_none() {
        return refused("permission_unknown");
    }
    let scope = request.scope.as_deref().unwrap_or(policy.root());
    if !policy.knows_scope(scope) {
        return refused("scope_unknown");
    }
    let Some(subject) = policy.member(&request.subject) else {
        return refused("member_unknown");
    };
    let question = Question {
        policy,
        overlay,
        request,
        subject,
        scope,
    };
    question.answer().unwrap_or_else(refused)
}

impl<'d> Question<'d, '_> {
    fn answer(&self) -> Result<Answer, Refusal> {
        let permission = &*self.request.permission;
        let (own, actors) = self.rights(permission, true)?;
        let (visible, hidden) = self.field_groups();
        self.touched_fields(&visible, &hidden)?;
        let answer = Answer {
            granted_by: Some(own.by),
            ..Answer::default()
        };
        let asks = self
            .left(permission, own.asks)
            .join(self.left(permission, actors.asks));
        if asks.sign_in_level > 0 || asks.step_up.level > 0 {
            // The sign-in first: a proof does not lift it.
            let proof = (asks.step_up.level, Some(asks.step_up.max_age.seconds));
            return Ok(Answer {
                outcome: "step_up".into(),
                reason: "step_up_required".into(),
                step_up: Some(match asks.sign_in_level {
                    0 => proof,
                    level => (level, None),
                }),
                ..answer
            });
        }
        if asks.approval {
            if !self.request.approvals.is_empty() {
                return Err("approval_invalid");
            }
            return Ok(Answer {
                outcome: "approval".into(),
                reason: "approval_required".into(),
                ..answer
            });
        }
        let owner = self.subject.kind == MemberKind::Owner;
        let actor = self.request.actor.as_deref().unwrap_or_default();
        let ours = (own.reserve.iter()).map(|it| (self.subject.id.clone(), it.budget.clone()));
        let theirs = (actors.reserve.iter()).map(|it| (actor.to_owned(), it.budget.clone()));
        Ok(Answer {
            outcome: "allow".into(),
            reason: if owner { "owner" } else { "granted" }.into(),
            reserve: ours.chain(theirs).collect(),
            hidden,
            log: (self.policy).tiered(
                permission,
                &[Tier::Sensitive, Tier::Funds, Tier::Privileged],
            ),
            ..answer
        })
    }

    /// What of it is not met: the subject's and the actor's each by itself, for the outcome is the
    /// worse of the two.
    fn left(&self, permission: &str, asks: Asks) -> Asks {
        Asks {
            step_up: if self.proves(permission, asks.step_up) {
                StepUp::default()
            } else {
                asks.step_up
            },
            sign_in_level: if asks.sign_in_level > self.sign_in_level() {
                asks.sign_in_level
            } else {
                0
            },
            approval: asks.approval && !self.approved(permission),
        }
    }

    /// Steps 2 to 11: the subject's right and the actor's. The administration of the request is
    /// judged only where the permission is the one asked for.
    fn rights(&self, permission: &str, administration: bool) -> Result<(Right, Right), Refusal> {
        let own = self.judge(self.subject, permission)?;
        if administration {
            self.administration()?;
        }
        let Some(actor) = self.request.actor.as_deref() else {
            return Ok((own, Right::default()));
        };
        let actor = self.policy.member(actor).ok_or("member_unknown")?;
        if !matches!(actor.kind, MemberKind::App | MemberKind::Service) {
            return Err("delegation_denied");
        }
        Ok((own, self.judge(actor, permission)?))
    }

    /// Steps 2 to 10 for the subject or the actor.
    fn judge(&self, who: &'d Member, permission: &str) -> Result<Right, Refusal> {
        self.overlay_entries(who, permission)?;
        let owner = who.kind == MemberKind::Owner;
        match who.status {
            MemberStatus::Active => {}
            MemberStatus::Invited => return Err("member_invited"),
            MemberStatus::Suspended => return Err("member_suspended"),
            MemberStatus::Revoked => return Err("member_revoked"),
        }
        if !facts::valid(&who.valid, self.request.now) {
            return Err("member_outside_validity");
        }
        if owner {
            let mut asks = self.demands(permission, None);
            asks.approval = false;
            return Ok(Right {
                by: "owner".into(),
                asks,
                reserve: Vec::new(),
            });
        }
        if self.policy.owner_only(permission) {
            return Err("owner_only");
        }
        if self.policy.tiered(permission, &[Tier::NoDelegation])
            && (policy::is_outside(who) || self.request.actor.is_some())
        {
            return Err("delegation_denied");
        }
        if self.is_denied(who, permission, false) {
            return Err("denied_by_rule");
        }
        if self.policy.tiered(permission, &[Tier::Default]) {
            return Ok(Right {
                by: "default".into(),
                ..Right::default()
            });
        }
        let right = self.best_candidate(who, permission)?;
        self.own_training(who, permission)?;
        Ok(right)
    }

    /// What a permission asks of everyone. Without an amount no band is asked.
    fn demands(&self, permission: &str, amount: Option<(i64, Option<&str>)>) -> Asks {
        let own = self.policy.permission(permission).and_then(|it| it.step_up);
        let mut asks = Asks {
            step_up: own.unwrap_or_default(),
            ..Asks::default()
        };
        for demand in &self.policy.document.demands {
            if !self.concerns(demand, permission) {
                continue;
            }
            let asked = match (demand.above, amount) {
                (None, _) => true,
                (Some(above), Some((amount, currency))) => {
                    amount > above && demand.currency.as_deref() == currency
                }
                (Some(_), None) => false,
            };
            asks = asks.join(Asks {
                step_up: demand.step_up.filter(|_| asked).unwrap_or_default(),
                sign_in_level: demand.sign_in_level.unwrap_or(0),
                approval: demand.approval,
            });
        }
        asks
    }

    fn concerns(&self, demand: &Demand, permission: &str) -> bool {
        let named = demand.permission.as_deref();
        named.is_some_and(|named| self.policy.names(named, permission))
            || demand
                .tier
                .is_some_and(|tier| self.policy.tiered(permission, &[tier]))
    }

    /// The training that a permission asks of everyone.
    fn own_training(&self, who: &Member, permission: &str) -> Result<(), Refusal> {
        let demands = self.policy.document.demands.iter();
        let mut items = demands
            .filter(|it| self.concerns(it, permission))
            .flat_map(|it| &it.training);
        if items.all(|item| facts::training_done(who, item, self.request.now)) {
            Ok(())
        } else {
            Err("training_required")
        }
    }

    /// The level of the sign-in: told, or the highest that `acr` and `amr` are worth.
    fn sign_in_level(&self) -> u8 {
        let Some(auth) = &self.request.auth else {
            return 0;
        };
        let levels = &self.policy.document.levels;
        let of_acr = auth.acr.as_deref().and_then(|acr| levels.acr.get(acr));
        let of_amr = auth.amr.iter().filter_map(|amr| levels.amr.get(&**amr));
        let mapped = of_acr.into_iter().chain(of_amr).copied();
        mapped.chain(auth.level).max().unwrap_or(0)
    }

    /// Whether a proof of the subject meets a demand.
    fn proves(&self, permission: &str, demand: StepUp) -> bool {
        if demand.level == 0 {
            return true;
        }
        let (Some(auth), Some(now)) = (&self.request.auth, self.request.now) else {
            return false;
        };
        auth.proofs.iter().any(|proof| {
            *proof.subject == *self.subject.id
                && Some(&proof.session) == auth.session.as_ref()
                && *proof.permission == *permission
                && proof.level >= demand.level
                && proof.at <= now
                && now < proof.at + i64::from(demand.max_age.seconds)
        })
    }
}
