//! Conditions against what was told.

use std::net::IpAddr;

use jiff::{Timestamp, tz::TimeZone};
use keyrack::{
    decide::request::{Exact, Request, Value},
    policy::document::{
        AttributeOperand as Operand, AttributeOperator as Op, AttributeSource, AttributeTest,
        AttributeType, AttributeValue, Conditions, Hours, Measure, Member, Rows, Validity,
    },
};

use super::policy::Policy;

/// What is known of a condition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    Met,
    Unmet,
    Untold,
}

impl Known {
    pub fn of(holds: bool) -> Self {
        if holds { Self::Met } else { Self::Unmet }
    }
}

/// Whether `from` ≤ now < `to`. Without a clock nothing bounded is.
pub fn valid(bounds: &Validity, now: Option<i64>) -> bool {
    match (bounds.from, bounds.to, now) {
        (None, None, _) => true,
        (_, _, None) => false,
        (from, to, Some(now)) => {
            from.is_none_or(|from| from.seconds <= now) && to.is_none_or(|to| now < to.seconds)
        }
    }
}

/// Whether something that shuts a door is in force: without a clock it is.
pub fn in_force(from: Option<i64>, to: Option<i64>, now: Option<i64>) -> bool {
    now.is_none_or(|now| from.is_none_or(|from| from <= now) && to.is_none_or(|to| now < to))
}

pub fn training_done(member: &Member, item: &str, now: Option<i64>) -> bool {
    let Some(now) = now else { return false };
    member.training.iter().any(|done| {
        done.item == item
            && done.at.seconds <= now
            && done.expires.is_none_or(|end| now < end.seconds)
    })
}

/// The zone of a list of hours: the one written, else the scope's.
pub fn zone_of<'a>(hours: &'a [Hours], at_scope: Option<&'a str>) -> Option<&'a str> {
    hours.iter().find_map(|it| it.zone.as_deref()).or(at_scope)
}

/// Minutes of the day; `24:00` is the end of it.
pub fn minutes(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute) || (hour, minute) == (24, 0))
        .then_some(hour * 60 + minute)
}

/// Whether a weekday (1 is Monday) and a second of it lie in a window.
fn in_window(days: &[u8], from: i64, to: i64, day: i64, second: i64) -> bool {
    let on = |day: i64| days.iter().any(|it| i64::from(*it) == day);
    let yesterday = if day == 1 { 7 } else { day - 1 };
    if from < to {
        on(day) && (from * 60..to * 60).contains(&second)
    } else {
        on(day) && from * 60 <= second || on(yesterday) && second < to * 60
    }
}

/// Every minute of the week (0 is Monday 00:00) that windows hold.
pub fn minutes_of_week<'a>(
    windows: impl Iterator<Item = (&'a [u8], &'a str, &'a str)>,
) -> Option<Vec<bool>> {
    let mut held = vec![false; 7 * 1440];
    for (days, from, to) in windows {
        let (from, to) = (minutes(from)?, minutes(to)?);
        for (at, held) in held.iter_mut().enumerate() {
            let at = at as i64;
            *held |= in_window(days, from, to, at / 1440 + 1, at % 1440 * 60);
        }
    }
    Some(held)
}

pub fn hours(list: &[Hours], at_scope: Option<&str>, now: Option<i64>) -> Known {
    if list.is_empty() {
        return Known::Unmet;
    }
    let zone = zone_of(list, at_scope).and_then(|zone| TimeZone::get(zone).ok());
    let (Some(zone), Some(now)) = (zone, now) else {
        return Known::Untold;
    };
    let local = Timestamp::from_second(now).unwrap().to_zoned(zone);
    let day = i64::from(local.weekday().to_monday_one_offset());
    let second =
        i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second());
    Known::of(list.iter().any(|window| {
        let (from, to) = (minutes(&window.from), minutes(&window.to));
        in_window(&window.days, from.unwrap(), to.unwrap(), day, second)
    }))
}

/// An address as one number, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address.to_canonical() {
        IpAddr::V4(four) => (u128::from(u32::from(four)), 32),
        IpAddr::V6(six) => (u128::from(six), 128),
    }
}

fn in_block(address: IpAddr, block: &str) -> bool {
    let (start, length) = block.split_once('/').unwrap_or((block, ""));
    let written: IpAddr = start.parse().expect("a block starts with an address");
    let ((address, width), (start, own_width)) = (bits(address), bits(written));
    // A block of four-byte addresses may be written in either form.
    let longer = if matches!(written, IpAddr::V6(_)) {
        128 - own_width
    } else {
        0
    };
    let length: u32 = length.parse().unwrap_or(own_width + longer);
    let rest = own_width - (length - longer);
    width == own_width && (rest == 128 || address >> rest == start >> rest)
}

pub fn networks(policy: &Policy<'_>, names: &[String], ip: Option<&str>) -> Known {
    let Some(address) = ip.and_then(|ip| ip.parse().ok()) else {
        return Known::Untold;
    };
    let named = policy.document.networks.iter();
    let mut named = named.filter(|network| names.contains(&network.id));
    Known::of(named.any(|network| network.cidrs.iter().any(|it| in_block(address, it))))
}

