//! Titles and names for people, apart from the snapshot: a panel reads them, an edge never does.

use keyrack::policy::{Document, catalogue::Catalogue};
use serde::Serialize;

use crate::failure::Failure;

/// Id and text.
type Label = (String, String);

/// The payload of a labels container, as postcard. Every list is sorted by id.
#[derive(Debug, Serialize)]
struct Labels {
    tenant: String,
    version: u64,
    permissions: Vec<Label>,
    scopes: Vec<Label>,
    departments: Vec<Label>,
    organisations: Vec<Label>,
    groups: Vec<Label>,
    roles: Vec<Label>,
    training: Vec<Label>,
    members: Vec<Label>,
    emails: Vec<Label>,
}

/// The labels of a document.
pub(crate) fn payload(document: &Document) -> Result<Vec<u8>, Failure> {
    let labels = Labels {
        tenant: document.policy.tenant.clone(),
        version: document.policy.version,
        permissions: permissions(document),
        scopes: sorted(document.scopes.iter().map(|it| (&it.id, &it.title))),
        departments: sorted(document.departments.iter().map(|it| (&it.id, &it.title))),
        organisations: sorted(document.organisations.iter().map(|it| (&it.id, &it.title))),
        groups: sorted(document.groups.iter().map(|it| (&it.id, &it.title))),
        roles: sorted(document.roles.iter().map(|it| (&it.id, &it.title))),
        training: sorted(document.training.iter().map(|it| (&it.id, &it.title))),
        members: sorted(document.members.iter().map(|it| (&it.id, &it.name))),
        emails: sorted(document.members.iter().map(|it| (&it.id, &it.email))),
    };
    postcard::to_allocvec(&labels)
        .map_err(|error| Failure::new("labels_failed", error.to_string(), ""))
}

fn permissions(document: &Document) -> Vec<Label> {
    let retitled = |key: &str| {
        let mut overrides = document.catalogue.overrides.iter();
        overrides.find(|it| it.key == key)?.title.clone()
    };
    let built_in = Catalogue::built_in().permissions;
    let all = built_in.iter().chain(&document.catalogue.permissions);
    let mut labels: Vec<Label> = all
        .map(|it| {
            let title = retitled(&it.key).unwrap_or_else(|| it.title.clone());
            (it.key.clone(), title)
        })
        .collect();
    labels.sort();
    labels
}

fn sorted<'d>(items: impl Iterator<Item = (&'d String, &'d Option<String>)>) -> Vec<Label> {
    let mut labels: Vec<Label> = items
        .filter_map(|(id, text)| Some((id.clone(), text.clone()?)))
        .collect();
    labels.sort();
    labels
}
