//! Whose policy it is, and its tenant-wide settings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::time::{Expiry, Instant, Period};

/// Whose policy this is, and for how long its snapshot is good.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The merchant organisation.
    pub tenant: String,
    /// Grows with every published change; a worker refuses to go back.
    pub version: u64,
    /// When this version was made.
    pub issued: Instant,
    /// When snapshots of it stop answering: a time, or the word `never`.
    pub expires: Expiry,
    /// Which built-in catalogue profile applies.
    pub profile: Profile,
    /// The catalogue version the document was written against; decides which aliases apply.
    #[serde(default = "current_catalogue_version")]
    pub catalogue_version: u32,
    /// Which separation-of-duty pairs are switched on.
    #[serde(default)]
    pub separation: SeparationPreset,
}

fn current_catalogue_version() -> u32 {
    crate::policy::CATALOGUE_VERSION
}

/// Which permissions only an owner may use.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Granting, staff and billing are the owner's alone.
    #[default]
    Strict,
    /// They can be granted, never above what the grantor holds.
    Delegated,
}

/// The separation-of-duty pairs that ship with the catalogue.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeparationPreset {
    /// The catalogue's pairs and the document's own.
    #[default]
    Default,
    /// The document's own pairs only.
    None,
}

/// Tenant-wide settings.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For how long an approval counts.
    pub approval_fresh: Period,
    /// Whether sensitive and funds permissions need a fresh overlay to be present at all.
    pub overlay_required: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            approval_fresh: Period { seconds: 14_400 },
            overlay_required: false,
        }
    }
}
