//! Request × snapshot ▸ decision. Pure: no clock, no I/O, no randomness.

pub mod request;
