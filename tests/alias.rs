//! Splitting a permission keeps holders whole.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "support/base.rs"]
mod base;

use std::collections::BTreeSet;

use keyrack::compile::{compile, lower};
use keyrack::policy::{Format, read};
use keyrack::snapshot::model::Model;

use base::{BASE, codes, document, held, keys, position};

const ALIAS: &str = r#"
[[catalogue.aliases]]
key = "order.edit"
means = ["order.details.edit", "order.status.edit", "order.note.edit"]
since = 2

[[roles]]
id = "editor"
permissions = ["order.edit"]

[[assignments]]
member = "ben"
role = "editor"
scopes = ["paris"]
conditions = { approval_for = ["order.edit"] }

[[assignments]]
group = "helpers"
permissions = ["order.edit"]
scopes = ["osaka"]
valid = { to = 2026-06-01T00:00:00Z }

[[denials]]
member = "ana"
permissions = ["order.edit"]
scopes = ["paris"]
"#;

/// What everybody holds, by the names of members, groups and keys.
fn everything(model: &Model) -> BTreeSet<(String, bool, String)> {
    let members = model.members.iter().map(|it| (&it.id, &it.holdings));
    let groups = model.groups.iter().map(|it| (&it.id, &it.holdings));
    let mut all = BTreeSet::new();
    for (id, holdings) in members.chain(groups) {
        for holding in holdings {
            let terms = &model.terms[usize::try_from(holding.terms).unwrap()];
            let held = keys(model, &terms.permissions).into_iter();
            all.extend(held.map(|key| (id.clone(), terms.denies, key)));
        }
    }
    all
}

#[test]
fn splitting_a_key_keeps_every_holder_whole_and_adds_none() {
    let split = document(ALIAS);
    let written = ALIAS.replace(
        "\"order.edit\"",
        "\"order.details.edit\", \"order.status.edit\", \"order.note.edit\"",
    );
    let written = written.split_once("[[roles]]").unwrap().1;
    let parts = document(&format!("[[roles]]{written}"));
    let (split, parts) = (lower(&split), lower(&parts));
    assert_eq!(everything(&split), everything(&parts));
    assert_eq!(split.terms, parts.terms);
    let denied = held(&split, "ana")[1];
    for key in [
        "order.details.edit",
        "order.status.edit",
        "order.note.edit",
        "order.discount.apply",
    ] {
        assert!(denied.permissions.contains(&position(&split, key)), "{key}");
    }
}

#[test]
fn an_old_document_may_name_a_split_key_and_a_new_one_is_told_the_parts() {
    let old = format!("{BASE}{ALIAS}");
    assert_eq!(codes(&old), [""; 0]);
    let new = old.replace("profile =", "catalogue_version = 2\nprofile =");
    let compiled = compile(&read(&new, Format::Toml));
    let found: Vec<&str> = compiled.findings.iter().map(|it| it.code).collect();
    assert_eq!(found, ["retired_name"; 4]);
    assert!(compiled.findings[0].help.contains("`order.status.edit`"));
    assert!(compiled.model.is_some());
}
