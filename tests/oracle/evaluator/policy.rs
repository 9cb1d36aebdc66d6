//! The policy document read for its names: what a permission is, what a role holds, where a scope
//! lies.

use std::{collections::BTreeSet, sync::OnceLock};

use keyrack::policy::{
    Document,
    catalogue::{Catalogue, Holds},
    document::{
        Assignment, Conditions, FieldGroupDefinition, Member, MemberKind, PermissionDefinition,
        Profile, Role, Tier,
    },
};

pub type Keys = BTreeSet<String>;

/// A document, and the catalogue as the document changes it.
pub struct Policy<'d> {
    pub document: &'d Document,
    pub permissions: Vec<PermissionDefinition>,
    pub field_groups: Vec<FieldGroupDefinition>,
    /// What each assignment holds, in the order of the document.
    pub held: Vec<Keys>,
    /// What each denial takes away, in the order of the document.
    pub denied: Vec<Keys>,
}

fn built_in() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(Catalogue::built_in)
}

impl<'d> Policy<'d> {
    pub fn new(document: &'d Document) -> Self {
        let additions = &document.catalogue;
        let mut permissions = built_in().permissions.clone();
        permissions.extend(additions.permissions.iter().cloned());
        let mut field_groups = built_in().field_groups.clone();
        field_groups.extend(additions.field_groups.iter().cloned());
        for change in &additions.overrides {
            for permission in permissions.iter_mut().filter(|it| it.key == change.key) {
                permission.tiers.extend(&change.add_tiers);
                if change.no_step_up {
                    permission.step_up = None;
                } else if change.step_up.is_some() {
                    permission.step_up = change.step_up;
                }
            }
        }
        let mut policy = Self {
            document,
            permissions,
            field_groups,
            held: Vec::new(),
            denied: Vec::new(),
        };
        policy.held = document
            .assignments
            .iter()
            .map(|it| {
                policy.holds(
                    it.role.as_deref(),
                    it.permissions.iter().map(String::as_str),
                )
            })
            .collect();
        policy.denied = document
            .denials
            .iter()
            .map(|it| policy.takes(it.role.as_deref(), &it.permissions))
            .collect();
        policy
    }

    pub fn permission(&self, key: &str) -> Option<&PermissionDefinition> {
        self.permissions.iter().find(|it| it.key == key)
    }

