//! Of which questions the short way tells, and of which it tells nothing: `short_way` holds what it
//! says against the whole semantics, which a short way that never spoke would pass.

use keyrack::{
    decide::{Engine, Reason, Request, decide, quick::Told, request::Text},
    policy::Document,
    query,
    snapshot::{
        Overlay, Snapshot,
        model::{
            Band, MeasureKind, MemberKind, MemberStatus, Model, Permission, PermissionFlags,
            StepUp, Terms, TrainingDone,
        },
        overlay::{MemberSuspended, OperationSuspended, SessionRevoked},
        write,
    },
};
use serde_json::json;

use crate::support::rack;

const NOW: i64 = 1_772_445_600;
const ASKED: &str = "order.view";

/// Ana may see orders in one of two shops.
fn base() -> Model {
    let document = json!({
        "policy": { "tenant": "co", "version": 1, "issued": NOW - 1000, "expires": "never", "profile": "delegated", "separation": "none" },
        "scopes": [
            { "id": "co", "kind": "tenant" },
            { "id": "one", "kind": "store", "parent": "co" },
            { "id": "two", "kind": "store", "parent": "co" },
        ],
        "groups": [{ "id": "floor" }],
        "departments": [{ "id": "front" }],
        "training": [{ "id": "safety" }],
        "members": [{ "id": "boss", "kind": "owner" }, { "id": "ana", "kind": "employee" }],
        "assignments": [{ "member": "ana", "permissions": [ASKED], "scopes": ["one"] }],
    });
    let document: Document = serde_json::from_value(document).unwrap();
    let mut model = rack::lowered(&document);
    model
        .field_groups
        .retain(|group| group.id.starts_with("customer."));
    model
}

fn overlay() -> Overlay {
    Overlay {
        tenant: "co".to_owned(),
        version: 1,
        issued: NOW,
        fresh_until: None,
        session_revoked: Vec::new(),
        member_suspended: Vec::new(),
        operation_suspended: Vec::new(),
    }
}

fn stopped(permission: &str) -> Overlay {
    let entry = OperationSuspended {
        member: Some("boss".to_owned()),
        permission: permission.to_owned(),
        from: None,
        to: None,
    };
    Overlay {
        operation_suspended: vec![entry],
        ..overlay()
    }
}

fn number(engine: &Engine, permission: &str) -> u32 {
    let found = engine.snapshot.find_permission(permission).unwrap();
    found.unwrap()
}

/// What the short way says: whether it is allowed, and how it is decided; what it says has to be so.
fn said(model: &Model, overlay: Option<&Overlay>, permission: &str, scope: &str) -> String {
    let snapshot = Snapshot::open(write::payload(model).unwrap()).unwrap();
    let engine = match overlay {
        None => Engine::new(snapshot),
        Some(overlay) => Engine::with_overlay(snapshot, overlay).unwrap(),
    };
    let number = number(&engine, permission);
    let place = engine.snapshot.find_scope(scope).unwrap().unwrap();
    let ana = engine.find("ana").unwrap().unwrap().row.handle;
    let request = Request {
        subject: Text::from("ana"),
        permission: Text::from(permission),
        scope: Some(Text::from(scope)),
        now: Some(NOW),
        ..Request::default()
    };
    let long = decide(&engine, &request).unwrap();
    let allowed = engine.allows_outright(ana, number, place).unwrap();
    if let Some(allowed) = allowed {
        assert_eq!(allowed, long.is_unconditional(), "{permission} at {scope}");
    }
    assert_eq!(
        engine.may(ana, number, place, Some(NOW)).unwrap(),
        long.is_unconditional()
    );
    let (told, _) = engine.decide_outright((ana, number, place), NOW).unwrap();
    let told = match told {
        Told::Nothing => "nothing",
        Told::Refused(reason) => {
            assert_eq!(reason, long.reason);
            reason.code()
        }
        Told::Granted { .. } => {
            assert_eq!(long.reason, Reason::Granted);
            "granted"
        }
    };
    let (byte, bit) = (usize::try_from(number / 8).unwrap(), number % 8);
    let session = match engine.outright(ana, place).unwrap() {
        None => "a stranger",
        Some((_, untold)) if untold[byte] >> bit & 1 == 1 => "untold",
        Some((held, _)) if held[byte] >> bit & 1 == 1 => "held",
        Some(_) => "not held",
    };
    // A session, made of both, says the same.
    let states = query::session(&engine, &request).unwrap().states();
    let here = states[usize::try_from(number).unwrap()] == query::State::Allowed;
    assert_eq!(here, long.is_unconditional(), "{permission} at {scope}");
    let allowed = allowed.map_or("untold", |yes| if yes { "yes" } else { "no" });
    format!("{allowed}, {told}, {session}")
}

