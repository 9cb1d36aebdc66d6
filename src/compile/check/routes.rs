//! Routes: each asks for a permission that exists, and no request matches two.

use std::collections::HashMap;

use super::Check;
use super::references::PERMISSION;
use crate::compile::report::at;
use crate::compile::route::{METHODS, overlap, segments, source, within};
use crate::policy::codes;
use crate::policy::document::{Measure, PermissionKind, Route};
use crate::policy::suggest;
use crate::snapshot::model::{Segment, Source};

type Pattern = (usize, Vec<Segment>);

impl Check<'_, '_> {
    pub(super) fn routes(&mut self) {
        let world = self.world;
        let mut patterns: HashMap<(String, usize), Vec<Pattern>> = HashMap::new();
        for (i, route) in world.document.routes.iter().enumerate() {
            let method = route.method.to_ascii_uppercase();
            if !METHODS.contains(&method.as_str()) {
                let message = format!("`{}` is no method", route.method);
                let help = format!("write one of {}", suggest::list(METHODS.iter().copied()));
                self.route_form(i, "method", message, &help);
            }
            let parsed = segments(&route.path);
            match &parsed {
                None => {
                    let message = format!("`{}` is no path of a route", route.path);
                    let help = "write it like `/orders/{order}/refund`; a parameter is a whole segment, once";
                    self.route_form(i, "path", message, help);
                }
                Some(segments) => {
                    self.route_sources(i, route, segments);
                    let group = patterns.entry((method, segments.len())).or_default();
                    group.push((i, segments.clone()));
                }
            }
            self.route_permission(i, route);
            if let Some(segments) = &parsed {
                self.route_fields(i, route, segments);
            }
        }
        let mut groups: Vec<Vec<Pattern>> = patterns.into_values().collect();
        groups.sort_by_key(|group| group.first().map(|(i, _)| *i));
        for group in groups {
            self.ambiguous(&group);
        }
    }

    fn route_form(&mut self, i: usize, key: &'static str, message: String, help: &str) {
        let finding = (codes::ROUTE_FORM, message, help.to_owned());
        self.report.value(&at!["routes", i, key], finding);
    }

    fn route_permission(&mut self, i: usize, route: &Route) {
        let world = self.world;
        let name = &route.permission;
        let path = at!["routes", i, "permission"];
        let Some(at) = world.permissions.position(name) else {
            let names = world.permissions.all_keys();
            let code = codes::ROUTE_UNKNOWN_PERMISSION;
            self.unknown(code, PERMISSION, name, &path, names);
            return;
        };
        let measure = world.permissions.measure(at);
        let missing = match measure {
            Some(_) if route.amount.is_none() => "amount",
            Some(Measure::Money) if route.currency.is_none() => "currency",
            _ => return,
        };
        let finding = (
            codes::ROUTE_AMOUNT,
            format!("`{name}` is measured, and the route has no `{missing}`"),
            format!("write where it comes from, like `{missing} = \"body:/{missing}\"`"),
        );
        self.report.value(&path, finding);
    }

    /// A body that is a record writes fields, also such as its sender may not see.
    fn route_fields(&mut self, i: usize, route: &Route, segments: &[Segment]) {
        let permissions = &self.world.permissions;
        let asked = permissions.position(&route.permission);
        let Some(asked) = asked.and_then(|at| permissions.get(at)) else {
            return;
        };
        let reads = asked.definition.kind == PermissionKind::Read;
        if reads || route.writes_body.is_some() || !takes_a_record(route, segments) {
            return;
        }
        let record = route.resource_type.as_ref();
        let record = record.unwrap_or(&asked.resource_type);
        let hidden = permissions.field_groups.iter().find(|group| {
            let of = group.id.split('.').next();
            let key = group.unlocked_by.as_deref();
            let key = key.and_then(|key| permissions.position(key));
            of == Some(record) && key.is_none_or(|key| !asked.closure.contains(key))
        });
        let Some(hidden) = hidden else { return };
        let finding = (
            codes::ROUTE_FIELDS_UNCHECKED,
            format!(
                "whoever has `{}` may write `{}` here, also where it is hidden from them",
                route.permission, hidden.id
            ),
            "write `writes_body = true`, or `false` if the API takes no such field".to_owned(),
        );
        self.report.value(&at!["routes", i, "path"], finding);
    }

    fn route_sources(&mut self, i: usize, route: &Route, segments: &[Segment]) {
        for (key, text) in [
            ("scope", &route.scope),
            ("amount", &route.amount),
            ("currency", &route.currency),
            ("resource", &route.resource),
            ("member", &route.member),
            ("assignment", &route.assignment),
        ] {
            let Some(text) = text else { continue };
            match source(text) {
                None => {
                    let message = format!("`{text}` does not say where the fact comes from");
                    let help = "write `path:NAME`, `query:NAME`, `header:NAME`, `body:/pointer` or `fixed:VALUE`";
                    self.route_form(i, key, message, help);
                }
                Some(Source::Path(name)) => {
                    let mut known = segments.iter();
                    if !known.any(|it| matches!(it, Segment::Parameter(other) if *other == name)) {
                        let finding = (
                            codes::ROUTE_PARAMETER,
                            format!("the path has no parameter `{name}`"),
                            format!("write `{{{name}}}` in the path, or another source"),
                        );
                        self.report.value(&at!["routes", i, key], finding);
                    }
                }
                Some(Source::Fixed(value)) if key == "scope" => {
                    self.scope(&value, &at!["routes", i, "scope"]);
                }
                Some(_) => {}
            }
        }
    }

    /// Two routes may both match only where one is the more specific.
    fn ambiguous(&mut self, group: &[Pattern]) {
        for (later, (i, segments)) in group.iter().enumerate() {
            let earlier = group.iter().take(later);
            let clash = earlier.into_iter().find(|(_, other)| {
                let equal = within(segments, other) && within(other, segments);
                let nested = within(segments, other) || within(other, segments);
                equal || (overlap(segments, other) && !nested)
            });
            let Some((first, _)) = clash else { continue };
            let place = self.report.place(&at!["routes", *first, "path"]);
            let finding = (
                codes::ROUTE_AMBIGUOUS,
                "another route matches the same requests".to_owned(),
                "keep one of them, or make one the more specific".to_owned(),
            );
            self.report
                .value_with(&at!["routes", *i, "path"], finding, |it| {
                    it.related(place, "the other route")
                });
        }
    }
}

/// Whether the body is a record, by the form of the route: a change of the record that its path
/// ends with, or a new one. What acts on a record (`/orders/{order}/refund`), on a member, or with
/// an amount takes facts of the act.
fn takes_a_record(route: &Route, segments: &[Segment]) -> bool {
    if route.member.is_some() || route.assignment.is_some() {
        return false;
    }
    let named = match route.resource.as_deref().map(source) {
        None => None,
        Some(Some(Source::Path(name))) => Some(name),
        Some(_) => return false,
    };
    let is_last = match (segments.last(), &named) {
        (Some(Segment::Parameter(last)), Some(name)) => last == name,
        _ => false,
    };
    match route.method.to_ascii_uppercase().as_str() {
        "PATCH" => true,
        "PUT" => is_last,
        "POST" => is_last || (named.is_none() && route.amount.is_none()),
        _ => false,
    }
}
