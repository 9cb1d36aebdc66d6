//! What is fuzzed. The second evaluator of the tests is the judge wherever a decision comes out.

#[path = "../../tests/oracle/compare.rs"]
pub mod compare;
#[path = "../../tests/oracle/evaluator/mod.rs"]
pub mod evaluator;
pub mod support;
pub mod targets;
