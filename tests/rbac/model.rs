//! A policy as the standard's administrator changes it and asks it.

use std::collections::BTreeSet;

use keyrack::{
    compile::compile_document,
    decide::{Engine, Outcome, Request, decide},
    policy::{
        Document, Severity,
        document::{Assignment, Member, MemberKind, Role, Scope, SeparationSet},
    },
    query::{self, State},
    snapshot::model,
};

use crate::support::rack;

/// A policy as the standard's administrator changes it.
#[derive(Clone)]
pub struct Rbac(pub Document);

impl Rbac {
    pub fn new() -> Self {
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
    pub fn with(users: &[&str], roles: &[&str]) -> Self {
        let mut rbac = Self::new();
        users.iter().for_each(|user| rbac.add_user(user));
        roles.iter().for_each(|role| rbac.add_role(role));
        rbac
    }

    /// The same, every role with a permission: the compiler refuses to assign an empty one.
    pub fn filled(users: &[&str], roles: &[&str]) -> Self {
        let mut rbac = Self::with(users, roles);
        roles
            .iter()
            .for_each(|role| rbac.grant_permission(role, "channel.view"));
        rbac
    }

    pub fn add_user(&mut self, user: &str) {
        self.0.members.push(Member {
            id: user.to_owned(),
            ..Member::default()
        });
    }

    pub fn delete_user(&mut self, user: &str) {
        self.0.members.retain(|member| member.id != user);
        let of = |one: &Assignment| one.member.as_deref() == Some(user);
        self.0.assignments.retain(|one| !of(one));
    }

    pub fn add_role(&mut self, role: &str) {
        self.0.roles.push(Role {
            id: role.to_owned(),
            ..Role::default()
        });
    }

    pub fn delete_role(&mut self, role: &str) {
        self.0.roles.retain(|one| one.id != role);
        for one in &mut self.0.roles {
            one.inherits.retain(|junior| junior != role);
        }
        let of = |one: &Assignment| one.role.as_deref() == Some(role);
        self.0.assignments.retain(|one| !of(one));
    }

    pub fn role(&mut self, role: &str) -> &mut Role {
        let found = self.0.roles.iter_mut().find(|one| one.id == role);
        found.expect("a role")
    }

    pub fn assign_user(&mut self, user: &str, role: &str) {
        self.deassign_user(user, role);
        self.0.assignments.push(Assignment {
            member: Some(user.to_owned()),
            role: Some(role.to_owned()),
            scopes: vec!["root".to_owned()],
            ..Assignment::default()
        });
    }

    pub fn deassign_user(&mut self, user: &str, role: &str) {
        let same = |one: &Assignment| {
            one.member.as_deref() == Some(user) && one.role.as_deref() == Some(role)
        };
        self.0.assignments.retain(|one| !same(one));
    }

    pub fn grant_permission(&mut self, role: &str, permission: &str) {
        self.revoke_permission(role, permission);
        self.role(role).permissions.push(permission.to_owned());
    }

    pub fn revoke_permission(&mut self, role: &str, permission: &str) {
        self.role(role).permissions.retain(|one| one != permission);
    }

    pub fn add_inheritance(&mut self, senior: &str, junior: &str) {
        self.delete_inheritance(senior, junior);
        self.role(senior).inherits.push(junior.to_owned());
    }

    pub fn delete_inheritance(&mut self, senior: &str, junior: &str) {
        self.role(senior).inherits.retain(|one| one != junior);
    }

    pub fn create_ssd_set(&mut self, id: &str, roles: &[&str], too_many: usize) {
        self.0.separation.push(SeparationSet {
            id: id.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            too_many: Some(too_many),
            level: keyrack::policy::document::Severity::Error,
            ..SeparationSet::default()
        });
    }

    pub fn delete_ssd_set(&mut self, id: &str) {
        self.0.separation.retain(|set| set.id != id);
    }

    pub fn ssd_set(&mut self, id: &str) -> &mut SeparationSet {
        let found = self.0.separation.iter_mut().find(|set| set.id == id);
        found.expect("a separation set")
    }

    /// Codes for which the compiler refuses it.
    pub fn errors(&self) -> BTreeSet<&'static str> {
        let findings = compile_document(&self.0).findings.into_iter();
        let errors = findings.filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.code).collect()
    }

    pub fn engine(&self) -> Engine {
        rack::unsigned(&rack::lowered(&self.0), None)
    }

    pub fn check_access(&self, user: &str, permission: &str) -> bool {
        check_access(&self.engine(), user, permission)
    }

    /// The roles that a user should have through the hierarchy, from the document alone: what the
    /// properties hold against what is answered.
    pub fn roles_meant(&self, user: &str) -> BTreeSet<String> {
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

pub fn request<'a>(user: &'a str, permission: &'a str) -> Request<'a> {
    Request {
        subject: user.into(),
        permission: permission.into(),
        now: Some(0),
        ..Request::default()
    }
}

pub fn check_access(engine: &Engine, user: &str, permission: &str) -> bool {
    let decision = decide(engine, &request(user, permission)).unwrap();
    decision.outcome == Outcome::Allow
}

/// `UserPermissions`: the session's list.
pub fn user_permissions(engine: &Engine, user: &str) -> BTreeSet<String> {
    let session = query::session(engine, &request(user, "")).unwrap();
    let states = (0_u32..).zip(session.states());
    let held = states.filter(|(_, state)| *state == State::Allowed);
    held.map(|(number, _)| engine.snapshot.permission_key(number).unwrap().to_owned())
        .collect()
}

/// Everybody who has a permission, by whatever role: who can.
pub fn who_can(engine: &Engine, permission: &str) -> BTreeSet<String> {
    let found = query::who_can(engine, &request("", permission)).unwrap();
    let members: Vec<_> = engine.snapshot.members().flatten().collect();
    let id = |handle: u32| members.iter().find(|row| row.handle == handle).unwrap().id;
    let ids = found.iter().map(|(handle, _)| id(*handle));
    ids.map(|id| String::from_utf8(id.to_vec()).unwrap())
        .collect()
}

/// `AssignedUsers`: who holds an assignment of the role, as the policy in force has it.
pub fn assigned_users(engine: &Engine, role: &str) -> BTreeSet<String> {
    let model = engine.snapshot.restore().unwrap();
    let members = model.members.iter();
    let holds = |member: &&model::Member| roles_of(&model, member).any(|held| held == role);
    members.filter(holds).map(|it| it.id.clone()).collect()
}

/// `AssignedRoles`: the roles of a member's own assignments, as the policy in force has them.
pub fn assigned_roles(engine: &Engine, user: &str) -> BTreeSet<String> {
    let model = engine.snapshot.restore().unwrap();
    let member = model.members.iter().find(|member| member.id == user);
    let member = member.expect("a member");
    roles_of(&model, member).cloned().collect()
}

fn roles_of<'m>(
    model: &'m model::Model,
    member: &'m model::Member,
) -> impl Iterator<Item = &'m String> {
    let terms = |held: &model::Holding| &model.terms[usize::try_from(held.terms).unwrap()];
    member.holdings.iter().filter_map(move |held| {
        let terms = terms(held);
        terms.role.as_ref().filter(|_| !terms.denies)
    })
}

