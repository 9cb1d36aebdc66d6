//! Titles and names for people, apart from the snapshot: a panel reads them, an edge never does.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{
    policy::{Document, catalogue::Catalogue},
    snapshot::Damaged,
};

/// Id and text.
pub type Label = (String, String);

/// What a labels container holds, as postcard. Every list is sorted by id.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Labels {
    /// Whose they are.
    pub tenant: String,
    /// The version of the policy that they go with.
    pub version: u64,
    /// Titles of permissions, built in or added.
    pub permissions: Vec<Label>,
    /// Titles of scopes.
    pub scopes: Vec<Label>,
    /// Titles of departments.
    pub departments: Vec<Label>,
    /// Titles of organisations.
    pub organisations: Vec<Label>,
    /// Titles of groups.
    pub groups: Vec<Label>,
    /// Titles of roles.
    pub roles: Vec<Label>,
    /// Titles of trainings.
    pub training: Vec<Label>,
    /// Names of members.
    pub members: Vec<Label>,
    /// E-mail addresses of members.
    pub emails: Vec<Label>,
}

impl Labels {
    /// The labels of a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        Self {
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
        }
    }

    /// The payload of a container.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn payload(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(self)
    }

    /// Reads a payload whose signature was checked.
    ///
    /// # Errors
    /// [`Damaged`] if it is cut, or longer than it says. A length that the bytes cannot fill takes
    /// no memory.
    pub fn open(payload: &[u8]) -> Result<Self, Damaged> {
        match postcard::take_from_bytes(payload) {
            Ok((labels, [])) => Ok(labels),
            _ => Err(Damaged),
        }
    }
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
