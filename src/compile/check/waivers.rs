//! Written exceptions to separation sets: by an owner, for a reason, until an end.

use std::collections::HashSet;

use super::Check;
use super::separation::Rule;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{MemberKind, MemberStatus, Waiver};

impl Check<'_, '_> {
    pub(super) fn waivers(&mut self) {
        let document = self.world.document;
        let rules = self.separation_rules();
        for (i, waiver) in document.waivers.iter().enumerate() {
            if !rules.iter().any(|rule| rule.is_called(&waiver.separation)) {
                let path = at!["waivers", i, "separation"];
                let what = ("separation set", "separation");
                let names = rules.iter().map(|rule| rule.id.as_str());
                self.unknown(codes::UNKNOWN_NAME, what, &waiver.separation, &path, names);
            }
            self.member(&waiver.member, &at!["waivers", i, "member"]);
            self.waiver_form(i, waiver);
        }
    }

    fn waiver_form(&mut self, i: usize, waiver: &Waiver) {
        let mut wrong = |key: &'static str, message: String, help: &str| {
            let finding = (codes::WAIVER_FORM, message, help.to_owned());
            self.report.value(&at!["waivers", i, key], finding);
        };
        if !self.world.is_active_owner(&waiver.by) {
            let message = format!("`{}` is no active owner", waiver.by);
            wrong("by", message, "only an owner can waive");
        }
        if waiver.reason.trim().is_empty() {
            wrong("reason", "it gives no reason".to_owned(), "write why");
        }
        if waiver.to <= self.world.document.policy.issued {
            let message = "it is over".to_owned();
            wrong("to", message, "write a later end, or take the waiver out");
        }
    }

    /// Which members are excepted from which rules.
    pub(super) fn excepted(&self, rules: &[Rule<'_>]) -> HashSet<(usize, usize)> {
        let world = self.world;
        let valid = world.document.waivers.iter().filter(|waiver| {
            world.is_active_owner(&waiver.by)
                && !waiver.reason.trim().is_empty()
                && waiver.to > world.document.policy.issued
        });
        valid
            .flat_map(|waiver| {
                let member = world.members.position(&waiver.member).map(widen);
                rules
                    .iter()
                    .enumerate()
                    .filter(|(_, rule)| rule.is_called(&waiver.separation))
                    .filter_map(move |(at, _)| Some((at, member?)))
            })
            .collect()
    }
}

impl crate::compile::world::World<'_> {
    fn is_active_owner(&self, name: &str) -> bool {
        self.member(name).is_some_and(|member| {
            member.kind == MemberKind::Owner && member.status == MemberStatus::Active
        })
    }
}
