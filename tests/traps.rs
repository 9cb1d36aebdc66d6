//! Traps that real systems fell into, each by its number. Masked bodies (d15), pages that stay open
//! (d22) and budgets that many draw on (d25) are held elsewhere; [`ELSEWHERE`] says by which tests.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeSet;

use keyrack::{
    compile,
    decide::{Engine, Request},
    ffi,
    policy::{
        Document, Finding, Format, Severity,
        catalogue::Catalogue,
        document::{Measure, PermissionDefinition, PermissionKind, Tier},
        read,
    },
    query,
    snapshot::{
        Domain,
        container::{self, Expectations, Failure},
    },
};
use serde_json::{Value, json};
use support::rack;

/// A Monday.
const NOW: i64 = 1_772_445_600;

/// One tenant with two shops, an owner, a manager of the first, a clerk and a partner firm.
fn base() -> Value {
    json!({
        "policy": { "tenant": "co", "version": 1, "issued": NOW - 1000, "expires": NOW + 1_000_000, "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant", "zone": "Europe/Zagreb" },
            { "id": "one", "kind": "store", "parent": "co" },
            { "id": "two", "kind": "store", "parent": "co" },
        ],
        "levels": { "acr": { "two": 2 } },
        "groups": [{ "id": "floor" }],
        "roles": [
            { "id": "clerk", "rank": 1, "permissions": ["order.view"] },
            { "id": "manager", "rank": 5, "permissions": ["order.view", "permission.grant", "staff.view", "staff.suspend", "staff.credential.reset"] },
        ],
        "members": [
            { "id": "boss", "kind": "owner", "rank": 9, "second_factor": true },
            { "id": "mara", "kind": "employee", "rank": 5, "second_factor": true },
            { "id": "mile", "kind": "employee", "rank": 5, "second_factor": true },
            { "id": "ana", "kind": "employee", "rank": 1 },
            { "id": "ivo", "kind": "employee", "rank": 1, "status": "invited" },
        ],
        "assignments": [
            { "member": "mara", "role": "manager", "scopes": ["one"] },
            { "member": "mile", "role": "manager", "scopes": ["two"] },
            { "member": "ana", "role": "clerk", "scopes": ["one"] },
        ],
        "denials": [],
        "routes": [],
    })
}

/// The base with more in one of its lists.
fn with(list: &str, more: Value) -> Value {
    let mut document = base();
    document[list].as_array_mut().unwrap().push(more);
    document
}

fn granted(more: Value) -> Value {
    with("assignments", more)
}

fn engine(document: &Value) -> Engine {
    let (_, model) = rack::compiled_text("trap", &document.to_string(), Format::Json);
    rack::unsigned(&model, None)
}

/// As hand-made bytes would say it, whether the compiler refuses it or not.
fn unchecked(document: &Value) -> Engine {
    let document: Document = serde_json::from_value(document.clone()).unwrap();
    rack::unsigned(&rack::lowered(&document), None)
}

fn errors(document: &Value) -> Vec<&'static str> {
    let compiled = compile::compile(&read(&document.to_string(), Format::Json));
    let errors = compiled.findings.into_iter();
    errors
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect()
}

fn warnings(document: &Value) -> Vec<&'static str> {
    let compiled = compile::compile(&read(&document.to_string(), Format::Json));
    compiled
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

/// Outcome and reason. Asked with two factors and a fresh proof, so that only rights are left.
fn ask(engine: &Engine, mut request: Value) -> (String, String) {
    let proof = json!({
        "subject": request["subject"], "session": "s", "permission": request["permission"], "level": 2, "at": NOW - 1,
    });
    let auth = json!({ "session": "s", "time": NOW - 60, "level": 2, "proofs": [proof] });
    let request = request.as_object_mut().unwrap();
    request.entry("now").or_insert(json!(NOW));
    request.entry("auth").or_insert(auth);
    let text = Value::Object(request.clone()).to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let decision = ffi::decide(engine, &request).unwrap();
    (decision.outcome, decision.reason)
}

