//! From a document to a model: what it becomes, and that nothing else changes it.

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

use keyrack::compile::{compile, compile_document, lower};
use keyrack::policy::{Format, read};
use keyrack::snapshot::model::{Hours, Limit, Model, PermissionFlags, RowRule, StepUp, WindowKind};
use keyrack::snapshot::write;

use base::{BASE, document, held, keys, position};

const ATLAS: &str = include_str!("../examples/atlas.toml");

#[test]
fn toml_and_json_of_one_policy_make_the_same_model_and_bytes() {
    let toml = read(ATLAS, Format::Toml);
    let json = serde_json::to_string_pretty(&toml.document).unwrap();
    let json = read(&json, Format::Json);
    assert_eq!(toml.document, json.document);
    let (toml, json) = (compile(&toml), compile(&json));
    let (toml, json) = (toml.model.unwrap(), json.model.unwrap());
    assert_eq!(toml, json);
    assert_ne!(toml.header.digest, [0; 32]);
    assert_eq!(
        write::payload(&toml).unwrap(),
        write::payload(&json).unwrap()
    );
}

#[test]
fn the_same_document_makes_the_same_findings_and_bytes_again() {
    let first = compile(&read(ATLAS, Format::Toml));
    let second = compile(&read(ATLAS, Format::Toml));
    assert_eq!(first.findings, second.findings);
    let bytes = |model: &Option<Model>| write::payload(model.as_ref().unwrap()).unwrap();
    assert_eq!(bytes(&first.model), bytes(&second.model));
}

#[test]
fn the_digest_tells_documents_apart() {
    let one = lower(&document(""));
    let mut changed = document("");
    changed.members[1].name = Some("Ana".to_owned());
    assert_ne!(one.header.digest, lower(&changed).header.digest);
}

#[test]
fn five_mistakes_are_five_findings_at_their_places() {
    let text = format!(
        r#"{BASE}
[[members]]
id = "dan"
kind = "employee"
nickname = "D"

[[assignments]]
member = "dan"
permissions = ["order.reufnd"]
scopes = ["paris"]

[[assignments]]
member = "dan"
role = "clerk"
scopes = []

[[assignments]]
member = "carl"
role = "clerk"
scopes = ["paris"]

[[assignments]]
member = "dan"
permissions = ["order.capture"]
scopes = ["paris"]
"#
    );
    let outcome = read(&text, Format::Toml);
    let compiled = compile(&outcome);
    let found: Vec<(&str, usize, usize)> = compiled
        .findings
        .iter()
        .map(|it| (it.code, it.place.unwrap().line, it.place.unwrap().column))
        .collect();
    let start = BASE.lines().count();
    assert_eq!(
        found,
        [
            ("unknown_key", start + 5, 1),
            ("unknown_name", start + 9, 16),
            ("empty_scopes", start + 15, 10),
            ("outside_without_end", start + 17, 1),
            ("limit_missing", start + 24, 16),
        ]
    );
    assert_eq!(compiled.findings[1].help, "did you mean `order.refund`?");
    assert!(compiled.model.is_none());
}

#[test]
fn findings_serialise_in_camel_case_with_their_place() {
    let text = format!("{BASE}[[assignments]]\nmember = \"ben\"\nrole = \"clerk\"\nscopes = []\n");
    let compiled = compile(&read(&text, Format::Toml));
    let json = serde_json::to_value(&compiled.findings).unwrap();
    assert_eq!(json[0]["code"], "empty_scopes");
    assert_eq!(json[0]["severity"], "error");
    assert_eq!(json[0]["place"]["column"], 10);
    assert!(json[0]["help"].is_string());
}

#[test]
fn a_document_that_was_made_has_findings_without_places() {
    let mut made = document("");
    made.assignments[0].scopes.clear();
    let compiled = compile_document(&made);
    assert_eq!(compiled.findings.len(), 1);
    assert_eq!(compiled.findings[0].place, None);
}

#[test]
fn permissions_are_sorted_closed_and_flagged_by_profile() {
    let mut strict = document("");
    let delegated = lower(&strict);
    strict.policy.profile = keyrack::policy::document::Profile::Strict;
    let strict = lower(&strict);
    assert!(delegated.permissions.is_sorted_by(|a, b| a.key < b.key));
    let flags = |model: &Model, key: &str| {
        model.permissions[usize::try_from(position(model, key)).unwrap()].flags
    };
    assert!(!flags(&delegated, "staff.add").has(PermissionFlags::OWNER_ONLY));
    assert!(flags(&strict, "staff.add").has(PermissionFlags::OWNER_ONLY));
    assert!(flags(&delegated, "store.delete").has(PermissionFlags::OWNER_ONLY));
    assert!(flags(&strict, "approval.give").has(PermissionFlags::GIVES_APPROVAL));
    assert!(flags(&strict, "permission.grant").has(PermissionFlags::GRANTS_INSIDE));
    let refund = &strict.permissions[usize::try_from(position(&strict, "order.refund")).unwrap()];
    let closure: Vec<String> = keys(&strict, &refund.closure).into_iter().collect();
    assert_eq!(
        closure,
        ["funds.transaction.view", "order.refund", "order.view"]
    );
    assert_eq!(
        refund.demand.step_up,
        Some(StepUp {
            level: 2,
            max_age: 300
        })
    );
    for (key, resource_type) in [
        ("catalog.price.edit", "product"),
        ("funds.withdraw", "transaction"),
        ("checkout.abandoned.view", "checkout"),
        ("message.customer.read", "message"),
        ("order.view", "order"),
    ] {
        let at = usize::try_from(position(&strict, key)).unwrap();
        assert_eq!(strict.permissions[at].resource_type, resource_type);
    }
    // Every group of fields is reached by some permission's own type.
    let types: BTreeSet<&str> = strict
        .permissions
        .iter()
        .map(|it| it.resource_type.as_str())
        .collect();
    for group in &strict.field_groups {
        assert!(
            types.contains(group.id.split('.').next().unwrap()),
            "{}",
            group.id
        );
    }
}

