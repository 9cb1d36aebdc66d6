//! Keyrack beside its peers, in one run.

use crate::{
    build,
    run::{Outcome, cargo, command, root, show},
    size, tools,
};

/// What the run itself understands.
const OPTIONS: [&str; 6] = [
    "--json",
    "--quick",
    "--scale",
    "--skip-gate",
    "--stored",
    "--write",
];

/// The native side has a workspace and a lock of its own: no other build compiles the peers.
const NATIVE: &str = "benches/native/Cargo.toml";
const NATIVE_TARGET: &str = "target/native";

/// Sizes instead of peers.
const SCALE: &str = "--scale";

/// Builds everything and measures; prints tables, or one line of JSON and nothing else.
pub fn bench(options: &[&str]) -> Outcome {
    if let Some(unknown) = options.iter().find(|option| !OPTIONS.contains(option)) {
        let known = OPTIONS.join(", ");
        return Err(format!("`{unknown}` is none of {known}"));
    }
    eprintln!("building the package and the peers; on a fresh machine this takes some minutes");
    build::package(true)?;
    if options.contains(&SCALE) {
        return scale(options);
    }
    if options.contains(&"--stored") {
        return Err("figures are stored of `--scale` alone".to_owned());
    }
    tools::npm_packages_in(&root().join("benches"))?;
    show(cargo(&[
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--manifest-path",
        NATIVE,
        "--target-dir",
        NATIVE_TARGET,
    ]))?;
    if !options.contains(&"--skip-gate") {
        // The gate's own measurement compiles a policy with it.
        show(cargo(&["build", "--quiet", "--locked", "--bin", "keyrack"]))?;
    }
    let sizes = size::json()?;
    let native = root().join(NATIVE_TARGET).join("release/keyrack-bench");
    let mut run = command("node", &["benches/bench.mjs"]);
    run.args(options).args(["--sizes", &sizes, "--native"]);
    run.arg(native);
    show(run)
}

/// What members, stores, roles and assignments cost. It needs no peers.
fn scale(options: &[&str]) -> Outcome {
    if options.contains(&"--skip-gate") {
        return Err("`--scale` measures no gate".to_owned());
    }
    let words = options.iter().filter(|option| **option != SCALE);
    let mut run = command("node", &["benches/scale/scale.mjs"]);
    run.args(words);
    show(run)
}
