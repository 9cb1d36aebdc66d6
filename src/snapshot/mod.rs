//! The bytes: container, sections, reader, signature, slice, overlay.

pub mod code;
pub mod model;
