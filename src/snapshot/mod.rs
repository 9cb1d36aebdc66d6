//! The bytes: container, sections, reader, signature, slice, overlay.
//!
//! A snapshot is written from a [`model::Model`] and then read in place: opening one finds its
//! sections and decodes its header, and nothing else is copied.

pub mod behalf;
pub mod bytes;
pub mod code;
pub mod container;
pub mod cursor;
pub mod hot;
pub mod layout;
pub mod model;
pub mod overlay;
pub mod permission_set;
pub mod read;
pub mod records;
pub mod restore;
pub mod slice;
pub mod table;
pub mod write;

use core::fmt;

pub use container::{Domain, Failure};
pub use overlay::Overlay;
pub use read::Snapshot;

/// Bytes that say something impossible. Whoever meets it refuses; nobody decides on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the snapshot is damaged")
    }
}

impl core::error::Error for Damaged {}
