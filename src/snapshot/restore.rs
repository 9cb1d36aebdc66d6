//! A snapshot back as a model: whole, or one member's part of it.
