//! The document that people write.

pub mod document;
pub mod time;

pub use document::Document;

/// The version of the built-in catalogue. Grows when a key is split or retired.
pub const CATALOGUE_VERSION: u32 = 1;