fn permission<'m>(model: &'m mut Model, key: &str) -> &'m mut Permission {
    let mut all = model.permissions.iter_mut();
    all.find(|permission| permission.key == key).unwrap()
}

type Change = fn(&mut Permission);

/// Of the base with one permission changed: at the shop, and beside it.
fn of_permission(change: impl Fn(&mut Permission)) -> [String; 2] {
    let mut model = base();
    change(permission(&mut model, ASKED));
    ["one", "two"].map(|scope| said(&model, None, ASKED, scope))
}

const PLAIN: [&str; 2] = ["yes, granted, held", "no, out_of_scope, not held"];

#[test]
fn a_plain_permission_of_a_common_member_is_told() {
    let model = base();
    let told = ["one", "two"].map(|scope| said(&model, None, ASKED, scope));
    assert_eq!(told, PLAIN);
    let told = said(&model, None, "catalog.view", "one");
    assert_eq!(told, "no, no_grant, not held");
}

#[test]
fn what_a_permission_asks_is_looked_at_where_it_is_held() {
    // Beside the shop nothing that could be told or done opens it.
    let asks: [(&str, Change); 8] = [
        ("a measure", |one| one.measure = Some(MeasureKind::Quantity)),
        ("owners alone", |one| {
            one.flags = PermissionFlags::OWNER_ONLY
        }),
        ("no passing on", |one| {
            one.flags = PermissionFlags::NO_DELEGATION
        }),
        ("a step-up", |one| {
            one.demand.step_up = Some(StepUp {
                level: 1,
                max_age: 9,
            });
        }),
        ("a sign-in", |one| one.demand.sign_in_level = 1),
        ("consent", |one| one.demand.approval = true),
        ("a band", |one| one.demand.bands = vec![Band::default()]),
        ("both", |one| {
            one.demand.approval = true;
            one.measure = Some(MeasureKind::Money);
        }),
    ];
    for (what, change) in asks {
        let told = of_permission(change);
        assert_eq!(
            told,
            ["untold, nothing, untold", "no, nothing, not held"],
            "{what}"
        );
    }
    // Training is looked at first, so that the answer may change with it.
    let told = of_permission(|one| one.demand.training = vec![0]);
    assert_eq!(told, ["untold, nothing, untold"; 2]);
    let told = of_permission(|one| one.flags = PermissionFlags::DEFAULT);
    assert_eq!(told, ["untold, nothing, untold"; 2]);
}

#[test]
fn a_tier_alone_bars_decisions_that_are_logged_and_no_more() {
    for tier in [
        PermissionFlags::SENSITIVE,
        PermissionFlags::FUNDS,
        PermissionFlags::PRIVILEGED,
    ] {
        let told = of_permission(|one| one.flags = tier);
        assert_eq!(
            told,
            ["yes, nothing, held", "no, nothing, not held"],
            "{tier:?}"
        );
    }
    for tier in [PermissionFlags::WRITES, PermissionFlags::PERSONAL] {
        assert_eq!(of_permission(|one| one.flags = tier), PLAIN, "{tier:?}");
    }
    // Field groups of its type are worked out where one decides.
    let told = of_permission(|one| one.resource_type = "customer".to_owned());
    assert_eq!(told, ["yes, nothing, held", "no, nothing, not held"]);
}

