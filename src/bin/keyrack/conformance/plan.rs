//! How files from elsewhere are taken, apart from them: they stay as they came.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use keyrack::{
    authzen::service::{ActionName, Service, SubjectType},
    snapshot::code::MemberKind,
};
use serde::Deserialize;

use crate::{failure::Failure, policy_file};

/// A plan. Everything in it may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Plan {
    /// The policy that vectors are asked of, as a path from the plan's folder.
    pub(super) policy: Option<PathBuf>,
    /// Unix seconds, for requests that name no time.
    pub(super) now: Option<i64>,
    /// Whether callers of AuthZEN count as enforcement points.
    pub(super) trusted: bool,
    /// Kinds of member that a type of subject stands for.
    subject_types: BTreeMap<String, Vec<Kind>>,
    /// The permission of a resource type and an action: `"route GET" = "route.get"`.
    actions: BTreeMap<String, String>,
    /// Cases that are answered otherwise, and why that is right.
    pub(super) deviations: BTreeMap<String, String>,
    /// Cases that are not asked, and why; a name that ends with `*` stands for all that begin so.
    not_applicable: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    App,
    Contractor,
    Employee,
    Organisation,
    Owner,
    Service,
}

impl From<Kind> for MemberKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::App => Self::App,
            Kind::Contractor => Self::Contractor,
            Kind::Employee => Self::Employee,
            Kind::Organisation => Self::Organisation,
            Kind::Owner => Self::Owner,
            Kind::Service => Self::Service,
        }
    }
}

impl Plan {
    /// Why a case may be answered otherwise.
    pub(super) fn deviation(&self, name: &str) -> Option<&str> {
        self.deviations.get(name).map(String::as_str)
    }

    /// Why a case is not asked.
    pub(super) fn sets_apart(&self, name: &str) -> Option<&str> {
        let mut all = self.not_applicable.iter();
        let found = all.find(|(named, _)| match named.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => *named == name,
        });
        found.map(|(_, why)| why.as_str())
    }

    /// A decision point with the plan's names.
    pub(super) fn service(&self) -> Option<Service> {
        // Tokens of further pages are authenticated with it, and live as long as this run.
        let service = Service::new("https://conformance.invalid", &[0; 32]).ok()?;
        let types = self.subject_types.iter().map(|(name, kinds)| SubjectType {
            name: name.clone(),
            kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        });
        let actions = self.actions.iter().filter_map(|(action, permission)| {
            let (resource_type, name) = action.split_once(' ')?;
            Some(ActionName {
                resource_type: resource_type.to_owned(),
                name: name.to_owned(),
                permission: permission.clone(),
            })
        });
        let service = service.with_actions(actions.collect());
        Some(match self.subject_types.is_empty() {
            true => service,
            false => service.with_subject_types(types.collect()),
        })
    }
}

/// Reads a plan. Its policy's path is made one from here.
pub(super) fn read(path: &Path) -> Result<Plan, Failure> {
    let text = policy_file::text(path, policy_file::bytes(path)?)?;
    let invalid = |why: String| super::invalid(path, why);
    let mut plan: Plan = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
    if let Some(action) = plan.actions.keys().find(|action| !action.contains(' ')) {
        return Err(invalid(format!(
            "`{action}` is no resource type and action"
        )));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    plan.policy = plan.policy.map(|policy| folder.join(policy));
    Ok(plan)
}
