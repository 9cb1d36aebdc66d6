//! Request × snapshot ▸ decision. Pure: no clock, no I/O, no randomness.

pub mod address;
pub mod administer;
pub mod asks;
pub mod attributes;
pub mod clock;
pub mod conditions;
pub mod decision;
pub mod engine;
pub mod explain;
pub mod fields;
mod held;
pub mod judge;
pub mod question;
pub mod quick;
pub mod reason;
pub mod request;
pub mod window;

pub use decision::{Decision, decide, decide_with};
pub use engine::Engine;
pub use reason::{Outcome, Reason};
pub use request::Request;
