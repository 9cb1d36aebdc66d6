//! Whether an act of administration is lawful.

use keyrack::{
    decide::request::{Proposal, ProposedHours},
    policy::document::{Assignment, Conditions, Measure, Member, MemberKind, PermissionKind, Tier},
};

use super::{
    Question, Refusal, facts,
    policy::{self, Keys},
    width::{
        Ceiling, approvals_kept, ceilings, networks_cover, proposed_layers, row_words, rows_cover,
    },
};

const DOORS: [&str; 3] = [
    "permission.grant",
    "grant.external.create",
    "grant.external.modify",
];

/// Whether proposed hours are hours: windows in one zone, each on days that there are.
fn are_hours(hours: &[ProposedHours<'_>]) -> bool {
    let same_zone = |it: &ProposedHours<'_>| it.zone == hours[0].zone;
    let on_days = |it: &ProposedHours<'_>| {
        !it.days.is_empty() && it.days.iter().all(|day| (1..=7).contains(day))
    };
    let timed = |it: &ProposedHours<'_>| {
        [&it.from, &it.to]
            .map(|at| facts::minutes(at))
            .map(|at| at.is_some())
            == [true; 2]
    };
    !hours.is_empty()
        && hours
            .iter()
            .all(|it| same_zone(it) && on_days(it) && timed(it))
}

impl Question<'_, '_> {
    pub fn administration(&self) -> Result<(), Refusal> {
        let member = self.request.member.as_deref().filter(|_| self.writes());
        let lawful = member.is_none_or(|it| self.may_act_on(it))
            && (self.request.assignment.as_ref()).is_none_or(|it| self.may_assign(it));
        if lawful {
            Ok(())
        } else {
            Err("delegation_denied")
        }
    }

    fn writes(&self) -> bool {
        let asked = self.policy.permission(&self.request.permission);
        asked.is_some_and(|it| it.kind == PermissionKind::Write)
    }

    fn may_act_on(&self, id: &str) -> bool {
        let Some(member) = self.policy.member(id) else {
            return false;
        };
        member.id != self.subject.id && self.outranks(member)
    }

    /// Owners outrank everybody else, and nobody outranks an owner.
    fn outranks(&self, member: &Member) -> bool {
        member.kind != MemberKind::Owner
            && (self.subject.kind == MemberKind::Owner
                || self.policy.rank(member) < self.policy.rank(self.subject))
    }

    fn may_assign(&self, proposal: &Proposal<'_>) -> bool {
        let policy = self.policy;
        let document = policy.document;
        let grantees: Vec<&Member> =
            match (&proposal.member, &proposal.group, &proposal.organisation) {
                (Some(id), None, None) => match policy.member(id) {
                    Some(member) => vec![member],
                    None => return false,
                },
                (None, Some(id), None) if document.groups.iter().any(|it| *it.id == **id) => {
                    let members = document.members.iter();
                    members
                        .filter(|it| it.groups.iter().any(|group| **group == **id))
                        .collect()
                }
                (None, None, Some(id))
                    if document.organisations.iter().any(|it| *it.id == **id) =>
                {
                    let members = document.members.iter();
                    members
                        .filter(|it| it.organisation.as_deref() == Some(id))
                        .collect()
                }
                _ => return false,
            };
        // Whom nobody is in has no rank, which is the lowest.
        let ranked = self.subject.kind == MemberKind::Owner || self.policy.rank(self.subject) > 0;
        let lower = |it: &&Member| it.id != self.subject.id && self.outranks(it);
        if !grantees.iter().all(lower) || grantees.is_empty() && !ranked {
            return false;
        }
        let key = &*self.request.permission;
        if !DOORS.contains(&key) {
            // A permission that only reads, or that everybody holds, gives and takes nothing.
            return self.writes() && !self.policy.tiered(key, &[Tier::Default]);
        }
        let outside =
            proposal.organisation.is_some() || grantees.iter().all(|it| policy::is_outside(it));
        let inside =
            proposal.organisation.is_none() && !grantees.iter().any(|it| policy::is_outside(it));
        if if key == "permission.grant" {
            !inside
        } else {
            !outside
        } {
            return false;
        }
        // Whom nobody is in yet counts as what the door is for.
        let Some(proposed) = self.sound_proposal(proposal, key != "permission.grant") else {
            return false;
        };
        self.subject.kind == MemberKind::Owner || self.holds_as_much(proposal, &proposed)
    }

