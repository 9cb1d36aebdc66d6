//! Role-based access control by the names of its standard (ANSI INCITS 359): the functions of core
//! and hierarchical RBAC and of static separation of duty, each as what it means on a policy, and
//! their properties over random policies.
//!
//! Sessions and active roles (`CreateSession`, `AddActiveRole`, `DropActiveRole`, `SessionRoles`,
//! `SessionPermissions`) have no counterpart: all roles of a member are active, so dynamic separation
//! of duty is static separation here, as the standard has it for one session that holds everything.

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
    compile::compile_document,
    decide::{Engine, Outcome, Request, decide},
    policy::{
        Document, Severity,
        document::{Assignment, Member, MemberKind, Role, Scope, SeparationSet},
    },
    query::{self, State},
};
use proptest::prelude::*;
use support::{
    rack,
    tape::{Tape, cases, tape},
};

const PERMISSIONS: [&str; 6] = [
    "channel.view",
    "discount.view",
    "giftcard.view",
    "order.view",
    "report.view",
    "theme.edit",
];
const ROLES: [&str; 4] = ["r1", "r2", "r3", "r4"];
const USERS: [&str; 3] = ["u1", "u2", "u3"];
const KEPT: &str = "tests/regressions/rbac.txt";

/// A policy as the standard's administrator changes it.
#[derive(Clone)]
struct Rbac(Document);

impl Rbac {
    fn new() -> Self {
        let mut document = Document::default();
        document.policy.tenant = "rbac".to_owned();
        document.policy.version = 1;
        document.scopes = vec![Scope {
            id: "root".to_owned(),
            ..Scope::default()
        }];
        document.members = vec![Member {
            id: "owner".to_owned(),
            kind: MemberKind::Owner,
            ..Member::default()
        }];
        Self(document)
    }

    /// With these users and roles, nobody in any.
    fn with(users: &[&str], roles: &[&str]) -> Self {
        let mut rbac = Self::new();
        users.iter().for_each(|user| rbac.add_user(user));
        roles.iter().for_each(|role| rbac.add_role(role));
        rbac
    }

    /// The same, every role with a permission: the compiler refuses to assign an empty one.
    fn filled(users: &[&str], roles: &[&str]) -> Self {
        let mut rbac = Self::with(users, roles);
        roles
            .iter()
            .for_each(|role| rbac.grant_permission(role, "channel.view"));
        rbac
    }

    fn add_user(&mut self, user: &str) {
        self.0.members.push(Member {
            id: user.to_owned(),
            ..Member::default()
        });
    }

    fn delete_user(&mut self, user: &str) {
        self.0.members.retain(|member| member.id != user);
        let of = |one: &Assignment| one.member.as_deref() == Some(user);
        self.0.assignments.retain(|one| !of(one));
    }

    fn add_role(&mut self, role: &str) {
        self.0.roles.push(Role {
            id: role.to_owned(),
            ..Role::default()
        });
    }

    fn delete_role(&mut self, role: &str) {
        self.0.roles.retain(|one| one.id != role);
        for one in &mut self.0.roles {
            one.inherits.retain(|junior| junior != role);
        }
        let of = |one: &Assignment| one.role.as_deref() == Some(role);
        self.0.assignments.retain(|one| !of(one));
    }

    fn role(&mut self, role: &str) -> &mut Role {
        let found = self.0.roles.iter_mut().find(|one| one.id == role);
        found.expect("a role")
    }

    fn assign_user(&mut self, user: &str, role: &str) {
        self.deassign_user(user, role);
        self.0.assignments.push(Assignment {
            member: Some(user.to_owned()),
            role: Some(role.to_owned()),
            scopes: vec!["root".to_owned()],
            ..Assignment::default()
        });
    }

    fn deassign_user(&mut self, user: &str, role: &str) {
        let same = |one: &Assignment| {
            one.member.as_deref() == Some(user) && one.role.as_deref() == Some(role)
        };
        self.0.assignments.retain(|one| !same(one));
    }

    fn grant_permission(&mut self, role: &str, permission: &str) {
        self.revoke_permission(role, permission);
        self.role(role).permissions.push(permission.to_owned());
    }

    fn revoke_permission(&mut self, role: &str, permission: &str) {
        self.role(role).permissions.retain(|one| one != permission);
    }

    fn add_inheritance(&mut self, senior: &str, junior: &str) {
        self.delete_inheritance(senior, junior);
        self.role(senior).inherits.push(junior.to_owned());
    }

