//! Properties of the standard over random policies.

use keyrack::policy::document::Role;
use proptest::prelude::*;

use crate::{
    model::{Rbac, check_access, user_permissions, who_can},
    support::{
        aloud,
        tape::{Tape, cases, factor, tape},
    },
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
const POLICIES: u32 = 100;

/// Says how many policies a property was held on.
fn say(property: &str) {
    let policies = POLICIES * factor();
    aloud::say(&format!("{property}: {policies} policies"));
}

/// A random policy by the functions of administration, refused or not.
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

#[test]
fn user_permissions_are_all_that_check_access_allows() {
    proptest!(cases(POLICIES, KEPT), |(choices in tape(200))| {
        let engine = random(&mut Tape::of(&choices)).engine();
        for user in USERS {
            let listed = user_permissions(&engine, user);
            for permission in PERMISSIONS {
                let allowed = check_access(&engine, user, permission);
                prop_assert_eq!(listed.contains(permission), allowed);
                prop_assert_eq!(who_can(&engine, permission).contains(user), allowed);
            }
        }
    });
    say("user_permissions_are_all_that_check_access_allows");
}

#[test]
fn check_access_is_one_authorized_role_that_holds_it() {
    proptest!(cases(POLICIES, KEPT), |(choices in tape(200))| {
        let rbac = random(&mut Tape::of(&choices));
        let engine = rbac.engine();
        for user in USERS {
            let roles = rbac.roles_meant(user);
            for permission in PERMISSIONS {
                let holds = |role: &Role| {
                    // Editing a theme means seeing it; nothing else here requires anything.
                    roles.contains(&role.id) && role.permissions.iter().any(|one| one == permission)
                };
                prop_assert_eq!(check_access(&engine, user, permission), rbac.0.roles.iter().any(holds));
            }
        }
    });
    say("check_access_is_one_authorized_role_that_holds_it");
}

#[test]
fn the_hierarchy_is_monotone() {
    proptest!(cases(POLICIES, KEPT), |(choices in tape(200), senior in 1..4_usize, junior in 0..3_usize)| {
        prop_assume!(senior > junior);
        let mut rbac = random(&mut Tape::of(&choices));
        let before = rbac.engine();
        rbac.add_inheritance(ROLES[senior], ROLES[junior]);
        let after = rbac.engine();
        for user in USERS {
            let (less, more) = (user_permissions(&before, user), user_permissions(&after, user));
            prop_assert!(less.is_subset(&more), "{:?} {:?}", less, more);
        }
    });
    say("the_hierarchy_is_monotone");
}

#[test]
fn no_administration_that_compiles_breaks_an_ssd_set() {
    proptest!(cases(POLICIES, KEPT), |(choices in tape(300))| {
        let mut tape = Tape::of(&choices);
        let mut rbac = Rbac::with(&USERS, &ROLES);
        let (set, too_many) = (&ROLES[..3], 2 + tape.below(2));
        rbac.create_ssd_set("apart", set, too_many);
        for _ in 0..12 {
            let mut next = rbac.clone();
            operate(&mut next, &mut tape);
            let broken = USERS.iter().any(|user| {
                let roles = next.roles_meant(user);
                set.iter().filter(|role| roles.contains(**role)).count() >= too_many
            });
            let refused = next.errors().contains("separation_violated");
            prop_assert_eq!(refused, broken);
            if !refused {
                rbac = next;
            }
        }
    });
    say("no_administration_that_compiles_breaks_an_ssd_set");
}