#[test]
fn an_overlay_is_looked_at_where_it_has_a_word() {
    let plain = base();
    let mut guarded = base();
    permission(&mut guarded, ASKED).flags = PermissionFlags::SENSITIVE;
    let fresh = overlay();
    let told = ["one", "two"].map(|scope| said(&plain, Some(&fresh), ASKED, scope));
    assert_eq!(told, PLAIN);
    let untold = ["untold, nothing, untold"; 2];
    let told = ["one", "two"].map(|scope| said(&guarded, Some(&fresh), ASKED, scope));
    assert_eq!(told, untold);
    let mut wanting = guarded.clone();
    wanting.header.overlay_required = true;
    let told = ["one", "two"].map(|scope| said(&wanting, None, ASKED, scope));
    assert_eq!(told, untold);
    permission(&mut wanting, ASKED).flags = PermissionFlags::default();
    let told = ["one", "two"].map(|scope| said(&wanting, None, ASKED, scope));
    assert_eq!(told, PLAIN);
    // An operation that is stopped for somebody, and its neighbours in the catalogue.
    let place = plain
        .permissions
        .iter()
        .position(|one| one.key == ASKED)
        .unwrap();
    let told = ["one", "two"].map(|scope| said(&plain, Some(&stopped(ASKED)), ASKED, scope));
    assert_eq!(told, untold);
    for beside in [place.checked_sub(1).unwrap(), place.checked_add(1).unwrap()] {
        let mut stopped = stopped(&plain.permissions[beside].key);
        let told = ["one", "two"].map(|scope| said(&plain, Some(&stopped), ASKED, scope));
        assert_eq!(told, PLAIN);
        // Both of them.
        let mut more = self::stopped(ASKED).operation_suspended;
        stopped.operation_suspended.append(&mut more);
        let told = ["one", "two"].map(|scope| said(&plain, Some(&stopped), ASKED, scope));
        assert_eq!(told, untold);
    }
}

#[test]
fn a_member_that_the_overlay_names_is_looked_at() {
    let model = base();
    for (who, common) in [("ana", false), ("boss", true)] {
        let expected = if common {
            PLAIN
        } else {
            ["untold, nothing, a stranger"; 2]
        };
        let mut suspended = overlay();
        suspended.member_suspended.push(MemberSuspended {
            member: who.to_owned(),
            from: None,
            to: Some(NOW),
        });
        let mut revoked = overlay();
        revoked.session_revoked.push(SessionRevoked {
            member: who.to_owned(),
            before: NOW,
        });
        for overlay in [suspended, revoked] {
            let told = ["one", "two"].map(|scope| said(&model, Some(&overlay), ASKED, scope));
            assert_eq!(told, expected, "{who}");
        }
    }
}

#[test]
fn only_active_inside_members_with_assignments_alone_are_common() {
    let of = |change: &dyn Fn(&mut keyrack::snapshot::model::Member)| {
        let mut model = base();
        let ana = model.members.iter_mut().find(|member| member.id == "ana");
        change(ana.unwrap());
        ["one", "two"].map(|scope| said(&model, None, ASKED, scope))
    };
    for kind in [MemberKind::Employee, MemberKind::App, MemberKind::Service] {
        assert_eq!(of(&|ana| ana.kind = kind), PLAIN, "{kind:?}");
    }
    assert_eq!(of(&|ana| ana.department = Some(0)), PLAIN);
    let done = TrainingDone {
        item: 0,
        at: NOW,
        expires: Some(NOW),
    };
    assert_eq!(of(&|ana| ana.training = vec![done.clone()]), PLAIN);
    let stranger = ["untold, nothing, a stranger"; 2];
    for kind in [
        MemberKind::Owner,
        MemberKind::Contractor,
        MemberKind::Organisation,
    ] {
        assert_eq!(of(&|ana| ana.kind = kind), stranger, "{kind:?}");
    }
    for status in [
        MemberStatus::Invited,
        MemberStatus::Suspended,
        MemberStatus::Revoked,
    ] {
        assert_eq!(of(&|ana| ana.status = status), stranger, "{status:?}");
    }
    assert_eq!(of(&|ana| ana.groups = vec![0]), PLAIN);
    assert_eq!(of(&|ana| ana.from = Some(NOW)), stranger);
    assert_eq!(of(&|ana| ana.to = Some(NOW)), stranger);
}

