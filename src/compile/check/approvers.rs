//! Soft limits are of use only where somebody can approve up to the hard one.

use std::collections::{HashMap, HashSet};

use super::Check;
use crate::compile::lower::grants::HolderRef;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::Assignment;
use crate::snapshot::model::{Limit, MemberKind, MemberStatus, PermissionFlags};

/// A measured permission in one currency.
type Measured<'l> = (u32, Option<&'l str>);

/// Members who may approve, and up to which amount, by the scope they hold it at.
#[derive(Default)]
struct Approvers<'l> {
    givers: HashMap<u32, HashSet<u32>>,
    ceilings: HashMap<Measured<'l>, HashMap<u32, Vec<(u32, i64)>>>,
}

/// Who approves up to an amount at a scope: two are enough to know whether one is left.
type Known<'l> = HashMap<(Measured<'l>, i64, u32), Vec<u32>>;

impl<'c> Check<'c, '_> {
    pub(super) fn approvers(&mut self) {
        let approvers = self.approver_index();
        let lowered = self.lowered;
        let mut known = Known::new();
        // One finding for a scope and a ceiling, however many assignments want it.
        let mut told: HashSet<(Measured<'_>, i64, u32)> = HashSet::new();
        let document = self.world.document;
        for (i, placed) in lowered.assignments.iter().enumerate() {
            let Some(terms) = lowered.model.terms.get(widen(placed.terms)) else {
                continue;
            };
            let holder = match placed.holder {
                Some(HolderRef::Member(at)) => Some(at),
                _ => None,
            };
            for limit in &terms.limits {
                let Some((max, wanted)) = soft(limit) else {
                    continue;
                };
                let lacking = placed.scopes.iter().find(|scope| {
                    let key = (wanted, max, **scope);
                    let found = known
                        .entry(key)
                        .or_insert_with(|| self.approving(&approvers, key));
                    !found.iter().any(|member| Some(*member) != holder)
                });
                if let (Some(scope), Some(written)) = (lacking, document.assignments.get(i))
                    && told.insert((wanted, max, *scope))
                {
                    self.lacking(i, written, limit, *scope);
                }
            }
        }
    }

    fn approver_index(&self) -> Approvers<'c> {
        let lowered = self.lowered;
        let mut wanted: HashSet<Measured<'_>> = HashSet::new();
        for terms in &lowered.model.terms {
            let limits = terms.limits.iter().filter_map(soft);
            wanted.extend(limits.map(|(_, wanted)| wanted));
        }
        let mut approvers = Approvers::default();
        if wanted.is_empty() {
            return approvers;
        }
        for (position, member) in (0..).zip(&lowered.model.members) {
            if member.kind == MemberKind::Owner || member.status != MemberStatus::Active {
                continue;
            }
            for way in lowered.grants(member) {
                let permissions = &self.world.permissions;
                let gives = way.terms.permissions.iter().any(|at| {
                    permissions
                        .flags(widen(at))
                        .has(PermissionFlags::GIVES_APPROVAL)
                });
                for scope in &way.holding.scopes {
                    if gives {
                        approvers.givers.entry(*scope).or_default().insert(position);
                    }
                    for (measured, ceiling) in ceilings(&way.terms.limits, &wanted) {
                        let by_scope = approvers.ceilings.entry(measured).or_default();
                        by_scope
                            .entry(*scope)
                            .or_default()
                            .push((position, ceiling));
                    }
                }
            }
        }
        approvers
    }

    /// Up to two members who may approve an amount at a scope.
    fn approving(
        &self,
        approvers: &Approvers<'_>,
        (measured, max, scope): (Measured<'_>, i64, u32),
    ) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let above = || std::iter::successors(Some(scope), |at| self.world.scopes.parent(*at));
        let Some(by_scope) = approvers.ceilings.get(&measured) else {
            return found;
        };
        for at in above() {
            for (member, ceiling) in by_scope.get(&at).into_iter().flatten() {
                let gives = || {
                    above().any(|at| {
                        let givers = approvers.givers.get(&at);
                        givers.is_some_and(|givers| givers.contains(member))
                    })
                };
                if *ceiling >= max && !found.contains(member) && gives() {
                    found.push(*member);
                    if found.len() == 2 {
                        return found;
                    }
                }
            }
        }
        found
    }

    fn lacking(&mut self, i: usize, written: &Assignment, limit: &Limit, scope: u32) {
        let key = self
            .world
            .permissions
            .key(widen(limit.permission))
            .to_owned();
        let scope = self.world.scopes.name(scope);
        let own = written.conditions.limits.iter().position(|it| {
            it.permission == key && it.currency == limit.currency && it.approve_above.is_some()
        });
        let finding = (
            codes::APPROVER_WITHOUT_CEILING,
            format!("at `{scope}` nobody but an owner can approve `{key}` up to the hard limit"),
            "give somebody there `approval.give` and the permission with a ceiling that reaches it"
                .to_owned(),
        );
        match own {
            Some(j) => {
                let path = at!["assignments", i, "conditions", "limits", j, "approve_above"];
                self.report.value(&path, finding);
            }
            None => self.report.value(&at!["assignments", i, "role"], finding),
        }
    }
}

/// The hard limit of one that asks for approvals below it.
fn soft(limit: &Limit) -> Option<(i64, Measured<'_>)> {
    let max = limit.max?;
    let asks = limit.approve_above.is_some_and(|soft| soft < max);
    asks.then_some((max, (limit.permission, limit.currency.as_deref())))
}

/// What a holder of limits may do alone, in each wanted currency.
fn ceilings<'l>(limits: &[Limit], wanted: &HashSet<Measured<'l>>) -> Vec<(Measured<'l>, i64)> {
    let mut found = Vec::new();
    for limit in limits {
        let of_permission = wanted.iter().filter(|it| it.0 == limit.permission);
        for measured in of_permission {
            if limit.max.is_none() {
                found.push((*measured, i64::MAX));
            } else if limit.currency.as_deref() == measured.1 {
                let alone = limit.approve_above.or(limit.max).unwrap_or(0);
                found.push((*measured, alone.min(limit.max.unwrap_or(alone))));
            }
        }
    }
    found
}
