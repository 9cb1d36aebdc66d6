//! The package's WebAssembly, from Rust to `pkg/gen`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    order,
    run::{Outcome, capture, cargo, root, show},
    tools::{self, WASM_TARGET},
};

/// Functions with one caller are put into it only when tiny: larger ones compress better apart,
/// which takes a fortieth off the edge module.
const ONLY_TINY_INLINED: &str = "--one-caller-inline-max-function-size=28";

/// What weighs this much is put into its callers. The least that is left at the level for size is
/// 5; a little more takes bytes away, for calls of tiny readers are larger than what they call.
const TINY_INLINED: &str =
    r#"target.wasm32-unknown-unknown.rustflags=["-Cllvm-args=-inline-threshold=8"]"#;

/// Builds the package, and says where it lies.
pub fn build() -> Outcome {
    package(false)?;
    let bytes = fs::metadata(root().join("pkg/gen/keyrack.wasm")).map_or(0, |data| data.len());
    println!("pkg/gen is ready, the edge module has {bytes} bytes");
    Ok(())
}

/// The acceptance cells as JavaScript loads them.
pub fn cells() -> Outcome<String> {
    capture(cargo(&[
        "run",
        "--locked",
        "--quiet",
        "--example",
        "export_cells",
        "--",
        "target/js/cells",
    ]))
}

/// A module of the package. Each is compiled in a folder of its own, so that none is built anew
/// because of another.
struct Module {
    feature: &'static str,
    folder: &'static str,
    name: &'static str,
    doors: Doors,
}

/// What JavaScript uses of a module.
#[derive(Clone, Copy, PartialEq)]
enum Doors {
    /// These alone. They take and give numbers, so nothing that wasm-bindgen sets up for other
    /// values is needed, and its glue is not either.
    Only([&'static str; 3]),
    /// All, through wasm-bindgen's glue.
    Glue(&'static str),
}

const NUMBERS: Doors = Doors::Only(["ask", "can", "memory"]);

const MODULES: [Module; 4] = [
    Module {
        feature: "wasm",
        folder: "target",
        name: "keyrack.wasm",
        doors: NUMBERS,
    },
    Module {
        feature: "slicing",
        folder: "target/slicing",
        name: "keyrack-slicing.wasm",
        doors: NUMBERS,
    },
    Module {
        feature: "admin",
        folder: "target/admin",
        name: "keyrack-admin.wasm",
        doors: Doors::Glue("admin.js"),
    },
    Module {
        feature: "authzen-module",
        folder: "target/authzen",
        name: "keyrack-authzen.wasm",
        doors: Doors::Glue("authzen.js"),
    },
];

/// Builds the package unless it is up to date.
pub fn package(quiet: bool) -> Outcome {
    some(quiet, &MODULES)
}

/// Builds the edge module alone unless it is up to date.
pub fn edge(quiet: bool) -> Outcome {
    let [edge, ..] = &MODULES;
    some(quiet, std::slice::from_ref(edge))
}

/// The edge module as it is, but with the names of its functions; gives where it lies.
pub fn named_edge() -> Outcome<PathBuf> {
    edge(true)?;
    let [edge, ..] = &MODULES;
    let folder = root().join(edge.folder).join(WASM_TARGET).join("wasm");
    let named = folder.join("keyrack.named.wasm");
    edge.finish(&folder.join("keyrack.wasm"), &named, true)?;
    Ok(named)
}

fn some(quiet: bool, modules: &[Module]) -> Outcome {
    tools::wasm_target()?;
    tools::npm_packages()?;
    let generated = root().join("pkg/gen");
    fs::create_dir_all(&generated).map_err(|error| error.to_string())?;
    modules
        .iter()
        .try_for_each(|module| module.build(quiet, &generated))
}

impl Module {
    fn build(&self, quiet: bool, generated: &Path) -> Outcome {
        let target = root().join(self.folder);
        let folder = text(&target)?;
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
            self.feature,
            "--target-dir",
            &folder,
        ]);
        if self.doors == NUMBERS {
            compile.args(["--config", TINY_INLINED]);
        }
        if quiet {
            compile.arg("--quiet");
        }
        show(compile)?;
        let module = generated.join(self.name);
        let compiled = target.join(WASM_TARGET).join("wasm/keyrack.wasm");
        let tool = std::env::current_exe().map_err(|error| error.to_string())?;
        if changed(&module) > changed(&compiled) && changed(&module) > changed(&tool) {
            return Ok(());
        }
        self.finish(&compiled, &module, false)
    }

    /// Binds and optimises what was compiled.
    fn finish(&self, compiled: &Path, module: &Path, named: bool) -> Outcome {
        let bound = compiled.with_extension("bound.wasm");
        let generated = module.parent().unwrap_or(module);
        self.bind(compiled, &bound, generated, named)?;
        // What decides is read on every cold start, so it is worth the longer way.
        let thorough: &[&str] = match self.doors {
            Doors::Only(_) => &[
                "--strip-target-features",
                // The stack ends there, so no address with an offset points below it.
                "--low-memory-unused",
                "--flatten",
                "--rereloop",
                "-Oz",
                "-Oz",
                ONLY_TINY_INLINED,
                // Hints that engines do not need; without them, loads and stores look more alike.
                "--dealign",
            ],
            Doors::Glue(_) => &["-Oz"],
        };
        let names: &[&str] = if named { &["-g"] } else { &[] };
        let optimised = compiled.with_extension("optimised.wasm");
        let files = [&text(&bound)?, "-o", &text(&optimised)?];
        show(tools::npm_program(
            "wasm-opt",
            &[thorough, names, files.as_slice()].concat(),
        ))?;
        let bytes = fs::read(&optimised).map_err(|error| failed(&optimised, &error))?;
        let bytes = match self.doors {
            Doors::Only(_) => order::alike(&bytes)?,
            Doors::Glue(_) => bytes,
        };
        fs::write(module, bytes).map_err(|error| failed(module, &error))
    }

    /// Lets wasm-bindgen finish what it began; closes the doors that nobody uses.
    fn bind(&self, compiled: &Path, bound: &Path, generated: &Path, named: bool) -> Outcome {
        let mut bindgen = Bindgen::new();
        let output = bindgen.input_path(compiled).web(true).and_then(|bindgen| {
            bindgen
                .omit_default_module_path(true)
                .remove_name_section(!named)
                .remove_producers_section(true)
                .typescript(false)
                .generate_output()
        });
        let mut output = output.map_err(|error| format!("wasm-bindgen: {error:#}"))?;
        match self.doors {
            Doors::Only(doors) => {
                let exports = &mut output.wasm_mut().exports;
                let closed = exports
                    .iter()
                    .filter(|export| !doors.contains(&export.name.as_str()))
                    .map(|export| export.id())
                    .collect::<Vec<_>>();
                closed.into_iter().for_each(|export| exports.delete(export));
            }
            Doors::Glue(name) => {
                let glue = generated.join(name);
                fs::write(&glue, output.js())
                    .map_err(|error| format!("{}: {error}", glue.display()))?;
            }
        }
        let written = output.wasm_mut().emit_wasm_file(bound);
        written.map_err(|error| format!("{}: {error}", bound.display()))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn text(path: &Path) -> Outcome<String> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("{}: not UTF-8", path.display()))
}
