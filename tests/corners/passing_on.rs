//! Proposed assignments: what a grantor passes on, to whom and through which door.

use keyrack::snapshot::model::Model;
use serde_json::{Value, json};

use crate::{
    store::{NOW, base, engine, hours, model, reason, with},
    support::rack,
};

/// A grantor's own assignment, and what it may pass on.
fn passes(own: Value, wanted: Value) -> String {
    let mut right = json!({ "member": "mara", "permissions": ["order.view"], "scopes": ["co"] });
    right["conditions"] = own;
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let engine = engine(with(&[("assignments", right), ("assignments", door)]));
    let proposal = json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["one"], "conditions": wanted });
    let asked =
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
    reason(&engine, &asked)
}

#[test]
fn hours_are_passed_on_in_the_same_zone_only() {
    let (zagreb, tokyo) = (Some("Europe/Zagreb"), Some("Asia/Tokyo"));
    let day = |zone| hours(zone, json!([1, 2]), "09:00", "17:00");
    let shorter = |zone| hours(zone, json!([2]), "09:00", "16:59");
    for zone in [None, zagreb] {
        assert_eq!(passes(day(zone), day(zone)), "granted", "{zone:?}");
        assert_eq!(passes(day(zone), shorter(zone)), "granted", "{zone:?}");
        assert_eq!(passes(shorter(zone), day(zone)), "delegation_denied");
        assert_eq!(passes(day(zone), day(tokyo)), "delegation_denied");
        assert_eq!(passes(day(zone), json!({})), "delegation_denied");
    }
    assert_eq!(passes(day(zagreb), day(None)), "delegation_denied");
    assert_eq!(passes(day(None), day(zagreb)), "delegation_denied");
}

#[test]
fn proposed_hours_name_one_zone_and_some_day() {
    let one = json!({ "zone": "Europe/Zagreb", "days": [1], "from": "09:00", "to": "12:00" });
    let other = json!({ "zone": "Asia/Tokyo", "days": [2], "from": "09:00", "to": "12:00" });
    let never = json!({ "zone": "Europe/Zagreb", "days": [], "from": "09:00", "to": "12:00" });
    let wanted = |hours: &[&Value]| passes(json!({}), json!({ "hours": hours }));
    assert_eq!(wanted(&[&one]), "granted");
    assert_eq!(wanted(&[&one, &one]), "granted");
    assert_eq!(wanted(&[&one, &other]), "delegation_denied");
    assert_eq!(wanted(&[&one, &never]), "delegation_denied");
}

#[test]
fn proposed_hours_are_read_to_the_minute() {
    let zone = Some("Europe/Zagreb");
    let wanted = |days: Value, from: &str, to: &str| passes(json!({}), hours(zone, days, from, to));
    for (from, to) in [
        ("00:00", "24:00"),
        ("23:59", "00:01"),
        ("09:00", "09:00"),
        ("09:59", "10:00"),
    ] {
        assert_eq!(wanted(json!([1]), from, to), "granted", "{from} {to}");
    }
    for wrong in [
        "09:60", "23:99", "24:01", "25:00", "9:00", "09.00", "0900", "09:0x",
    ] {
        assert_eq!(
            wanted(json!([1]), wrong, "10:00"),
            "delegation_denied",
            "{wrong}"
        );
    }
    for (day, told) in [
        (0, "delegation_denied"),
        (1, "granted"),
        (7, "granted"),
        (8, "delegation_denied"),
    ] {
        assert_eq!(wanted(json!([day]), "09:00", "10:00"), told, "{day}");
    }
}

#[test]
fn hours_are_passed_on_over_midnight_and_over_the_end_of_the_week() {
    let of = |days: Value, from: &str, to: &str| hours(Some("Europe/Zagreb"), days, from, to);
    // As long as it starts: a whole day.
    let day = of(json!([1]), "09:00", "17:00");
    assert_eq!(
        passes(day, of(json!([1]), "09:00", "09:00")),
        "delegation_denied"
    );
    let night = of(json!([7]), "22:00", "06:00");
    let evening = of(json!([7]), "22:00", "24:00");
    assert_eq!(passes(night.clone(), night.clone()), "granted");
    assert_eq!(passes(night, evening.clone()), "granted");
    assert_eq!(passes(evening.clone(), evening.clone()), "granted");
    assert_eq!(
        passes(evening, of(json!([7]), "22:00", "00:01")),
        "delegation_denied"
    );
}

