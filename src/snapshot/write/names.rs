//! The names of a model, and a seed that keeps their index short.

use alloc::{collections::BTreeSet, vec::Vec};

use super::super::{model::Model, table::group};

/// Seeds that are tried for short buckets before the best is taken.
const SEEDS_TRIED: u32 = 8;
/// A bucket of so many names is short enough to stop looking.
const SHORT_BUCKET: usize = 20;

pub(super) fn collect_names<'m>(model: &'m Model, names: &mut BTreeSet<&'m str>) {
    let mut add = |name: &'m str| {
        names.insert(name);
    };
    for permission in &model.permissions {
        add(&permission.key);
        add(&permission.resource_type);
        permission
            .demand
            .bands
            .iter()
            .filter_map(|band| band.currency.as_deref())
            .for_each(&mut add);
    }
    for group in &model.field_groups {
        add(&group.id);
        group.paths.iter().for_each(|path| add(path));
    }
    model.scopes.iter().for_each(|scope| add(&scope.id));
    model
        .departments
        .iter()
        .for_each(|department| add(&department.id));
    model.zones.iter().for_each(|zone| add(&zone.name));
    model.networks.iter().for_each(|network| add(&network.id));
    model
        .attributes
        .iter()
        .for_each(|attribute| add(&attribute.id));
    model.training.iter().for_each(|item| add(item));
    model.levels.iter().for_each(|level| add(&level.value));
    model.roles.iter().for_each(|role| add(&role.id));
    model
        .groups
        .iter()
        .chain(&model.organisations)
        .for_each(|holder| add(&holder.id));
    for terms in &model.terms {
        terms
            .id
            .iter()
            .chain(&terms.role)
            .for_each(|name| add(name));
        terms
            .limits
            .iter()
            .filter_map(|limit| limit.currency.as_deref())
            .for_each(&mut add);
        for budget in &terms.budgets {
            add(&budget.id);
            budget.currency.iter().for_each(|currency| add(currency));
        }
    }
}

/// The first seed that keeps all buckets short, else the best of those tried.
pub(super) fn pick_seed(model: &Model) -> u32 {
    let longest = |seed: u32| {
        let members = group(model.members.iter().map(|one| one.id.as_bytes()), seed);
        let scopes = group(model.scopes.iter().map(|one| one.id.as_bytes()), seed);
        let keys = group(model.permissions.iter().map(|one| one.key.as_bytes()), seed);
        [members, scopes, keys]
            .iter()
            .flatten()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
    };
    let mut best = (usize::MAX, 0);
    for seed in 0..SEEDS_TRIED {
        let length = longest(seed);
        if length < best.0 {
            best = (length, seed);
        }
        if length <= SHORT_BUCKET {
            break;
        }
    }
    best.1
}
