//! What a policy may say, what it comes to, and which snapshot counts.

use keyrack::{
    compile,
    decide::Engine,
    policy::{Document, Finding, Format, Severity, read},
    query,
    snapshot::{
        Domain,
        container::{self, Expectations, Failure},
        model::Model,
    },
};
use serde_json::{Value, json};

use crate::{
    NOW, add, ask, base, engine, errors, granted, reason,
    support::{self, rack},
    unchecked, with,
};

#[test]
fn d01_an_empty_list_of_shops_is_not_all_shops() {
    let empty =
        granted(json!({ "member": "ana", "permissions": ["order.status.edit"], "scopes": [] }));
    assert_eq!(errors(&empty), ["empty_scopes"]);
    let engine = unchecked(&empty);
    for scope in ["co", "one", "two"] {
        assert_eq!(
            reason(&engine, "ana", "order.status.edit", scope),
            "out_of_scope"
        );
    }
}

#[test]
fn d02_a_role_without_a_place_is_told_where() {
    let nowhere = granted(json!({ "member": "ana", "role": "clerk" }));
    let compiled = compile::compile(&read(&nowhere.to_string(), Format::Json));
    let finding = &compiled.findings[0];
    assert_eq!(finding.code, "missing_key");
    assert!(finding.place.is_some() && finding.message.contains("scopes"));
    assert!(compiled.model.is_none());
}

/// Every member, permission and shop.
fn all_answers(engine: &Engine, permissions: &[String]) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for member in ["boss", "mara", "mile", "ana", "ivo"] {
        for permission in permissions {
            for scope in ["co", "one", "two"] {
                let request =
                    json!({ "subject": member, "permission": permission, "scope": scope });
                answers.push(ask(engine, request));
            }
        }
    }
    answers
}

fn permissions_of(engine: &Engine) -> Vec<String> {
    let snapshot = &engine.snapshot;
    (0..snapshot.permission_count())
        .map(|number| snapshot.permission_key(number).unwrap().to_owned())
        .collect()
}

#[test]
fn d05_a_role_taken_away_leaves_nothing_and_takes_nothing_else() {
    let mut given = base();
    add(
        &mut given,
        "roles",
        json!({ "id": "extra", "rank": 1, "permissions": ["ticket.assign", "order.ship"] }),
    );
    add(
        &mut given,
        "assignments",
        json!({ "member": "ana", "role": "extra", "scopes": ["one"] }),
    );
    let never = engine(&base());
    let permissions = permissions_of(&never);
    assert_ne!(
        all_answers(&engine(&given), &permissions),
        all_answers(&never, &permissions)
    );
    given["assignments"].as_array_mut().unwrap().pop();
    assert_eq!(
        all_answers(&engine(&given), &permissions),
        all_answers(&never, &permissions)
    );
}

/// Routes stand in the policy, so the gate has none that the policy does not have: such a policy is
/// never published, and a gate that has no policy lets nobody pass ([`ELSEWHERE`]).
#[test]
fn d09_a_route_to_an_undeclared_key_does_not_compile() {
    let route = with(
        "routes",
        json!({ "method": "GET", "path": "/x", "permission": "no.such.key" }),
    );
    assert_eq!(errors(&route), ["route_unknown_permission"]);
    let compiled = compile::compile(&read(&route.to_string(), Format::Json));
    assert!(compiled.model.is_none());
    // Bytes that nobody refused do not have it: a gate knows no such route, and refuses.
    let found = |engine: &Engine| query::route::find(&engine.snapshot, "GET", "/x").unwrap();
    assert_eq!(found(&unchecked(&route)), None);
    assert_eq!(
        reason(&engine(&base()), "ana", "no.such.key", "one"),
        "permission_unknown"
    );

    // Bytes made by hand may say a number that stands for no permission: it is never asked for.
    let good = with(
        "routes",
        json!({ "method": "GET", "path": "/x", "permission": "order.view" }),
    );
    let (_, mut model) = rack::compiled_text("trap", &good.to_string(), Format::Json);
    let asked = |engine: &Engine| {
        let number = found(engine).unwrap().route;
        let route = engine.snapshot.routes().unwrap()[usize::try_from(number).unwrap()].clone();
        engine
            .snapshot
            .permission_key(route.permission)
            .map(str::to_owned)
    };
    assert_eq!(asked(&rack::unsigned(&model, None)).unwrap(), "order.view");
    model.routes[0].permission = 10_000;
    assert!(asked(&rack::unsigned(&model, None)).is_err());
}

#[test]
fn d18_a_role_that_is_held_cannot_be_deleted() {
    // Held by a member at work, by one who is invited and has not come yet, by a group, by a firm.
    let to = json!(NOW + 1000);
    for holder in [
        json!({ "member": "ana" }),
        json!({ "member": "ivo" }),
        json!({ "group": "floor" }),
        json!({ "organisation": "firm", "valid": { "to": to } }),
    ] {
        let mut before = base();
        before["organisations"] = json!([{ "id": "firm" }]);
        add(
            &mut before,
            "roles",
            json!({ "id": "packer", "rank": 1, "permissions": ["order.ship"] }),
        );
        let mut held = holder.clone();
        held["role"] = json!("packer");
        held["scopes"] = json!(["one"]);
        add(&mut before, "assignments", held);
        let document: Document = serde_json::from_value(before.clone()).unwrap();
        assert!(
            compile::compile_document(&document).model.is_some(),
            "{holder}"
        );

        let mut after = before.clone();
        after["roles"].as_array_mut().unwrap().pop();
        assert_eq!(errors(&after), ["unknown_name"], "{holder}");
        let compiled = compile::compile_change(&document, &read(&after.to_string(), Format::Json));
        assert!(compiled.model.is_none(), "{holder}");
        let in_use = |finding: &Finding| {
            finding.code == "role_in_use" && finding.severity == Severity::Error
        };
        assert!(
            compiled.findings.iter().any(in_use),
            "{holder}: {:?}",
            compiled.findings
        );

        // Taken from its last holder, it can go.
        after["assignments"].as_array_mut().unwrap().pop();
        let compiled = compile::compile_change(&document, &read(&after.to_string(), Format::Json));
        assert!(
            compiled.model.is_some(),
            "{holder}: {:?}",
            compiled.findings
        );
    }
}