/// One's own records count as records of one's team: of `team` and `self`, joined by a role and its
/// assignment, `self` is left.
pub fn joined_rows(layers: &[&Conditions], rows: Rows) -> Rows {
    if rows == Rows::Team && layers.iter().any(|it| it.rows == Some(Rows::Own)) {
        return Rows::Own;
    }
    rows
}

/// Which records: facts of the record against a member.
pub fn rows(policy: &Policy<'_>, rows: Rows, request: &Request<'_>, who: &Member) -> Known {
    if rows == Rows::Any {
        return Known::Met;
    }
    let Some(record) = &request.resource else {
        return Known::Untold;
    };
    match rows {
        Rows::Any => Known::Met,
        Rows::Own => match &record.assignee {
            None => Known::Untold,
            Some(assignee) => Known::of(**assignee == *who.id),
        },
        Rows::Team => match (&record.department, &who.department) {
            (Some(of_record), Some(own)) => policy
                .department_within(of_record, own)
                .map_or(Known::Untold, Known::of),
            _ => Known::Untold,
        },
        Rows::Ticket => match &record.open_ticket_with {
            None => Known::Untold,
            Some(members) => Known::of(members.iter().any(|it| **it == *who.id)),
        },
    }
}

/// A value of the type its attribute declares.
fn told(
    policy: &Policy<'_>,
    test: &AttributeTest,
    request: &Request<'_>,
    who: &Member,
) -> Option<AttributeValue> {
    let mut declared = policy.document.attributes.iter();
    let declared = declared.find(|it| it.id == test.attribute)?;
    let value = if declared.source == AttributeSource::Snapshot {
        who.attributes.get(&test.attribute)?.clone()
    } else {
        match request
            .resource
            .as_ref()?
            .attributes
            .find(&test.attribute)?
        {
            Value::Boolean(value) => AttributeValue::Boolean(*value),
            Value::Integer(value) => AttributeValue::Integer(*value),
            Value::String(value) => AttributeValue::String(value.to_string()),
            Value::Strings(values) => {
                AttributeValue::List(values.iter().map(|it| it.to_string()).collect())
            }
            Value::Other => return None,
        }
    };
    let fits = matches!(
        (&value, declared.value_type),
        (AttributeValue::Boolean(_), AttributeType::Boolean)
            | (AttributeValue::Integer(_), AttributeType::Integer)
            | (AttributeValue::String(_), AttributeType::String)
            | (AttributeValue::List(_), AttributeType::StringList)
    );
    fits.then_some(value)
}

pub fn attribute(
    policy: &Policy<'_>,
    test: &AttributeTest,
    request: &Request<'_>,
    who: &Member,
) -> Known {
    use AttributeValue as V;
    let Some(value) = told(policy, test, request, who) else {
        return Known::Untold;
    };
    let holds = match (test.op, &value, &test.value) {
        (Op::Exists, _, _) => true,
        (Op::Eq, V::Boolean(is), Some(Operand::Boolean(than))) => is == than,
        (Op::Eq, V::Integer(is), Some(Operand::Integer(than))) => is == than,
        (Op::Eq, V::String(is), Some(Operand::String(than))) => is == than,
        (Op::Ne, V::Boolean(is), Some(Operand::Boolean(than))) => is != than,
        (Op::Ne, V::Integer(is), Some(Operand::Integer(than))) => is != than,
        (Op::Ne, V::String(is), Some(Operand::String(than))) => is != than,
        (Op::In, V::Integer(is), Some(Operand::Integers(list))) => list.contains(is),
        (Op::In, V::String(is), Some(Operand::Strings(list))) => list.contains(is),
        (Op::NotIn, V::Integer(is), Some(Operand::Integers(list))) => !list.contains(is),
        (Op::NotIn, V::String(is), Some(Operand::Strings(list))) => !list.contains(is),
        (Op::Lt, V::Integer(is), Some(Operand::Integer(than))) => is < than,
        (Op::Le, V::Integer(is), Some(Operand::Integer(than))) => is <= than,
        (Op::Gt, V::Integer(is), Some(Operand::Integer(than))) => is > than,
        (Op::Ge, V::Integer(is), Some(Operand::Integer(than))) => is >= than,
        (Op::Contains, V::String(is), Some(Operand::String(part))) => is.contains(part),
        (Op::Contains, V::List(list), Some(Operand::String(item))) => list.contains(item),
        (op, value, operand) => panic!("no comparison {op:?} of {value:?} with {operand:?}"),
    };
    Known::of(holds)
}

/// What a request states in one measure: a number as sent, and its currency.
pub struct Stated<'a> {
    pub value: Option<i64>,
    pub currency: Option<&'a str>,
}

pub fn stated<'a>(
    measure: Measure,
    amount: Option<&'a keyrack::decide::request::Amount<'_>>,
    percent: Option<Exact>,
    quantity: Option<Exact>,
) -> Option<Stated<'a>> {
    match measure {
        Measure::Money => amount.map(|amount| Stated {
            value: amount.value.0,
            currency: amount.currency.as_deref(),
        }),
        Measure::Percent => percent.map(|Exact(value)| Stated {
            value,
            currency: None,
        }),
        Measure::Quantity => quantity.map(|Exact(value)| Stated {
            value,
            currency: None,
        }),
    }
}

/// A whole number in range.
pub fn sound(value: Option<i64>) -> Option<i64> {
    value.filter(|value| (0..1 << 53).contains(value))
}
