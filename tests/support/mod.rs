//! What the harnesses share: the cells as data, and the policy that each of them speaks of.

#![allow(dead_code, reason = "every test crate uses another part")]

pub mod cells;
pub mod rack;
