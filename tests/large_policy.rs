//! A policy of a hundred thousand members. Run with
//! `cargo test --release --test large_policy -- --ignored --nocapture`.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;
use std::time::Instant;

use keyrack::compile::compile;
use keyrack::policy::{Format, Severity, read};
use keyrack::snapshot::write;

/// Two assignments each, one of them in a store of the member's own.
fn text(members: usize, stores: usize, roles: usize) -> String {
    let mut text = String::from(
        "[policy]\ntenant = \"big\"\nversion = 1\nissued = 2026-03-01T00:00:00Z\nexpires = \"never\"\nprofile = \"delegated\"\n[[scopes]]\nid = \"big\"\nkind = \"tenant\"\nzone = \"Europe/Paris\"\n[[members]]\nid = \"owner\"\nkind = \"owner\"\n",
    );
    for store in 0..stores {
        let _ = write!(
            text,
            "[[scopes]]\nid = \"s{store}\"\nkind = \"store\"\nparent = \"big\"\n"
        );
    }
    let keys = [
        "order.view",
        "order.note.edit",
        "ticket.update",
        "catalog.view",
        "customer.view",
    ];
    for role in 0..roles {
        let _ = write!(
            text,
            "[[roles]]\nid = \"r{role}\"\npermissions = [\"{}\", \"order.refund\"]\nconditions = {{ limits = [{{ permission = \"order.refund\", currency = \"EUR\", approve_above = {role}, max = {} }}] }}\n",
            keys[role % keys.len()],
            role + 1_000,
        );
        if role > 0 && role % 10 != 0 {
            let at = text.rfind("conditions = ").unwrap();
            text.insert_str(at, &format!("inherits = [\"r{}\"]\n", role - 1));
        }
    }
    for member in 0..members {
        let _ = write!(
            text,
            "[[members]]\nid = \"m{member}\"\nkind = \"employee\"\nsecond_factor = true\n[[assignments]]\nmember = \"m{member}\"\nrole = \"r{}\"\nscopes = [\"s{}\"]\n[[assignments]]\nmember = \"m{member}\"\npermissions = [\"approval.give\", \"order.cancel\"]\nscopes = [\"s{}\"]\n",
            member % roles,
            member % stores,
            (member + 1) % stores,
        );
    }
    text
}

#[test]
#[ignore = "slow without optimisation"]
fn a_hundred_thousand_members_compile() {
    let text = text(100_000, 10_000, 1_000);
    let start = Instant::now();
    let outcome = read(&text, Format::Toml);
    let reading = start.elapsed();
    assert_eq!(outcome.findings, []);
    let start = Instant::now();
    let compiled = compile(&outcome);
    let compiling = start.elapsed();
    let errors = compiled
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    assert_eq!(errors.count(), 0);
    let model = compiled.model.expect("a sound policy");
    let start = Instant::now();
    let bytes = write::payload(&model).expect("a snapshot");
    println!(
        "{} bytes of text read in {reading:?}, compiled in {compiling:?} with {} findings, written in {:?} to {} bytes",
        text.len(),
        compiled.findings.len(),
        start.elapsed(),
        bytes.len(),
    );
}

#[test]
#[ignore = "slow without optimisation"]
fn a_mistake_in_every_member_is_refused() {
    let broken = text(100_000, 10_000, 1_000)
        .replace("role = \"r", "role = \"q")
        .replace("second_factor = true", "second_fatcor = true");
    let start = Instant::now();
    let outcome = read(&broken, Format::Toml);
    let compiled = compile(&outcome);
    println!(
        "{} findings in {:?}",
        compiled.findings.len(),
        start.elapsed()
    );
    assert!(compiled.model.is_none());
}
