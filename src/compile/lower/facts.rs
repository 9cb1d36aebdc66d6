//! Places and facts: scopes, departments, zones, networks, attributes, training, levels.

use std::collections::BTreeSet;

use super::super::address;
use super::super::number::narrow;
use super::super::world::World;
use super::super::zones::zone;
use super::conditions::Zones;
use crate::policy::Document;
use crate::policy::document::{AttributeSource, AttributeType, Conditions};
use crate::snapshot::model::{Attribute, AttributeKind, Department, Level, Network, Scope, Zone};

/// All zones that the document names.
pub(super) struct AllZones<'d> {
    pub(super) zones: Vec<Zone>,
    pub(super) index: Zones<'d>,
}

pub(super) fn zones<'d>(world: &World<'d>) -> AllZones<'d> {
    let document = world.document;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    names.extend(
        document
            .scopes
            .iter()
            .filter_map(|scope| scope.zone.as_deref()),
    );
    let roles = document.roles.iter().map(|role| &role.conditions);
    let assignments = document.assignments.iter().map(|it| &it.conditions);
    let denials = document.denials.iter().map(|it| &it.conditions);
    for conditions in roles.chain(assignments).chain(denials) {
        names.extend(zones_of(conditions));
    }
    let policy = &document.policy;
    AllZones {
        zones: names
            .iter()
            .map(|name| zone(name, policy.issued.seconds, policy.expires.seconds()))
            .collect(),
        index: names.into_iter().zip(0..).collect(),
    }
}

fn zones_of(conditions: &Conditions) -> impl Iterator<Item = &str> {
    let hours = conditions.hours.iter().flatten();
    let budgets = conditions.budgets.iter();
    hours
        .filter_map(|window| window.zone.as_deref())
        .chain(budgets.filter_map(|budget| budget.zone.as_deref()))
}

pub(super) fn scopes(world: &World<'_>, zones: &Zones<'_>) -> Vec<Scope> {
    let tree = &world.scopes;
    let mut inherited: Vec<Option<u32>> = Vec::with_capacity(tree.names.len());
    let mut scopes = Vec::with_capacity(tree.names.len());
    for (position, name) in tree.names.iter().enumerate() {
        let place = tree.places.get(position);
        let written = place.and_then(|place| world.document.scopes.get(*place));
        let own = written.and_then(|scope| scope.zone.as_deref());
        let position = narrow(position);
        // Preorder: the node above comes first.
        let above = tree
            .parent(position)
            .and_then(|parent| inherited.get(super::super::number::widen(parent)))
            .copied()
            .flatten();
        let zone = own.and_then(|name| zones.get(name).copied()).or(above);
        inherited.push(zone);
        scopes.push(Scope {
            id: (*name).to_owned(),
            end: tree.end(position),
            zone,
        });
    }
    scopes
}

pub(super) fn departments(world: &World<'_>) -> Vec<Department> {
    let tree = &world.departments;
    tree.names
        .iter()
        .zip(&tree.ends)
        .map(|(name, end)| Department {
            id: (*name).to_owned(),
            end: *end,
        })
        .collect()
}

pub(super) fn networks(world: &World<'_>) -> Vec<Network> {
    let places = world.networks.places.iter();
    places
        .filter_map(|place| world.document.networks.get(*place))
        .map(|network| {
            let mut blocks: Vec<([u8; 16], u8)> = network
                .cidrs
                .iter()
                .filter_map(|cidr| address::block(cidr).ok())
                .collect();
            blocks.sort_unstable();
            blocks.dedup();
            Network {
                id: network.id.clone(),
                blocks,
            }
        })
        .collect()
}

pub(super) fn attributes(world: &World<'_>) -> Vec<Attribute> {
    let places = world.attributes.places.iter();
    places
        .filter_map(|place| world.document.attributes.get(*place))
        .map(|attribute| Attribute {
            id: attribute.id.clone(),
            kind: match attribute.value_type {
                AttributeType::String => AttributeKind::String,
                AttributeType::Integer => AttributeKind::Integer,
                AttributeType::Boolean => AttributeKind::Boolean,
                AttributeType::StringList => AttributeKind::StringList,
            },
            stored: attribute.source == AttributeSource::Snapshot,
            caller: attribute.source == AttributeSource::Caller,
        })
        .collect()
}

pub(super) fn training(world: &World<'_>) -> Vec<String> {
    let places = world.training.places.iter();
    places
        .filter_map(|place| world.document.training.get(*place))
        .map(|item| item.id.clone())
        .collect()
}

pub(super) fn levels(document: &Document) -> Vec<Level> {
    let acr = document.levels.acr.iter().map(|it| (false, it));
    let amr = document.levels.amr.iter().map(|it| (true, it));
    acr.chain(amr)
        .map(|(amr, (value, level))| Level {
            amr,
            value: value.clone(),
            level: *level,
        })
        .collect()
}
