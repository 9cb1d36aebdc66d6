//! Known advisories. Both lists come over the network, so this is no part of the tests.

use crate::run::{Outcome, capture, cargo, command, show};

/// What `deny.toml` says, with advisories, and what npm's registry knows. What cannot be asked is
/// said aloud, and is no success.
pub fn audit() -> Outcome {
    let crates = if capture(cargo(&["deny", "--version"])).is_ok() {
        show(cargo(&["deny", "--locked", "check"]))
    } else {
        Err("not asked: cargo-deny is not installed (cargo install --locked cargo-deny)".to_owned())
    };
    let packages = packages();
    for (name, outcome) in [("crates", &crates), ("npm packages", &packages)] {
        match outcome {
            Ok(()) => println!("{name}: nothing known"),
            Err(why) => println!("{name}: {why}"),
        }
    }
    crates
        .and(packages)
        .map_err(|_| "not everything was found free of advisories".to_owned())
}

fn packages() -> Outcome {
    let told = capture(command("npm", &["audit", "--package-lock-only"]));
    match told {
        Ok(_) => Ok(()),
        Err(why) if why.contains("audit endpoint returned an error") => {
            Err("not asked: the registry in use has no list of advisories".to_owned())
        }
        Err(why) => Err(why),
    }
}
