//! Traps of real systems that the compiler refuses, and separation of duty with its witnesses.

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

use keyrack::compile::compile;
use keyrack::policy::{Format, read};

use base::{BASE, codes, held};

#[test]
fn traps_of_real_systems_are_refused() {
    let grant = |more: &str| format!("{BASE}[[assignments]]\nmember = \"ben\"\n{more}");
    // D1: an empty list of shops never means all shops.
    assert_eq!(
        codes(&grant("role = \"clerk\"\nscopes = []\n")),
        ["empty_scopes"]
    );
    // D2: a role without a place is told where.
    let missing = compile(&read(&grant("role = \"clerk\"\n"), Format::Toml));
    assert_eq!(missing.findings[0].code, "missing_key");
    assert_eq!(
        missing.findings[0].place.unwrap().line,
        BASE.lines().count() + 1
    );
    // D3: a negative limit is no way to write "unlimited", and zero is a limit.
    let limit = |max: &str| {
        grant(&format!(
            "permissions = [\"order.refund\"]\nscopes = [\"paris\"]\nconditions = {{ limits = [{{ permission = \"order.refund\", currency = \"EUR\", max = {max} }}] }}\n"
        ))
    };
    assert_eq!(codes(&limit("-1")), ["limit_unit"]);
    let zero = compile(&read(&limit("0"), Format::Toml)).model.unwrap();
    assert_eq!(held(&zero, "ben")[0].limits[0].max, Some(0));
    // D4: percent is no money.
    let price = "permissions = [\"catalog.price.edit\"]\nscopes = [\"paris\"]\nconditions = { limits = [{ permission = \"catalog.price.edit\", currency = \"EUR\", max = 5 }] }\n";
    assert_eq!(codes(&grant(price)), ["limit_unit"]);
    // D26: two posts of one person that break separation name both ways.
    let both = format!(
        r#"{BASE}
[[roles]]
id = "finance"
preset = "finance"
[[roles]]
id = "fulfilment"
preset = "fulfilment"
[[assignments]]
member = "ben"
role = "finance"
scopes = ["lumen"]
[assignments.conditions]
limits = [
  {{ permission = "order.mark_paid", currency = "EUR", max = 1 }},
  {{ permission = "order.capture", currency = "EUR", max = 1 }},
  {{ permission = "funds.withdraw", currency = "EUR", max = 1 }},
]
[[assignments]]
member = "ben"
role = "fulfilment"
scopes = ["paris"]
[assignments.conditions]
unlimited = ["catalog.stock.edit"]
limits = [{{ permission = "order.label.buy", currency = "EUR", max = 1 }}]
"#
    );
    let compiled = compile(&read(&both, Format::Toml));
    assert_eq!(compiled.findings.len(), 1, "{:?}", compiled.findings);
    assert_eq!(compiled.findings[0].code, "separation_violated");
    let witness = compiled.findings[0].witness.as_deref().unwrap();
    assert_eq!(
        witness,
        "ben: `order.mark_paid` by finance@lumen and `order.ship` by fulfilment@paris"
    );
    let waived = format!(
        "{both}[[waivers]]\nseparation = \"order.ship+order.mark_paid\"\nmember = \"ben\"\nby = \"olga\"\nreason = \"two people in all\"\nto = 2026-12-01T00:00:00Z\n"
    );
    assert_eq!(codes(&waived), [""; 0]);
}

#[test]
fn separation_looks_at_scopes_times_denials_and_inheritance() {
    let pair = |first: &str, second: &str, more: &str| {
        codes(&format!(
            r#"{BASE}
[[assignments]]
member = "ben"
permissions = ["theme.code.edit"]
{first}
[[assignments]]
member = "ben"
permissions = ["settings.payment.edit"]
{second}
{more}"#
        ))
    };
    let none = [""; 0];
    assert_eq!(
        pair("scopes = [\"paris\"]", "scopes = [\"lumen\"]", ""),
        ["separation_violated"]
    );
    assert_eq!(
        pair("scopes = [\"paris\"]", "scopes = [\"osaka\"]", ""),
        none
    );
    let until = "scopes = [\"paris\"]\nvalid = { to = 2026-05-01T00:00:00Z }";
    let from = "scopes = [\"paris\"]\nvalid = { from = 2026-05-01T00:00:00Z }";
    let earlier = "scopes = [\"paris\"]\nvalid = { from = 2026-04-30T00:00:00Z }";
    assert_eq!(pair(until, from, ""), none);
    assert_eq!(pair(until, earlier, ""), ["separation_violated"]);
    let over = "scopes = [\"paris\"]\nvalid = { to = 2026-02-01T00:00:00Z }";
    assert_eq!(pair(over, "scopes = [\"paris\"]", ""), none);
    let denied =
        "[[denials]]\nmember = \"ben\"\npermissions = [\"theme.edit\"]\nscopes = [\"lumen\"]\n";
    assert_eq!(
        pair("scopes = [\"paris\"]", "scopes = [\"paris\"]", denied),
        none
    );
    let partly = "[[denials]]\nmember = \"ben\"\npermissions = [\"theme.edit\"]\nscopes = [\"lumen\"]\nconditions = { rows = \"self\" }\n";
    assert_eq!(
        pair("scopes = [\"paris\"]", "scopes = [\"paris\"]", partly),
        ["separation_violated"]
    );
}

#[test]
fn a_group_that_breaks_separation_is_one_finding_with_a_witness() {
    let mut text = format!("{BASE}[[groups]]\nid = \"all\"\n");
    for number in 0..50 {
        text.push_str(&format!(
            "[[members]]\nid = \"m{number}\"\nkind = \"employee\"\ngroups = [\"all\"]\n"
        ));
    }
    text.push_str("[[assignments]]\ngroup = \"all\"\npermissions = [\"theme.code.edit\", \"settings.payment.edit\"]\nscopes = [\"paris\"]\n");
    let compiled = compile(&read(&text, Format::Toml));
    assert_eq!(compiled.findings.len(), 1);
    let finding = &compiled.findings[0];
    assert!(
        finding.message.contains("and 49 more members"),
        "{}",
        finding.message
    );
    assert!(finding.witness.as_deref().unwrap().starts_with("m0: "));
}
