//! Routes as the bytes hold them.

use super::super::number::narrow;
use super::super::route::{order, segments, source};
use super::super::world::World;
use crate::policy::document;
use crate::snapshot::model::{Route, Source};

/// The more specific first, so that first match first is the best match. A route that cannot be
/// read is left out: its requests are refused.
pub(super) fn routes(world: &World<'_>) -> Vec<Route> {
    let written = world.document.routes.iter();
    let mut routes: Vec<Route> = written.filter_map(|route| lower(world, route)).collect();
    // Stable: of equal patterns the one written first is tried first.
    routes.sort_by(|left, right| {
        left.method
            .cmp(&right.method)
            .then_with(|| order(&left.segments).cmp(&order(&right.segments)))
    });
    routes
}

fn lower(world: &World<'_>, route: &document::Route) -> Option<Route> {
    // `None`: not written. `Some(None)`: written and not readable, which leaves the route out.
    let fact = |text: &Option<String>| -> Option<Option<Source>> {
        match text {
            None => Some(None),
            Some(text) => source(text).map(Some),
        }
    };
    Some(Route {
        method: route.method.to_ascii_uppercase(),
        segments: segments(&route.path)?,
        permission: narrow(world.permissions.position(&route.permission)?),
        scope: fact(&route.scope)?,
        amount: fact(&route.amount)?,
        currency: fact(&route.currency)?,
        resource_type: route.resource_type.clone(),
        resource: fact(&route.resource)?,
        load_resource: route.load_resource,
        member: fact(&route.member)?,
        assignment: fact(&route.assignment)?,
        sort: route.sort.clone(),
        filters: route
            .filters
            .iter()
            .map(|(parameter, field)| (parameter.clone(), field.clone()))
            .collect(),
        writes_body: route.writes_body.unwrap_or(false),
        exports: route.exports,
    })
}