#[test]
fn hours_are_passed_on_over_windows_that_touch() {
    let right = json!({
        "member": "mara", "permissions": ["order.view"], "scopes": ["co"],
        "conditions": hours(Some("Europe/Zagreb"), json!([1]), "09:00", "17:00"),
    });
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let mut model = model(with(&[("assignments", right), ("assignments", door)]));
    let proposal = json!({
        "member": "ana", "permissions": ["order.view"], "scopes": ["one"],
        "conditions": hours(Some("Europe/Zagreb"), json!([1]), "10:00", "16:00"),
    });
    let asked =
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
    // Bytes that no compiler made: it joins windows that touch.
    for (windows, told) in [
        (vec![(540, 1020)], "granted"),
        (vec![(540, 720), (720, 1020)], "granted"),
        (vec![(540, 600), (600, 720), (720, 960)], "granted"),
        (vec![(540, 720), (721, 1020)], "delegation_denied"),
        (vec![(540, 720), (720, 959)], "delegation_denied"),
        (vec![(601, 1020)], "delegation_denied"),
    ] {
        let kept = model
            .terms
            .iter_mut()
            .filter_map(|terms| terms.hours.as_mut());
        kept.for_each(|hours| hours.windows.clone_from(&windows));
        assert_eq!(
            reason(&rack::unsigned(&model, None), &asked),
            told,
            "{windows:?}"
        );
    }
}

#[test]
fn rows_are_passed_on_as_wide_or_narrower() {
    let all = ["any", "team", "self", "ticket"];
    for (own, may) in [
        ("any", &["any", "team", "self", "ticket"][..]),
        ("team", &["team", "self"]),
        ("self", &["self"]),
        ("ticket", &["ticket"]),
    ] {
        for wanted in all {
            let told = passes(json!({ "rows": own }), json!({ "rows": wanted }));
            let expected = if may.contains(&wanted) {
                "granted"
            } else {
                "delegation_denied"
            };
            assert_eq!(told, expected, "{own} to {wanted}");
        }
    }
}

#[test]
fn what_is_held_by_training_is_passed_on_by_whoever_did_it() {
    let right = json!({
        "member": "mara", "permissions": ["order.view"], "scopes": ["co"], "conditions": { "training": ["safety"] },
    });
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let proposal = json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["one"] });
    let asked =
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
    for (training, told) in [
        (json!([]), "delegation_denied"),
        (
            json!([{ "item": "safety", "at": NOW + 1 }]),
            "delegation_denied",
        ),
        (json!([{ "item": "safety", "at": NOW }]), "granted"),
        (
            json!([{ "item": "safety", "at": NOW - 9, "expires": NOW }]),
            "delegation_denied",
        ),
    ] {
        let mut document = with(&[
            ("assignments", right.clone()),
            ("assignments", door.clone()),
        ]);
        document["members"][1]["training"] = training.clone();
        assert_eq!(reason(&engine(document), &asked), told, "{training}");
    }
}

#[test]
fn a_denial_beside_the_proposed_scope_is_no_matter() {
    let right = json!({ "member": "mara", "permissions": ["order.view", "permission.grant"], "scopes": ["co"] });
    let proposal = json!({ "member": "ana", "permissions": ["order.view"], "scopes": ["one"] });
    let asked =
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
    for (scope, told) in [
        ("two", "granted"),
        ("one", "delegation_denied"),
        ("co", "delegation_denied"),
    ] {
        let denial = json!({ "member": "mara", "permissions": ["order.view"], "scopes": [scope] });
        let two = json!({ "id": "two", "kind": "store", "parent": "co" });
        let document = with(&[
            ("assignments", right.clone()),
            ("denials", denial),
            ("scopes", two),
        ]);
        assert_eq!(reason(&engine(document), &asked), told, "{scope}");
    }
}

#[test]
fn no_ceiling_is_passed_on_by_whoever_has_none_for_this_permission() {
    let refund = |conditions: Value| {
        let right = json!({ "member": "mara", "permissions": ["order.refund", "order.label.buy"], "scopes": ["co"], "conditions": conditions });
        let door =
            json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
        let engine = engine(with(&[("assignments", right), ("assignments", door)]));
        let proposal = json!({
            "member": "ana", "permissions": ["order.refund"], "scopes": ["one"], "conditions": { "unlimited": ["order.refund"] },
        });
        let asked =
            json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal });
        reason(&engine, &asked)
    };
    let limit =
        |permission: &str| json!([{ "permission": permission, "currency": "EUR", "max": 9 }]);
    assert_eq!(
        refund(json!({ "unlimited": ["order.refund"], "limits": limit("order.label.buy") })),
        "granted"
    );
    assert_eq!(
        refund(json!({ "unlimited": ["order.label.buy"], "limits": limit("order.refund") })),
        "delegation_denied"
    );
}

#[test]
fn networks_are_passed_on_as_a_part_of_ones_own() {
    let of = |networks: Value| json!({ "networks": networks });
    let (office, both) = (of(json!(["office"])), of(json!(["office", "home"])));
    assert_eq!(passes(both.clone(), office.clone()), "granted");
    assert_eq!(passes(both.clone(), both.clone()), "granted");
    assert_eq!(passes(office.clone(), both), "delegation_denied");
    assert_eq!(passes(office, json!({})), "delegation_denied");
}

