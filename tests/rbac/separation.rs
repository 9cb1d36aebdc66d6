//! Static separation of duty: the functions on sets, and what they are asked.

use std::collections::BTreeSet;

use keyrack::{
    compile::compile_document,
    policy::{Format, read},
};

use crate::model::Rbac;

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

/// Somebody who holds two roles that a set keeps apart.
fn violated() -> Rbac {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3"]);
    rbac.assign_user("u1", "r1");
    rbac.assign_user("u1", "r2");
    rbac.create_ssd_set("apart", &["r1", "r2"], 2);
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
    rbac
}

#[test]
fn delete_ssd_set_lets_its_roles_come_together() {
    let mut rbac = violated();
    rbac.create_ssd_set("other", &["r2", "r3"], 2);
    rbac.delete_ssd_set("apart");
    assert_eq!(rbac.errors(), BTreeSet::new());
    // The other set still holds.
    rbac.assign_user("u1", "r3");
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
}

#[test]
fn add_ssd_role_member_refuses_who_then_holds_too_many() {
    let mut rbac = Rbac::filled(&["u1"], &["r1", "r2", "r3"]);
    rbac.assign_user("u1", "r1");
    rbac.assign_user("u1", "r3");
    rbac.create_ssd_set("apart", &["r1", "r2"], 2);
    assert_eq!(rbac.errors(), BTreeSet::new());
    rbac.ssd_set("apart").roles.push("r3".to_owned());
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
    // A role that nobody made cannot be kept apart from any.
    rbac.ssd_set("apart").roles.push("nothing".to_owned());
    assert!(rbac.errors().contains("unknown_name"));
}

#[test]
fn delete_ssd_role_member_frees_it_down_to_the_cardinality() {
    let mut rbac = violated();
    rbac.ssd_set("apart").roles.push("r3".to_owned());
    rbac.ssd_set("apart").roles.retain(|role| role != "r2");
    assert_eq!(rbac.errors(), BTreeSet::new());
    // A set with fewer roles than are too many is none.
    rbac.ssd_set("apart").roles.retain(|role| role != "r3");
    assert!(rbac.errors().contains("separation_form"));
}

#[test]
fn ssd_role_set_cardinality_is_two_where_none_is_written() {
    let mut rbac = violated();
    rbac.ssd_set("apart").too_many = None;
    assert_eq!(rbac.errors(), BTreeSet::from(["separation_violated"]));
    rbac.deassign_user("u1", "r2");
    assert_eq!(rbac.errors(), BTreeSet::new());
}

#[test]
fn ssd_role_sets_ssd_role_set_roles_and_ssd_role_set_cardinality_are_read_as_written() {
    let mut rbac = Rbac::filled(&[], &["r1", "r2", "r3"]);
    rbac.create_ssd_set("apart", &["r1", "r2"], 2);
    rbac.create_ssd_set("far", &["r1", "r2", "r3"], 3);
    let text = serde_json::to_string(&rbac.0).unwrap();
    let read = read(&text, Format::Json);
    assert_eq!(read.findings, []);
    let told: Vec<(&str, Vec<&str>, Option<usize>)> = read
        .document
        .separation
        .iter()
        .map(|set| {
            let roles = set.roles.iter().map(String::as_str).collect();
            (set.id.as_str(), roles, set.too_many)
        })
        .collect();
    let expected = [
        ("apart", vec!["r1", "r2"], Some(2)),
        ("far", vec!["r1", "r2", "r3"], Some(3)),
    ];
    assert_eq!(told, expected);
}
