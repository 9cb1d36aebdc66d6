//! From a document to bytes: the same policy in TOML and in JSON gives the same bytes, and the order
//! in which a policy is written changes no answer.

#![cfg(feature = "authoring")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::{fs, path::PathBuf};

use keyrack::{
    compile,
    decide::{
        self, Engine, Request,
        request::{Amount, Auth, Exact, Resource, Text},
    },
    policy::{Document, Format, read},
    snapshot::{Snapshot, model::Model, write},
};
use serde_json::Value;

use support::cells::root;

fn examples() -> Vec<(String, String)> {
    let folder = fs::read_dir(root().join("examples")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    assert!(paths.len() > 10);
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

fn compiled(name: &str, text: &str, format: Format) -> Model {
    let compiled = compile::compile(&read(text, format));
    let found = compiled.findings;
    compiled
        .model
        .unwrap_or_else(|| panic!("{name}: {found:#?}"))
}

/// The text as JSON: the values as they stand, so that nothing but the syntax differs.
fn as_json(toml: &str) -> Value {
    fn plain(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if let Some(when) = map.get("$__toml_private_datetime") {
                    *value = when.clone();
                } else {
                    map.values_mut().for_each(plain);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(plain),
            _ => {}
        }
    }
    let mut value: Value = toml::from_str(toml).unwrap();
    plain(&mut value);
    value
}

#[test]
fn toml_and_json_give_the_same_bytes() {
    for (name, text) in examples() {
        let toml = write::payload(&compiled(&name, &text, Format::Toml)).unwrap();
        let json = as_json(&text).to_string();
        let json = write::payload(&compiled(&name, &json, Format::Json)).unwrap();
        assert!(toml == json, "{name}");
        let again = write::payload(&compiled(&name, &text, Format::Toml)).unwrap();
        assert!(toml == again, "{name}");
        // Written out in full by the types themselves, defaults included.
        let document: Document = read(&text, Format::Toml).document;
        let full = serde_json::to_string(&document).unwrap();
        let full = write::payload(&compiled(&name, &full, Format::Json)).unwrap();
        assert!(toml == full, "{name}");
    }
}

/// Everything whose order means nothing, the other way round. Routes keep theirs: the first that
/// matches counts.
fn turned(mut document: Value) -> Value {
    for (section, value) in document.as_object_mut().unwrap() {
        if section == "routes" || section == "tests" {
            continue;
        }
        if let Value::Array(list) = value {
            list.reverse();
            for element in list {
                let lists = ["groups", "permissions", "scopes", "training", "inherits"];
                for inner in lists {
                    if let Some(Value::Array(list)) = element.get_mut(inner) {
                        list.reverse();
                    }
                }
            }
        }
    }
    document
}

#[test]
fn the_order_of_a_document_changes_no_answer() {
    let mut compared = 0;
    for (name, text) in examples() {
        let straight = compiled(&name, &text, Format::Toml);
        let turned = compiled(&name, &turned(as_json(&text)).to_string(), Format::Json);
        let engine =
            |model: &Model| Engine::new(Snapshot::open(write::payload(model).unwrap()).unwrap());
        let (one, other) = (engine(&straight), engine(&turned));
        let now = straight.header.issued + 40 * 3_600;
        let last = straight.scopes.len() - 1;
        for member in &straight.members {
            for permission in &straight.permissions {
                for scope in [0, last / 2, last] {
                    let request = Request {
                        subject: Text::from(&*member.id),
                        permission: Text::from(&*permission.key),
                        scope: Some(Text::from(&*straight.scopes[scope].id)),
                        now: Some(now),
                        amount: Some(Amount {
                            value: Exact(Some(900)),
                            currency: Some(Text::from("EUR")),
                        }),
                        percent: Some(Exact(Some(500))),
                        quantity: Some(Exact(Some(2))),
                        resource: Some(Resource {
                            resource_type: Text::from("order"),
                            id: Text::from("o-1"),
                            assignee: Some(Text::from(&*member.id)),
                            ..Resource::default()
                        }),
                        auth: Some(Auth {
                            time: Some(now - 60),
                            level: Some(3),
                            ..Auth::default()
                        }),
                        ip: Some(Text::from("203.0.113.9")),
                        ..Request::default()
                    };
                    let one = decide::decide(&one, &request).unwrap();
                    let other = decide::decide(&other, &request).unwrap();
                    let said = |decision: &decide::Decision| {
                        let fields = decision.fields.clone();
                        (
                            decision.outcome,
                            decision.reason,
                            fields,
                            decision.missing,
                            decision.holds_until,
                        )
                    };
                    assert_eq!(said(&one), said(&other), "{name} {request:?}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
}
