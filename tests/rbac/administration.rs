//! The functions that change users, roles, permissions and the hierarchy, and `CheckAccess`.

use std::collections::BTreeSet;

use keyrack::compile::compile_document;

use crate::model::{Rbac, user_permissions};

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
}

#[test]
fn delete_inheritance_takes_what_came_by_it_and_nothing_that_comes_another_way() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3", "r4"]);
    rbac.grant_permission("r4", "order.view");
    rbac.grant_permission("r3", "report.view");
    for (senior, junior) in [("r1", "r2"), ("r2", "r4"), ("r1", "r3"), ("r3", "r4")] {
        rbac.add_inheritance(senior, junior);
    }
    rbac.assign_user("u1", "r1");
    rbac.delete_inheritance("r2", "r4");
    assert!(rbac.check_access("u1", "order.view"));
    rbac.delete_inheritance("r3", "r4");
    assert!(!rbac.check_access("u1", "order.view"));
    assert!(rbac.check_access("u1", "report.view"));
    rbac.delete_inheritance("r1", "r3");
    assert!(!rbac.check_access("u1", "report.view"));
    assert_eq!(rbac.errors(), BTreeSet::new());
}

#[test]
fn add_inheritance_warns_of_a_step_that_says_nothing_new() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3"]);
    rbac.add_inheritance("r1", "r2");
    rbac.add_inheritance("r2", "r3");
    let warned = |rbac: &Rbac| {
        let findings = compile_document(&rbac.0).findings;
        let mut codes = findings.iter().map(|finding| finding.code);
        codes.any(|code| code == "redundant_inheritance")
    };
    assert!(!warned(&rbac));
    rbac.add_inheritance("r1", "r3");
    assert!(warned(&rbac));
    assert_eq!(rbac.errors(), BTreeSet::new());
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
