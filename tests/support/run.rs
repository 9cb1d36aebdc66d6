//! Whether a file of tests is run, and not only there: a Rust file through a `mod` of a test crate,
//! a script through what `cargo xtask test` starts and what that imports.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Files that are run, each by its whole path.
#[derive(Debug, Default)]
pub struct Run(BTreeSet<PathBuf>);

impl Run {
    /// What `cargo test` builds and `cargo xtask test` starts.
    pub fn of(root: &Path) -> Self {
        let mut run = Self::default();
        for found in entries(&root.join("tests")) {
            run.rust(&found);
            run.rust(&found.join("main.rs"));
        }
        let parts = read(&root.join("xtask/src/test.rs"));
        for script in parts.split('"').skip(1).step_by(2) {
            if script.starts_with("tests/") && script.ends_with(".mjs") {
                run.script(&root.join(script));
            }
        }
        run
    }

    pub fn has(&self, path: &Path) -> bool {
        self.0.contains(&path.canonicalize().unwrap())
    }

    /// A file of Rust, and the modules that it names.
    pub fn rust(&mut self, path: &Path) {
        let is_rust = path.extension().is_some_and(|it| it == "rs");
        if !is_rust || !self.takes(path) {
            return;
        }
        for module in modules(&read(path)) {
            let folder = path.parent().unwrap();
            match module {
                Module::At(place) => self.rust(&folder.join(place)),
                Module::Named(name) => {
                    let within = path.with_extension("");
                    for folder in [folder, &within] {
                        self.rust(&folder.join(format!("{name}.rs")));
                        self.rust(&folder.join(name).join("mod.rs"));
                    }
                }
            }
        }
    }

    /// A script, and what it imports and uses.
    pub fn script(&mut self, path: &Path) {
        if !self.takes(path) {
            return;
        }
        let folder = path.parent().unwrap();
        for place in imports(&read(path)) {
            self.script(&folder.join(place));
        }
    }

    /// Whether a file is there and is new.
    fn takes(&mut self, path: &Path) -> bool {
        path.is_file() && self.0.insert(path.canonicalize().unwrap())
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[derive(Debug, Eq, PartialEq)]
pub enum Module<'t> {
    Named(&'t str),
    /// Where `#[path]` says.
    At(&'t str),
}

/// The modules that a text of Rust takes from files.
pub fn modules(text: &str) -> Vec<Module<'_>> {
    let mut found = Vec::new();
    let mut place = None;
    for line in text.lines().map(str::trim) {
        if let Some(at) = line.strip_prefix("#[path = \"") {
            place = at.strip_suffix("\"]");
        } else if !line.starts_with("#[") {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let name = line
                .strip_prefix("mod ")
                .and_then(|it| it.strip_suffix(';'));
            found.extend(name.map(|name| place.map_or(Module::Named(name), Module::At)));
            place = None;
        }
    }
    found
}

/// The files beside a script that it imports; what is imported and then never used is not among
/// them, unless it is imported for what it does.
pub fn imports(text: &str) -> Vec<&str> {
    let statements = text.match_indices("import").filter(|(at, _)| {
        let before = &text[..*at];
        before.is_empty() || before.ends_with('\n')
    });
    let mut found = Vec::new();
    for (at, word) in statements {
        let statement = &text[at..];
        let Some(end) = statement.find(';') else {
            continue;
        };
        let (statement, behind) = statement.split_at(end);
        let Some(place) = statement.split('"').nth(1).filter(|it| it.starts_with('.')) else {
            continue;
        };
        let clause = statement.split('"').next().unwrap();
        let clause = clause.trim_start_matches(word).trim();
        let clause = clause.strip_suffix("from").unwrap_or(clause);
        if clause.is_empty() || names(clause).any(|name| words(behind).any(|it| it == name)) {
            found.push(place);
        }
    }
    found
}

/// What is called how: of `{ a, b as c }` that is `a` and `c`.
fn names(clause: &str) -> impl Iterator<Item = &str> {
    let parts = clause.split([',', '{', '}']);
    parts.filter_map(|part| part.split_whitespace().last())
}

/// The words of the lines that are no comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim_start);
    let code = lines.filter(|line| !line.starts_with("//") && !line.starts_with('*'));
    code.flat_map(|line| {
        line.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$')
    })
}
