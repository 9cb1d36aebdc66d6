//! The bytes that one member's browser may see.