    fn delete_inheritance(&mut self, senior: &str, junior: &str) {
        self.role(senior).inherits.retain(|one| one != junior);
    }

    fn create_ssd_set(&mut self, id: &str, roles: &[&str], too_many: usize) {
        self.0.separation.push(SeparationSet {
            id: id.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            too_many: Some(too_many),
            level: keyrack::policy::document::Severity::Error,
            ..SeparationSet::default()
        });
    }

    /// Codes for which the compiler refuses it.
    fn errors(&self) -> BTreeSet<&'static str> {
        let findings = compile_document(&self.0).findings.into_iter();
        let errors = findings.filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.code).collect()
    }

    fn engine(&self) -> Engine {
        rack::unsigned(&rack::lowered(&self.0), None)
    }

    fn check_access(&self, user: &str, permission: &str) -> bool {
        check_access(&self.engine(), user, permission)
    }

    /// The roles of a user, through the hierarchy: from the document alone.
    fn authorized_roles(&self, user: &str) -> BTreeSet<String> {
        let of = |one: &&Assignment| one.member.as_deref() == Some(user);
        let held = self.0.assignments.iter().filter(of);
        let mut roles: BTreeSet<String> = held.filter_map(|one| one.role.clone()).collect();
        loop {
            let known = roles.len();
            for role in &self.0.roles {
                if roles.contains(&role.id) {
                    roles.extend(role.inherits.iter().cloned());
                }
            }
            if roles.len() == known {
                return roles;
            }
        }
    }
}

fn request<'a>(user: &'a str, permission: &'a str) -> Request<'a> {
    Request {
        subject: user.into(),
        permission: permission.into(),
        now: Some(0),
        ..Request::default()
    }
}

fn check_access(engine: &Engine, user: &str, permission: &str) -> bool {
    let decision = decide(engine, &request(user, permission)).unwrap();
    decision.outcome == Outcome::Allow
}

/// `UserPermissions`: the session's list.
fn user_permissions(engine: &Engine, user: &str) -> BTreeSet<String> {
    let session = query::session(engine, &request(user, "")).unwrap();
    let states = (0_u32..).zip(session.states());
    let held = states.filter(|(_, state)| *state == State::Allowed);
    held.map(|(number, _)| engine.snapshot.permission_key(number).unwrap().to_owned())
        .collect()
}

/// `AuthorizedUsers` of a permission: who can.
fn authorized_users(engine: &Engine, permission: &str) -> BTreeSet<String> {
    let found = query::who_can(engine, &request("", permission)).unwrap();
    let members: Vec<_> = engine.snapshot.members().flatten().collect();
    let id = |handle: u32| members.iter().find(|row| row.handle == handle).unwrap().id;
    let ids = found.iter().map(|(handle, _)| id(*handle));
    ids.map(|id| String::from_utf8(id.to_vec()).unwrap())
        .collect()
}

#[test]
fn add_user_alone_gives_nothing_but_what_everybody_has() {
    let rbac = Rbac::with(&["u1"], &[]);
    assert_eq!(rbac.errors(), BTreeSet::new());
    let everybody = user_permissions(&rbac.engine(), "u1");
    assert_eq!(
        everybody.into_iter().collect::<Vec<_>>(),
        ["access.self.view"]
    );
}

#[test]
fn delete_user_ends_every_access() {
    let mut rbac = Rbac::with(&["u1"], &["r1"]);
    rbac.grant_permission("r1", "order.view");
    rbac.assign_user("u1", "r1");
    assert!(rbac.check_access("u1", "order.view"));
    rbac.delete_user("u1");
    assert_eq!(rbac.errors(), BTreeSet::new());
    assert!(!rbac.check_access("u1", "order.view"));
    assert!(!rbac.check_access("u1", "access.self.view"));
}

#[test]
fn add_role_refuses_a_name_that_is_taken() {
    let mut rbac = Rbac::with(&[], &["r1"]);
    rbac.add_role("r1");
    assert!(rbac.errors().contains("duplicate_name"));
}

#[test]
fn delete_role_ends_what_came_by_it() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2"]);
    rbac.grant_permission("r2", "order.view");
    rbac.add_inheritance("r1", "r2");
    rbac.assign_user("u1", "r1");
    assert!(rbac.check_access("u1", "order.view"));
    rbac.delete_role("r2");
    assert_eq!(rbac.errors(), BTreeSet::new());
    assert!(!rbac.check_access("u1", "order.view"));
}

