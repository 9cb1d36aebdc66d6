//! The document that people write, and the catalogue that ships with it.

pub mod catalogue;
pub mod codes;
pub mod document;
pub mod finding;
mod json_tree;
mod prune;
mod read;
mod read_error;
mod schema;
pub mod source;
pub(crate) mod suggest;
pub mod time;
mod toml_tree;
mod tree;

pub use document::Document;
pub use finding::{Finding, Place, Related, Severity};
pub(crate) use read::Damage;
pub use read::{Format, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, ReadOutcome, read};
pub use schema::schema;
pub use source::{Source, Step};

/// The version of the built-in catalogue. Grows when a key is split or retired.
pub const CATALOGUE_VERSION: u32 = 1;