fn reason(engine: &Engine, subject: &str, permission: &str, scope: &str) -> String {
    ask(
        engine,
        json!({ "subject": subject, "permission": permission, "scope": scope }),
    )
    .1
}

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

/// A clerk who may refund up to so much.
fn refunds(max: &Value) -> Value {
    granted(json!({
        "member": "ana", "permissions": ["order.refund"], "scopes": ["one"],
        "conditions": { "limits": [{ "permission": "order.refund", "currency": "EUR", "max": max }] },
    }))
}

#[test]
fn d03_zero_and_minus_one_are_not_unlimited() {
    assert_eq!(errors(&refunds(&json!(-1))), ["limit_unit"]);
    let engine = engine(&refunds(&json!(0)));
    let refund = |value: i64| {
        let amount = json!({ "value": value, "currency": "EUR" });
        ask(&engine, json!({ "subject": "ana", "permission": "order.refund", "scope": "one", "amount": amount })).1
    };
    assert_eq!(refund(0), "granted");
    assert_eq!(refund(1), "limit_exceeded");
    let no_word =
        granted(json!({ "member": "ana", "permissions": ["order.refund"], "scopes": ["one"] }));
    assert_eq!(errors(&no_word), ["limit_missing"]);
}

#[test]
fn d04_percent_is_not_money() {
    let engine = engine(&refunds(&json!(500)));
    let percent =
        json!({ "subject": "ana", "permission": "order.refund", "scope": "one", "percent": 5 });
    assert_eq!(ask(&engine, percent).1, "amount_required");
    let wrong = granted(json!({
        "member": "ana", "permissions": ["catalog.price.edit"], "scopes": ["one"],
        "conditions": { "limits": [{ "permission": "catalog.price.edit", "currency": "EUR", "max": 5 }] },
    }));
    assert_eq!(errors(&wrong), ["limit_unit"]);
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
    given["roles"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "extra", "rank": 1, "permissions": ["ticket.assign", "order.ship"] }));
    given["assignments"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "member": "ana", "role": "extra", "scopes": ["one"] }));
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

