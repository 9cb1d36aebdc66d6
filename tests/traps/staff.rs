//! People: who only looks, who administers whom, who was invited.

use std::collections::BTreeSet;

use keyrack::{
    compile,
    policy::{
        Format,
        catalogue::Catalogue,
        document::{Measure, PermissionDefinition, PermissionKind, Tier},
        read,
    },
};
use serde_json::{Value, json};

use crate::{NOW, add, ask, base, engine, granted, reason, warnings, with};

/// Keys of the catalogue that only look, and keys that write.
fn reads_and_writes() -> (Vec<String>, Vec<String>) {
    let all = Catalogue::built_in();
    let (reads, writes): (Vec<_>, Vec<_>) = all
        .permissions
        .iter()
        .partition(|permission| permission.kind == PermissionKind::Read);
    let keys = |list: Vec<&PermissionDefinition>| list.iter().map(|it| it.key.clone()).collect();
    (keys(reads), keys(writes))
}

/// A member with every key that only looks and can be given.
fn viewer(more: &[&str]) -> Value {
    let (reads, _) = reads_and_writes();
    let given: BTreeSet<String> = reads
        .into_iter()
        .chain(more.iter().map(|key| (*key).to_owned()))
        .collect();
    let mut document = with(
        "roles",
        json!({ "id": "viewer", "rank": 1, "read_only": true, "permissions": given }),
    );
    add(
        &mut document,
        "assignments",
        json!({ "member": "ana", "role": "viewer", "scopes": ["co"] }),
    );
    let refused: BTreeSet<String> = compile::compile(&read(&document.to_string(), Format::Json))
        .findings
        .iter()
        .filter(|finding| finding.code == "owner_only_granted")
        .flat_map(|finding| {
            finding
                .message
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let kept: Vec<_> = given
        .into_iter()
        .filter(|key| !refused.contains(key))
        .collect();
    document["roles"][2]["permissions"] = json!(kept);
    document
}

#[test]
fn d08_a_viewer_that_writes_is_reported() {
    assert!(!warnings(&viewer(&[])).contains(&"viewer_with_writes"));
    assert!(warnings(&viewer(&["order.status.edit"])).contains(&"viewer_with_writes"));
}

#[test]
fn d11_who_may_grant_does_not_raise_anybody_least_themselves() {
    let engine = engine(&base());
    for (to, permission) in [
        ("mara", "order.view"),
        ("ana", "funds.withdraw"),
        ("ana", "settings.manage"),
        ("boss", "order.view"),
        ("mile", "order.view"),
    ] {
        let proposal = json!({ "member": to, "permissions": [permission], "scopes": ["one"] });
        let request = json!({ "subject": "mara", "permission": "permission.grant", "scope": "one", "assignment": proposal });
        assert_eq!(
            ask(&engine, request),
            ("deny".to_owned(), "delegation_denied".to_owned()),
            "{to} {permission}"
        );
    }
}

/// The catalogue's writes as somebody would ask who has all it takes: with an amount where there is
/// a measure, and else with somebody lower to act on.
fn writing(subject: &str) -> Vec<(PermissionDefinition, Value)> {
    let all = Catalogue::built_in().permissions.into_iter();
    let writes = all.filter(|permission| permission.kind == PermissionKind::Write);
    let asked = |permission: PermissionDefinition| {
        let mut request =
            json!({ "subject": subject, "permission": permission.key, "scope": "one" });
        match permission.measure {
            Some(Measure::Money) => request["amount"] = json!({ "value": 1, "currency": "EUR" }),
            Some(Measure::Percent) => request["percent"] = json!(1),
            Some(Measure::Quantity) => request["quantity"] = json!(1),
            None => {
                request["member"] = json!("ivo");
            }
        }
        (permission, request)
    };
    writes.map(asked).collect()
}

#[test]
fn d12_who_only_looks_writes_nothing() {
    let engine = engine(&viewer(&[]));
    let (reads, _) = reads_and_writes();
    let looks = |key: &&String| reason(&engine, "ana", key, "one") == "granted";
    assert!(reads.iter().filter(looks).count() > 20);
    let writes = writing("ana");
    assert!(writes.len() > 50);
    for (permission, request) in &writes {
        let reason = if permission.tiers.contains(&Tier::OwnerOnly) {
            "owner_only"
        } else {
            "no_grant"
        };
        let expected = ("deny".to_owned(), reason.to_owned());
        assert_eq!(
            ask(&engine, request.clone()),
            expected,
            "{}",
            permission.key
        );
    }

    // Asked the same way, who was given the keys writes: nothing else is in the way.
    let mut given: Vec<_> = writes
        .into_iter()
        .map(|(permission, _)| permission)
        .collect();
    given.retain(|permission| !permission.tiers.contains(&Tier::OwnerOnly));
    let keys: Vec<_> = given.iter().map(|it| &it.key).collect();
    let measured = given.iter().filter(|it| it.measure.is_some());
    let unlimited: Vec<_> = measured.map(|it| &it.key).collect();
    let editor = granted(json!({
        "member": "mara", "permissions": keys, "scopes": ["one"], "conditions": { "unlimited": unlimited },
    }));
    let engine = self::engine(&editor);
    for (permission, request) in writing("mara") {
        let (_, reason) = ask(&engine, request);
        let expected = if permission.tiers.contains(&Tier::OwnerOnly) {
            "owner_only"
        } else {
            "granted"
        };
        assert_eq!(reason, expected, "{}", permission.key);
    }
}

/// Before the invitation is accepted nothing answers, also not the own access page: status comes
/// before everything that a permission is (docs/semantics.md, step 3), and the reason says that it
/// is the acceptance that is missing. From then on that page answers, whatever else is missing
/// (N10.10): no role yet, or training that is not done.
#[test]
fn d14_who_was_invited_is_told_what_is_missing_and_is_not_locked_out_afterwards() {
    const OWN: &str = "access.self.view";
    let asked = |document: &Value| {
        let engine = engine(document);
        ["order.view", OWN].map(|permission| reason(&engine, "ivo", permission, "one"))
    };
    let mut document = base();
    assert_eq!(asked(&document), ["member_invited", "member_invited"]);
    document["members"][4]["status"] = json!("active");
    assert_eq!(asked(&document), ["no_grant", "granted"]);

    document["training"] = json!([{ "id": "privacy" }]);
    let untrained = json!({ "member": "ivo", "role": "clerk", "scopes": ["one"], "conditions": { "training": ["privacy"] } });
    add(&mut document, "assignments", untrained);
    assert_eq!(asked(&document), ["training_required", "granted"]);
    document["members"][4]["training"] = json!([{ "item": "privacy", "at": NOW - 5 }]);
    assert_eq!(asked(&document), ["granted", "granted"]);
    document["members"][4]["status"] = json!("invited");
    assert_eq!(
        asked(&document),
        ["member_invited", "member_invited"],
        "trained, and given a role"
    );
}

#[test]
fn d16_nobody_resets_or_suspends_an_equal_or_an_owner() {
    let engine = engine(&base());
    for permission in ["staff.credential.reset", "staff.suspend"] {
        let on = |member: &str| {
            ask(&engine, json!({ "subject": "mara", "permission": permission, "scope": "one", "member": member })).1
        };
        assert_eq!(on("ana"), "granted");
        for stronger in ["mile", "mara", "boss"] {
            assert_eq!(
                on(stronger),
                "delegation_denied",
                "{permission} on {stronger}"
            );
        }
    }
}

#[test]
fn d17_rights_at_another_shop_do_not_count_when_granting() {
    let engine = engine(&base());
    let grant = |scope: &str, at: &str| {
        let proposal = json!({ "member": "ana", "permissions": ["order.view"], "scopes": [at] });
        ask(&engine, json!({ "subject": "mara", "permission": "permission.grant", "scope": scope, "assignment": proposal })).1
    };
    assert_eq!(grant("one", "one"), "granted");
    assert_eq!(grant("one", "two"), "delegation_denied");
    assert_eq!(grant("two", "two"), "out_of_scope");
}