/// `RolePermissions`: what a role holds, through the hierarchy, as the policy in force has it.
pub fn role_permissions(engine: &Engine, role: &str) -> BTreeSet<String> {
    let model = engine.snapshot.restore().unwrap();
    let found = model.roles.iter().find(|one| one.id == role);
    let held = found.expect("a role").permissions.iter();
    held.map(|number| engine.snapshot.permission_key(number).unwrap().to_owned())
        .collect()
}

/// `AuthorizedRoles`: the roles of which a user holds everything, as the policy in force answers.
/// Right where every role holds something that only it and its seniors hold.
pub fn authorized_roles(engine: &Engine, user: &str) -> BTreeSet<String> {
    let held = user_permissions(engine, user);
    let roles = engine.snapshot.restore().unwrap().roles;
    let ids = roles.into_iter().map(|role| role.id);
    ids.filter(|role| role_permissions(engine, role).is_subset(&held))
        .collect()
}

/// `AuthorizedUsers`: whoever can do all that a role holds; right where the above is.
pub fn authorized_users(engine: &Engine, role: &str) -> BTreeSet<String> {
    let permissions = role_permissions(engine, role).into_iter();
    let able = permissions.map(|permission| who_can(engine, &permission));
    let mut all = able.reduce(|all, able| &all & &able).unwrap_or_default();
    all.remove("owner");
    all
}

/// Of these permissions the actions on one type of object.
pub fn operations_on(permissions: &BTreeSet<String>, object: &str) -> BTreeSet<String> {
    let prefix = format!("{object}.");
    let actions = permissions
        .iter()
        .filter_map(|key| key.strip_prefix(&*prefix));
    actions.map(str::to_owned).collect()
}
