//! The gate under load, beside the same worker without it and beside Cedar's.

use crate::{
    build,
    run::{Outcome, cargo, command, show},
};

/// Builds everything and measures; prints a table, or one line of JSON and nothing else.
pub fn load(json: bool) -> Outcome {
    eprintln!("building the package and the command; on a fresh machine this takes some minutes");
    build::package(true)?;
    show(cargo(&["build", "--quiet", "--locked", "--bin", "keyrack"]))?;
    let mut load = command("node", &["benches/load/load.mjs"]);
    if json {
        load.arg("--json");
    }
    show(load)
}
