//! The tenant stays manageable: somebody owns it, and everything held can be taken back.

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::number::widen;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::suggest;
use crate::snapshot::model::{Member, MemberKind, MemberStatus, PermissionFlags};

impl Check<'_, '_> {
    pub(super) fn owners(&mut self) {
        let lowered = self.lowered;
        let damage = self.report.damage;
        if damage.touches("members") || damage.lost.contains("policy") {
            return;
        }
        let issued = lowered.model.header.issued;
        let active = |member: &Member| {
            member.status == MemberStatus::Active
                && member.from.is_none_or(|from| from <= issued)
                && member.to.is_none_or(|to| to > issued)
        };
        let members = &lowered.model.members;
        if members
            .iter()
            .any(|it| it.kind == MemberKind::Owner && active(it))
        {
            return;
        }
        let finding = (
            codes::NO_LAST_OWNER,
            "the tenant has no active owner".to_owned(),
            "write a member of kind `owner` and status `active`".to_owned(),
        );
        self.report.key(&at!["members"], finding);
        let mut held = BitSet::default();
        let mut managed = BitSet::default();
        for member in members {
            let mut own = BitSet::default();
            for way in lowered.grants(member) {
                own.extend(&way.terms.permissions.iter().map(widen).collect());
            }
            let grants = own.iter().any(|at| {
                let flags = self.world.permissions.flags(at);
                flags.has(PermissionFlags::GRANTS_INSIDE) && !flags.has(PermissionFlags::OWNER_ONLY)
            });
            if grants && active(member) {
                managed.extend(&own);
            }
            held.extend(&own);
        }
        let left = held.without(&managed);
        if !left.is_empty() {
            let keys = suggest::list(self.world.permissions.keys(&left));
            let finding = (
                codes::UNMANAGEABLE_PERMISSION,
                format!("nobody could grant or revoke {keys}"),
                "keep an active owner, or a member who holds them with `permission.grant`"
                    .to_owned(),
            );
            self.report.key(&at!["members"], finding);
        }
    }
}
