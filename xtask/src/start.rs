//! The sample store on localhost.

use crate::{
    build,
    run::{Outcome, cargo, command, show},
};

/// Builds everything and serves the store; with `check`, plays its scripted day and stops.
pub fn start(check: bool) -> Outcome {
    eprintln!("building the package and the command; on a fresh machine this takes some minutes");
    build::package(true)?;
    show(cargo(&["build", "--quiet", "--locked", "--bin", "keyrack"]))?;
    let mut serve = command("node", &["www/worker/serve.mjs"]);
    if check {
        serve.arg("--check");
    }
    show(serve)
}
