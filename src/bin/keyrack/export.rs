//! `keyrack export`: a policy for engines of other makers.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use serde_json::json;

use crate::{
    Answer, Outcome,
    cedar::{self, Cedar, NOT_ASKED},
    failure::Failure,
    output::{self, DIM, GREEN, PLAIN, Table, YELLOW, paint},
    policy_file,
};

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Language {
    /// Policies, entities and schema of Cedar
    Cedar,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// For which engine
    #[arg(value_enum)]
    language: Language,
    /// A policy in TOML or JSON; `-` reads stdin
    policy: PathBuf,
    /// The folder that the files go to; it is made if it is not there
    #[arg(short, long, value_name = "FOLDER", required_unless_present = "json")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, json: bool) -> Outcome {
    let path = &arguments.policy;
    let mut compiled = policy_file::compiled(path, policy_file::bytes(path)?)?;
    let model = policy_file::model(path, &mut compiled, json)?;
    let Language::Cedar = arguments.language;
    let cedar = cedar::export(&model);
    if let Some(folder) = &arguments.output {
        write(folder, &cedar)?;
    }
    let whole = cedar.left_out.is_empty();
    if json {
        let mut told = json!({ "leftOut": cedar.left_out, "notAsked": NOT_ASKED });
        if let (None, Some(told)) = (&arguments.output, told.as_object_mut()) {
            told.insert("policies".to_owned(), cedar.policies.into());
            told.insert("entities".to_owned(), cedar.entities.into());
            told.insert("schema".to_owned(), cedar.schema.into());
        }
        output::print_json(&told)?;
    } else if let Some(folder) = &arguments.output {
        output::print_error(&left_out(&cedar));
        output::print(&format!(
            "{} {}, {}\n",
            paint(GREEN.bold(), "wrote"),
            folder.display(),
            output::count(cedar.entities.len(), "entity"),
        ))?;
    }
    Ok(Answer::of(whole))
}

fn write(folder: &Path, cedar: &Cedar) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
    let entities = serde_json::Value::from(cedar.entities.clone()).to_string();
    let files = [
        ("policies.cedar", &cedar.policies),
        ("schema.cedarschema", &cedar.schema),
        ("entities.json", &entities),
    ];
    files
        .iter()
        .try_for_each(|(name, text)| output::write_file(&folder.join(name), text.as_bytes()))
}

/// What Cedar cannot say, for people.
fn left_out(cedar: &Cedar) -> String {
    let mut table = Table::default();
    for one in &cedar.left_out {
        let permissions = match one.permissions.as_slice() {
            few if few.len() <= 3 => few.join(", "),
            many => output::count(many.len(), "permission"),
        };
        table.row([
            (YELLOW, one.what.to_owned()),
            (PLAIN, one.of.clone()),
            (DIM, permissions),
        ]);
    }
    let mut text = String::new();
    if !cedar.left_out.is_empty() {
        text.push_str("left out, so that Cedar denies there what Keyrack may allow:\n");
        text.push_str(&table.text(2));
    }
    text.push_str(&format!(
        "{} {}\n",
        paint(DIM, "never in the export:"),
        NOT_ASKED.join(", ")
    ));
    text
}
