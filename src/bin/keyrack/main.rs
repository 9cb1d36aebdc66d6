//! The `keyrack` command.

fn main() {}
