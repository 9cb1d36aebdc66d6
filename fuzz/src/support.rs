//! What the targets share with the tests.

#[allow(dead_code)]
#[path = "../../tests/support/cells.rs"]
pub mod cells;
#[path = "../../tests/support/every.rs"]
pub mod every;
#[path = "../../tests/support/rack.rs"]
pub mod rack;