#[test]
fn nothing_is_passed_on_that_is_not_held_now_or_to_nobody() {
    let door = json!({ "member": "mara", "permissions": ["permission.grant"], "scopes": ["co"] });
    let held = |from: i64| {
        let right = json!({ "member": "mara", "permissions": ["order.view"], "scopes": ["co"], "valid": { "from": from } });
        engine(with(&[
            ("assignments", right),
            ("assignments", door.clone()),
        ]))
    };
    let wanted = |grantee: &str, name: &str| {
        let mut proposal = json!({ "permissions": ["order.view"], "scopes": ["one"] });
        proposal[grantee] = json!(name);
        json!({ "subject": "mara", "permission": "permission.grant", "assignment": proposal })
    };
    let (early, late) = (held(NOW), held(NOW + 1));
    assert_eq!(reason(&early, &wanted("member", "ana")), "granted");
    assert_eq!(reason(&late, &wanted("member", "ana")), "delegation_denied");
    assert_eq!(reason(&early, &wanted("group", "floor")), "granted");
    assert_eq!(
        reason(&early, &wanted("group", "roof")),
        "delegation_denied"
    );
}

/// An owner's proposal through a door, for a group.
fn opens(model: &Model, subject: &str, door: &str, group: &str) -> String {
    let proposal = json!({ "group": group, "permissions": ["order.view"], "scopes": ["one"], "valid": { "to": NOW + 9 } });
    let asked = json!({ "subject": subject, "permission": door, "assignment": proposal });
    reason(&rack::unsigned(model, None), &asked)
}

#[test]
fn a_group_is_reached_through_the_door_for_whoever_is_in_it() {
    let mut document = base();
    document["groups"] =
        json!([{ "id": "in" }, { "id": "out" }, { "id": "both" }, { "id": "none" }]);
    document["members"] = json!([
        { "id": "boss", "kind": "owner", "rank": 9 },
        { "id": "ana", "kind": "employee", "rank": 1, "groups": ["in", "both"] },
        { "id": "jan", "kind": "contractor", "rank": 1, "groups": ["out", "both"] },
    ]);
    let model = model(document);
    for (group, inner, outer) in [
        ("in", "owner", "delegation_denied"),
        ("out", "delegation_denied", "owner"),
        ("both", "delegation_denied", "delegation_denied"),
        ("none", "owner", "owner"),
    ] {
        let told = ["permission.grant", "grant.external.create"]
            .map(|door| opens(&model, "boss", door, group));
        assert_eq!(told, [inner, outer], "{group}");
    }
}

#[test]
fn nobody_grants_to_a_group_of_their_own_whatever_rank_it_claims() {
    let right = json!({ "member": "mara", "permissions": ["order.view", "permission.grant"], "scopes": ["co"] });
    let mut document = with(&[("assignments", right)]);
    document["groups"] = json!([{ "id": "floor" }, { "id": "roof" }]);
    document["members"][1]["groups"] = json!(["floor"]);
    let mut model = model(document);
    // Bytes that no compiler made.
    model.groups.iter_mut().for_each(|group| group.top_rank = 0);
    let told = ["floor", "roof"].map(|group| opens(&model, "mara", "permission.grant", group));
    assert_eq!(told, ["delegation_denied", "granted"]);
}

#[test]
fn a_proposed_limit_is_a_whole_number_in_its_own_measure() {
    let engine = engine(base());
    let proposed = |permission: &str, limit: Value| {
        let mut limit = limit;
        limit["permission"] = json!(permission);
        let proposal = json!({
            "member": "ana", "permissions": [permission], "scopes": ["one"], "conditions": { "limits": [limit] },
        });
        let asked =
            json!({ "subject": "boss", "permission": "permission.grant", "assignment": proposal });
        reason(&engine, &asked)
    };
    let most = 9_007_199_254_740_991_i64;
    for (limit, told) in [
        (json!({ "max": 0 }), "owner"),
        (json!({ "max": most }), "owner"),
        (json!({ "max": most + 1 }), "delegation_denied"),
        (json!({ "max": -1 }), "delegation_denied"),
        (json!({ "max": 9, "approveAbove": 9 }), "owner"),
        (json!({ "max": 9, "approveAbove": 0 }), "owner"),
        (json!({ "max": 9, "approveAbove": 10 }), "delegation_denied"),
        (json!({ "max": 9, "approveAbove": -1 }), "delegation_denied"),
    ] {
        let mut money = limit.clone();
        money["currency"] = json!("EUR");
        assert_eq!(
            proposed("order.discount.apply", limit.clone()),
            told,
            "{limit}"
        );
        assert_eq!(proposed("order.refund", money.clone()), told, "{money}");
        // A percentage of a currency, money of none.
        assert_eq!(proposed("order.discount.apply", money), "delegation_denied");
        assert_eq!(proposed("order.refund", limit), "delegation_denied");
    }
}
