//! A table: one policy, and requests with what is expected of them.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use keyrack::policy::{Format, read};

use super::{Case, Named, Take, invalid, plan::Plan};
use crate::{
    failure::Failure,
    policy_file,
    test::{self, Expected},
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    /// Where it comes from.
    #[serde(default, rename = "source")]
    _source: Option<Value>,
    /// A document, or the path of one from the table's folder.
    policy: Value,
    cases: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    name: String,
    request: Value,
    expect: Expected,
    #[serde(default)]
    not_applicable: Option<String>,
}

pub(super) fn ask(
    path: &Path,
    value: Value,
    plan: &Plan,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let table: Written =
        serde_json::from_value(value).map_err(|error| invalid(path, error.to_string()))?;
    let (name, bytes) = match &table.policy {
        Value::String(named) => {
            let named = path.parent().unwrap_or(Path::new("")).join(named);
            let bytes = policy_file::bytes(&named)?;
            (named, bytes)
        }
        // Shown as the table's own; the ending says how it is read.
        document => (PathBuf::from(path), document.to_string().into_bytes()),
    };
    let text = policy_file::text(&name, bytes)?;
    let format = match table.policy {
        Value::String(_) => policy_file::format(&name, &text),
        _ => Format::Json,
    };
    let document = read(&text, format);
    if let Some(finding) = document.findings.first() {
        return Err(invalid(&name, finding.message.clone()));
    }
    let engine = test::engine(&document.document)?;
    for mut row in table.cases {
        let apart = row.not_applicable.as_deref().or(plan.sets_apart(&row.name));
        if let Some(why) = apart {
            let why = why.to_owned();
            take(Err(Named {
                name: row.name,
                why,
            }));
            continue;
        }
        if let (Some(now), Some(request)) = (plan.now, row.request.as_object_mut()) {
            request.entry("now").or_insert(json!(now));
        }
        let ran = test::ask(&engine, row.name.clone(), &row.request, &row.expect)?;
        take(Ok(Case {
            name: row.name,
            expected: ran.expected,
            got: ran.got,
        }));
    }
    Ok(())
}
