//! Separation of duty: what one member should not hold together in one scope.

use std::collections::{BTreeMap, HashMap};

use super::Check;
use super::rules::MAX_SET;
use crate::compile::bits::BitSet;
use crate::compile::number::{narrow, widen};
use crate::compile::report::at;
use crate::compile::ways::Way;
use crate::policy::codes;
use crate::policy::document::{SeparationPreset, Severity};
use crate::policy::{Step, suggest};
use crate::snapshot::model::{Member, MemberKind, Terms};

/// Items of a rule, as bits.
type Mask = u64;

/// What should not be held together.
#[derive(Debug)]
pub(super) struct Rule<'d> {
    pub(super) id: String,
    items: Items<'d>,
    too_many: u32,
    level: Severity,
    danger: &'d str,
    /// Its place among the document's sets.
    own: Option<usize>,
}

#[derive(Debug)]
enum Items<'d> {
    /// Each may stand for several, where a retired key is named.
    Permissions(Vec<(&'d str, BitSet)>),
    Roles(Vec<(&'d str, Option<usize>)>),
}

impl Rule<'_> {
    /// Whether a waiver means it.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let turned = name.split_once('+');
        self.id == name
            || self.own.is_none()
                && turned.is_some_and(|(left, right)| self.id == format!("{right}+{left}"))
    }

    fn item(&self, at: usize) -> &str {
        match &self.items {
            Items::Permissions(items) => items.get(at).map_or("", |(name, _)| name),
            Items::Roles(items) => items.get(at).map_or("", |(name, _)| name),
        }
    }
}

/// A way that gives items of a rule at one scope.
struct Entry<'l> {
    scope: u32,
    end: u32,
    mask: Mask,
    way: Way<'l>,
}

impl Entry<'_> {
    fn holds_at(&self, instant: i64) -> bool {
        self.way.terms.from.is_none_or(|from| from <= instant)
            && self.way.terms.to.is_none_or(|to| instant < to)
    }
}

/// What was found: for each item held, the way and the scope.
struct Breach<'l> {
    items: Vec<(usize, Way<'l>, u32)>,
}