#[test]
fn assign_user_and_deassign_user_give_and_take_a_roles_permissions() {
    let mut rbac = Rbac::with(&["u1", "u2"], &["r1"]);
    rbac.grant_permission("r1", "order.view");
    rbac.assign_user("u1", "r1");
    assert!(rbac.check_access("u1", "order.view") && !rbac.check_access("u2", "order.view"));
    rbac.deassign_user("u1", "r1");
    assert!(!rbac.check_access("u1", "order.view"));
}

#[test]
fn assign_user_refuses_an_unknown_user_and_an_unknown_role() {
    for (user, role) in [("nobody", "r1"), ("u1", "nothing")] {
        let mut rbac = Rbac::filled(&["u1"], &["r1"]);
        rbac.assign_user(user, role);
        assert_eq!(
            rbac.errors(),
            BTreeSet::from(["unknown_name"]),
            "{user} {role}"
        );
    }
}

#[test]
fn grant_permission_and_revoke_permission_change_every_holder() {
    let mut rbac = Rbac::with(&["u1", "u2"], &["r1"]);
    rbac.assign_user("u1", "r1");
    rbac.assign_user("u2", "r1");
    rbac.grant_permission("r1", "order.view");
    assert!(rbac.check_access("u1", "order.view") && rbac.check_access("u2", "order.view"));
    rbac.revoke_permission("r1", "order.view");
    assert!(!rbac.check_access("u1", "order.view") && !rbac.check_access("u2", "order.view"));
}

#[test]
fn check_access_needs_one_role_that_holds_it() {
    let mut rbac = Rbac::with(&["u1"], &["r1", "r2"]);
    rbac.grant_permission("r2", "order.view");
    rbac.assign_user("u1", "r1");
    assert!(!rbac.check_access("u1", "order.view"));
    rbac.assign_user("u1", "r2");
    assert!(rbac.check_access("u1", "order.view"));
}

#[test]
fn add_inheritance_gives_seniors_what_juniors_hold_and_not_the_reverse() {
    let mut rbac = Rbac::with(&["senior", "junior"], &["r1", "r2", "r3"]);
    rbac.grant_permission("r3", "order.view");
    rbac.grant_permission("r1", "report.view");
    rbac.add_inheritance("r1", "r2");
    rbac.add_inheritance("r2", "r3");
    rbac.assign_user("senior", "r1");
    rbac.assign_user("junior", "r3");
    assert!(rbac.check_access("senior", "order.view"));
    assert!(!rbac.check_access("junior", "report.view"));
    rbac.delete_inheritance("r2", "r3");
    assert!(!rbac.check_access("senior", "order.view"));
}

#[test]
fn add_inheritance_refuses_circles_and_a_role_above_itself() {
    let mut rbac = Rbac::with(&[], &["r1", "r2"]);
    rbac.add_inheritance("r1", "r1");
    assert!(rbac.errors().contains("dependency_cycle"));
    let mut rbac = Rbac::with(&[], &["r1", "r2"]);
    rbac.add_inheritance("r1", "r2");
    rbac.add_inheritance("r2", "r1");
    assert!(rbac.errors().contains("dependency_cycle"));
}

#[test]
fn add_ascendant_and_add_descendant_are_a_new_role_and_an_inheritance() {
    let mut rbac = Rbac::with(&["u1"], &["r1"]);
    rbac.grant_permission("r1", "order.view");
    // An ascendant stands above, a descendant below.
    rbac.add_role("above");
    rbac.add_inheritance("above", "r1");
    rbac.add_role("below");
    rbac.add_inheritance("r1", "below");
    rbac.grant_permission("below", "report.view");
    rbac.assign_user("u1", "above");
    assert_eq!(rbac.errors(), BTreeSet::new());
    assert!(rbac.check_access("u1", "order.view") && rbac.check_access("u1", "report.view"));
}

#[test]
fn create_ssd_set_refuses_who_already_holds_too_many_and_names_them() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2"]);
    rbac.assign_user("u1", "r1");
    rbac.assign_user("u1", "r2");
    assert_eq!(rbac.errors(), BTreeSet::new());
    rbac.create_ssd_set("apart", &["r1", "r2"], 2);
    let findings = compile_document(&rbac.0).findings;
    let found = findings
        .iter()
        .find(|one| one.code == "separation_violated");
    let witness = found
        .expect("a finding")
        .witness
        .clone()
        .expect("a witness");
    assert!(
        witness.contains("u1") && witness.contains("r1") && witness.contains("r2"),
        "{witness}"
    );
}

