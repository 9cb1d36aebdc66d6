//! Imported rows as TOML.

use std::path::Path;

use keyrack::policy::{document::Limit, time::Instant};

use crate::{import_row::Row, times};

/// What people wrote stays as it is; the rows come after it.
pub(crate) fn appended(before: &str, rows: &[Row], (file, by): (&Path, &str)) -> String {
    let file = file.file_name().unwrap_or_default();
    let mut text = format!(
        "{}\n\n# Imported from {} by {}.\n",
        before.trim_end(),
        file.to_string_lossy().replace(char::is_control, " "),
        by.replace(char::is_control, " "),
    );
    for member in rows.iter().filter_map(|row| row.added.as_ref()) {
        text.push_str("\n[[members]]\n");
        let mut pair = |key, value: Option<toml::Value>| line(&mut text, key, value);
        pair("id", Some(member.id.as_str().into()));
        pair("kind", toml::Value::try_from(member.kind).ok());
        pair("status", toml::Value::try_from(member.status).ok());
        pair("rank", member.rank.map(|rank| i64::from(rank).into()));
        pair("name", member.name.as_deref().map(Into::into));
        pair("email", member.email.as_deref().map(Into::into));
    }
    for assignment in rows.iter().filter_map(|row| row.assignment.as_ref()) {
        text.push_str("\n[[assignments]]\n");
        let time = |it: Option<Instant>| it.map(|it| times::written(it.seconds).into());
        let list = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            (!names.is_empty()).then(|| names.into())
        };
        let mut pair = |key, value: Option<toml::Value>| line(&mut text, key, value);
        pair("member", assignment.member.as_deref().map(Into::into));
        pair("role", assignment.role.as_deref().map(Into::into));
        pair("permissions", list(&assignment.permissions));
        pair("scopes", list(&assignment.scopes));
        pair("valid.from", time(assignment.valid.from));
        pair("valid.to", time(assignment.valid.to));
        pair("issued_by", assignment.issued_by.as_deref().map(Into::into));
        pair("reason", assignment.reason.as_deref().map(Into::into));
        pair(
            "conditions.unlimited",
            list(&assignment.conditions.unlimited),
        );
        let limits: Vec<_> = assignment
            .conditions
            .limits
            .iter()
            .map(limit_table)
            .collect();
        pair(
            "conditions.limits",
            (!limits.is_empty()).then(|| limits.into()),
        );
    }
    text
}

fn line(text: &mut String, key: &str, value: Option<toml::Value>) {
    if let Some(value) = value {
        text.push_str(&format!("{key} = {value}\n"));
    }
}

fn limit_table(limit: &Limit) -> toml::Value {
    let mut table = toml::Table::new();
    table.insert("permission".to_owned(), limit.permission.as_str().into());
    if let Some(currency) = &limit.currency {
        table.insert("currency".to_owned(), currency.as_str().into());
    }
    if let Some(soft) = limit.approve_above {
        table.insert("approve_above".to_owned(), soft.into());
    }
    table.insert("max".to_owned(), limit.max.into());
    table.into()
}