impl<'c, 'd> Check<'c, 'd> {
    /// The shipped pairs where they are switched on, then the document's own sets.
    pub(super) fn separation_rules(&self) -> Vec<Rule<'c>> {
        let world = self.world;
        let document: &'c crate::policy::Document = world.document;
        let mut rules = Vec::new();
        if document.policy.separation == SeparationPreset::Default {
            for pair in &world.permissions.catalogue.separation {
                let items = pair.permissions.iter();
                rules.push(Rule {
                    id: pair.permissions.join("+"),
                    items: Items::Permissions(
                        items
                            .map(|name| (name.as_str(), world.permissions.meant(name)))
                            .collect(),
                    ),
                    too_many: 2,
                    level: pair.level,
                    danger: &pair.danger,
                    own: None,
                });
            }
        }
        for (i, set) in document.separation.iter().enumerate() {
            let permissions = set.permissions.iter();
            let roles = set.roles.iter();
            rules.push(Rule {
                id: set.id.clone(),
                items: if set.roles.is_empty() {
                    let named =
                        permissions.map(|name| (name.as_str(), world.permissions.meant(name)));
                    Items::Permissions(named.take(MAX_SET).collect())
                } else {
                    let named =
                        roles.map(|name| (name.as_str(), world.roles.position(name).map(widen)));
                    Items::Roles(named.take(MAX_SET).collect())
                },
                too_many: narrow(set.too_many.unwrap_or(2).max(2)),
                level: set.level,
                danger: set.danger.as_deref().unwrap_or(""),
                own: Some(i),
            });
        }
        rules
    }

    pub(super) fn separation(&mut self) {
        let rules = self.separation_rules();
        let masks = self.masks(&rules);
        let excepted = self.excepted(&rules);
        // One finding for a rule and the assignments that break it together, however many members
        // they reach.
        let mut found: BTreeMap<(usize, Vec<u32>), (Breach<'_>, &str, usize)> = BTreeMap::new();
        for (position, member) in self.lowered.model.members.iter().enumerate() {
            if member.kind == MemberKind::Owner {
                continue;
            }
            for rule_at in self.suspects(member, &rules, &masks) {
                let Some(rule) = rules.get(rule_at) else {
                    continue;
                };
                if excepted.contains(&(rule_at, position)) {
                    continue;
                }
                if let Some(breach) = self.breach(member, (rule_at, rule), &masks) {
                    let mut orders: Vec<u32> = breach
                        .items
                        .iter()
                        .map(|(_, way, _)| way.holding.order)
                        .collect();
                    orders.sort_unstable();
                    orders.dedup();
                    found
                        .entry((rule_at, orders))
                        .and_modify(|(_, _, more)| *more = more.saturating_add(1))
                        .or_insert((breach, &member.id, 0));
                }
            }
        }
        for ((rule_at, orders), (breach, member, more)) in found {
            if let Some(rule) = rules.get(rule_at) {
                self.breached(rule, &orders, &breach, (member, more));
            }
        }
    }

    /// For each terms, the rules they give items of.
    fn masks(&self, rules: &[Rule<'_>]) -> Vec<Vec<(usize, Mask)>> {
        let bit = |item: usize| 1_u64.wrapping_shl(narrow(item));
        let mut by_permission: HashMap<u32, Vec<(usize, Mask)>> = HashMap::new();
        let mut by_role: HashMap<usize, Vec<(usize, Mask)>> = HashMap::new();
        for (rule_at, rule) in rules.iter().enumerate() {
            match &rule.items {
                Items::Permissions(items) => {
                    for (item, (_, permissions)) in items.iter().enumerate() {
                        for at in permissions.iter() {
                            let list = by_permission.entry(narrow(at)).or_default();
                            list.push((rule_at, bit(item)));
                        }
                    }
                }
                Items::Roles(items) => {
                    for (item, (_, role)) in items.iter().enumerate() {
                        if let Some(role) = role {
                            by_role.entry(*role).or_default().push((rule_at, bit(item)));
                        }
                    }
                }
            }
        }
        let terms = self.lowered.model.terms.iter();
        terms
            .map(|terms| {
                let mut masks: BTreeMap<usize, Mask> = BTreeMap::new();
                let mut add = |list: Option<&Vec<(usize, Mask)>>| {
                    for (rule_at, mask) in list.into_iter().flatten() {
                        *masks.entry(*rule_at).or_default() |= mask;
                    }
                };
                if !terms.denies {
                    for at in terms.permissions.iter() {
                        add(by_permission.get(&at));
                    }
                    if !by_role.is_empty() {
                        self.roles_of(terms)
                            .for_each(|role| add(by_role.get(&role)));
                    }
                }
                masks.into_iter().collect()
            })
            .collect()
    }

    /// The role of some terms, and those it inherits.
    fn roles_of(&self, terms: &Terms) -> impl Iterator<Item = usize> {
        let role = terms.role.as_deref().and_then(|role| self.world.role(role));
        role.into_iter().flat_map(|(_, sets)| sets.includes.iter())
    }

    /// Rules of which a member holds enough items anywhere at all.
    fn suspects(
        &self,
        member: &Member,
        rules: &[Rule<'_>],
        masks: &[Vec<(usize, Mask)>],
    ) -> Vec<usize> {
        let mut held: BTreeMap<usize, Mask> = BTreeMap::new();
        for way in self.lowered.grants(member) {
            for (rule, mask) in masks.get(widen(way.holding.terms)).into_iter().flatten() {
                *held.entry(*rule).or_default() |= mask;
            }
        }
        held.into_iter()
            .filter(|(rule, mask)| {
                let rule = rules.get(*rule);
                rule.is_some_and(|rule| mask.count_ones() >= rule.too_many)
            })
            .map(|(rule, _)| rule)
            .collect()
    }

    /// The first scope and instant at which a member holds too many items.
    fn breach(
        &self,
        member: &'c Member,
        (rule_at, rule): (usize, &Rule<'_>),
        masks: &[Vec<(usize, Mask)>],
    ) -> Option<Breach<'c>> {
        let mut entries: Vec<Entry<'c>> = Vec::new();
        for way in self.lowered.grants(member) {
            let of_rule = masks.get(widen(way.holding.terms)).into_iter().flatten();
            let mut mask = of_rule
                .filter(|(rule, _)| *rule == rule_at)
                .map(|(_, mask)| *mask);
            let Some(mask) = mask.next() else { continue };
            entries.extend(way.holding.scopes.iter().map(|scope| Entry {
                scope: *scope,
                end: self.world.scopes.end(*scope),
                mask,
                way,
            }));
        }
        // Preorder: what covers a scope stands on the stack when the scope comes.
        entries.sort_by_key(|entry| {
            (
                entry.scope,
                std::cmp::Reverse(entry.end),
                entry.way.holding.order,
            )
        });
        let mut stack: Vec<&Entry<'c>> = Vec::new();
        for entry in &entries {
            while stack.last().is_some_and(|above| above.end <= entry.scope) {
                stack.pop();
            }
            stack.push(entry);
            let issued = self.lowered.model.header.issued;
            let instants = stack
                .iter()
                .map(|it| it.way.terms.from.unwrap_or(issued).max(issued));
            let mut instants: Vec<i64> = instants.collect();
            instants.sort_unstable();
            instants.dedup();
            for instant in instants {
                let breach = self.at_once(member, rule, &stack, (entry.scope, instant));
                if breach.is_some() {
                    return breach;
                }
            }
        }
        None
    }

    fn at_once(
        &self,
        member: &Member,
        rule: &Rule<'_>,
        stack: &[&Entry<'c>],
        (scope, instant): (u32, i64),
    ) -> Option<Breach<'c>> {
        let mut items: Vec<(usize, Way<'c>, u32)> = Vec::new();
        let mut seen: Mask = 0;
        for entry in stack.iter().filter(|entry| entry.holds_at(instant)) {
            let mut new = entry.mask & !seen;
            while new != 0 {
                let item = new.trailing_zeros();
                new &= new.wrapping_sub(1);
                let item = widen(item);
                if self.keeps(member, rule, item, entry, (scope, instant)) {
                    seen |= 1_u64.wrapping_shl(narrow(item));
                    items.push((item, entry.way, entry.scope));
                }
            }
        }
        (narrow(items.len()) >= rule.too_many).then_some(Breach { items })
    }

    /// Whether no denial takes the item away again.
    fn keeps(
        &self,
        member: &Member,
        rule: &Rule<'_>,
        item: usize,
        entry: &Entry<'_>,
        (scope, instant): (u32, i64),
    ) -> bool {
        match &rule.items {
            Items::Roles(_) => true,
            Items::Permissions(items) => items.get(item).is_some_and(|(_, permissions)| {
                permissions.iter().map(narrow).any(|at| {
                    entry.way.terms.permissions.contains(&at)
                        && !self
                            .lowered
                            .is_denied(self.world, member, at, scope, instant)
                })
            }),
        }
    }

    fn breached(
        &mut self,
        rule: &Rule<'_>,
        orders: &[u32],
        breach: &Breach<'_>,
        (member, more): (&str, usize),
    ) {
        let ways: Vec<String> = breach
            .items
            .iter()
            .map(|(item, way, scope)| {
                let label = way.label(self.world.scopes.name(*scope));
                format!("`{}` by {label}", rule.item(*item))
            })
            .collect();
        let others = match more {
            0 => String::new(),
            1 => " and 1 more member".to_owned(),
            _ => format!(" and {more} more members"),
        };
        let danger = match rule.danger {
            "" => String::new(),
            danger => format!(": {danger}"),
        };
        let code = match rule.level {
            Severity::Error => codes::SEPARATION_VIOLATED,
            Severity::Warn => codes::SEPARATION_WARNED,
        };
        let items = suggest::list(breach.items.iter().map(|(item, _, _)| rule.item(*item)));
        let finding = (
            code,
            format!("`{member}`{others} would hold {items} together{danger}"),
            format!(
                "take one of them away, or let an owner waive `{}` with a reason and an end",
                rule.id
            ),
        );
        let witness = format!("{member}: {}", ways.join(" and "));
        let mut places: Vec<Vec<Step<'static>>> = orders
            .iter()
            .map(|order| at!["assignments", widen(*order)].to_vec())
            .collect();
        let path = places.pop().unwrap_or_else(|| at!["separation"].to_vec());
        let mut related: Vec<_> = places
            .iter()
            .map(|path| (self.report.place(path), "together with this".to_owned()))
            .collect();
        if let Some(i) = rule.own {
            let place = self.report.place(&at!["separation", i, "id"]);
            related.push((place, "the set".to_owned()));
        }
        self.report.value_with(&path, finding, |finding| {
            related
                .into_iter()
                .fold(finding.witness(witness), |finding, (place, label)| {
                    finding.related(place, label)
                })
        });
    }
}
