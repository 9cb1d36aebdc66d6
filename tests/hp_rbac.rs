//! Access matrices of real organisations: every pair of a user and a permission answers as the
//! matrix says, denies included.

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

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use keyrack::{
    decide::{Engine, Outcome, Reason, Request, decide},
    policy::document::{
        Assignment, Document, Member, MemberKind, PermissionDefinition, Role, Scope,
    },
};
use serde::Deserialize;
use support::{cells, rack};

/// One set: users, permissions, and a decomposition into roles that gives exactly the matrix.
#[derive(Deserialize)]
struct Set {
    users: Vec<String>,
    permissions: Vec<String>,
    roles: Vec<SetRole>,
    assignments: Vec<SetAssignment>,
}

#[derive(Deserialize)]
struct SetRole {
    id: String,
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct SetAssignment {
    user: String,
    roles: Vec<String>,
}

/// The set's permissions are called `p1`; a permission has a resource and an action.
fn key(permission: &str) -> String {
    format!("hp.{permission}")
}

fn policy(name: &str, set: &Set) -> Document {
    let mut document = Document::default();
    document.policy.tenant = name.to_owned();
    document.policy.version = 1;
    document.scopes = vec![Scope {
        id: "root".to_owned(),
        ..Scope::default()
    }];
    let definition = |permission: &String| PermissionDefinition {
        key: key(permission),
        title: format!("Permission {permission} of {name}"),
        ..PermissionDefinition::default()
    };
    document.catalogue.permissions = set.permissions.iter().map(definition).collect();
    let role = |role: &SetRole| Role {
        id: role.id.clone(),
        permissions: role.permissions.iter().map(|it| key(it)).collect(),
        ..Role::default()
    };
    document.roles = set.roles.iter().map(role).collect();
    let member = |id: &String| Member {
        id: id.clone(),
        ..Member::default()
    };
    document.members = set.users.iter().map(member).collect();
    document.members.push(Member {
        id: "owner".to_owned(),
        kind: MemberKind::Owner,
        ..Member::default()
    });
    for assignment in &set.assignments {
        for role in &assignment.roles {
            document.assignments.push(Assignment {
                member: Some(assignment.user.clone()),
                role: Some(role.clone()),
                scopes: vec!["root".to_owned()],
                ..Assignment::default()
            });
        }
    }
    document
}

/// The permissions of each user; all others are denied.
fn pairs(text: &str) -> HashMap<&str, HashSet<&str>> {
    let mut pairs: HashMap<&str, HashSet<&str>> = HashMap::new();
    for line in text.lines() {
        let (user, permission) = line.split_once('\t').expect("a tab");
        let new = pairs.entry(user).or_default().insert(permission);
        assert!(new, "{line} stands there twice");
    }
    pairs
}

fn check(name: &str) {
    let folder = cells::root().join("../shared/data/hp-rbac");
    let path = folder.join(format!("{name}.json"));
    if !path.is_file() {
        cells::skip(&path);
        return;
    }
    let set: Set = cells::read(name, &fs::read_to_string(&path).unwrap());
    let truth = fs::read_to_string(folder.join(format!("{name}.pairs.tsv"))).unwrap();
    let allowed = pairs(&truth);
    let document = policy(name, &set);
    let snapshot = rack::snapshot_bytes(&rack::compiled(name, &document));
    let engine = Engine::new(rack::load(&snapshot, 0));
    let keys: Vec<String> = set.permissions.iter().map(|it| key(it)).collect();
    let (mut allows, mut denies) = (0, 0);
    for user in &set.users {
        let held = allowed.get(user.as_str());
        for (permission, key) in set.permissions.iter().zip(&keys) {
            let request = Request {
                subject: user.as_str().into(),
                permission: key.as_str().into(),
                now: Some(0),
                ..Request::default()
            };
            let decision = decide(&engine, &request).unwrap();
            let expected = if held.is_some_and(|held| held.contains(permission.as_str())) {
                allows += 1;
                (Outcome::Allow, Reason::Granted)
            } else {
                denies += 1;
                (Outcome::Deny, Reason::NoGrant)
            };
            let got = (decision.outcome, decision.reason);
            assert_eq!(got, expected, "{name}: {user} {permission}");
        }
    }
    assert_eq!(allows, truth.lines().count(), "{name}: allowed pairs");
    assert_eq!(allows + denies, set.users.len() * set.permissions.len());
    cells::say(&format!(
        "{name}: {} users × {} permissions = {allows} allowed + {denies} denied, {} bytes signed",
        set.users.len(),
        set.permissions.len(),
        snapshot.len()
    ));
}

#[test]
fn domino_answers_as_its_matrix() {
    check("domino");
}

#[test]
fn hc_answers_as_its_matrix() {
    check("hc");
}

#[test]
fn fire1_answers_as_its_matrix() {
    check("fire1");
}

#[test]
fn apj_answers_as_its_matrix() {
    check("apj");
}