    /// What a proposal that may be issued at all would give.
    fn sound_proposal(&self, proposal: &Proposal<'_>, outside: bool) -> Option<Keys> {
        let policy = self.policy;
        let named = || proposal.permissions.iter().map(|it| &**it);
        let role = proposal.role.as_deref();
        if !named().all(|key| policy.permission(key).is_some())
            || role.is_some_and(|role| policy.role(role).is_none())
        {
            return None;
        }
        let keys = policy.holds(role, named());
        let valid = proposal.valid;
        let conditions = &proposal.conditions;
        let networks = policy.document.networks.iter();
        let known: Vec<&str> = networks.map(|it| it.id.as_str()).collect();
        let sound = ![keys.is_empty(), proposal.scopes.is_empty()].contains(&true)
            && proposal.scopes.iter().all(|it| policy.knows_scope(it))
            && (valid.from.zip(valid.to)).is_none_or(|(from, to)| from < to)
            && !(outside && valid.to.is_none())
            && !keys.iter().any(|key| policy.owner_only(key))
            && !(outside
                && keys
                    .iter()
                    .any(|key| policy.tiered(key, &[Tier::NoDelegation])))
            && conditions.hours.as_deref().is_none_or(are_hours)
            && (conditions.networks.as_ref()).is_none_or(|names| {
                !names.is_empty() && names.iter().all(|it| known.contains(&&**it))
            })
            && row_words(conditions.rows.as_deref()).is_some()
            && keys.iter().all(|key| self.has_sane_limits(proposal, key));
        sound.then_some(keys)
    }

