//! Role-based access control by the names of its standard (ANSI INCITS 359): the functions of core
//! and hierarchical RBAC and of static separation of duty, each as what it means on a policy, and
//! their properties over random policies. docs/controls.md says which test is which function's, and
//! which functions have no counterpart.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod administration;
mod functions;
mod model;
mod properties;
mod review;
mod separation;
#[path = "../support/mod.rs"]
mod support;