    pub fn member(&self, id: &str) -> Option<&'d Member> {
        self.document.members.iter().find(|it| it.id == id)
    }

    pub fn role(&self, id: &str) -> Option<&'d Role> {
        self.document.roles.iter().find(|it| it.id == id)
    }

    pub fn tiered(&self, key: &str, tiers: &[Tier]) -> bool {
        self.permission(key)
            .is_some_and(|it| it.tiers.iter().any(|tier| tiers.contains(tier)))
    }

    pub fn owner_only(&self, key: &str) -> bool {
        let strict = self.document.policy.profile == Profile::Strict;
        self.tiered(key, &[Tier::OwnerOnly]) || strict && self.tiered(key, &[Tier::OwnerOnlyStrict])
    }

    /// What a key means: itself, or its parts where the document is older than the split.
    pub fn meaning(&self, key: &str) -> Vec<String> {
        let aliases = &self.document.catalogue.aliases;
        let version = self.document.policy.catalogue_version;
        let split = (aliases.iter().chain(&built_in().aliases))
            .find(|alias| alias.key == key && version < alias.since);
        split.map_or_else(|| vec![key.to_owned()], |alias| alias.means.clone())
    }

    /// Whether a key of the document speaks of a permission.
    pub fn names(&self, written: &str, key: &str) -> bool {
        self.meaning(written).iter().any(|part| part == key)
    }

    pub fn any_names(&self, written: &[String], key: &str) -> bool {
        written.iter().any(|it| self.names(it, key))
    }

    /// A permission and everything it requires, however far.
    pub fn with_required(&self, key: &str, into: &mut Keys) {
        if into.insert(key.to_owned())
            && let Some(permission) = self.permission(key)
        {
            for needed in &permission.requires {
                for part in self.meaning(needed) {
                    self.with_required(&part, into);
                }
            }
        }
    }

    /// A role's permissions: its preset's, its own and those it inherits.
    fn of_role(&self, id: &str, seen: &mut Keys, into: &mut Keys) {
        if !seen.insert(id.to_owned()) {
            return;
        }
        let Some(role) = self.role(id) else { return };
        let preset = role
            .preset
            .as_ref()
            .and_then(|preset| built_in().presets.iter().find(|it| it.id == *preset));
        if let Some(preset) = preset {
            let grantable = |key: &&str| !self.owner_only(key);
            let listed: Vec<&str> = match preset.holds {
                Holds::Ownership => Vec::new(),
                Holds::Listed => preset.permissions.iter().map(String::as_str).collect(),
                Holds::Grantable => {
                    let all = built_in().permissions.iter();
                    all.map(|it| it.key.as_str()).collect()
                }
            };
            into.extend(listed.into_iter().filter(grantable).map(str::to_owned));
        }
        into.extend(role.permissions.iter().flat_map(|key| self.meaning(key)));
        for parent in &role.inherits {
            self.of_role(parent, seen, into);
        }
    }

    /// What a role and permissions beside it hold, with all they require.
    pub fn holds<'a>(&self, role: Option<&str>, keys: impl Iterator<Item = &'a str>) -> Keys {
        let mut named: Keys = keys.flat_map(|key| self.meaning(key)).collect();
        if let Some(role) = role {
            self.of_role(role, &mut Keys::new(), &mut named);
        }
        let mut held = Keys::new();
        for key in &named {
            self.with_required(key, &mut held);
        }
        held
    }

    /// What a denial of a role and of permissions takes away: they, and whatever requires them.
    fn takes(&self, role: Option<&str>, keys: &[String]) -> Keys {
        let mut named: Keys = keys.iter().flat_map(|key| self.meaning(key)).collect();
        if let Some(role) = role {
            self.of_role(role, &mut Keys::new(), &mut named);
        }
        let touched = |key: &&str| {
            let mut required = Keys::new();
            self.with_required(key, &mut required);
            !required.is_disjoint(&named)
        };
        let all = self.permissions.iter().map(|it| it.key.as_str());
        all.filter(touched).map(str::to_owned).collect()
    }

    /// The conditions of an assignment: its own, and those its role joins to it.
    pub fn conditions(&self, assignment: &'d Assignment) -> Vec<&'d Conditions> {
        let role = assignment.role.as_deref().and_then(|id| self.role(id));
        let mut all = vec![&assignment.conditions];
        all.extend(role.map(|role| &role.conditions));
        all
    }

    pub fn root(&self) -> &'d str {
        let scopes = &self.document.scopes;
        let root = scopes.iter().find(|it| it.parent.is_none());
        root.map_or("", |it| it.id.as_str())
    }

    pub fn knows_scope(&self, id: &str) -> bool {
        self.document.scopes.iter().any(|it| it.id == id)
    }

    /// A scope and everything above it, from below.
    pub fn upwards(&self, id: &str) -> Vec<&'d str> {
        let mut path: Vec<&str> = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next
            && let Some(scope) = self.document.scopes.iter().find(|it| it.id == id)
            && !path.contains(&scope.id.as_str())
        {
            path.push(&scope.id);
            next = scope.parent.as_deref();
        }
        path
    }

    pub fn covers(&self, scopes: &[String], asked: &str) -> bool {
        let path = self.upwards(asked);
        scopes.iter().any(|it| path.contains(&it.as_str()))
    }

    pub fn zone_at(&self, scope: &str) -> Option<&'d str> {
        self.upwards(scope).iter().find_map(|id| {
            let scope = self.document.scopes.iter().find(|it| it.id == **id);
            scope.and_then(|it| it.zone.as_deref())
        })
    }

    /// Whether a department is another or below it; `None` if it is not declared.
    pub fn department_within(&self, below: &str, above: &str) -> Option<bool> {
        let find = |id: &str| self.document.departments.iter().find(|it| it.id == id);
        let mut at = find(below)?;
        for _ in 0..=self.document.departments.len() {
            if at.id == above {
                return Some(true);
            }
            match at.parent.as_deref().and_then(find) {
                Some(parent) => at = parent,
                None => break,
            }
        }
        Some(false)
    }

    /// How senior a member is: as written, else by the most senior role given to it.
    pub fn rank(&self, member: &Member) -> u16 {
        let given = self.document.assignments.iter().filter(|it| {
            reaches(
                member,
                it.member.as_deref(),
                it.group.as_deref(),
                it.organisation.as_deref(),
            )
        });
        let of_roles = given.filter_map(|it| self.role(it.role.as_deref()?)?.rank);
        member.rank.or_else(|| of_roles.max()).unwrap_or(0)
    }
}

/// Whether something given to a member, a group or an organisation reaches a member.
pub fn reaches(
    who: &Member,
    member: Option<&str>,
    group: Option<&str>,
    organisation: Option<&str>,
) -> bool {
    member == Some(who.id.as_str())
        || group.is_some_and(|group| who.groups.iter().any(|it| it == group))
        || organisation.is_some() && organisation == who.organisation.as_deref()
}

/// Whether a member is outside the store.
pub fn is_outside(member: &Member) -> bool {
    matches!(
        member.kind,
        MemberKind::Contractor | MemberKind::Organisation
    ) || member.organisation.is_some()
}
