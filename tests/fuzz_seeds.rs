//! Every fuzz target over its seeds, and over what once crashed it.
//!
//! `KEYRACK_BLESS=1` writes the seeds that are made from other tests' data anew.

#![cfg(all(feature = "authoring", feature = "authzen"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    dead_code,
    unused_imports,
    reason = "a test fails by panicking, and uses a part of what targets share"
)]

#[path = "oracle/compare.rs"]
mod compare;
#[path = "oracle/evaluator/mod.rs"]
mod evaluator;
mod support;
#[path = "../fuzz/src/targets/mod.rs"]
mod targets;

use std::{
    fs,
    path::{Path, PathBuf},
};

use keyrack::{
    policy::{self, Format},
    snapshot::{Domain, container},
};
use serde_json::Value;
use support::{aloud, cells, dump, every};

fn folder(target: &str) -> PathBuf {
    cells::root().join("fuzz/seeds").join(target)
}

fn seeds(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_target_holds_on_its_seeds() {
    let mut all = 0;
    for (name, target) in targets::ALL {
        let paths = seeds(&folder(name));
        assert!(!paths.is_empty(), "{name} has no seeds");
        for path in &paths {
            let bytes = fs::read(path).unwrap();
            let held = std::panic::catch_unwind(|| target(&bytes));
            assert!(held.is_ok(), "{name} fails on {}", path.display());
        }
        all += paths.len();
    }
    aloud::say(&format!("{all} seeds"));
}

#[test]
fn seeds_are_made_of_what_tests_hold() {
    for (target, name, bytes) in made() {
        let path = folder(target).join(name);
        if std::env::var_os("KEYRACK_BLESS").is_some() {
            fs::create_dir_all(folder(target)).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        let kept = fs::read(&path).unwrap_or_default();
        assert!(
            kept == bytes,
            "{}: write it anew with KEYRACK_BLESS=1",
            path.display()
        );
    }
}

type Seed = (&'static str, String, Vec<u8>);

fn made() -> Vec<Seed> {
    let mut seeds = Vec::new();
    binaries(&mut seeds);
    documents(&mut seeds);
    requests(&mut seeds);
    bodies(&mut seeds);
    routes(&mut seeds);
    seeds
}

/// Containers as they are, payloads with what chooses the question.
fn binaries(seeds: &mut Vec<Seed>) {
    for name in ["snapshot", "slice", "overlay", "unsigned"] {
        let told = cells::root().join(format!("tests/golden/{name}.hex"));
        let bytes = dump::bytes_of(&fs::read_to_string(told).unwrap());
        seeds.push(("container", name.to_owned(), bytes.clone()));
        let keys = [every::key().verifying_key()];
        match name {
            "snapshot" | "slice" => {
                let domain = match name {
                    "slice" => Domain::Slice,
                    _ => Domain::Snapshot,
                };
                let payload = container::verify(&bytes, domain, &keys).unwrap();
                for turn in [0_u16, 85, 1_290] {
                    let seed = [payload, &turn.to_le_bytes()].concat();
                    seeds.push(("payload", format!("{name}-{turn}"), seed));
                }
            }
            "overlay" => {
                let payload = container::verify(&bytes, Domain::Overlay, &keys).unwrap();
                seeds.push(("overlay", name.to_owned(), [&[10], payload].concat()));
            }
            _ => {}
        }
    }
    for (number, file) in (0_u8..).zip(cells::files()) {
        let signed = support::rack::overlay_bytes(&file, 0);
        let keys = [support::rack::signing_key().verifying_key()];
        let payload = container::verify(&signed, Domain::Overlay, &keys).unwrap();
        let seed = [&[number], payload].concat();
        seeds.push(("overlay", file.name.clone(), seed));
    }
}

fn documents(seeds: &mut Vec<Seed>) {
    let texts = [
        "tests/authzen/certification.toml",
        "tests/authzen/store.toml",
        "tests/authzen/todo.toml",
        "tests/js/store.toml",
        "src/bin/keyrack/starter.toml",
        "examples/n05-credit-limits.toml",
        "examples/n10-onboarding.toml",
    ];
    for path in texts {
        let text = fs::read_to_string(cells::root().join(path)).unwrap();
        let path = Path::new(path);
        let parts = [path.parent().and_then(Path::file_name), path.file_stem()];
        let name = parts.map(|part| part.unwrap().to_string_lossy()).join("-");
        let document = policy::read(&text, Format::Toml).document;
        let json = serde_json::to_vec(&document).unwrap();
        seeds.push(("policy_json", name.clone(), json));
        seeds.push(("policy_toml", name, text.into_bytes()));
    }
}

/// The first, the middle and the last cell of each file.
fn requests(seeds: &mut Vec<Seed>) {
    for (number, file) in (0_u8..).zip(cells::files()) {
        let last = file.cells.len() - 1;
        for place in [0, last / 2, last] {
            let cell = &file.cells[place];
            let text = cell.request.to_string();
            let seed = [&[number], text.as_bytes()].concat();
            seeds.push(("request", cell.id.clone(), seed));
        }
    }
}

fn bodies(seeds: &mut Vec<Seed>) {
    let cases: Vec<Value> = cells::read("cases", include_str!("authzen/cases.json"));
    for (place, case) in cases.iter().enumerate().step_by(4) {
        let path = case["path"].as_str().unwrap();
        let mut endpoints = keyrack::authzen::Endpoint::ALL.iter();
        let Some(endpoint) = endpoints.position(|endpoint| endpoint.path() == path) else {
            continue;
        };
        let body = match &case["raw"] {
            Value::String(raw) => raw.clone(),
            _ => case["body"].to_string(),
        };
        let seed = [&[endpoint as u8 * 2], body.as_bytes()].concat();
        seeds.push(("authzen", format!("{place:02}"), seed));
    }
}

fn routes(seeds: &mut Vec<Seed>) {
    let texts = [
        ("plain", "GET /orders\nGET /orders"),
        ("root", "GET /\nGET /\nPOST /"),
        (
            "parameters",
            "POST /orders/7/refund\nPOST /orders/{order}/refund\nPOST /orders/{order}",
        ),
        (
            "specific",
            "GET /orders/new\nGET /orders/{order}\nGET /orders/new",
        ),
        ("decoded", "GET /caf%C3%A9/%41\nGET /{a}/{b}"),
        ("smuggled", "GET /a%2fb/%2e%2e/c\nGET /{a}/{b}/{c}"),
        ("double", "GET //a/\nGET /{a}/{b}/{c}"),
    ];
    for (name, text) in texts {
        seeds.push(("route", name.to_owned(), text.as_bytes().to_vec()));
    }
}
