//! Reading a document: every mistake of form, at its place, in one go.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

use keyrack::compile::compile;
use keyrack::policy::{Format, read};
use proptest::prelude::*;

fn told(text: &str, format: Format) -> Vec<(&'static str, usize, usize, String)> {
    let outcome = read(text, format);
    outcome
        .findings
        .iter()
        .map(|finding| {
            let place = finding.place.expect("a finding on text has a place");
            let stretch = outcome.source.text()[place.start..place.end].to_owned();
            (finding.code, place.line, place.column, stretch)
        })
        .collect()
}

fn expected(
    lines: &[(&'static str, usize, usize, &str)],
) -> Vec<(&'static str, usize, usize, String)> {
    lines
        .iter()
        .map(|(code, line, column, text)| (*code, *line, *column, (*text).to_owned()))
        .collect()
}

const HEAD: &str = r#"[policy]
tenant = "t"
version = 1
issued = 2026-03-01T00:00:00Z
expires = "never"
profile = "strict"
"#;

#[test]
fn all_mistakes_of_form_are_reported_at_once_in_toml() {
    let text = format!(
        r#"{HEAD}extra = 1

[[members]]
id = "a"
kind = "employe"

[[members]]
id = "b"
kind = "employee"
rank = "high"
valid = {{ from = 2026-03-01, until = 3 }}

[[assignments]]
member = "b"
permissions = ["order.view"]

[[asignments]]
id = 3
"#
    );
    assert_eq!(
        told(&text, Format::Toml),
        expected(&[
            ("unknown_key", 7, 1, "extra"),
            ("wrong_value", 11, 8, "\"employe\""),
            ("wrong_value", 16, 8, "\"high\""),
            ("wrong_value", 17, 18, "2026-03-01"),
            ("unknown_key", 17, 30, "until"),
            ("missing_key", 19, 1, "[[assignments]]"),
            ("unknown_key", 23, 3, "asignments"),
        ])
    );
}

#[test]
fn all_mistakes_of_form_are_reported_at_once_in_json() {
    let text = r#"{
  "policy": {"tenant": "t", "version": -1, "issued": 0, "expires": "never", "profile": "strict"},
  "members": [
    ["m", "owner"],
    {"id": "é", "kind": "owner", "rank": 1.5, "rank": 2, "note": null}
  ],
  "scopes": {}
}"#;
    assert_eq!(
        told(text, Format::Json),
        expected(&[
            ("wrong_value", 2, 40, "-1"),
            ("wrong_value", 4, 5, r#"["m", "owner"]"#),
            ("wrong_value", 5, 42, "1.5"),
            ("duplicate_key", 5, 47, "\"rank\""),
            ("unknown_key", 5, 58, "\"note\""),
            ("wrong_value", 7, 13, "{}"),
        ])
    );
}

#[test]
fn text_that_is_neither_toml_nor_json_says_where() {
    let found = told(&format!("{HEAD}\n[[members]\nid = 'a'\n"), Format::Toml);
    assert!(
        found.iter().all(|it| it.0 == "syntax" && it.1 == 8),
        "{found:?}"
    );
    let found = told("{\n  \"policy\": {},\n}", Format::Json);
    assert_eq!((found[0].0, found[0].1), ("syntax", 2), "{found:?}");
    assert_eq!(found.len(), 1);
    let found = told("{ // no\n}", Format::Json);
    assert_eq!(found[0].0, "syntax");
}

#[test]
fn a_document_without_a_policy_says_so_once() {
    assert_eq!(
        told("{}", Format::Json),
        expected(&[("missing_key", 1, 1, "")])
    );
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let text = format!("{{\"tests\": {}{}}}", "[".repeat(100), "]".repeat(100));
    assert!(
        told(&text, Format::Json)
            .iter()
            .any(|it| it.0 == "document_too_deep")
    );
    let text = format!(
        "{HEAD}\n[[tests]]\nname = \"n\"\nrequest = {}{}\n",
        "[".repeat(60),
        "]".repeat(60)
    );
    assert!(
        told(&text, Format::Toml)
            .iter()
            .any(|it| it.0 == "document_too_deep")
    );
}

#[test]
fn mistakes_beyond_a_thousand_are_counted_and_not_listed() {
    let text = format!("{HEAD}{}", "[[members]]\nid = 1\nkind = 1\n".repeat(2_000));
    let found = told(&text, Format::Toml);
    assert!(found.len() <= 1_002, "{}", found.len());
    assert!(found.iter().any(|it| it.0 == "too_many_findings"));
}

const BASE: &str = include_str!("findings/base.txt");

fn compiled(text: &str) -> Vec<&'static str> {
    let compiled = compile(&read(text, Format::Toml));
    compiled.findings.iter().map(|it| it.code).collect()
}

#[test]
fn what_could_not_be_read_is_not_reported_as_missing_again() {
    // The profile decides who may hold `staff.add`.
    let staff =
        "[[assignments]]\nmember = \"ben\"\npermissions = [\"staff.add\"]\nscopes = [\"paris\"]\n";
    let profile = format!("{BASE}{staff}").replace("\"delegated\"", "\"delegatd\"");
    assert_eq!(compiled(&profile), ["wrong_value"]);
    // Named things that were left out are still there for those who name them.
    for (name, broken) in [
        ("clerk", "id = \"clerk\"\nrank = -1"),
        ("paris", "id = \"paris\"\ncolour = \"blue\""),
        ("ana", "id = \"ana\"\nvalid = 3"),
    ] {
        let text = BASE.replacen(&format!("id = \"{name}\""), broken, 1);
        assert_eq!(compiled(&text).len(), 1, "{name}: {:?}", compiled(&text));
    }
    let text = BASE.replace("kind = \"owner\"", "kind = \"boss\"");
    assert_eq!(compiled(&text), ["wrong_value"]);
    let text = BASE.replace(
        "role = \"clerk\"\nscopes = [\"paris\"]",
        "role = 5\nscopes = \"paris\"",
    );
    assert_eq!(compiled(&text), ["wrong_value"; 2]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is typed, reading and checking end with findings at places inside the text.
    #[test]
    fn damaged_text_gives_findings_and_no_panic(
        from in 0_usize..1_200, length in 0_usize..40, put in "[\\PC\n]{0,12}", json in any::<bool>(),
    ) {
        let outcome = read(BASE, Format::Toml);
        let (text, format) = if json {
            (serde_json::to_string_pretty(&outcome.document).unwrap(), Format::Json)
        } else {
            (BASE.to_owned(), Format::Toml)
        };
        let from = from.min(text.len());
        let until = (from + length).min(text.len());
        let text = format!("{}{put}{}", &text[..from], &text[until..]);
        let outcome = read(&text, format);
        for finding in compile(&outcome).findings {
            let place = finding.place.expect("a place");
            prop_assert!(text.get(place.start..place.end).is_some(), "{finding:?}");
        }
    }
}
