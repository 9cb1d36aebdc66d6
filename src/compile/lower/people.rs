//! Roles, groups, organisations and members.

use super::super::number::widen;
use super::super::permissions::packed;
use super::super::world::{World, is_outside};
use super::grants::{HolderRef, Placed};
use crate::policy::document::{self, AttributeValue};
use crate::snapshot::model::{
    Holder, Member, MemberKind, MemberStatus, Model, Operand, Role, TrainingDone,
};

pub(super) fn roles(world: &World<'_>) -> Vec<Role> {
    let each = world.roles.places.iter().zip(&world.role_sets);
    each.filter_map(|(place, sets)| {
        Some(Role {
            id: world.document.roles.get(*place)?.id.clone(),
            permissions: packed(&sets.closed),
        })
    })
    .collect()
}

pub(super) fn groups(world: &World<'_>) -> Vec<Holder> {
    let places = world.groups.places.iter();
    places
        .filter_map(|place| world.document.groups.get(*place))
        .map(|group| Holder {
            id: group.id.clone(),
            ..Holder::default()
        })
        .collect()
}

pub(super) fn organisations(world: &World<'_>) -> Vec<Holder> {
    let places = world.organisations.places.iter();
    places
        .filter_map(|place| world.document.organisations.get(*place))
        .map(|organisation| Holder {
            id: organisation.id.clone(),
            has_outside: true,
            ..Holder::default()
        })
        .collect()
}

pub(super) fn members(world: &World<'_>) -> Vec<Member> {
    world
        .distinct_members()
        .map(|member| lower_member(world, member))
        .collect()
}

fn lower_member(world: &World<'_>, member: &document::Member) -> Member {
    let mut groups: Vec<u32> = member
        .groups
        .iter()
        .filter_map(|name| world.groups.position(name))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let mut attributes: Vec<(u32, Operand)> = member
        .attributes
        .iter()
        .filter_map(|(name, value)| Some((world.attributes.position(name)?, operand(value))))
        .collect();
    attributes.sort_by_key(|(attribute, _)| *attribute);
    let organisation = member.organisation.as_deref();
    let organisation_at = organisation.and_then(|name| world.organisations.position(name));
    // Of an organisation that does not exist, a member is still an outsider.
    let lowered_kind = match (organisation, organisation_at, member.kind) {
        (Some(_), None, document::MemberKind::Employee) => MemberKind::Contractor,
        (.., kind) => kind.into(),
    };
    Member {
        id: member.id.clone(),
        kind: lowered_kind,
        status: status(member.status),
        rank: member.rank.unwrap_or(0),
        from: member.valid.from.map(|from| from.seconds),
        to: member.valid.to.map(|to| to.seconds),
        department: member
            .department
            .as_deref()
            .and_then(|name| world.departments.position(name)),
        organisation: organisation_at,
        groups,
        training: training(world, member),
        attributes,
        holdings: Vec::new(),
    }
}

/// Sorted by item; of one item the latest counts.
fn training(world: &World<'_>, member: &document::Member) -> Vec<TrainingDone> {
    let mut done: Vec<TrainingDone> = member
        .training
        .iter()
        .filter_map(|done| {
            Some(TrainingDone {
                item: world.training.position(&done.item)?,
                at: done.at.seconds,
                expires: done.expires.map(|expires| expires.seconds),
            })
        })
        .collect();
    done.sort_by_key(|done| (done.item, done.at));
    done
}

/// Ranks of members who state none, and what groups and organisations need to know of theirs.
pub(super) fn rank(world: &World<'_>, assignments: &[Placed], model: &mut Model) {
    let mut by_group = vec![0_u16; model.groups.len()];
    let mut by_organisation = vec![0_u16; model.organisations.len()];
    let mut by_member = vec![0_u16; model.members.len()];
    for (placed, assignment) in assignments.iter().zip(&world.document.assignments) {
        let role = assignment.role.as_deref().and_then(|role| world.role(role));
        let rank = role.and_then(|(role, _)| role.rank).unwrap_or(0);
        let slot = match placed.holder {
            Some(HolderRef::Group(at)) => by_group.get_mut(widen(at)),
            Some(HolderRef::Member(at)) => by_member.get_mut(widen(at)),
            Some(HolderRef::Organisation(at)) => by_organisation.get_mut(widen(at)),
            None => None,
        };
        if let Some(slot) = slot {
            *slot = rank.max(*slot);
        }
    }
    let each = model.members.iter_mut().zip(by_member);
    for ((member, own), written) in each.zip(world.distinct_members()) {
        let groups = member.groups.iter();
        let through = groups.filter_map(|at| by_group.get(widen(*at))).copied();
        let firm = member.organisation.map(widen);
        let through_firm = firm.and_then(|at| by_organisation.get(at)).copied();
        let highest = through.chain(through_firm).max().unwrap_or(0).max(own);
        member.rank = written.rank.unwrap_or(highest);
        let outside = is_outside(written);
        for group in &member.groups {
            if let Some(holder) = model.groups.get_mut(widen(*group)) {
                note(holder, member, outside);
            }
        }
        if let Some(holder) = firm.and_then(|at| model.organisations.get_mut(at)) {
            note(holder, member, true);
        }
    }
}

fn note(holder: &mut Holder, member: &Member, outside: bool) {
    holder.top_rank = holder.top_rank.max(member.rank);
    holder.has_owner |= member.kind == MemberKind::Owner;
    holder.has_outside |= outside;
    holder.has_inside |= !outside;
}

impl From<document::MemberKind> for MemberKind {
    fn from(kind: document::MemberKind) -> Self {
        match kind {
            document::MemberKind::Owner => Self::Owner,
            document::MemberKind::Employee => Self::Employee,
            document::MemberKind::Contractor => Self::Contractor,
            document::MemberKind::Organisation => Self::Organisation,
            document::MemberKind::App => Self::App,
            document::MemberKind::Service => Self::Service,
        }
    }
}

fn status(status: document::MemberStatus) -> MemberStatus {
    match status {
        document::MemberStatus::Invited => MemberStatus::Invited,
        document::MemberStatus::Active => MemberStatus::Active,
        document::MemberStatus::Suspended => MemberStatus::Suspended,
        document::MemberStatus::Revoked => MemberStatus::Revoked,
    }
}

fn operand(value: &AttributeValue) -> Operand {
    match value {
        AttributeValue::Boolean(value) => Operand::Boolean(*value),
        AttributeValue::Integer(value) => Operand::Integer(*value),
        AttributeValue::String(value) => Operand::String(value.clone()),
        AttributeValue::List(values) => Operand::Strings(values.clone()),
    }
}
