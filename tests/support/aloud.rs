//! What a test says past the runner, which swallows what passing tests print.

use std::{io::Write, path::Path};

/// Says something.
pub fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Says that a test had nothing to work on, in the form that `cargo xtask test` repeats at its end.
pub fn skip(missing: &Path) {
    let missing = missing.display();
    say(&format!("skipped what asks {missing}: it is not there"));
}