#[test]
fn what_groups_hold_is_told_as_ones_own_and_the_first_in_the_document_counts() {
    let mut model = base();
    let ana = model.members.iter_mut().find(|member| member.id == "ana");
    let ana = ana.unwrap();
    let own = std::mem::take(&mut ana.holdings);
    ana.groups = vec![0];
    model.groups[0].holdings = own.clone();
    let told = |model: &Model| ["one", "two"].map(|scope| said(model, None, ASKED, scope));
    assert_eq!(told(&model), PLAIN);

    // The same twice, by herself and by the group: whichever stands first gives it.
    let by = |first: u32, second: u32| {
        let mut model = model.clone();
        let mut again = own[0].clone();
        model.groups[0].holdings[0].order = second;
        (again.order, again.terms) = (first, u32::try_from(model.terms.len()).unwrap());
        model.terms.push(Terms {
            role: Some("again".to_owned()),
            ..model.terms[usize::try_from(own[0].terms).unwrap()].clone()
        });
        let ana = model.members.iter_mut().find(|member| member.id == "ana");
        ana.unwrap().holdings = vec![again];
        assert_eq!(told(&model), PLAIN);
        let snapshot = Snapshot::open(write::payload(&model).unwrap()).unwrap();
        let engine = Engine::new(snapshot);
        let ana = engine.find("ana").unwrap().unwrap().row.handle;
        let asked = (ana, number(&engine, ASKED), 1);
        let Told::Granted { terms, .. } = engine.decide_outright(asked, NOW).unwrap().0 else {
            panic!("it is granted");
        };
        engine.snapshot.terms(terms).unwrap().detail().unwrap().role
    };
    assert_eq!(
        [by(3, 7), by(7, 3)].map(|role| role.is_some()),
        [true, false]
    );

    // By an organisation it is somebody else's.
    let firm = model.groups[0].clone();
    model.organisations = vec![firm];
    let ana = model.members.iter_mut().find(|member| member.id == "ana");
    ana.unwrap().organisation = Some(0);
    assert_eq!(told(&model), ["untold, nothing, a stranger"; 2]);
}

#[test]
fn what_is_given_under_conditions_is_looked_at_where_it_reaches() {
    let mut model = base();
    for terms in &mut model.terms {
        terms.to = Some(NOW);
    }
    assert_eq!(said(&model, None, ASKED, "one"), "untold, nothing, untold");
    // A decision says how long it holds, and so passes over nothing that might begin or end.
    assert_eq!(said(&model, None, ASKED, "two"), "no, nothing, not held");
    assert_eq!(
        said(&model, None, "catalog.view", "one"),
        "no, no_grant, not held"
    );
}

#[test]
fn nothing_is_told_after_the_end_of_a_snapshot() {
    let mut model = base();
    for (end, may, told) in [(NOW + 1, true, true), (NOW, false, false)] {
        model.header.expires = Some(end);
        let engine = rack::unsigned(&model, None);
        let number = engine.snapshot.find_permission(ASKED).unwrap().unwrap();
        let place = engine.snapshot.find_scope("one").unwrap().unwrap();
        let ana = engine.find("ana").unwrap().unwrap().row.handle;
        assert_eq!(engine.may(ana, number, place, Some(NOW)).unwrap(), may);
        assert!(!engine.may(ana, number, place, None).unwrap());
        let (said, until) = engine.decide_outright((ana, number, place), NOW).unwrap();
        assert_eq!(said != Told::Nothing, told);
        assert_eq!(until, told.then_some(end));
    }
}
