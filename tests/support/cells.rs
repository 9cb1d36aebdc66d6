//! The acceptance cells, one file per named system, in the project's own words.

use std::{fs, path::PathBuf};

use keyrack::{
    decide::Request,
    policy::{Document, document::Assignment},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How many cells there are, so that no file is skipped silently.
pub const CELL_COUNT: usize = 562;

/// One file: a policy, what was revoked since, and what must be answered.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CellFile {
    /// `N1` to `N10`, or `R` for the rulings.
    pub system: String,
    pub title: String,
    /// A policy document; kept as JSON, so that it takes the way every document takes.
    pub policy: Value,
    pub overlay: CellOverlay,
    pub cells: Vec<Cell>,
    /// The file's name without its ending.
    #[serde(skip)]
    pub name: String,
}

/// What was revoked or suspended since the policy was published.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CellOverlay {
    #[serde(default)]
    pub session_revoked: Vec<SessionRevoked>,
    #[serde(default)]
    pub member_suspended: Vec<MemberSuspended>,
    #[serde(default)]
    pub operation_suspended: Vec<OperationSuspended>,
    /// Unix seconds, or the word `never`.
    pub fresh_until: Value,
}

/// Sessions that began before an instant are over.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRevoked {
    pub member: String,
    pub before: i64,
}

/// A member who may do nothing for a while.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MemberSuspended {
    pub member: String,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// One permission that one member, or nobody, may use for a while.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperationSuspended {
    /// Absent or null: everybody.
    pub member: Option<String>,
    pub permission: String,
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// One request and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cell {
    /// Cited by requirements and other tests.
    pub id: String,
    /// The situation in words.
    pub text: String,
    pub expect: Expected,
    /// A request; kept as JSON, so that it is read as the host's would be.
    pub request: Value,
    /// Join the policy for this cell only.
    #[serde(default)]
    pub added_assignments: Vec<Value>,
}

/// What must come out. What is absent is not compared.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expected {
    pub outcome: String,
    pub reason: String,
    /// Exactly the hidden field groups, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_up: Option<ExpectedStepUp>,
    /// Exactly these; only `reserve_budget` is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obligations: Option<Vec<String>>,
    /// `refused`: the compiler refuses the document, and the answer is what its snapshot would
    /// still have given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compile: Option<String>,
}

/// The demand that the challenge names.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedStepUp {
    pub level: u8,
    /// Absent: the sign-in itself is too weak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
}

impl CellFile {
    /// The policy document of one cell: the file's own, and what the cell adds.
    pub fn document(&self, cell: Option<&Cell>) -> Document {
        let mut document: Document = read(&self.name, &self.policy.to_string());
        if let Some(cell) = cell {
            let added = cell.added_assignments.iter();
            let read = |assignment: &Value| read::<Assignment>(&cell.id, &assignment.to_string());
            document.assignments.extend(added.map(read));
        }
        document
    }
}

/// Every file of `tests/decisions`, by name.
pub fn files() -> Vec<CellFile> {
    let folder = root().join("tests/decisions");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut file: CellFile = read(&name, &fs::read_to_string(path).unwrap());
            file.name = name;
            file
        })
        .collect()
}

/// The folder of the crate.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Reads JSON; on failure says in which file.
pub fn read<T: DeserializeOwned>(name: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a request as the host's is read; on failure says whose.
pub fn read_request<'a>(whose: &str, text: &'a str) -> Request<'a> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{whose}: {error}\n{text}"))
}