#[test]
fn grants_close_downwards_and_denials_upwards() {
    let model = lower(&document(
        r#"
[[assignments]]
member = "ben"
permissions = ["catalog.listing.publish"]
scopes = ["osaka", "paris", "lumen"]

[[denials]]
member = "ben"
permissions = ["catalog.listing.edit"]
scopes = ["paris"]
"#,
    ));
    let terms = held(&model, "ben");
    let granted: Vec<String> = keys(&model, &terms[0].permissions).into_iter().collect();
    assert_eq!(
        granted,
        [
            "catalog.listing.edit",
            "catalog.listing.publish",
            "catalog.view"
        ]
    );
    assert!(terms[1].denies);
    let denied: Vec<String> = keys(&model, &terms[1].permissions).into_iter().collect();
    assert_eq!(
        denied,
        [
            "catalog.import",
            "catalog.listing.edit",
            "catalog.listing.publish"
        ]
    );
    // What another scope covers is left out.
    let ben = model.members.iter().find(|it| it.id == "ben").unwrap();
    assert_eq!(ben.holdings[0].scopes, [0]);
    assert_eq!((ben.holdings[0].order, ben.holdings[1].order), (1, 2));
}

#[test]
fn equal_assignments_share_terms_and_role_conditions_join_theirs() {
    let model = lower(&document(
        r#"
[[roles]]
id = "refunder"
rank = 7
permissions = ["order.refund"]
[roles.conditions]
rows = "team"
limits = [{ permission = "order.refund", currency = "EUR", approve_above = 50, max = 100 }]
hours = [{ days = [1], from = "08:00", to = "18:00" }]

[[assignments]]
member = "ben"
role = "refunder"
scopes = ["paris"]
conditions = { rows = "self", hours = [{ days = [1, 2], from = "12:00", to = "20:00" }], limits = [{ permission = "order.refund", currency = "EUR", max = 70 }] }

[[assignments]]
member = "ana"
role = "clerk"
scopes = ["osaka"]
"#,
    ));
    let [terms] = held(&model, "ben")[..] else {
        panic!()
    };
    assert_eq!(terms.rows, RowRule::Own);
    assert_eq!(
        terms.hours,
        Some(Hours {
            zone: None,
            windows: vec![(720, 1_080)]
        })
    );
    assert_eq!(
        terms.limits,
        [Limit {
            permission: position(&model, "order.refund"),
            currency: Some("EUR".to_owned()),
            approve_above: Some(50),
            max: Some(70),
        }]
    );
    let ana = model.members.iter().find(|it| it.id == "ana").unwrap();
    assert_eq!(ana.holdings[0].terms, ana.holdings[1].terms);
    let rank = |id: &str| model.members.iter().find(|it| it.id == id).unwrap().rank;
    assert_eq!((rank("ben"), rank("ana")), (7, 0));
}

#[test]
fn demands_of_the_tenant_join_the_catalogue_s() {
    let model = lower(&document(
        r#"
[[demands]]
permission = "order.refund"
step_up = { level = 3, max_age = "10m" }

[[demands]]
permission = "catalog.price.edit"
step_up = { level = 3, max_age = "15m" }
above = 2000

[[demands]]
tier = "personal"
training = ["tour"]
sign_in_level = 2
"#,
    ));
    let demand =
        |key: &str| &model.permissions[usize::try_from(position(&model, key)).unwrap()].demand;
    assert_eq!(
        demand("order.refund").step_up,
        Some(StepUp {
            level: 3,
            max_age: 300
        })
    );
    assert_eq!(
        demand("catalog.price.edit").step_up,
        Some(StepUp {
            level: 2,
            max_age: 900
        })
    );
    assert_eq!(demand("catalog.price.edit").bands[0].above, 2_000);
    assert_eq!(demand("customer.view").training, [0]);
    assert_eq!(demand("customer.view").sign_in_level, 2);
    assert_eq!(demand("order.view").training, [0_u32; 0]);
}

#[test]
fn the_word_unlimited_is_a_limit_without_a_number_and_budgets_keep_their_window() {
    let model = lower(&document(
        r#"
[[assignments]]
member = "ben"
permissions = ["order.refund"]
scopes = ["paris"]
[assignments.conditions]
unlimited = ["order.refund"]
budgets = [{ id = "day", permission = "order.refund", currency = "EUR", window = "shift", zone = "Europe/Paris", count = 3 }]
"#,
    ));
    let [terms] = held(&model, "ben")[..] else {
        panic!()
    };
    assert_eq!(
        (terms.limits[0].max, &terms.limits[0].currency),
        (None, &None)
    );
    assert_eq!(terms.budgets[0].window, WindowKind::Shift);
    assert_eq!(terms.budgets[0].zone, Some(0));
    assert_eq!(model.zones[0].name, "Europe/Paris");
}