#[test]
fn d21_an_empty_condition_is_refused_and_matches_nothing() {
    let none = granted(
        json!({ "member": "ana", "permissions": ["order.status.edit"], "scopes": ["one"], "conditions": { "networks": [] } }),
    );
    assert_eq!(errors(&none), ["empty_networks"]);
    let request = json!({ "subject": "ana", "permission": "order.status.edit", "scope": "one", "ip": "203.0.113.9" });
    assert_eq!(ask(&unchecked(&none), request).1, "network_not_allowed");
    let hours = |windows: Value| {
        granted(
            json!({ "member": "ana", "permissions": ["order.status.edit"], "scopes": ["one"], "conditions": { "hours": windows } }),
        )
    };
    assert_eq!(errors(&hours(json!([]))), ["empty_hours"]);
    // Bytes made by hand may hold hours without a window.
    let every = json!([{ "days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00" }]);
    let (_, mut model) = rack::compiled_text("trap", &hours(every).to_string(), Format::Json);
    let now = |model: &Model| {
        reason(
            &rack::unsigned(model, None),
            "ana",
            "order.status.edit",
            "one",
        )
    };
    assert_eq!(now(&model), "granted");
    let mut windows = model
        .terms
        .iter_mut()
        .filter_map(|terms| terms.hours.as_mut());
    windows.next().unwrap().windows.clear();
    assert_eq!(now(&model), "outside_hours");
}

/// Ana has the first of these presets in the whole tenant, and the other in a shop of it.
fn two_presets(presets: [&str; 2]) -> Value {
    let mut document = base();
    document["policy"]["separation"] = json!("default");
    let limits = |permissions: &[&str]| -> Vec<Value> {
        let limit =
            |permission: &&str| json!({ "permission": permission, "currency": "EUR", "max": 1 });
        permissions.iter().map(limit).collect()
    };
    for (preset, scope) in presets.into_iter().zip(["co", "one"]) {
        add(
            &mut document,
            "roles",
            json!({ "id": preset, "preset": preset, "rank": 1 }),
        );
        let conditions = match preset {
            "finance" => {
                json!({ "limits": limits(&["order.mark_paid", "order.capture", "funds.withdraw"]) })
            }
            "fulfilment" => {
                json!({ "limits": limits(&["order.label.buy"]), "unlimited": ["catalog.stock.edit"] })
            }
            _ => json!({}),
        };
        add(
            &mut document,
            "assignments",
            json!({ "member": "ana", "role": preset, "scopes": [scope], "conditions": conditions }),
        );
    }
    document
}

#[test]
fn d26_a_pair_of_roles_that_breaks_separation_names_both_ways() {
    let together = two_presets(["finance", "fulfilment"]);
    assert_eq!(errors(&together), ["separation_violated"]);
    let compiled = compile::compile(&read(&together.to_string(), Format::Json));
    assert!(compiled.model.is_none());
    let mut violations = compiled.findings.iter();
    let finding = violations
        .find(|finding| finding.code == "separation_violated")
        .unwrap();
    assert_eq!(
        finding.witness.as_deref().unwrap(),
        "ana: `order.mark_paid` by finance@co and `order.ship` by fulfilment@one"
    );

    // Either of the two goes with another, and both go on two persons.
    for apart in [["finance", "designer"], ["designer", "fulfilment"]] {
        assert_eq!(errors(&two_presets(apart)), [""; 0], "{apart:?}");
    }
    let mut on_two = together.clone();
    on_two["assignments"][4]["member"] = json!("ivo");
    assert_eq!(errors(&on_two), [""; 0]);
    // It is the built-in separation that refuses.
    let mut switched_off = together;
    switched_off["policy"]["separation"] = json!("none");
    assert_eq!(errors(&switched_off), [""; 0]);
}

#[test]
fn d19_every_cell_is_there_to_be_run() {
    let files = support::cells::files();
    let cells: usize = files.iter().map(|file| file.cells.len()).sum();
    assert_eq!((files.len(), cells), (11, 562));
}

#[test]
fn d23_an_older_snapshot_is_refused_and_an_empty_overlay_changes_nothing() {
    let (_, model) = rack::compiled_text("trap", &base().to_string(), Format::Json);
    let bytes = rack::snapshot_bytes(&model);
    let keys = [rack::signing_key().verifying_key()];
    let payload = container::verify(&bytes, Domain::Snapshot, &keys).unwrap();
    let seen = |min_version| Expectations {
        now: Some(NOW),
        min_version,
        ..Expectations::default()
    };
    assert!(container::open(payload, &seen(1)).is_ok());
    assert_eq!(
        container::open(payload, &seen(2)).unwrap_err(),
        Failure::Rollback
    );
    assert!(container::open(&[], &seen(0)).is_err());
    let empty = support::cells::CellOverlay {
        fresh_until: json!("never"),
        ..Default::default()
    };
    let (alone, under) = (
        rack::unsigned(&model, None),
        rack::unsigned(&model, Some(&empty)),
    );
    let permissions = permissions_of(&alone);
    assert_eq!(
        all_answers(&alone, &permissions),
        all_answers(&under, &permissions)
    );
}
