//! Searches: who may, on what, doing what. A result is what an evaluation of it would allow, with
//! the same policy, facts and clock.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde::Serialize;

use super::{
    Failed, Reply,
    answer::Obligation,
    ask::{Action, Ask, Entity, MAX_ID_BYTES, MAX_NAME_BYTES, Properties, sought_type},
    json::Object,
    page::{Page, Search},
    question::Sources,
};

/// What a search answers. The page comes first, so that a reader can show progress.
#[derive(Debug, Serialize)]
struct Results {
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Turned>,
    results: Vec<Found>,
}

/// Where the search stands.
#[derive(Debug, Serialize)]
struct Turned {
    next_token: String,
    count: usize,
}

/// One result.
#[derive(Debug, Serialize)]
struct Found {
    #[serde(flatten)]
    what: What,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    obligations: Vec<Obligation>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum What {
    Entity {
        #[serde(rename = "type")]
        kind: String,
        id: String,
    },
    Action {
        name: String,
    },
}

impl<'s> Sources<'s> {
    /// Which members of a type may.
    pub fn subjects(&self, body: &'s Object<'s>) -> Result<Reply, Failed> {
        let kind = sought_type(body, "subject")?;
        let action = Action::read(body)?;
        let resource = Entity::read(body, "resource")?;
        let context = Properties::of(body, "context", "context")?;
        let search = self.search(1, body, Some(("subject", kind)));
        let page = search.page(body)?;
        let mut ids = Vec::new();
        for row in self.engine.snapshot.members() {
            let member = self.engine.principal(row?)?;
            if self.service.stands_for(kind, member.profile.kind) {
                ids.push(member.row.name()?);
            }
        }
        let record = self.facts.record(resource.kind, resource.id);
        self.turn(&search, &page, (ids, MAX_ID_BYTES), |id| {
            let subject = Entity {
                kind,
                id,
                properties: Properties::default(),
            };
            let ask = Ask {
                subject,
                action,
                resource,
                context,
            };
            self.found(&ask, record, || What::Entity {
                kind: kind.to_owned(),
                id: id.to_owned(),
            })
        })
    }

    /// On which of the host's records of a type a subject may.
    pub fn resources(&self, body: &'s Object<'s>) -> Result<Reply, Failed> {
        let subject = Entity::read(body, "subject")?;
        let action = Action::read(body)?;
        let kind = sought_type(body, "resource")?;
        let context = Properties::of(body, "context", "context")?;
        let search = self.search(2, body, Some(("resource", kind)));
        let page = search.page(body)?;
        let of_type = self.facts.records.iter();
        let mut records: Vec<_> = of_type
            .filter(|record| *record.resource_type == *kind)
            .collect();
        // Of two records with one id the first counts, as in an evaluation.
        records.sort_by_key(|record| &record.id);
        records.dedup_by_key(|record| &record.id);
        let ids = records.iter().map(|record| &*record.id).collect();
        self.turn(&search, &page, (ids, MAX_ID_BYTES), |id| {
            let resource = Entity {
                kind,
                id,
                properties: Properties::default(),
            };
            let ask = Ask {
                subject,
                action,
                resource,
                context,
            };
            let place = records.binary_search_by_key(&id, |record| &*record.id);
            let record = place.ok().and_then(|place| records.get(place)).copied();
            self.found(&ask, record, || What::Entity {
                kind: kind.to_owned(),
                id: id.to_owned(),
            })
        })
    }

    /// What a subject may do to a resource.
    pub fn actions(&self, body: &'s Object<'s>) -> Result<Reply, Failed> {
        let subject = Entity::read(body, "subject")?;
        let resource = Entity::read(body, "resource")?;
        let context = Properties::of(body, "context", "context")?;
        let search = self.search(3, body, Some(("action", "")));
        let page = search.page(body)?;
        let record = self.facts.record(resource.kind, resource.id);
        let names = self.action_names(resource.kind)?;
        let ids = names.iter().map(|name| &**name).collect();
        self.turn(&search, &page, (ids, MAX_NAME_BYTES), |name| {
            let action = Action {
                name,
                properties: Properties::default(),
            };
            let ask = Ask {
                subject,
                action,
                resource,
                context,
            };
            self.found(&ask, record, || What::Action {
                name: name.to_owned(),
            })
        })
    }

    /// What actions on a type of resource are called.
    fn action_names(&self, resource_type: &str) -> Result<Vec<String>, Failed> {
        let snapshot = &self.engine.snapshot;
        let mut names: Vec<String> = self
            .service
            .actions
            .iter()
            .filter(|one| one.resource_type == resource_type)
            .map(|one| one.name.clone())
            .collect();
        for number in 0..snapshot.permission_count() {
            let key = snapshot.permission_key(number)?;
            let rest = key.strip_prefix(resource_type);
            if let Some(name) = rest.and_then(|rest| rest.strip_prefix('.')) {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    fn search(&self, endpoint: u8, body: &Object<'_>, sought: Option<(&str, &str)>) -> Search<'s> {
        let head = self.engine.snapshot.head();
        Search::new(
            self.service,
            endpoint,
            body,
            sought,
            (&head.tenant, head.version),
        )
    }

    /// A result, if an evaluation would allow it.
    fn found(
        &self,
        ask: &Ask<'_>,
        record: Option<&'s super::facts::Record<'s>>,
        what: impl FnOnce() -> What,
    ) -> Result<Option<Found>, Failed> {
        let sources: Sources<'_> = *self;
        let answer = sources.judge(ask, record, None, &[])?.answer;
        if !answer.decision {
            return Ok(None);
        }
        let context = answer.context.unwrap_or_default();
        Ok(Some(Found {
            what: what(),
            obligations: context.obligations,
        }))
    }

    /// One page: what is found among candidates, in the order of their names.
    fn turn<'c>(
        &self,
        search: &Search<'_>,
        page: &Page,
        (mut candidates, max_bytes): (Vec<&'c str>, usize),
        mut look: impl FnMut(&'c str) -> Result<Option<Found>, Failed>,
    ) -> Result<Reply, Failed> {
        // What no evaluation could name is no result.
        candidates.retain(|name| name.len() <= max_bytes);
        if let Some(after) = &page.after {
            candidates.retain(|name| *name > after.as_str());
        }
        candidates.sort_unstable();
        candidates.dedup();
        let limit = usize::try_from(page.limit).map_err(|_| Failed::Engine)?;
        let mut results = Vec::new();
        let mut last = page.after.as_deref();
        let mut next_token = String::new();
        for name in candidates {
            let Some(found) = look(name)? else { continue };
            if results.len() == limit {
                next_token = search.token(page.limit, last);
                break;
            }
            results.push(found);
            last = Some(name);
        }
        let partial = page.asked || !next_token.is_empty();
        let page = partial.then_some(Turned {
            next_token,
            count: results.len(),
        });
        Ok(Reply::json(&Results { page, results }))
    }
}
