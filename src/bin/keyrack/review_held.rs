//! Assignments as a review tells them: whom each reaches, and what to look at.

use keyrack::{
    policy::document::Assignment,
    snapshot::model::{Holding, MemberStatus, Model, PermissionFlags, Terms},
};

use crate::{review::Reviewed, review_use::Uses};

/// Told, and no reason to look by itself: most of what employees hold has no end.
pub(crate) const NEVER_ENDS: &str = "never_ends";

/// Allows of these are always logged.
const ALWAYS_LOGGED: PermissionFlags = PermissionFlags::SENSITIVE
    .with(PermissionFlags::FUNDS)
    .with(PermissionFlags::PRIVILEGED);

/// What a review looks at.
#[derive(Debug)]
pub(crate) struct Held<'h> {
    pub(crate) model: &'h Model,
    pub(crate) uses: Option<&'h Uses>,
    /// Whether every allow is in the log.
    pub(crate) is_complete: bool,
    pub(crate) now: i64,
    /// What ends before this instant ends soon.
    pub(crate) soon: i64,
}

/// An assignment in the compiled policy, and whom it reaches.
struct Place<'m> {
    terms: &'m Terms,
    holding: &'m Holding,
    members: Vec<usize>,
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl<'h> Held<'h> {
    /// All assignments, in the order of the document.
    pub(crate) fn reviewed(&self, written: &[Assignment]) -> Vec<Reviewed> {
        let placed = self.placed(written.len()).into_iter();
        let placed = placed.zip(written);
        placed
            .filter_map(|(place, written)| Some(self.one(written, &place?)))
            .collect()
    }

    /// By their places in the document. What stands beyond the assignments is a denial.
    fn placed(&self, count: usize) -> Vec<Option<Place<'h>>> {
        let model = self.model;
        let mut placed: Vec<Option<Place<'h>>> = (0..count).map(|_| None).collect();
        let mut add = |holding: &'h Holding, member: Option<usize>| {
            let place = placed.get_mut(index(holding.order));
            let (Some(place), Some(terms)) = (place, model.terms.get(index(holding.terms))) else {
                return;
            };
            let place = place.get_or_insert_with(|| Place {
                terms,
                holding,
                members: Vec::new(),
            });
            if place.members.last() != member.as_ref() {
                place.members.extend(member);
            }
        };
        for holder in model.groups.iter().chain(&model.organisations) {
            for holding in &holder.holdings {
                add(holding, None);
            }
        }
        for (at, member) in model.members.iter().enumerate() {
            let groups = member.groups.iter();
            let groups = groups.filter_map(|it| model.groups.get(index(*it)));
            let firm = member.organisation.map(index);
            let firm = firm.and_then(|it| model.organisations.get(it));
            let shared = groups.chain(firm).flat_map(|holder| &holder.holdings);
            for holding in member.holdings.iter().chain(shared) {
                add(holding, Some(at));
            }
        }
        placed
    }

    fn one(&self, written: &Assignment, place: &Place<'_>) -> Reviewed {
        let model = self.model;
        let scopes = place.holding.scopes.iter();
        let scopes = scopes.filter_map(|it| model.scopes.get(index(*it)));
        let scopes: Vec<String> = scopes.map(|scope| scope.id.clone()).collect();
        let members = place.members.iter().filter_map(|at| model.members.get(*at));
        let key = |number: u32| {
            model
                .permissions
                .get(index(number))
                .map(|it| it.key.clone())
        };
        let (holder_kind, holder) = match (&written.member, &written.group) {
            (Some(member), _) => ("member", Some(member)),
            (None, Some(group)) => ("group", Some(group)),
            (None, None) => ("organisation", written.organisation.as_ref()),
        };
        let due = written.review_every.map(|every| {
            let last = written.reviewed_at.or(written.valid.from);
            let last = last.map_or(model.header.issued, |last| last.seconds);
            last.saturating_add(i64::from(every.seconds))
        });
        let unused = self.unused(place);
        let role = written.role.as_deref().unwrap_or("direct");
        let name = format!("{role}@{}", scopes.join("+"));
        Reviewed {
            name: written.id.clone().unwrap_or(name),
            holder_kind,
            holder: holder.cloned().unwrap_or_default(),
            members: members.map(|member| member.id.clone()).collect(),
            role: written.role.clone(),
            permissions: place.terms.permissions.iter().filter_map(key).collect(),
            scopes,
            from: place.terms.from,
            to: place.terms.to,
            issued_by: written.issued_by.clone(),
            reason: written.reason.clone(),
            review_due: due,
            flags: self.flags(place, due, unused.as_deref()),
            unused: unused
                .unwrap_or_default()
                .into_iter()
                .filter_map(key)
                .collect(),
        }
    }

    fn flags(
        &self,
        place: &Place<'_>,
        due: Option<i64>,
        unused: Option<&[u32]>,
    ) -> Vec<&'static str> {
        let mut flags = Vec::new();
        match place.terms.to {
            None => flags.push(NEVER_ENDS),
            Some(to) if to <= self.now => flags.push("over"),
            Some(to) if to < self.soon => flags.push("ends_soon"),
            Some(_) => {}
        }
        if due.is_some_and(|due| due <= self.now) {
            flags.push("review_overdue");
        }
        let mut members = place
            .members
            .iter()
            .filter_map(|at| self.model.members.get(*at));
        if !members.any(|member| member.status == MemberStatus::Active) {
            flags.push("nobody_active");
        }
        let asked = place
            .terms
            .permissions
            .iter()
            .filter(|it| self.is_told(*it));
        match unused {
            Some(unused) if !unused.is_empty() && asked.count() == unused.len() => {
                flags.push("unused")
            }
            Some(unused) if !unused.is_empty() => flags.push("partly_unused"),
            _ => {}
        }
        flags
    }

    /// Whether the log would have a record of its use.
    fn is_told(&self, permission: u32) -> bool {
        let permission = self.model.permissions.get(index(permission));
        self.is_complete || permission.is_some_and(|it| it.flags.has_any(ALWAYS_LOGGED))
    }

    /// What nobody used by it, of what the log would tell.
    fn unused(&self, place: &Place<'_>) -> Option<Vec<u32>> {
        let uses = self.uses?;
        let covers = |scope: u32| {
            let mut held = place.holding.scopes.iter();
            held.any(|top| {
                let end = self.model.scopes.get(index(*top)).map(|it| it.end);
                *top <= scope && end.is_some_and(|end| scope < end)
            })
        };
        let used = |permission: u32| {
            let mut members = place
                .members
                .iter()
                .filter_map(|at| self.model.members.get(*at));
            members.any(|member| uses.has(&member.id, permission, &covers))
        };
        let told = place
            .terms
            .permissions
            .iter()
            .filter(|it| self.is_told(*it));
        Some(told.filter(|it| !used(*it)).collect())
    }
}
