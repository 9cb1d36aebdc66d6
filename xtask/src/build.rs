//! The package's WebAssembly, from Rust to `pkg/gen`.

use std::{fs, path::Path, time::SystemTime};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    run::{Outcome, cargo, root, show},
    tools::{self, WASM_TARGET},
};

/// Functions with one caller are put into it only when tiny: larger ones compress better apart,
/// which takes a fortieth off the edge module.
const ONLY_TINY_INLINED: &str = "--one-caller-inline-max-function-size=20";

/// Builds the package, and says where it lies.
pub fn build() -> Outcome {
    package(false)?;
    let bytes = fs::metadata(root().join("pkg/gen/keyrack.wasm")).map_or(0, |data| data.len());
    println!("pkg/gen is ready, the edge module has {bytes} bytes");
    Ok(())
}

/// The feature of each module, the folder it is compiled in, and its name. Each has a folder of its
/// own, so that neither is built anew because of the other.
const MODULES: [(&str, &str, &str); 2] = [
    ("wasm", "target", "keyrack.wasm"),
    ("slicing", "target/slicing", "keyrack-slicing.wasm"),
];

/// What JavaScript uses of a module.
const DOORS: [&str; 3] = ["ask", "can", "memory"];

/// Builds the package unless it is up to date.
pub fn package(quiet: bool) -> Outcome {
    tools::wasm_target()?;
    tools::npm_packages()?;
    let generated = root().join("pkg/gen");
    fs::create_dir_all(&generated).map_err(|error| error.to_string())?;
    for (feature, target, name) in MODULES {
        module(quiet, feature, &root().join(target), &generated.join(name))?;
    }
    Ok(())
}

fn module(quiet: bool, feature: &str, target: &Path, module: &Path) -> Outcome {
    let folder = text(target)?;
    let mut compile = cargo(&[
        "build",
        "--locked",
        "--lib",
        "--package",
        "keyrack",
        "--target",
        WASM_TARGET,
        "--profile",
        "wasm",
        "--no-default-features",
        "--features",
        feature,
        "--target-dir",
        &folder,
    ]);
    if quiet {
        compile.arg("--quiet");
    }
    show(compile)?;
    let compiled = target.join(WASM_TARGET).join("wasm/keyrack.wasm");
    let tool = std::env::current_exe().map_err(|error| error.to_string())?;
    if changed(module) > changed(&compiled) && changed(module) > changed(&tool) {
        return Ok(());
    }
    let bound = compiled.with_extension("bound.wasm");
    bind(&compiled, &bound)?;
    show(tools::npm_program(
        "wasm-opt",
        &[
            "--strip-target-features",
            "--flatten",
            "--rereloop",
            "-Oz",
            "-Oz",
            ONLY_TINY_INLINED,
            &text(&bound)?,
            "-o",
            &text(module)?,
        ],
    ))
}

/// Lets wasm-bindgen finish what it began, and closes all other doors. These take and give numbers,
/// so nothing that it sets up for other values is needed, and its glue is not either.
fn bind(compiled: &Path, bound: &Path) -> Outcome {
    let mut bindgen = Bindgen::new();
    let output = bindgen.input_path(compiled).web(true).and_then(|bindgen| {
        bindgen
            .remove_name_section(true)
            .remove_producers_section(true)
            .typescript(false)
            .generate_output()
    });
    let mut output = output.map_err(|error| format!("wasm-bindgen: {error:#}"))?;
    let exports = &mut output.wasm_mut().exports;
    let closed = exports
        .iter()
        .filter(|export| !DOORS.contains(&export.name.as_str()))
        .map(|export| export.id())
        .collect::<Vec<_>>();
    closed.into_iter().for_each(|export| exports.delete(export));
    let written = output.wasm_mut().emit_wasm_file(bound);
    written.map_err(|error| format!("{}: {error}", bound.display()))
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn text(path: &Path) -> Outcome<String> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("{}: not UTF-8", path.display()))
}
