//! Runs the command in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// A folder that is gone when the test ends.
pub struct Folder(PathBuf);

/// What a run gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

const TWO_STORES: &str = r#"[policy]
tenant = "my_store"
version = 3
issued = "2026-01-01T00:00:00Z"
expires = "never"
profile = "delegated"

[[scopes]]
id = "my_store"
kind = "tenant"

[[scopes]]
id = "paris"
kind = "store"
parent = "my_store"

[[scopes]]
id = "lyon"
kind = "store"
parent = "my_store"
"#;

/// The folder of the crate.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The command, without colours.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyrack"));
    command.env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    command
}

/// A policy under which others than the owner may grant, of two stores and of people that the test
/// names.
pub fn two_stores(people: &str) -> String {
    format!("{TWO_STORES}{people}")
}

impl Folder {
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("keyrack-cli-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A folder with a policy and a pair of keys in it.
    pub fn with_policy() -> Self {
        let folder = Self::new();
        fs::copy(
            root().join("tests/cli/policy.toml"),
            folder.path("policy.toml"),
        )
        .unwrap();
        assert_eq!(folder.run("keygen -o k").code, 0);
        folder
    }

    /// A folder with the policy of two stores in it.
    pub fn of_two_stores(people: &str) -> Self {
        let folder = Self::new();
        folder.write("policy.toml", two_stores(people));
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs the command with arguments that blanks separate.
    pub fn run(&self, arguments: &str) -> Run {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>(), "")
    }

    /// Runs the command with something on stdin.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let file = self.path("stdin");
        fs::write(&file, input).unwrap();
        let output = command()
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::from(fs::File::open(file).unwrap()))
            .output()
            .unwrap();
        Run::of(output)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Stdout as one JSON value.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// The stable code of the error that was told.
    pub fn error_code(&self) -> &str {
        let told = self
            .err
            .split("error[")
            .nth(1)
            .and_then(|rest| rest.split(']').next());
        told.unwrap_or_else(|| panic!("no error: {} {}", self.out, self.err))
    }
}

/// Compares with a golden file. `KEYRACK_GOLDEN=write` writes it instead; look at the difference
/// before you commit it.
pub fn assert_golden(name: &str, got: &str) {
    let path = root().join("tests/cli/golden").join(name);
    if std::env::var_os("KEYRACK_GOLDEN").is_some_and(|wish| wish == "write") {
        fs::write(&path, got).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == got,
        "{}\n--- expected\n{golden}\n--- got\n{got}",
        show(&path)
    );
}

fn show(path: &Path) -> String {
    path.display().to_string()
}
