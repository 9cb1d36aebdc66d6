//! Names of things: each once, none empty.

use std::collections::HashMap;

use super::Check;
use crate::compile::report::at;
use crate::policy::codes::{self, Code};
use crate::policy::{CATALOGUE_VERSION, Step};

impl Check<'_, '_> {
    /// The document's head.
    pub(super) fn header(&mut self) {
        let policy = &self.world.document.policy;
        if self.report.damage.unreadable || self.report.damage.lost.contains("policy") {
            return;
        }
        if policy.tenant.is_empty() {
            self.empty(&at!["policy", "tenant"]);
        }
        if let Some(expires) = policy.expires.seconds()
            && expires <= policy.issued.seconds
        {
            let finding = (
                codes::VALIDITY_EMPTY,
                "the snapshot would expire before it is issued".to_owned(),
                "write an `expires` after `issued`, or the word `never`".to_owned(),
            );
            self.report.value(&at!["policy", "expires"], finding);
        }
        // The tenant's own aliases count on.
        let own = self.world.document.catalogue.aliases.iter();
        let newest = own
            .map(|alias| alias.since)
            .fold(CATALOGUE_VERSION, u32::max);
        if policy.catalogue_version > newest {
            let finding = (
                codes::CATALOGUE_VERSION,
                format!("the catalogue here is version {newest}"),
                "update keyrack, or lower `catalogue_version` to what the keys were written for"
                    .to_owned(),
            );
            self.report
                .value(&at!["policy", "catalogue_version"], finding);
        }
    }

    /// Names stand once and are not empty.
    pub(super) fn names(&mut self) {
        let document = self.world.document;
        let duplicate = codes::DUPLICATE_NAME;
        let ids = document.scopes.iter().map(|it| it.id.as_str());
        self.distinct("scopes", "scope", duplicate, ids);
        let ids = document.departments.iter().map(|it| it.id.as_str());
        self.distinct("departments", "department", duplicate, ids);
        let ids = document.organisations.iter().map(|it| it.id.as_str());
        self.distinct("organisations", "organisation", duplicate, ids);
        let ids = document.groups.iter().map(|it| it.id.as_str());
        self.distinct("groups", "group", duplicate, ids);
        let ids = document.networks.iter().map(|it| it.id.as_str());
        self.distinct("networks", "network", duplicate, ids);
        let ids = document.attributes.iter().map(|it| it.id.as_str());
        self.distinct("attributes", "attribute", duplicate, ids);
        let ids = document.training.iter().map(|it| it.id.as_str());
        self.distinct("training", "training item", duplicate, ids);
        let ids = document.roles.iter().map(|it| it.id.as_str());
        self.distinct("roles", "role", duplicate, ids);
        let ids = document.members.iter().map(|it| it.id.as_str());
        self.distinct("members", "member", codes::DUPLICATE_PRINCIPAL, ids);
        let ids = document.separation.iter().map(|it| it.id.as_str());
        self.distinct("separation", "separation set", duplicate, ids);
        let ids = document.invariants.iter().map(|it| it.id.as_str());
        self.distinct("invariants", "invariant", duplicate, ids);
        self.distinct_grants();
    }

    fn distinct<'n>(
        &mut self,
        section: &'static str,
        what: &str,
        code: Code,
        ids: impl Iterator<Item = &'n str>,
    ) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (place, id) in ids.enumerate() {
            let path = at![section, place, "id"];
            if id.is_empty() {
                self.empty(&path);
                continue;
            }
            self.once(&mut seen, id, (what, code), path, &|first| {
                at![section, first, "id"].to_vec()
            });
        }
    }

    /// Assignments and denials share the names that decisions and the log give them.
    fn distinct_grants(&mut self) {
        let document = self.world.document;
        let assignments = document.assignments.iter().map(|it| it.id.as_deref());
        let count = document.assignments.len();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let path_of = |place: usize| match place.checked_sub(count) {
            None => at!["assignments", place, "id"],
            Some(place) => at!["denials", place, "id"],
        };
        let denials = document.denials.iter().map(|it| it.id.as_deref());
        for (place, id) in assignments.chain(denials).enumerate() {
            let Some(id) = id else { continue };
            let path = path_of(place);
            if id.is_empty() {
                self.empty(&path);
                continue;
            }
            let what = ("assignment or denial", codes::DUPLICATE_NAME);
            self.once(&mut seen, id, what, path, &|first| path_of(first).to_vec());
        }
    }

    fn once<'n>(
        &mut self,
        seen: &mut HashMap<&'n str, usize>,
        id: &'n str,
        (what, code): (&str, Code),
        path: [Step<'_>; 3],
        path_of: &dyn Fn(usize) -> Vec<Step<'static>>,
    ) {
        let [_, Step::Index(written), _] = path else {
            return;
        };
        // Denials come after assignments in one numbering.
        let number = match path {
            [Step::Key("denials"), ..] => {
                written.saturating_add(self.world.document.assignments.len())
            }
            _ => written,
        };
        match seen.get(id) {
            None => {
                seen.insert(id, number);
            }
            Some(first) => {
                let first = self.report.place(&path_of(*first));
                let finding = (
                    code,
                    format!("a second {what} is called `{id}`"),
                    "give one of the two another id".to_owned(),
                );
                self.report
                    .value_with(&path, finding, |it| it.related(first, "the first one"));
            }
        }
    }

    fn empty(&mut self, path: &[Step<'_>]) {
        let finding = (
            codes::TENANT_EMPTY,
            "a name is empty".to_owned(),
            "write a name".to_owned(),
        );
        self.report.value(path, finding);
    }
}
