//! Fuzzing: libFuzzer over the native targets, and the same inputs inside the WebAssembly modules.

use std::{fs, path::PathBuf, process::Command, time::Instant};

use crate::{
    build,
    run::{Outcome, answer, capture, cargo, command, root, show},
};

/// The targets, as `fuzz/fuzz_targets` has them.
const TARGETS: [&str; 8] = [
    "authzen",
    "container",
    "overlay",
    "payload",
    "policy_json",
    "policy_toml",
    "request",
    "route",
];
const SECONDS: &str = "60";

/// What cargo-fuzz passes too. The crate forbids `unsafe`, so no sanitizer is asked for, and any
/// toolchain will do.
const COVERAGE: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "--cfg=fuzzing",
];

/// The seeds alone inside the modules, which are built.
pub fn seeds() -> Outcome<String> {
    let mut run = command("node", &["fuzz/wasm.mjs", "0"]);
    run.args(TARGETS);
    capture(run)
}

/// `[--wasm] [seconds] [target …]`: each target for so long, one after another.
pub fn fuzz(arguments: &[&str]) -> Outcome {
    let (wasm, rest) = match arguments {
        ["--wasm", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (seconds, targets) = match rest {
        [number, targets @ ..] if number.parse::<u32>().is_ok() => (*number, targets),
        targets => (SECONDS, targets),
    };
    let targets = if targets.is_empty() {
        &TARGETS
    } else {
        targets
    };
    if let Some(unknown) = targets.iter().find(|target| !TARGETS.contains(target)) {
        let known = TARGETS.join(", ");
        return Err(format!("`{unknown}` is no fuzz target; there are {known}"));
    }
    if wasm {
        inside(seconds, targets)
    } else {
        native(seconds, targets)
    }
}

/// The same inputs, and changed ones, to the modules in Node: a trap is a failure.
fn inside(seconds: &str, targets: &[&str]) -> Outcome {
    build::package(true)?;
    build::cells()?;
    let mut run = command("node", &["fuzz/wasm.mjs", seconds]);
    run.args(targets);
    show(run)
}

fn native(seconds: &str, targets: &[&str]) -> Outcome {
    let triple = host()?;
    let quoted = COVERAGE.map(|flag| format!("{flag:?}")).join(",");
    let flags = format!("target.{triple}.rustflags=[{quoted}]");
    let mut build = cargo(&[
        "build",
        "--locked",
        "--release",
        "--bins",
        "--target",
        &triple,
    ]);
    build.args(["--config", &flags]);
    show(inside_fuzz(build))?;
    for target in targets {
        let begun = Instant::now();
        show(inside_fuzz(libfuzzer(&triple, target, seconds)?))?;
        println!("» {target}: {} s", begun.elapsed().as_secs());
    }
    Ok(())
}

/// One target over the corpus it has gathered (not kept) and its seeds.
fn libfuzzer(triple: &str, target: &str, seconds: &str) -> Outcome<Command> {
    let program = folder().join(format!("target/{triple}/release/{target}"));
    let time = format!("-max_total_time={seconds}");
    for kind in ["corpus", "artifacts"] {
        let folder = folder().join(kind).join(target);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let artifacts = format!("-artifact_prefix=artifacts/{target}/");
    let mut run = command(&program.to_string_lossy(), &[&time, &artifacts]);
    run.args(["-print_final_stats=1", "-rss_limit_mb=2048", "-timeout=20"]);
    if !matches!(target, "container" | "payload" | "route") {
        run.arg("-dict=words.dict");
    }
    run.args([format!("corpus/{target}"), format!("seeds/{target}")]);
    Ok(run)
}

fn folder() -> PathBuf {
    root().join("fuzz")
}

fn inside_fuzz(mut command: Command) -> Command {
    command.current_dir(folder());
    command
}

/// The triple of this machine: with a target named, build scripts are not instrumented.
fn host() -> Outcome<String> {
    let told = answer(command("rustc", &["-vV"]))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not tell its host".to_owned())
}
