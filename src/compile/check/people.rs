//! Members who hold more than they should, or are not one person.

use std::collections::HashMap;

use super::Check;
use crate::compile::bits::BitSet;
use crate::compile::number::widen;
use crate::compile::permissions::Permissions;
use crate::compile::report::at;
use crate::policy::codes;
use crate::policy::document::{Member, MemberKind, MemberStatus};
use crate::policy::suggest;
use crate::snapshot::model::{self, PermissionFlags};

/// Mailboxes that several people read.
const SHARED: &[&str] = &[
    "accounts",
    "admin",
    "billing",
    "contact",
    "finance",
    "hello",
    "help",
    "info",
    "mail",
    "marketing",
    "noreply",
    "no-reply",
    "office",
    "orders",
    "sales",
    "service",
    "shop",
    "staff",
    "store",
    "support",
    "team",
    "warehouse",
    "webmaster",
];

impl<'d> Check<'_, 'd> {
    pub(super) fn people(&mut self) {
        let world = self.world;
        let mut addresses: HashMap<String, usize> = HashMap::new();
        let lowered = self.lowered.model.members.iter();
        let each = world.members.places.iter().zip(lowered);
        for (place, held) in each {
            let Some(member) = world.document.members.get(*place) else {
                continue;
            };
            if member.status == MemberStatus::Revoked {
                continue;
            }
            self.shared(*place, member, &mut addresses);
            if member.second_factor == Some(false) {
                self.single_factor(*place, member, held);
            }
            self.outside_post(*place, member, held);
        }
    }

    fn shared(&mut self, i: usize, member: &Member, addresses: &mut HashMap<String, usize>) {
        if matches!(
            member.kind,
            MemberKind::App | MemberKind::Service | MemberKind::Organisation
        ) {
            return;
        }
        let email = member.email.as_deref().map(str::to_lowercase);
        let id = member.id.to_lowercase();
        for (key, address) in [("email", email.as_deref()), ("id", Some(id.as_str()))] {
            let local = address.and_then(|address| address.split_once('@'));
            if let Some((local, _)) = local
                && SHARED.contains(&local)
            {
                let finding = (
                    codes::SHARED_ACCOUNT,
                    format!(
                        "`{}` looks like a mailbox that several people read",
                        member.id
                    ),
                    "give each person an account of their own".to_owned(),
                );
                self.report.value(&at!["members", i, key], finding);
                return;
            }
        }
        let Some(email) = email else { return };
        if let Some(first) = addresses.get(&email) {
            let first = self.report.place(&at!["members", *first, "email"]);
            let finding = (
                codes::SHARED_ACCOUNT,
                format!("`{}` has the address of another member", member.id),
                "keep one account for one person".to_owned(),
            );
            self.report
                .value_with(&at!["members", i, "email"], finding, |it| {
                    it.related(first, "the other member")
                });
        } else {
            addresses.insert(email, i);
        }
    }

    fn single_factor(&mut self, i: usize, member: &Member, held: &model::Member) {
        let guarded = PermissionFlags::SENSITIVE
            .with(PermissionFlags::FUNDS)
            .with(PermissionFlags::PRIVILEGED);
        let permissions = &self.world.permissions;
        let witness = if member.kind == MemberKind::Owner {
            Some("ownership".to_owned())
        } else {
            self.lowered.grants(held).find_map(|way| {
                let mut positions = way.terms.permissions.iter().map(widen);
                let at = positions.find(|at| permissions.flags(*at).has_any(guarded))?;
                // A sign-in with two factors is asked for on this way.
                if way.terms.sign_in_level >= 2 {
                    return None;
                }
                Some(permissions.key(at).to_owned())
            })
        };
        if let Some(witness) = witness {
            let finding = (
                codes::SENSITIVE_SINGLE_FACTOR,
                format!(
                    "`{}` signs in with one factor and holds what can harm",
                    member.id
                ),
                "let the member set up a second factor, or ask for one with `sign_in_level`"
                    .to_owned(),
            );
            let path = at!["members", i, "second_factor"];
            self.report
                .value_with(&path, finding, |it| it.witness(witness));
        }
    }

    /// What a holder of a post has besides what its posts list.
    fn outside_post(&mut self, i: usize, member: &Member, held: &model::Member) {
        let world = self.world;
        let mut posts = BitSet::default();
        let mut names: Vec<&str> = Vec::new();
        for way in self.lowered.grants(held) {
            let role = way.terms.role.as_deref().and_then(|role| world.role(role));
            if let Some((role, sets)) = role
                && role.kind.as_deref() == Some("post")
            {
                posts.extend(&sets.closed);
                names.push(&role.id);
            }
        }
        if names.is_empty() {
            return;
        }
        let mut all = BitSet::default();
        for way in self.lowered.grants(held) {
            all.extend(&way.terms.permissions.iter().map(widen).collect());
        }
        let extra = all.without(&posts);
        if !extra.is_empty() {
            names.sort_unstable();
            names.dedup();
            let keys = keys(&world.permissions, &extra);
            let posts = suggest::list(names);
            let finding = (
                codes::HOLDER_OUTSIDE_POST,
                format!("`{}` holds {keys}, which {posts} does not list", member.id),
                "add it to the post, or take it from the member".to_owned(),
            );
            self.report.value(&at!["members", i, "id"], finding);
        }
    }
}

fn keys(permissions: &Permissions, set: &BitSet) -> String {
    suggest::list(permissions.keys(set))
}
