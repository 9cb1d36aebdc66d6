//! What a fresh machine may lack. Each is installed on first need, with a line that says so.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::run::{Outcome, answer, capture, command, root, show};

/// The target the edge module is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that Rust can compile for WebAssembly.
pub fn wasm_target() -> Outcome {
    let libraries = answer(command(
        "rustc",
        &["--print", "target-libdir", "--target", WASM_TARGET],
    ))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    say(&format!(
        "installing the Rust target {WASM_TARGET} (rustup)"
    ));
    show(command("rustup", &["target", "add", WASM_TARGET]))
}

/// Makes sure that the npm packages are those of the lock file.
pub fn npm_packages() -> Outcome {
    npm_packages_in(&root())
}

/// The same for a folder with a lock file of its own.
pub fn npm_packages_in(folder: &Path) -> Outcome {
    let (lock, stamp) = (
        folder.join("package-lock.json"),
        folder.join("node_modules/.locked"),
    );
    let wanted = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say(&format!(
        "installing the npm packages of {} (npm ci)",
        lock.display()
    ));
    let mut install = command(
        "npm",
        &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    );
    install.current_dir(folder);
    show(install)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Whether there is a valgrind; it is installed where it can be.
pub fn valgrind() -> bool {
    let there = || capture(command("valgrind", &["--version"])).is_ok();
    if there() {
        return true;
    }
    say("installing valgrind for the counts of instructions (apt-get)");
    let mut install = command(
        "sh",
        &[
            "-c",
            "apt-get update -qq && apt-get install -y -qq --no-install-recommends valgrind",
        ],
    );
    install.env("DEBIAN_FRONTEND", "noninteractive");
    capture(install).is_ok() && there()
}

/// A Chromium that tests can drive: `CHROMIUM` names one, else Debian's is used or installed.
pub fn chromium() -> Outcome<String> {
    let named = std::env::var("CHROMIUM").ok();
    let usual = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ];
    let found = || {
        usual
            .iter()
            .find(|path| Path::new(path).exists())
            .map(ToString::to_string)
    };
    if let Some(path) = named.or_else(found) {
        return Ok(path);
    }
    say("installing Chromium for the browser tests (apt-get)");
    let mut update = command("apt-get", &["update", "-qq"]);
    update.env("DEBIAN_FRONTEND", "noninteractive");
    show(update)?;
    let mut install = command(
        "apt-get",
        &[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ],
    );
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null());
    show(install)?;
    found().ok_or_else(|| "no Chromium found; set CHROMIUM to the path of one".to_owned())
}

/// A program of an npm package.
pub fn npm_program(name: &str, arguments: &[&str]) -> Command {
    let program = root().join("node_modules/.bin").join(name);
    command(&program.to_string_lossy(), arguments)
}

fn say(what: &str) {
    eprintln!("» {what}");
}
