//! One of two policies that are compared.

use std::collections::BTreeMap;

use super::{Held, at, words};
use crate::decide::{self, Engine, Reason, Request};
use crate::query::{self, State};
use crate::snapshot::Damaged;
use crate::snapshot::model::{Holding, Member, MemberKind, Model, Terms};

/// The state of what only the time denies.
const NOT_NOW: &str = "not_now";

/// One of the two policies, with its names looked up.
pub(super) struct Side<'e> {
    engine: &'e Engine,
    pub(super) model: Model,
    pub(super) members: BTreeMap<String, u32>,
    pub(super) scopes: BTreeMap<String, u32>,
    pub(super) permissions: BTreeMap<String, u32>,
}

/// What each holding at its scopes says. Holdings that look alike from outside are joined.
pub(super) type Holdings = BTreeMap<(String, Vec<String>), Held>;

fn numbered<'n>(names: impl Iterator<Item = &'n String>) -> BTreeMap<String, u32> {
    names.cloned().zip(0..).collect()
}

impl<'e> Side<'e> {
    pub(super) fn new(engine: &'e Engine) -> Result<Self, Damaged> {
        let model = engine.snapshot.restore()?;
        Ok(Self {
            engine,
            members: numbered(model.members.iter().map(|it| &it.id)),
            scopes: numbered(model.scopes.iter().map(|it| &it.id)),
            permissions: numbered(model.permissions.iter().map(|it| &it.key)),
            model,
        })
    }

    /// By permission number; empty where member or scope are unknown.
    pub(super) fn states(
        &self,
        member: &str,
        scope: &str,
        now: Option<i64>,
    ) -> Result<Vec<State>, Damaged> {
        if !self.members.contains_key(member) || !self.scopes.contains_key(scope) {
            return Ok(Vec::new());
        }
        let request = self.request(member, scope, now);
        Ok(query::session(self.engine, &request)?.states())
    }

    /// How a permission is held; `None` where it is denied, and not for the time of day alone.
    pub(super) fn held(
        &self,
        states: &[State],
        (member, scope, permission): (&str, &str, &str),
        now: Option<i64>,
    ) -> Result<Option<Held>, Damaged> {
        let numbers = self.permissions.get(permission).zip(self.scopes.get(scope));
        let person = self.members.get(member);
        let person = person.and_then(|number| at(&self.model.members, *number));
        let (Some((number, place)), Some(person)) = (numbers, person) else {
            return Ok(None);
        };
        let Some(state) = at(states, *number) else {
            return Ok(None);
        };
        let speaking: Vec<&Terms> = self
            .reaching(person)
            .filter(|(terms, holding)| {
                terms.permissions.contains(number) && self.covers(holding, *place)
            })
            .map(|(terms, _)| terms)
            .collect();
        let mut state = state.code();
        if state == State::Denied.code() {
            let asked = self.request(member, scope, now);
            let asked = Request {
                permission: permission.into(),
                ..asked
            };
            if speaking.is_empty() || !is_denied_for_now(self.engine, &asked)? {
                return Ok(None);
            }
            state = NOT_NOW;
        }
        let mut conditions = Vec::new();
        if person.kind == MemberKind::Owner {
            conditions.push("owner".to_owned());
        } else if let [only] = speaking.as_slice() {
            // The parts of one assignment stand alone; of several, each keeps its own together.
            conditions = words::terms(&self.model, only, Some(*number));
        } else {
            let parts = |terms: &&Terms| words::terms(&self.model, terms, Some(*number)).join(", ");
            conditions.extend(speaking.iter().map(parts));
        }
        conditions.extend(words::demand(&self.model, *number));
        conditions.sort();
        conditions.dedup();
        Ok(Some(Held {
            state: state.to_owned(),
            conditions,
        }))
    }

    fn request<'q>(&self, member: &'q str, scope: &'q str, now: Option<i64>) -> Request<'q> {
        Request {
            subject: member.into(),
            scope: Some(scope.into()),
            now,
            ..Request::default()
        }
    }

    /// What a permission asks of everybody.
    pub(super) fn demand(&self, permission: &str) -> Held {
        let number = self.permissions.get(permission);
        let demand = number.and_then(|number| words::demand(&self.model, *number));
        Held {
            state: "held".to_owned(),
            conditions: demand.into_iter().collect(),
        }
    }

    fn covers(&self, holding: &Holding, scope: u32) -> bool {
        holding.scopes.iter().any(|top| {
            let end = at(&self.model.scopes, *top).map_or(0, |scope| scope.end);
            *top <= scope && scope < end
        })
    }

    /// Everything that reaches a member: its own, its groups' and its organisation's.
    fn reaching<'s>(
        &'s self,
        member: &'s Member,
    ) -> impl Iterator<Item = (&'s Terms, &'s Holding)> {
        let model = &self.model;
        let groups = member.groups.iter().filter_map(|it| at(&model.groups, *it));
        let firm = member
            .organisation
            .and_then(|it| at(&model.organisations, it));
        let holders = groups.chain(firm).flat_map(|holder| &holder.holdings);
        let holdings = member.holdings.iter().chain(holders);
        holdings.filter_map(|it| Some((at(&model.terms, it.terms)?, it)))
    }

    /// What a member holds and is, in words.
    pub(super) fn holdings(&self, member: &str) -> Holdings {
        let mut holdings = Holdings::new();
        let number = self.members.get(member);
        let Some(member) = number.and_then(|number| at(&self.model.members, *number)) else {
            return holdings;
        };
        let mut add = |what: String, scopes: Vec<String>, mut conditions: Vec<String>| {
            let held = holdings.entry((what, scopes)).or_insert_with(|| Held {
                state: "held".to_owned(),
                conditions: Vec::new(),
            });
            held.conditions.append(&mut conditions);
            held.conditions.sort();
        };
        add(
            "standing".to_owned(),
            Vec::new(),
            words::standing(&self.model, member),
        );
        for (terms, holding) in self.reaching(member) {
            let name = |scope: &u32| at(&self.model.scopes, *scope).map(|it| it.id.clone());
            let mut conditions = words::permissions(&self.model, terms);
            conditions.extend(words::terms(&self.model, terms, None));
            let scopes = holding.scopes.iter().filter_map(name).collect();
            add(words::name(terms), scopes, conditions);
        }
        holdings
    }
}

/// Whether it is the time alone that denies it.
fn is_denied_for_now(engine: &Engine, request: &Request<'_>) -> Result<bool, Damaged> {
    let reason = decide::decide(engine, request)?.reason;
    Ok(matches!(
        reason,
        Reason::GrantOutsideValidity | Reason::MemberOutsideValidity | Reason::OutsideHours
    ))
}
