//! What shuts a door whoever opened it: entries of the overlay, and denials.

use keyrack::policy::document::{Denial, Member, MemberKind, Tier};

use super::{
    Question, Refusal,
    facts::{self, Known},
    policy,
};

impl<'d> Question<'d, '_> {
    pub fn overlay_entries(&self, who: &Member, permission: &str) -> Result<(), Refusal> {
        let now = self.request.now;
        let signed_in = self.request.auth.as_ref().and_then(|auth| auth.time);
        let delicate = self
            .policy
            .tiered(permission, &[Tier::Sensitive, Tier::Funds]);
        let Some(overlay) = self.overlay else {
            let required = self.policy.document.settings.overlay_required;
            return if delicate && required {
                Err("overlay_stale")
            } else {
                Ok(())
            };
        };
        let mut revoked = overlay
            .session_revoked
            .iter()
            .filter(|it| it.member == who.id);
        if revoked.any(|it| signed_in.is_none_or(|time| time < it.before)) {
            return Err("session_revoked");
        }
        let stale = |until: i64| now.is_none_or(|now| now >= until);
        if delicate && overlay.fresh_until.is_some_and(stale) {
            return Err("overlay_stale");
        }
        if who.kind == MemberKind::Owner {
            return Ok(());
        }
        if self.is_suspended(who) {
            return Err("member_suspended");
        }
        if self.is_stopped(who, permission) {
            return Err("operation_suspended");
        }
        Ok(())
    }

    pub fn is_suspended(&self, who: &Member) -> bool {
        let mut entries = self.overlay.iter().flat_map(|it| &it.member_suspended);
        entries.any(|it| it.member == who.id && facts::in_force(it.from, it.to, self.request.now))
    }

    pub fn is_stopped(&self, who: &Member, permission: &str) -> bool {
        let mut entries = self.overlay.iter().flat_map(|it| &it.operation_suspended);
        entries.any(|it| {
            it.permission == permission
                && it.member.as_ref().is_none_or(|member| *member == who.id)
                && facts::in_force(it.from, it.to, self.request.now)
        })
    }

    /// The denials that bind a member and touch a permission.
    pub fn denials(&self, who: &Member, permission: &str) -> impl Iterator<Item = &'d Denial> {
        let document = self.policy.document;
        let all = document.denials.iter().zip(&self.policy.denied);
        all.filter(move |(it, taken)| {
            taken.contains(permission)
                && policy::reaches(
                    who,
                    it.member.as_deref(),
                    it.group.as_deref(),
                    it.organisation.as_deref(),
                )
        })
        .map(|(it, _)| it)
    }

    /// Whether a denial is in force. Rows are held against the subject, but against a giver of
    /// consent itself, whose hours and networks nobody knows.
    pub fn is_denied(&self, who: &Member, permission: &str, giver: bool) -> bool {
        let request = self.request;
        let mut denials = self.denials(who, permission);
        denials.any(|denial| {
            let bounds = [denial.valid.from, denial.valid.to];
            let [from, to] = bounds.map(|it| it.map(|it| it.seconds));
            if !self.policy.covers(&denial.scopes, self.scope)
                || !facts::in_force(from, to, request.now)
            {
                return false;
            }
            let conditions = &denial.conditions;
            let mut known = Vec::new();
            if let Some(rows) = conditions.rows {
                let of = if giver { who } else { self.subject };
                known.push(facts::rows(self.policy, rows, request, of));
            }
            if !giver && let Some(hours) = &conditions.hours {
                let zone = self.policy.zone_at(self.scope);
                known.push(facts::hours(hours, zone, request.now));
            }
            if !giver && let Some(names) = &conditions.networks {
                known.push(facts::networks(self.policy, names, request.ip.as_deref()));
            }
            for test in &conditions.attributes {
                known.push(facts::attribute(self.policy, test, request, who));
            }
            !known.contains(&Known::Unmet)
        })
    }
}
