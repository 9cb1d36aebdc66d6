//! The policy that most tests of the compiler begin with, and what they ask of its model.

#![allow(dead_code, reason = "every test crate uses another part")]

use std::collections::BTreeSet;

use keyrack::compile::compile;
use keyrack::policy::{Document, Format, read};
use keyrack::snapshot::model::{Model, PermissionSet, Terms};

pub const BASE: &str = include_str!("../findings/base.txt");

/// The policy with more behind it.
pub fn document(more: &str) -> Document {
    let outcome = read(&format!("{BASE}{more}"), Format::Toml);
    assert_eq!(outcome.findings, []);
    outcome.document
}

/// The codes of what the compiler finds in a text.
pub fn codes(text: &str) -> Vec<&'static str> {
    let compiled = compile(&read(text, Format::Toml));
    compiled.findings.iter().map(|it| it.code).collect()
}

/// Where a permission stands in the model.
pub fn position(model: &Model, key: &str) -> u32 {
    let at = model
        .permissions
        .binary_search_by(|it| it.key.as_str().cmp(key));
    u32::try_from(at.unwrap_or_else(|_| panic!("{key}"))).unwrap()
}

/// The keys of a set of permissions.
pub fn keys(model: &Model, set: &PermissionSet) -> BTreeSet<String> {
    let key = |at: u32| model.permissions[usize::try_from(at).unwrap()].key.clone();
    set.iter().map(key).collect()
}

/// The terms that a member holds itself.
pub fn held<'m>(model: &'m Model, member: &str) -> Vec<&'m Terms> {
    let member = model.members.iter().find(|it| it.id == member).unwrap();
    let holdings = member.holdings.iter();
    holdings
        .map(|it| &model.terms[usize::try_from(it.terms).unwrap()])
        .collect()
}
