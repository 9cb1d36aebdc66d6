//! The gate under load, beside the same worker without it and beside Cedar's.

use crate::{
    build,
    run::{Outcome, cargo, command, show},
};

/// What the run itself understands.
const OPTIONS: [&str; 3] = ["--json", "--stored", "--write"];

/// Builds everything and measures; prints a table, or one line of JSON and nothing else.
pub fn load(options: &[&str]) -> Outcome {
    if let Some(unknown) = options.iter().find(|option| !OPTIONS.contains(option)) {
        let known = OPTIONS.join(", ");
        return Err(format!("`{unknown}` is none of {known}"));
    }
    eprintln!("building the package and the command; on a fresh machine this takes some minutes");
    build::package(true)?;
    show(cargo(&["build", "--quiet", "--locked", "--bin", "keyrack"]))?;
    let mut load = command("node", &["benches/load/load.mjs"]);
    load.args(options);
    show(load)
}
