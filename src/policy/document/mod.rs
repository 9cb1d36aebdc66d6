//! The policy document: what a store writes, in TOML or in JSON of the same shape.
//!
//! These types are the only description of that shape; the JSON Schema is made from them.

mod condition;
mod fact;
mod grant;
mod header;
mod member;
mod permission;
mod place;
mod promise;
mod rule;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use condition::*;
pub use fact::*;
pub use grant::*;
pub use header::*;
pub use member::*;
pub use permission::*;
pub use place::*;
pub use promise::*;
pub use rule::*;

/// A whole policy: one tenant, its people, and what each of them may do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// Whose policy this is, and for how long its snapshot is good.
    pub policy: Header,
    /// Tenant-wide settings.
    pub settings: Settings,
    /// The tree tenant ▸ region ▸ country ▸ store ▸ channel.
    pub scopes: Vec<Scope>,
    /// The tree of departments, which row rule `team` reads.
    pub departments: Vec<Department>,
    /// Partner firms.
    pub organisations: Vec<Organisation>,
    /// Sets of members that hold assignments together.
    pub groups: Vec<Group>,
    /// Permissions, field groups and aliases beyond the built-in catalogue.
    pub catalogue: CatalogueAdditions,
    /// What sign-in methods are worth.
    pub levels: Levels,
    /// Named lists of addresses.
    pub networks: Vec<Network>,
    /// Facts that conditions may compare.
    pub attributes: Vec<AttributeDefinition>,
    /// Training items that assignments and demands may ask for.
    pub training: Vec<TrainingItem>,
    /// Named sets of permissions.
    pub roles: Vec<Role>,
    /// Everybody: people, apps and services.
    pub members: Vec<Member>,
    /// Who gets what, where, until when.
    pub assignments: Vec<Assignment>,
    /// What is taken away whoever grants it.
    pub denials: Vec<Denial>,
    /// Demands that a permission makes on everyone who holds it.
    pub demands: Vec<Demand>,
    /// Permissions that one person should not hold together.
    pub separation: Vec<SeparationSet>,
    /// Written exceptions to separation sets, by an owner.
    pub waivers: Vec<Waiver>,
    /// What must be true of every published policy.
    pub invariants: Vec<Invariant>,
    /// Requests whose answers the policy promises.
    pub tests: Vec<PolicyTest>,
    /// Which HTTP request asks for which permission.
    pub routes: Vec<Route>,
}
