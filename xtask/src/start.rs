//! The sample store on localhost.

use crate::{
    build,
    run::{Outcome, command, show},
};

/// Builds everything and serves the store; with `check`, plays its scripted day and stops.
pub fn start(check: bool) -> Outcome {
    build::package(true)?;
    let mut serve = command("node", &["www/worker/serve.mjs"]);
    if check {
        serve.arg("--check");
    }
    show(serve)
}