/// Ana refunds alone up to 100 and approved up to 1000; both managers may approve.
fn approvals() -> Value {
    let limits = |alone: i64| json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "approve_above": alone, "max": 1000 }] });
    let mut document = granted(
        json!({ "member": "ana", "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits(100) }),
    );
    for member in ["mara", "mile"] {
        let rights = json!({ "member": member, "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits(500) });
        document["assignments"].as_array_mut().unwrap().push(rights);
    }
    document
}

/// A refund with a consent that says whose it is, or (`null`) does not say it.
fn to_approve(requester: &str, by: &Value, value: i64) -> Value {
    let amount = json!({ "value": value, "currency": "EUR" });
    let mut approval = json!({ "requester": requester, "permission": "order.refund", "scope": "one", "resource": "7", "amount": amount, "at": NOW - 5 });
    if !by.is_null() {
        approval["by"] = by.clone();
    }
    json!({
        "subject": requester, "permission": "order.refund", "scope": "one", "amount": amount,
        "resource": { "type": "order", "id": "7" }, "approvals": [approval],
    })
}

fn approved_under(engine: &Engine, requester: &str, by: &Value, value: i64) -> (String, String) {
    ask(engine, to_approve(requester, by, value))
}

fn approved(by: &Value, value: i64) -> (String, String) {
    approved_under(&engine(&approvals()), "ana", by, value)
}

#[test]
fn d06_an_approver_is_bound_by_limits_and_is_somebody_else() {
    assert_eq!(approved(&json!("mara"), 500).1, "granted");
    assert_eq!(approved(&json!("mara"), 501).1, "approval_invalid");
    assert_eq!(approved(&json!("ana"), 101).1, "approval_invalid");
}

#[test]
fn d07_an_approver_is_named_and_is_that_person() {
    for by in [Value::Null, json!(""), json!("nobody")] {
        assert_eq!(approved(&by, 200).1, "approval_invalid", "{by}");
    }
    // Of two who could, each is judged as the one that is named.
    let mut narrow = approvals();
    narrow["assignments"].as_array_mut().unwrap().pop();
    let engine = engine(&narrow);
    assert_eq!(
        approved_under(&engine, "ana", &json!("mara"), 200).1,
        "granted"
    );
    assert_eq!(
        approved_under(&engine, "ana", &json!("mile"), 200).1,
        "approval_invalid"
    );
}

/// Two approvers who are alike in all but their ids, and in these as near as can be.
const TWINS: [&str; 2] = ["m1", "M1"];

/// Both may refund up to 500 alone, were it not that every refund here asks for a second person.
fn twins() -> Value {
    let mut document = approvals();
    for twin in TWINS {
        let list = |document: &mut Value, name: &str, more: Value| {
            document[name].as_array_mut().unwrap().push(more)
        };
        list(
            &mut document,
            "members",
            json!({ "id": twin, "kind": "employee", "rank": 5, "name": "Kim", "groups": ["floor"] }),
        );
        let limits = json!({ "limits": [{ "permission": "order.refund", "currency": "EUR", "approve_above": 500, "max": 1000 }] });
        list(
            &mut document,
            "assignments",
            json!({ "member": twin, "permissions": ["order.refund", "approval.give"], "scopes": ["one"], "conditions": limits }),
        );
    }
    document["demands"] = json!([{ "permission": "order.refund", "approval": true }]);
    document
}

#[test]
fn d07_two_approvers_who_are_alike_stay_two_persons() {
    let document = twins();
    let engine = engine(&document);
    let [one, other] = TWINS;
    for (requester, by, reason) in [
        (one, one, "approval_invalid"),
        (other, other, "approval_invalid"),
        (one, other, "granted"),
        (other, one, "granted"),
        ("ana", one, "granted"),
        ("ana", other, "granted"),
    ] {
        assert_eq!(
            approved_under(&engine, requester, &json!(by), 400).1,
            reason,
            "{requester} by {by}"
        );
    }
    // A consent to one of them is none to the other.
    let mut borrowed = to_approve(other, &json!("mara"), 400);
    borrowed["subject"] = json!(one);
    assert_eq!(ask(&engine, borrowed).1, "approval_invalid");

    // What befalls one does not befall the other: by the policy, and by an overlay ahead of it.
    let mut stopped = document.clone();
    let members = stopped["members"].as_array_mut().unwrap();
    members
        .iter_mut()
        .find(|member| member["id"] == one)
        .unwrap()["status"] = json!("suspended");
    let (_, model) = rack::compiled_text("trap", &document.to_string(), Format::Json);
    let entry = support::cells::MemberSuspended {
        member: one.to_owned(),
        from: None,
        to: None,
    };
    let overlay = support::cells::CellOverlay {
        member_suspended: vec![entry],
        fresh_until: json!("never"),
        ..Default::default()
    };
    for engine in [
        self::engine(&stopped),
        rack::unsigned(&model, Some(&overlay)),
    ] {
        assert_eq!(
            approved_under(&engine, "ana", &json!(one), 400).1,
            "approval_invalid"
        );
        assert_eq!(
            approved_under(&engine, "ana", &json!(other), 400).1,
            "granted"
        );
    }
}

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
    document["assignments"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "member": "ana", "role": "viewer", "scopes": ["co"] }));
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

/// Who may do something at a place, to somebody where one is named.
fn who(engine: &Engine, permission: &str, scope: &str, whom: Option<&str>) -> BTreeSet<String> {
    let question = json!({ "subject": "", "permission": permission, "scope": scope, "member": whom, "now": NOW });
    let text = question.to_string();
    let request: Request<'_> = serde_json::from_str(&text).unwrap();
    let holders = query::who_can(engine, &request).unwrap();
    let named = holders.iter().map(|(handle, _)| {
        engine
            .snapshot
            .member(*handle)
            .unwrap()
            .name()
            .unwrap()
            .to_owned()
    });
    named.collect()
}

fn these<const COUNT: usize>(members: [&str; COUNT]) -> BTreeSet<String> {
    members.map(str::to_owned).into()
}

#[test]
fn d13_lists_of_who_can_end_at_the_scope_and_at_the_rank() {
    let engine = engine(&base());
    for permission in ["staff.view", "staff.suspend", "staff.credential.reset"] {
        assert_eq!(
            who(&engine, permission, "one", None),
            these(["boss", "mara"])
        );
        assert_eq!(
            who(&engine, permission, "two", None),
            these(["boss", "mile"])
        );
        assert_eq!(who(&engine, permission, "co", None), these(["boss"]));
    }
    for permission in ["staff.suspend", "staff.credential.reset"] {
        for (scope, manager) in [("one", "mara"), ("two", "mile")] {
            let who = |whom| who(&engine, permission, scope, Some(whom));
            assert_eq!(
                who("ana"),
                these(["boss", manager]),
                "{permission} on a lower rank"
            );
            assert_eq!(
                who("mara"),
                these(["boss"]),
                "{permission} on an equal, or oneself"
            );
            assert_eq!(
                who("mile"),
                these(["boss"]),
                "{permission} on an equal, or oneself"
            );
            assert_eq!(who("boss"), these([]), "{permission} on an owner");
            assert_eq!(who("nobody"), these([]), "{permission} on nobody");
        }
    }
}

/// Where a list of staff ends. The list itself is the host's: the engine says which rows of it a
/// member sees (`staff.view`, by scope) and on whom of these it may act (by rank, as above). Rank
/// hides nobody: it binds "a permission that writes" (docs/semantics.md, Administration).
#[test]
fn d13_lists_of_staff_end_at_the_scope_and_what_can_be_done_there_at_the_rank() {
    let engine = engine(&base());
    let staff = [
        ("boss", "co"),
        ("mara", "one"),
        ("ana", "one"),
        ("mile", "two"),
        ("ivo", "two"),
    ];
    let list = |subject: &str| -> BTreeSet<String> {
        let question =
            json!({ "subject": subject, "permission": "staff.view", "now": NOW }).to_string();
        let question: Request<'_> = serde_json::from_str(&question).unwrap();
        let filter = query::where_can(&engine, &question).unwrap();
        let seen = |(member, scope): &(&str, &str)| {
            let resource = json!({ "type": "staff", "id": member });
            let text = json!({ "subject": subject, "permission": "staff.view", "now": NOW, "scope": scope, "resource": resource }).to_string();
            let record: Request<'_> = serde_json::from_str(&text).unwrap();
            let place = engine.snapshot.find_scope(scope).unwrap().unwrap();
            let listed = filter
                .passes(&engine, &record, place, record.resource.as_ref().unwrap())
                .unwrap();
            assert_eq!(
                listed,
                ffi::decide(&engine, &record).unwrap().outcome == "allow",
                "{subject} {member}"
            );
            listed
        };
        staff
            .iter()
            .filter(|row| seen(row))
            .map(|(member, _)| (*member).to_owned())
            .collect()
    };
    assert_eq!(
        list("boss"),
        staff.map(|(member, _)| member.to_owned()).into()
    );
    assert_eq!(
        list("mara"),
        these(["mara", "ana"]),
        "nobody of the other shop, nobody above both"
    );
    assert_eq!(list("mile"), these(["mile", "ivo"]));
    assert_eq!(list("ana"), these([]));
    let acted_on = |subject: &str| -> BTreeSet<String> {
        let may = |(member, scope): &(&str, &str)| {
            who(&engine, "staff.suspend", scope, Some(member)).contains(subject)
        };
        staff
            .iter()
            .filter(|row| may(row))
            .map(|(member, _)| (*member).to_owned())
            .collect()
    };
    assert_eq!(acted_on("boss"), these(["mara", "ana", "mile", "ivo"]));
    assert_eq!(
        acted_on("mara"),
        these(["ana"]),
        "not oneself, though on the list"
    );
    assert_eq!(acted_on("mile"), these(["ivo"]));
    assert_eq!(acted_on("ana"), these([]));
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
    document["assignments"]
        .as_array_mut()
        .unwrap()
        .push(untrained);
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
        let list = |document: &mut Value, name: &str, more: Value| {
            document[name].as_array_mut().unwrap().push(more)
        };
        list(
            &mut before,
            "roles",
            json!({ "id": "packer", "rank": 1, "permissions": ["order.ship"] }),
        );
        let mut held = holder.clone();
        held["role"] = json!("packer");
        held["scopes"] = json!(["one"]);
        list(&mut before, "assignments", held);
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

/// Whom a denial can be given to, and a member of whom it then speaks.
const DENIED: [(&str, &str, &str); 3] = [
    ("member", "ana", "ana"),
    ("group", "floor", "gita"),
    ("organisation", "firm", "tom"),
];

/// A request of which everything is told that a denial may read, and all of it otherwise.
fn told(subject: &str) -> Value {
    json!({
        "subject": subject, "permission": "order.view", "scope": "one", "now": NOW, "ip": "198.51.100.1",
        "resource": {
            "type": "order", "id": "7", "assignee": "mile", "department": "other", "openTicketWith": ["mile"],
            "attributes": { "land": "de", "boxes": 3, "gift": false, "tags": ["calm"] },
        },
    })
}

/// A request with one fact taken away (or, with a value, told so that nothing can be read of it).
fn without(mut request: Value, place: &str, instead: &Value) -> Value {
    let (above, name) = place.rsplit_once('/').unwrap();
    let above = request.pointer_mut(above).unwrap().as_object_mut().unwrap();
    assert!(above.remove(name).is_some(), "{place}");
    if !instead.is_null() {
        above.insert(name.to_owned(), instead.clone());
    }
    request
}

/// Orders are seen by all three, but for one denial.
fn denying(holder: &str, id: &str, condition: &Value) -> Value {
    let mut document = base();
    document["policy"]["expires"] = json!("never");
    document["networks"] = json!([{ "id": "office", "cidrs": ["203.0.113.0/24"] }]);
    let attribute = |(id, kind): (&str, &str)| json!({ "id": id, "type": kind, "source": "host" });
    let attributes = [
        ("land", "string"),
        ("boxes", "integer"),
        ("gift", "boolean"),
        ("tags", "string_list"),
    ];
    document["attributes"] = json!(attributes.map(attribute));
    document["departments"] = json!([{ "id": "sales" }, { "id": "other" }]);
    document["organisations"] = json!([{ "id": "firm" }]);
    document["members"][3]["department"] = json!("sales");
    let list = |document: &mut Value, name: &str, more: Value| {
        document[name].as_array_mut().unwrap().push(more)
    };
    list(
        &mut document,
        "members",
        json!({ "id": "gita", "kind": "employee", "department": "sales", "groups": ["floor"] }),
    );
    list(
        &mut document,
        "members",
        json!({ "id": "tom", "kind": "employee", "department": "sales", "organisation": "firm" }),
    );
    list(
        &mut document,
        "assignments",
        json!({ "group": "floor", "role": "clerk", "scopes": ["one"] }),
    );
    let bounded = json!({ "organisation": "firm", "role": "clerk", "scopes": ["one"], "valid": { "to": NOW + 1000 } });
    list(&mut document, "assignments", bounded);
    list(
        &mut document,
        "denials",
        json!({ holder: id, "permissions": ["order.view"], "scopes": ["one"], "conditions": condition }),
    );
    document
}

/// Every condition that a denial can have, and every way in which what it reads is not told.
fn untold() -> Vec<(Value, Vec<(&'static str, Value)>)> {
    let none = Value::Null;
    let attribute = |name: &str, op: &str, value: Value| {
        let test = json!([{ "attribute": name, "op": op, "value": value }]);
        json!({ "attributes": test })
    };
    let attribute_facts = |place: &'static str, other: Value| {
        let above = [
            ("/resource", Value::Null),
            ("/resource/attributes", Value::Null),
        ];
        above
            .into_iter()
            .chain([(place, Value::Null), (place, other)])
            .collect()
    };
    let rows = |kind: &str| json!({ "rows": kind });
    vec![
        (
            json!({ "networks": ["office"] }),
            vec![("/ip", none.clone()), ("/ip", json!("here"))],
        ),
        (
            json!({ "hours": [{ "days": [2], "from": "08:00", "to": "16:00" }] }),
            vec![("/now", none.clone())],
        ),
        (
            rows("self"),
            vec![
                ("/resource", none.clone()),
                ("/resource/assignee", none.clone()),
            ],
        ),
        (
            rows("team"),
            vec![
                ("/resource", none.clone()),
                ("/resource/department", none.clone()),
                ("/resource/department", json!("undeclared")),
            ],
        ),
        (
            rows("ticket"),
            vec![
                ("/resource", none.clone()),
                ("/resource/openTicketWith", none),
            ],
        ),
        (
            attribute("land", "eq", json!("hr")),
            attribute_facts("/resource/attributes/land", json!(1)),
        ),
        (
            attribute("land", "ne", json!("de")),
            attribute_facts("/resource/attributes/land", json!(["hr"])),
        ),
        (
            attribute("boxes", "gt", json!(5)),
            attribute_facts("/resource/attributes/boxes", json!("6")),
        ),
        (
            attribute("gift", "eq", json!(true)),
            attribute_facts("/resource/attributes/gift", json!("true")),
        ),
        (
            attribute("tags", "contains", json!("loud")),
            attribute_facts("/resource/attributes/tags", json!("loud")),
        ),
    ]
}

#[test]
fn d20_a_denial_whose_facts_are_missing_applies() {
    let denied = ("deny".to_owned(), "denied_by_rule".to_owned());
    let granted = ("allow".to_owned(), "granted".to_owned());
    let conditions = untold();
    for (holder, id, subject) in DENIED {
        for (condition, facts) in &conditions {
            let engine = engine(&denying(holder, id, condition));
            // Told to be otherwise, it is lifted: the denial speaks of something else.
            let request = told(subject);
            assert_eq!(
                ask(&engine, request.clone()),
                granted,
                "{holder} {condition}"
            );
            for (fact, instead) in facts {
                let request = without(request.clone(), fact, instead);
                let request = clockless(request);
                assert_eq!(
                    ask(&engine, request),
                    denied,
                    "{holder} {condition}: {fact} {instead}"
                );
            }
        }
    }
}

/// `ask` fills in a time where none is written.
fn clockless(mut request: Value) -> Value {
    request
        .as_object_mut()
        .unwrap()
        .entry("now")
        .or_insert(Value::Null);
    request
}

#[test]
fn d20_of_two_conditions_an_untold_one_lifts_nothing_and_an_unmet_one_does() {
    for (condition, facts) in &untold()[1..] {
        let mut both = condition.clone();
        both["networks"] = json!(["office"]);
        let engine = engine(&denying("member", "ana", &both));
        let reason = |request: &Value| ask(&engine, clockless(request.clone())).1;
        for (fact, instead) in facts {
            let missing = without(told("ana"), fact, instead);
            assert_eq!(
                reason(&missing),
                "granted",
                "{both}: elsewhere, {fact} untold"
            );
            let mut there = missing.clone();
            there["ip"] = json!("203.0.113.9");
            assert_eq!(
                reason(&there),
                "denied_by_rule",
                "{both}: there, {fact} untold"
            );
            let neither = without(missing, "/ip", &Value::Null);
            assert_eq!(
                reason(&neither),
                "denied_by_rule",
                "{both}: neither told, {fact}"
            );
        }
        let mut there = told("ana");
        there["ip"] = json!("203.0.113.9");
        assert_eq!(
            reason(&there),
            "granted",
            "{both}: there, and the rest is otherwise"
        );
    }
}

#[test]
fn d20_a_denial_whose_facts_are_missing_in_the_policy_applies() {
    let reason = |document: &Value| ask(&unchecked(document), told("ana")).1;
    let asked = |document: &Value, missing: &Value, of: &str| {
        assert_eq!(reason(document), "granted", "{of} told");
        assert_eq!(reason(missing), "denied_by_rule", "{of} untold");
    };
    let team = denying("member", "ana", &json!({ "rows": "team" }));
    asked(
        &team,
        &without(team.clone(), "/members/3/department", &Value::Null),
        "the member's department",
    );

    let equals = json!([{ "attribute": "land", "op": "eq", "value": "hr" }]);
    let mut from = denying("member", "ana", &json!({ "attributes": equals }));
    from["attributes"][0]["source"] = json!("snapshot");
    from["members"][3]["attributes"] = json!({ "land": "de" });
    asked(
        &from,
        &without(from.clone(), "/members/3/attributes", &Value::Null),
        "the member's attribute",
    );

    let windows = json!([{ "days": [2], "from": "08:00", "to": "16:00" }]);
    let hours = denying("member", "ana", &json!({ "hours": windows }));
    asked(
        &hours,
        &without(hours.clone(), "/scopes/0/zone", &Value::Null),
        "the zone of the place",
    );
}

#[test]
fn d21_an_empty_condition_is_refused_and_matches_nothing() {
    let none = granted(
        json!({ "member": "ana", "permissions": ["order.status.edit"], "scopes": ["one"], "conditions": { "networks": [] } }),
    );
    assert_eq!(errors(&none), ["empty_networks"]);
    let request = json!({ "subject": "ana", "permission": "order.status.edit", "scope": "one", "ip": "203.0.113.9" });
    assert_eq!(ask(&unchecked(&none), request).1, "network_not_allowed");
    let hours = granted(
        json!({ "member": "ana", "permissions": ["order.status.edit"], "scopes": ["one"], "conditions": { "hours": [] } }),
    );
    assert_eq!(errors(&hours), ["empty_hours"]);
}

#[test]
fn d26_a_pair_of_roles_that_breaks_separation_names_both_ways() {
    let mut document = base();
    document["separation"] = json!([{ "id": "apart", "permissions": ["order.ship", "report.financial.view"], "level": "error", "danger": "who ships does not count" }]);
    document["roles"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "packer", "rank": 1, "permissions": ["order.ship"] }));
    document["roles"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "books", "rank": 1, "permissions": ["report.financial.view"] }));
    for role in ["packer", "books"] {
        document["assignments"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "member": "ana", "role": role, "scopes": ["one"] }));
    }
    let compiled = compile::compile(&read(&document.to_string(), Format::Json));
    let finding = compiled
        .findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
        .unwrap();
    let said = format!(
        "{} {}",
        finding.message,
        finding.witness.clone().unwrap_or_default()
    );
    for part in ["ana", "packer", "books"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn d10_a_record_asked_for_by_its_id_is_as_far_away_as_in_the_list() {
    let mut document = base();
    document["assignments"][2]["conditions"] = json!({ "rows": "self" });
    let engine = engine(&document);
    let text = json!({ "subject": "ana", "permission": "order.view", "now": NOW }).to_string();
    let question: Request<'_> = serde_json::from_str(&text).unwrap();
    let filter = query::where_can(&engine, &question).unwrap();
    let mut seen = 0;
    for scope in ["co", "one", "two"] {
        for assignee in ["ana", "mile"] {
            let request = json!({ "subject": "ana", "permission": "order.view", "scope": scope, "now": NOW, "resource": { "type": "order", "id": "7", "assignee": assignee } });
            let text = request.to_string();
            let record: Request<'_> = serde_json::from_str(&text).unwrap();
            let listed = {
                let place = engine.snapshot.find_scope(scope).unwrap().unwrap();
                let resource = record.resource.as_ref().unwrap();
                filter.passes(&engine, &record, place, resource).unwrap()
            };
            let allowed = ffi::decide(&engine, &record).unwrap().outcome == "allow";
            assert_eq!(listed, allowed, "{scope} {assignee}");
            seen += usize::from(listed);
        }
    }
    assert_eq!(seen, 1, "the clerk's own order at the clerk's own shop");
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

#[test]
fn d24_the_rows_of_an_import_meet_the_limits_of_single_edits() {
    let limit = |permission: &str, max: i64| json!({ "permission": permission, "max": max });
    let mut document = granted(json!({
        "member": "ana", "scopes": ["one"],
        "permissions": ["catalog.import", "catalog.price.edit", "catalog.stock.edit"],
        "conditions": { "limits": [limit("catalog.price.edit", 1_000), limit("catalog.stock.edit", 50)] },
    }));
    let loads = json!({ "member": "mile", "permissions": ["catalog.import"], "scopes": ["one"] });
    document["assignments"].as_array_mut().unwrap().push(loads);
    let engine = engine(&document);
    // Whoever may import has a way in for rows, and not for what they change.
    for member in ["ana", "mile"] {
        assert_eq!(reason(&engine, member, "catalog.import", "one"), "granted");
    }
    let price = |change: i64| json!({ "permission": "catalog.price.edit", "percent": change });
    let stock = |pieces: i64| json!({ "permission": "catalog.stock.edit", "quantity": pieces });
    let rows = [
        (price(500), "granted"),
        (price(1_000), "granted"),
        (price(1_001), "limit_exceeded"),
        (stock(50), "granted"),
        (stock(51), "limit_exceeded"),
        (price(-1), "amount_invalid"),
        (
            json!({ "permission": "catalog.price.edit" }),
            "amount_required",
        ),
        (
            json!({ "permission": "catalog.price.edit", "quantity": 1 }),
            "amount_required",
        ),
    ];
    for (row, expected) in rows {
        let of = |member: &str| {
            let mut request = row.clone();
            request["subject"] = json!(member);
            request["scope"] = json!("one");
            ask(&engine, request).1
        };
        assert_eq!(
            (of("ana").as_str(), of("mile").as_str()),
            (expected, "no_grant"),
            "{row}"
        );
    }
}

/// What only a running page or worker can fall into, or what is counted elsewhere: which tests hold it.
const ELSEWHERE: [(&str, &str, &str); 9] = [
    (
        "d09",
        "tests/worker/serving.mjs",
        "without a policy nothing passes: 503, and 401 before it for a bad token",
    ),
    (
        "d15",
        "tests/worker/masking.mjs",
        "no canary of a hidden field leaves, for any member, on any route",
    ),
    (
        "d22",
        "tests/front/widgets.mjs",
        "nothing renders again that has not changed; memoised views follow a new slice",
    ),
    (
        "d22",
        "tests/front/live.mjs",
        "an answer of a newer policy makes it ask, one of the same does not; a new slice is a new object",
    ),
    (
        "d22",
        "tests/front/live.mjs",
        "before the first answer nothing is allowed and nothing is denied: it is pending",
    ),
    (
        "d25",
        "tests/worker/durable.mjs",
        "200 refunds at once against a budget of 50, in two isolates: exactly 50 pass",
    ),
    (
        "d25",
        "tests/worker/durable.mjs",
        "an amount limit at once too: what passes never adds up to more, and uses it up",
    ),
    (
        "d25",
        "tests/budget_windows.rs",
        "an_allow_names_the_windows_of_its_budgets",
    ),
    (
        "d25",
        "tests/budget_windows.rs",
        "a_day_turns_at_local_midnight_also_where_it_has_23_or_25_hours",
    ),
];

#[test]
fn traps_of_pages_and_workers_are_held_elsewhere() {
    for (trap, file, test) in ELSEWHERE {
        let path = support::cells::root().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            support::named::has_test(&text, test),
            "{trap}: {file} has no `{test}`"
        );
        // A file of rows is run by the runner beside it, which takes it by name.
        if path.extension().is_some_and(|it| it == "mjs") {
            let runner = std::fs::read_to_string(path.with_file_name("run.mjs")).unwrap();
            let from = format!(
                " }} from \"./{}\";",
                path.file_name().unwrap().to_str().unwrap()
            );
            let taken = |line: &str| line.starts_with("import { ") && line.ends_with(&from);
            assert!(runner.lines().any(taken), "{trap}: nothing runs {file}");
        }
    }
}
