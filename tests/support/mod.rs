//! What the harnesses share: the cells as data, and the policy that each of them speaks of.

#![allow(dead_code, reason = "every test crate uses another part")]

pub mod asks;
pub mod cells;
pub mod dump;
pub mod every;
pub mod rack;
pub mod tape;
pub mod terms;
pub mod worlds;