    fn has_sane_limits(&self, proposal: &Proposal<'_>, key: &str) -> bool {
        let Some(measure) = self.policy.permission(key).and_then(|it| it.measure) else {
            return true;
        };
        let ceilings = proposed_layers(self.policy, proposal, key);
        let sane = |it: &Ceiling<'_>| {
            let fits = (measure == Measure::Money) == it.currency.is_some();
            fits && 0 <= it.soft && it.soft <= it.hard && facts::sound(Some(it.hard)).is_some()
        };
        !ceilings.is_empty()
            && ceilings
                .iter()
                .all(|layer| layer.as_ref().is_none_or(|it| it.iter().all(sane)))
    }

    /// Whether the grantor holds the door and all that is proposed, at least as wide.
    fn holds_as_much(&self, proposal: &Proposal<'_>, proposed: &Keys) -> bool {
        let policy = self.policy;
        let door = &*self.request.permission;
        let aside = |key: &&str| !policy.tiered(key, &[Tier::Default]);
        let keys = proposed.iter().map(String::as_str).filter(aside);
        let mut pairs = proposal.scopes.iter().flat_map(|scope| {
            let keys = keys.clone().chain([door]);
            keys.map(move |key| (key, &**scope))
        });
        pairs.all(|(key, scope)| {
            self.own_training(self.subject, key).is_ok()
                && !self.touched_by_denial(key, scope)
                && (self.assignments(self.subject, key).into_iter())
                    .any(|it| self.is_as_wide(it, (proposal, proposed), key, scope))
        })
    }

    fn touched_by_denial(&self, key: &str, scope: &str) -> bool {
        let policy = self.policy;
        let mut denials = self.denials(self.subject, key);
        denials.any(|denial| {
            let over =
                (denial.valid.to.zip(self.request.now)).is_some_and(|(to, now)| now >= to.seconds);
            let below = denial
                .scopes
                .iter()
                .any(|it| policy.upwards(it).contains(&scope));
            !over && (below || policy.covers(&denial.scopes, scope))
        })
    }

    fn is_as_wide(
        &self,
        own: &Assignment,
        (proposal, proposed): (&Proposal<'_>, &Keys),
        key: &str,
        scope: &str,
    ) -> bool {
        let policy = self.policy;
        let Some(own) = policy
            .document
            .assignments
            .iter()
            .find(|it| std::ptr::eq(*it, own))
        else {
            return false;
        };
        let layers = policy.conditions(own);
        let early = policy.tiered(key, &[Tier::Sensitive, Tier::Personal]);
        let mut ends: Vec<i64> = [own.valid.to, self.subject.valid.to]
            .into_iter()
            .flatten()
            .map(|it| it.seconds)
            .collect();
        if early {
            ends.extend(
                layers
                    .iter()
                    .filter_map(|it| it.sensitive_to)
                    .map(|it| it.seconds),
            );
        }
        let long = |end: &i64| proposal.valid.to.is_some_and(|to| to <= *end);
        let now = self.request.now;
        let trained = |item: &String| facts::training_done(self.subject, item, now);
        policy.covers(&own.scopes, scope)
            && self.valid_now(self.subject, own, key)
            && ends.iter().all(long)
            && layers.iter().all(|own| own.training.iter().all(trained))
            // The door itself is held, not passed on.
            && (!proposed.contains(key)
                || layers.iter().all(|own| {
                    rows_cover(&layers, own, proposal)
                        && self.hours_cover(own, proposal, scope)
                        && networks_cover(own, proposal)
                        && approvals_kept(policy, own, proposal, key)
                }))
            && (!proposed.contains(key) || self.limits_cover(&layers, proposal, key))
    }

    fn hours_cover(&self, own: &Conditions, proposal: &Proposal<'_>, scope: &str) -> bool {
        let Some(own) = &own.hours else { return true };
        let at_scope = self.policy.zone_at(scope);
        let own_zone = facts::zone_of(own, at_scope);
        let windows = own
            .iter()
            .map(|it| (it.days.as_slice(), &*it.from, &*it.to));
        let own = facts::minutes_of_week(windows).expect("hours of a document");
        let mut week = vec![true; own.len()];
        let mut restricted = false;
        let mut restrict = |zone: Option<&str>, minutes: Option<Vec<bool>>| {
            let Some(minutes) = minutes.filter(|_| zone == own_zone) else {
                return false;
            };
            restricted = true;
            for (at, minute) in week.iter_mut().zip(minutes) {
                *at &= minute;
            }
            true
        };
        if let Some(hours) = &proposal.conditions.hours {
            let zone = hours.iter().find_map(|it| it.zone.as_deref()).or(at_scope);
            let windows = hours
                .iter()
                .map(|it| (it.days.as_slice(), &*it.from, &*it.to));
            if !restrict(zone, facts::minutes_of_week(windows)) {
                return false;
            }
        }
        restricted && week.iter().zip(&own).all(|(theirs, own)| !theirs || *own)
    }

    fn limits_cover(&self, own: &[&Conditions], proposal: &Proposal<'_>, key: &str) -> bool {
        if self
            .policy
            .permission(key)
            .is_none_or(|it| it.measure.is_none())
        {
            return true;
        }
        let own: Vec<_> = own
            .iter()
            .filter_map(|it| ceilings(self.policy, it, key))
            .collect();
        let proposed = proposed_layers(self.policy, proposal, key);
        !own.is_empty()
            && own.iter().flatten().all(|own| {
                // Every currency that is proposed in all its layers, in one of them as narrow.
                proposed.iter().flatten().any(|layer| {
                    layer.iter().all(|it| {
                        own.iter().any(|own| {
                            it.currency == own.currency
                                && it.soft <= own.soft
                                && it.hard <= own.hard
                        })
                    })
                })
            })
    }
}
