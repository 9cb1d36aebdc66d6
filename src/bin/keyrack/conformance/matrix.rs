//! An access matrix: users, permissions, a decomposition into roles, and beside it the pairs that
//! are allowed. Every other pair has to be denied.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use keyrack::{
    decide::{Request, decide, request::Text},
    policy::document::{
        Assignment, Document, Member, MemberKind, PermissionDefinition, Role, Scope,
    },
};
use serde::Deserialize;
use serde_json::Value;

use super::{Case, Take, invalid};
use crate::{failure::Failure, policy_file, progress::Progress, test};

#[derive(Debug, Deserialize)]
struct Matrix {
    users: Vec<String>,
    permissions: Vec<String>,
    roles: Vec<MatrixRole>,
    assignments: Vec<MatrixAssignment>,
}

#[derive(Debug, Deserialize)]
struct MatrixRole {
    id: String,
    permissions: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct MatrixAssignment {
    user: String,
    roles: Vec<String>,
}

pub(super) fn ask(path: &Path, value: Value, take: &mut Take<'_>) -> Result<(), Failure> {
    let matrix: Matrix =
        serde_json::from_value(value).map_err(|error| invalid(path, error.to_string()))?;
    let pairs_file = path.with_extension("pairs.tsv");
    let text = policy_file::text(&pairs_file, policy_file::bytes(&pairs_file)?)?;
    let mut allowed: HashMap<&str, HashSet<&str>> = HashMap::new();
    for line in text.lines() {
        let pair = line.split_once('\t');
        let (user, permission) =
            pair.ok_or_else(|| invalid(&pairs_file, format!("`{line}` is no pair")))?;
        let known = matrix.users.iter().any(|it| it == user)
            && matrix.permissions.iter().any(|it| it == permission);
        if !known || !allowed.entry(user).or_default().insert(permission) {
            let why = format!("`{line}` stands twice, or names what the matrix does not have");
            return Err(invalid(&pairs_file, why));
        }
    }
    let engine = test::engine(&document(&matrix))?;
    let _progress = Progress::start("asking every pair", None);
    let keys: Vec<String> = matrix.permissions.iter().map(|it| key(it)).collect();
    for user in &matrix.users {
        let held = allowed.get(user.as_str());
        for (permission, key) in matrix.permissions.iter().zip(&keys) {
            let request = Request {
                subject: Text::from(user.as_str()),
                permission: Text::from(key.as_str()),
                now: Some(0),
                ..Request::default()
            };
            let decision = decide(&engine, &request)?;
            let expected = match held.is_some_and(|held| held.contains(permission.as_str())) {
                true => "allow granted",
                false => "deny no_grant",
            };
            let got = format!("{} {}", decision.outcome.code(), decision.reason.code());
            take(Ok(Case {
                name: format!("{user} {permission}"),
                expected: expected.into(),
                got: got.into(),
            }));
        }
    }
    Ok(())
}

/// The matrix's permissions have one part; a permission has a resource and an action.
fn key(permission: &str) -> String {
    format!("matrix.{permission}")
}

fn document(matrix: &Matrix) -> Document {
    let mut document = Document::default();
    document.policy.tenant = "matrix".to_owned();
    document.policy.version = 1;
    document.scopes = vec![Scope {
        id: "root".to_owned(),
        ..Scope::default()
    }];
    let definition = |permission: &String| PermissionDefinition {
        key: key(permission),
        title: format!("Permission {permission}"),
        ..PermissionDefinition::default()
    };
    document.catalogue.permissions = matrix.permissions.iter().map(definition).collect();
    let role = |role: &MatrixRole| Role {
        id: role.id.clone(),
        permissions: role.permissions.iter().map(|it| key(it)).collect(),
        ..Role::default()
    };
    document.roles = matrix.roles.iter().map(role).collect();
    let member = |id: &String| Member {
        id: id.clone(),
        ..Member::default()
    };
    document.members = matrix.users.iter().map(member).collect();
    document.members.push(Member {
        // No user of the matrix.
        id: "owner of the matrix".to_owned(),
        kind: MemberKind::Owner,
        ..Member::default()
    });
    let held = |one: &MatrixAssignment| {
        let user = one.user.clone();
        let roles = one.roles.clone().into_iter();
        roles.map(move |role| Assignment {
            member: Some(user.clone()),
            role: Some(role),
            scopes: vec!["root".to_owned()],
            ..Assignment::default()
        })
    };
    document.assignments = matrix.assignments.iter().flat_map(held).collect();
    document
}
