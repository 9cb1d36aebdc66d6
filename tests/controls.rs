//! Bounds that auditors ask for, at the day and the second: docs/controls.md says whose they are.

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

use keyrack::{
    compile::compile_document,
    decide::{
        Decision, Engine, Request, decide,
        request::{Auth, Proof, Text},
    },
    policy::{Document, Format, Severity, read},
};

use support::rack;

const DAY: i64 = 24 * 60 * 60;
/// 1 January 2026.
const BEGINNING: i64 = 1_767_225_600;

fn document(more: &str) -> Document {
    let text = format!(
        r#"
[policy]
tenant = "t"
version = 1
issued = "2026-01-01T00:00:00Z"
expires = "never"
profile = "delegated"

[[scopes]]
id = "t"
kind = "tenant"

[[members]]
id = "olivia"
kind = "owner"
second_factor = true

{more}"#
    );
    let read = read(&text, Format::Toml);
    assert_eq!(read.findings, [], "{text}");
    read.document
}

fn codes(document: &Document) -> Vec<(&'static str, Severity)> {
    let findings = compile_document(document).findings;
    findings.iter().map(|it| (it.code, it.severity)).collect()
}

/// Somebody with one assignment, which further lines may add to.
const SAM: &str = r#"
[[members]]
id = "sam"
kind = "employee"
second_factor = true

[[assignments]]
member = "sam"
permissions = ["order.view"]
scopes = ["t"]
"#;

/// Somebody with an assignment that is looked at so often, last on 1 January.
fn reviewed(every: &str) -> Document {
    document(&format!(
        "{SAM}reviewed_at = \"2026-01-01T00:00:00Z\"\nreview_every = \"{every}\""
    ))
}

#[test]
fn a_review_is_overdue_from_its_day_on_and_not_a_second_before() {
    for (every, days) in [("183d", 183), ("90d", 90)] {
        let mut document = reviewed(every);
        let mut overdue = |seconds: i64| {
            document.policy.issued.seconds = BEGINNING + seconds;
            codes(&document).contains(&("review_overdue", Severity::Warning))
        };
        assert!(!overdue((days - 1) * DAY), "{every}: a day before");
        assert!(!overdue(days * DAY - 1), "{every}: a second before");
        assert!(overdue(days * DAY), "{every}: on the day");
        assert!(overdue((days + 1) * DAY), "{every}: a day later");
    }
}

const PARTNER: &str = r#"
[[organisations]]
id = "firm"

[[members]]
id = "pat"
kind = "contractor"
organisation = "firm"
second_factor = true
"#;

#[test]
fn an_assignment_to_outsiders_without_an_end_does_not_compile() {
    let holders = ["member = \"pat\"", "organisation = \"firm\""];
    for holder in holders {
        let assignment = |valid: &str| {
            document(&format!(
                "{PARTNER}\n[[assignments]]\n{holder}\npermissions = [\"order.view\"]\nscopes = [\"t\"]\n{valid}"
            ))
        };
        let refused = ("outside_without_end", Severity::Error);
        assert!(codes(&assignment("")).contains(&refused), "{holder}");
        let from = assignment("valid = { from = \"2026-01-01T00:00:00Z\" }");
        assert!(
            codes(&from).contains(&refused),
            "{holder}: a start is no end"
        );
        let ends = assignment("valid = { to = \"2026-02-01T00:00:00Z\" }");
        assert_eq!(codes(&ends), [], "{holder}");
    }
}

fn engine(document: &Document) -> Engine {
    rack::unsigned(&rack::compiled("controls", document), None)
}

fn asked(engine: &Engine, subject: &str, permission: &str, now: i64) -> Decision {
    let request = Request {
        subject: Text::from(subject),
        permission: Text::from(permission),
        now: Some(now),
        ..Request::default()
    };
    decide(engine, &request).unwrap()
}

#[test]
fn a_temporary_account_and_a_third_partys_access_end_at_their_instant() {
    let account = r#"
[[members]]
id = "temp"
kind = "employee"
second_factor = true
valid = { from = "2026-01-01T00:00:00Z", to = "2026-02-01T00:00:00Z" }

[[assignments]]
member = "temp"
permissions = ["order.view"]
scopes = ["t"]

[[assignments]]
organisation = "firm"
permissions = ["order.view"]
scopes = ["t"]
valid = { from = "2026-01-01T00:00:00Z", to = "2026-02-01T00:00:00Z" }
"#;
    let engine = engine(&document(&format!("{PARTNER}{account}")));
    let end = BEGINNING + 31 * DAY;
    for (member, over) in [
        ("temp", "member_outside_validity"),
        ("pat", "grant_outside_validity"),
    ] {
        let reason = |now| asked(&engine, member, "order.view", now).reason.code();
        assert_eq!(reason(BEGINNING - 1), over, "{member}");
        assert_eq!(reason(BEGINNING), "granted", "{member}");
        assert_eq!(reason(end - 1), "granted", "{member}");
        assert_eq!(reason(end), over, "{member}");
    }
}

#[test]
fn a_verification_of_fifteen_minutes_is_asked_for_anew_after_them() {
    let demand = r#"
[[demands]]
permission = "order.view"
step_up = { level = 2, max_age = "15m" }
"#;
    let engine = engine(&document(&format!("{SAM}{demand}")));
    let reason = |age: i64| {
        let proof = Proof {
            subject: Text::from("sam"),
            session: Text::from("s"),
            permission: Text::from("order.view"),
            level: 2,
            at: BEGINNING,
        };
        let request = Request {
            subject: Text::from("sam"),
            permission: Text::from("order.view"),
            now: Some(BEGINNING + age),
            auth: Some(Auth {
                session: Some(Text::from("s")),
                proofs: vec![proof],
                ..Auth::default()
            }),
            ..Request::default()
        };
        decide(&engine, &request).unwrap().reason.code()
    };
    assert_eq!(reason(0), "granted");
    assert_eq!(reason(899), "granted");
    assert_eq!(reason(900), "step_up_required");
    assert_eq!(reason(901), "step_up_required");
}
