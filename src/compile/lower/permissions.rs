//! Permissions with what they ask of everybody, and field groups.

use super::super::number::narrow;
use super::super::permissions::{Permission, measure_kind, packed};
use super::super::world::World;
use super::join::stricter;
use crate::policy::document;
use crate::snapshot::model::{Band, Demand, FieldGroup, StepUp};

pub(super) fn permissions(world: &World<'_>) -> Vec<crate::snapshot::model::Permission> {
    let mut demands: Vec<Demand> = world
        .permissions
        .list
        .iter()
        .map(|permission| Demand {
            step_up: permission.step_up.map(step_up),
            ..Demand::default()
        })
        .collect();
    for demand in &world.document.demands {
        for (at, permission) in world.permissions.list.iter().enumerate() {
            if concerns(world, demand, at, permission)
                && let Some(known) = demands.get_mut(at)
            {
                add(world, known, demand);
            }
        }
    }
    let each = world.permissions.list.iter().zip(demands);
    each.map(|(permission, mut demand)| {
        demand.training.sort_unstable();
        demand.training.dedup();
        demand.bands.sort_by(|left, right| {
            let key = |band: &Band| (band.currency.clone(), band.above);
            key(left).cmp(&key(right))
        });
        crate::snapshot::model::Permission {
            key: permission.definition.key.clone(),
            flags: permission.flags,
            measure: permission.definition.measure.map(measure_kind),
            resource_type: permission.resource_type.clone(),
            closure: packed(&permission.closure),
            demand,
        }
    })
    .collect()
}

fn concerns(
    world: &World<'_>,
    demand: &document::Demand,
    at: usize,
    permission: &Permission,
) -> bool {
    let named = demand.permission.as_deref();
    named.is_some_and(|name| world.permissions.meant(name).contains(at))
        || demand
            .tier
            .is_some_and(|tier| permission.definition.tiers.contains(&tier))
}

fn add(world: &World<'_>, known: &mut Demand, demand: &document::Demand) {
    if let Some(asked) = demand.step_up.map(step_up) {
        match demand.above {
            Some(above) => known.bands.push(Band {
                above,
                currency: demand.currency.clone(),
                step_up: asked,
            }),
            None => {
                known.step_up = Some(known.step_up.map_or(asked, |own| stricter(own, asked)));
            }
        }
    }
    known.sign_in_level = known.sign_in_level.max(demand.sign_in_level.unwrap_or(0));
    let items = demand.training.iter();
    known
        .training
        .extend(items.filter_map(|item| world.training.position(item)));
    known.approval |= demand.approval;
}

fn step_up(asked: document::StepUp) -> StepUp {
    StepUp {
        level: asked.level,
        max_age: asked.max_age.seconds,
    }
}

pub(super) fn field_groups(world: &World<'_>) -> Vec<FieldGroup> {
    world
        .permissions
        .field_groups
        .iter()
        .map(|group| FieldGroup {
            id: group.id.clone(),
            // A key that does not exist unlocks nothing, like no key at all.
            unlocked_by: group
                .unlocked_by
                .as_deref()
                .and_then(|key| world.permissions.position(key))
                .map(narrow),
            paths: group.paths.clone(),
        })
        .collect()
}
