//! What nobody holds.

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;

impl Check<'_, '_> {
    pub(super) fn used(&mut self) {
        let world = self.world;
        let document = world.document;
        let mut roles = BitSet::default();
        for assignment in &document.assignments {
            let role = assignment.role.as_deref().and_then(|role| world.role(role));
            if let Some((_, sets)) = role {
                roles.extend(&sets.includes);
            }
        }
        for (position, place) in world.roles.places.iter().enumerate() {
            let Some(role) = document.roles.get(*place) else {
                continue;
            };
            if !roles.contains(position) {
                let finding = (
                    codes::UNUSED_ROLE,
                    format!("nobody holds the role `{}`", role.id),
                    "assign it, or delete it".to_owned(),
                );
                self.report.value(&at!["roles", *place, "id"], finding);
            }
        }
        let mut held = BitSet::default();
        for terms in &self.lowered.model.terms {
            if !terms.denies {
                held.extend(&terms.permissions.iter().map(widen).collect());
            }
        }
        for sets in &world.role_sets {
            held.extend(&sets.closed);
        }
        // The shipped catalogue is larger than any one store needs; only own permissions are told.
        for (at, permission) in world.permissions.list.iter().enumerate() {
            let Some(own) = permission.own else { continue };
            if !held.contains(at) {
                let finding = (
                    codes::UNUSED_PERMISSION,
                    format!("nothing holds `{}`", permission.definition.key),
                    "give it to a role, or delete it".to_owned(),
                );
                let path = at!["catalogue", "permissions", own, "key"];
                self.report.value(&path, finding);
            }
        }
    }
}
