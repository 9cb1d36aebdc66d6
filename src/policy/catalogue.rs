//! The catalogue that ships: permissions, field groups, role presets and separation pairs.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::document::{
    Alias, FieldGroupDefinition, PermissionDefinition, Profile, Rows, Severity, Tier,
};

const TEXT: &str = include_str!("catalogue.toml");

/// What ships with every policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// All permissions, by area.
    pub permissions: Vec<PermissionDefinition>,
    /// All field groups.
    pub field_groups: Vec<FieldGroupDefinition>,
    /// Keys that were split since version 1. None yet.
    #[serde(default)]
    pub aliases: Vec<Alias>,
    /// Starting points for roles.
    pub presets: Vec<Preset>,
    /// Permissions that one person should not hold together.
    pub separation: Vec<Pair>,
}

/// A starting point for a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in `preset = …`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// How its permissions are told.
    pub holds: Holds,
    /// What it lists, where it lists.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// Advice to whoever assigns it: which records. Not applied by itself.
    #[serde(default)]
    pub rows: Option<Rows>,
    /// Advice to whoever assigns it: write an end.
    #[serde(default)]
    pub ends: bool,
    /// Advice to whoever assigns it: write a start.
    #[serde(default)]
    pub starts: bool,
}

/// How the permissions of a preset are told.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Everything that can be granted in the profile.
    Grantable,
    /// Those it lists, as far as they can be granted in the profile.
    Listed,
    /// Everything, by being an owner; never assigned.
    Ownership,
}

/// Two permissions that one person should not hold together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The two.
    pub permissions: [String; 2],
    /// Whether holding both is refused or reported.
    pub level: Severity,
    /// What could go wrong.
    pub danger: String,
}

impl Catalogue {
    /// The catalogue of this version.
    ///
    /// One that could not be read would know no permission, and nothing would compile with it;
    /// tests hold its contents.
    #[must_use]
    pub fn built_in() -> Self {
        // A constant in all but name: read once, for every policy needs it.
        static READ: LazyLock<Catalogue> =
            LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());
        READ.clone()
    }

    /// A preset's own permissions in a profile, before what they require. `None`: no such preset,
    /// or it is never assigned.
    #[must_use]
    pub fn preset(&self, id: &str, profile: Profile) -> Option<Vec<&str>> {
        let preset = self.presets.iter().find(|preset| preset.id == id)?;
        let grantable = |key: &str| {
            self.permissions
                .iter()
                .find(|permission| permission.key == key)
                .is_some_and(|permission| !owner_only(&permission.tiers, profile))
        };
        match preset.holds {
            Holds::Ownership => None,
            Holds::Grantable => Some(
                self.permissions
                    .iter()
                    .filter(|permission| !owner_only(&permission.tiers, profile))
                    .map(|permission| permission.key.as_str())
                    .collect(),
            ),
            Holds::Listed => Some(
                preset
                    .permissions
                    .iter()
                    .map(String::as_str)
                    .filter(|key| grantable(key))
                    .collect(),
            ),
        }
    }
}

/// Whether tiers make a permission the owner's alone in a profile.
#[must_use]
pub fn owner_only(tiers: &[Tier], profile: Profile) -> bool {
    tiers.contains(&Tier::OwnerOnly)
        || (profile == Profile::Strict && tiers.contains(&Tier::OwnerOnlyStrict))
}
