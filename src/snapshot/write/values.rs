//! Parts of records that name nothing by number.

use super::super::{
    bytes::Bytes,
    code::{Operand, Source},
    model::{AttributeTest, Route, Segment},
    records::RouteFlags,
};

pub(super) fn write_test(bytes: &mut Bytes, test: &AttributeTest) {
    bytes.number(test.attribute);
    bytes.byte(test.comparison.code());
    write_operand(bytes, &test.operand);
}

pub(super) fn write_operand(bytes: &mut Bytes, operand: &Operand) {
    match operand {
        Operand::None => bytes.byte(0),
        Operand::Boolean(value) => {
            bytes.byte(1);
            bytes.byte(u8::from(*value));
        }
        Operand::Integer(value) => {
            bytes.byte(2);
            bytes.signed(*value);
        }
        Operand::String(value) => {
            bytes.byte(3);
            bytes.block(value.as_bytes());
        }
        Operand::Integers(values) => {
            bytes.byte(4);
            bytes.block_of(|bytes| values.iter().for_each(|value| bytes.signed(*value)));
        }
        Operand::Strings(values) => {
            bytes.byte(5);
            bytes.block_of(|bytes| {
                values
                    .iter()
                    .for_each(|value| bytes.block(value.as_bytes()))
            });
        }
    }
}

pub(super) fn write_source(bytes: &mut Bytes, source: Option<&Source>) {
    let (kind, text) = match source {
        None => (0, ""),
        Some(Source::Path(name)) => (1, name.as_str()),
        Some(Source::Query(name)) => (2, name.as_str()),
        Some(Source::Header(name)) => (3, name.as_str()),
        Some(Source::Body(pointer)) => (4, pointer.as_str()),
        Some(Source::Fixed(value)) => (5, value.as_str()),
    };
    bytes.byte(kind);
    if kind != 0 {
        bytes.block(text.as_bytes());
    }
}

pub(super) fn write_route(bytes: &mut Bytes, route: &Route) {
    bytes.block(route.method.as_bytes());
    bytes.block_of(|bytes| {
        for segment in &route.segments {
            let (parameter, text) = match segment {
                Segment::Fixed(text) => (0, text),
                Segment::Parameter(name) => (1, name),
            };
            bytes.byte(parameter);
            bytes.block(text.as_bytes());
        }
    });
    bytes.number(route.permission);
    bytes.byte(RouteFlags::of(route).0);
    let sources = [
        &route.scope,
        &route.amount,
        &route.currency,
        &route.resource,
        &route.member,
        &route.assignment,
    ];
    sources
        .into_iter()
        .for_each(|source| write_source(bytes, source.as_ref()));
    bytes.block(
        route
            .resource_type
            .as_deref()
            .unwrap_or_default()
            .as_bytes(),
    );
    bytes.block(route.sort.as_deref().unwrap_or_default().as_bytes());
    for (parameter, field) in &route.filters {
        bytes.block(parameter.as_bytes());
        bytes.block(field.as_bytes());
    }
}
