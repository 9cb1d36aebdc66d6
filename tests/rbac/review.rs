//! The functions that ask who holds what: of the policy in force, not of the document.

use std::collections::BTreeSet;

use crate::model::{
    Rbac, assigned_roles, assigned_users, authorized_roles, authorized_users, operations_on,
    role_permissions, user_permissions,
};

/// A senior above a junior role, each on somebody, and a role on nobody.
fn two_levels() -> Rbac {
    let mut rbac = Rbac::with(&["u1", "u2", "u3"], &["senior", "junior", "spare"]);
    rbac.grant_permission("junior", "order.view");
    rbac.grant_permission("junior", "report.view");
    rbac.grant_permission("senior", "order.note.edit");
    rbac.grant_permission("spare", "theme.edit");
    rbac.add_inheritance("senior", "junior");
    rbac.assign_user("u1", "senior");
    rbac.assign_user("u2", "junior");
    rbac
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn assigned_users_are_those_assigned_and_no_seniors() {
    let engine = two_levels().engine();
    assert_eq!(assigned_users(&engine, "junior"), set(&["u2"]));
    assert_eq!(assigned_users(&engine, "senior"), set(&["u1"]));
    assert_eq!(assigned_users(&engine, "spare"), set(&[]));
}

#[test]
fn assigned_roles_are_a_users_own_and_none_inherited() {
    let mut rbac = two_levels();
    rbac.assign_user("u2", "spare");
    let engine = rbac.engine();
    assert_eq!(assigned_roles(&engine, "u1"), set(&["senior"]));
    assert_eq!(assigned_roles(&engine, "u2"), set(&["junior", "spare"]));
    assert_eq!(assigned_roles(&engine, "u3"), set(&[]));
}

#[test]
fn authorized_users_and_authorized_roles_go_through_the_hierarchy() {
    let mut rbac = two_levels();
    let authorized = |rbac: &Rbac| {
        let engine = rbac.engine();
        let roles = ["u1", "u2", "u3"].map(|user| authorized_roles(&engine, user));
        let users = ["senior", "junior", "spare"].map(|role| authorized_users(&engine, role));
        (roles, users)
    };
    assert_eq!(
        authorized(&rbac),
        (
            [set(&["senior", "junior"]), set(&["junior"]), set(&[])],
            [set(&["u1"]), set(&["u1", "u2"]), set(&[])],
        )
    );
    // A third level, and a role of its own beside it.
    rbac.add_inheritance("junior", "spare");
    rbac.assign_user("u3", "spare");
    assert_eq!(
        authorized(&rbac),
        (
            [
                set(&["senior", "junior", "spare"]),
                set(&["junior", "spare"]),
                set(&["spare"]),
            ],
            [set(&["u1"]), set(&["u1", "u2"]), set(&["u1", "u2", "u3"])],
        )
    );
    // Without the hierarchy they are those assigned.
    rbac.delete_inheritance("senior", "junior");
    rbac.delete_inheritance("junior", "spare");
    assert_eq!(
        authorized(&rbac),
        (
            [set(&["senior"]), set(&["junior"]), set(&["spare"])],
            [set(&["u1"]), set(&["u2"]), set(&["u3"])],
        )
    );
}

#[test]
fn role_permissions_hold_those_of_juniors() {
    let engine = two_levels().engine();
    let junior = role_permissions(&engine, "junior");
    assert_eq!(junior, set(&["order.view", "report.view"]));
    let senior = role_permissions(&engine, "senior");
    assert_eq!(
        senior,
        set(&["order.note.edit", "order.view", "report.view"])
    );
}

#[test]
fn user_permissions_are_those_of_all_roles_and_of_everybody() {
    let mut rbac = two_levels();
    rbac.assign_user("u2", "spare");
    let engine = rbac.engine();
    let mut expected = role_permissions(&engine, "junior");
    expected.extend(role_permissions(&engine, "spare"));
    expected.insert("access.self.view".to_owned());
    assert_eq!(user_permissions(&engine, "u2"), expected);
}

#[test]
fn role_operations_on_object_and_user_operations_on_object_are_the_actions_of_one_type() {
    let engine = two_levels().engine();
    let of_role = |role| operations_on(&role_permissions(&engine, role), "order");
    assert_eq!(of_role("senior"), set(&["note.edit", "view"]));
    assert_eq!(of_role("junior"), set(&["view"]));
    assert_eq!(of_role("spare"), set(&[]));
    let of_user = |user| operations_on(&user_permissions(&engine, user), "order");
    assert_eq!(of_user("u1"), set(&["note.edit", "view"]));
    assert_eq!(of_user("u2"), set(&["view"]));
    assert_eq!(of_user("u3"), set(&[]));
    // What the list of actions says is what is decided, action by action.
    let rbac = two_levels();
    assert!(rbac.check_access("u1", "order.note.edit"));
    assert!(!rbac.check_access("u2", "order.note.edit"));
}
