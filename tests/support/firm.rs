//! Refusals that nothing sent or done at this instant mends: their state is denied, in every list.

use keyrack::{
    decide::Reason,
    snapshot::model::{Member, MemberKind, MemberStatus, Model, PermissionFlags, RowRule, Terms},
};

/// Whether a refusal with this reason hangs on names, the overlay, the policy and the clock alone.
/// Of several ways none came as far as one that waits for a fact.
pub fn is_for_good(reason: Reason) -> bool {
    use Reason::{
        DelegationDenied, GrantOutsideValidity, MemberInvited, MemberOutsideValidity,
        MemberRevoked, MemberSuspended, MemberUnknown, NoGrant, OperationSuspended, OutOfScope,
        OutsideHours, OverlayStale, OwnerOnly, PermissionUnknown, ScopeUnknown, SnapshotExpired,
        TrainingRequired,
    };
    matches!(
        reason,
        SnapshotExpired
            | OverlayStale
            | PermissionUnknown
            | ScopeUnknown
            | MemberUnknown
            | MemberInvited
            | MemberSuspended
            | MemberRevoked
            | MemberOutsideValidity
            | OperationSuspended
            | OwnerOnly
            | DelegationDenied
            | NoGrant
            | OutOfScope
            | GrantOutsideValidity
            | TrainingRequired
            | OutsideHours
    )
}

/// Whether, by what is written of a member alone, a permission is out of reach at a scope: it is not
/// active; or, unless it is an owner, nothing gives it the permission there, or a denial without any
/// condition takes it.
pub fn is_out_of_reach(model: &Model, member: &Member, permission: u32, scope: u32) -> bool {
    if member.status != MemberStatus::Active {
        return true;
    }
    if member.kind == MemberKind::Owner {
        return false;
    }
    let groups = member.groups.iter().map(|at| &model.groups[*at as usize]);
    let firm = member.organisation.iter();
    let firm = firm.map(|at| &model.organisations[*at as usize]);
    let shared = groups.chain(firm).flat_map(|holder| &holder.holdings);
    let mut given = model.permissions[permission as usize]
        .flags
        .has(PermissionFlags::DEFAULT);
    for holding in member.holdings.iter().chain(shared) {
        let terms = &model.terms[holding.terms as usize];
        let covers = |above: &u32| *above <= scope && scope < model.scopes[*above as usize].end;
        if !terms.permissions.contains(&permission) || !holding.scopes.iter().any(covers) {
            continue;
        }
        if terms.denies && is_unconditional(terms) {
            return true;
        }
        given |= !terms.denies;
    }
    !given
}

fn is_unconditional(terms: &Terms) -> bool {
    terms.rows == RowRule::Any
        && terms.hours.is_none()
        && terms.networks.is_none()
        && terms.attributes.is_empty()
        && (terms.from, terms.to) == (None, None)
}
