//! What watches over decisions once they were made.

pub mod log;