#[test]
fn an_ssd_set_counts_roles_through_the_hierarchy() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3"]);
    rbac.create_ssd_set("apart", &["r1", "r2"], 2);
    rbac.assign_user("u1", "r3");
    rbac.add_inheritance("r3", "r1");
    assert_eq!(rbac.errors(), BTreeSet::new());
    rbac.add_inheritance("r3", "r2");
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
}

#[test]
fn set_ssd_set_cardinality_allows_one_less_than_it_says() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3"]);
    rbac.create_ssd_set("apart", &["r1", "r2", "r3"], 3);
    rbac.assign_user("u1", "r1");
    rbac.assign_user("u1", "r2");
    assert_eq!(rbac.errors(), BTreeSet::new());
    rbac.assign_user("u1", "r3");
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
    // A set of which one already is too many, or more than it has, is none.
    for too_many in [1, 4] {
        let mut rbac = Rbac::filled(&[], &["r1", "r2", "r3"]);
        rbac.create_ssd_set("apart", &["r1", "r2", "r3"], too_many);
        assert!(rbac.errors().contains("separation_form"), "{too_many}");
    }
}

/// A random policy by the functions above, refused or not.
fn random(tape: &mut Tape) -> Rbac {
    let mut rbac = Rbac::with(&USERS, &ROLES);
    for _ in 0..tape.below(24) {
        operate(&mut rbac, tape);
    }
    rbac
}

fn operate(rbac: &mut Rbac, tape: &mut Tape) {
    let (user, role, other) = (tape.one(&USERS), tape.one(&ROLES), tape.one(&ROLES));
    let permission = tape.one(&PERMISSIONS);
    match tape.below(6) {
        0 => rbac.assign_user(user, role),
        1 => rbac.grant_permission(role, permission),
        // Seniors come later, so that there are no circles.
        2 if role > other => rbac.add_inheritance(role, other),
        3 => rbac.deassign_user(user, role),
        4 => rbac.revoke_permission(role, permission),
        _ => rbac.delete_inheritance(role, other),
    }
}

proptest! {
    #![proptest_config(cases(100, KEPT))]

    #[test]
    fn user_permissions_are_all_that_check_access_allows(choices in tape(200)) {
        let engine = random(&mut Tape::of(&choices)).engine();
        for user in USERS {
            let listed = user_permissions(&engine, user);
            for permission in PERMISSIONS {
                let allowed = check_access(&engine, user, permission);
                prop_assert_eq!(listed.contains(permission), allowed);
                prop_assert_eq!(authorized_users(&engine, permission).contains(user), allowed);
            }
        }
    }

    #[test]
    fn check_access_is_one_authorized_role_that_holds_it(choices in tape(200)) {
        let rbac = random(&mut Tape::of(&choices));
        let engine = rbac.engine();
        for user in USERS {
            let roles = rbac.authorized_roles(user);
            for permission in PERMISSIONS {
                let holds = |role: &Role| {
                    // Editing a theme means seeing it; nothing else here requires anything.
                    roles.contains(&role.id) && role.permissions.iter().any(|one| one == permission)
                };
                prop_assert_eq!(check_access(&engine, user, permission), rbac.0.roles.iter().any(holds));
            }
        }
    }

    #[test]
    fn the_hierarchy_is_monotone(choices in tape(200), senior in 1..4_usize, junior in 0..3_usize) {
        prop_assume!(senior > junior);
        let mut rbac = random(&mut Tape::of(&choices));
        let before = rbac.engine();
        rbac.add_inheritance(ROLES[senior], ROLES[junior]);
        let after = rbac.engine();
        for user in USERS {
            let (less, more) = (user_permissions(&before, user), user_permissions(&after, user));
            prop_assert!(less.is_subset(&more), "{:?} {:?}", less, more);
        }
    }

    #[test]
    fn no_administration_that_compiles_breaks_an_ssd_set(choices in tape(300)) {
        let mut tape = Tape::of(&choices);
        let mut rbac = Rbac::with(&USERS, &ROLES);
        let (set, too_many) = (&ROLES[..3], 2 + tape.below(2));
        rbac.create_ssd_set("apart", set, too_many);
        for _ in 0..12 {
            let mut next = rbac.clone();
            operate(&mut next, &mut tape);
            let broken = USERS.iter().any(|user| {
                let roles = next.authorized_roles(user);
                set.iter().filter(|role| roles.contains(**role)).count() >= too_many
            });
            let refused = next.errors().contains("separation_violated");
            prop_assert_eq!(refused, broken);
            if !refused {
                rbac = next;
            }
        }
    }
}
