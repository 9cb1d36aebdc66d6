//! The windows of budgets against the calendar: in several time zones, over a year with both changes
//! of the clock, an allow names the stretch of local time in which its budget counts.

#![cfg(feature = "authoring")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod support;

use std::collections::BTreeMap;

use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};
use keyrack::{
    decide::{Engine, Request},
    ffi::{self, decision::Obligation},
    policy::Format,
};
use serde_json::json;
use support::rack;

const ZONES: [&str; 5] = [
    "Europe/Zagreb",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "UTC",
];

/// 2026-01-01 to 2027-01-01.
const YEAR: std::ops::Range<i64> = 1_767_225_600..1_798_761_600;

/// Weekdays (1 is Monday), and hours of the day.
type Hours = (&'static [i8], i8, i8);

/// Days, nights over midnight and over the end of the week, two stretches that touch, and always.
const HOURS: [&[Hours]; 5] = [
    &[(&[1, 2, 3, 4, 5], 9, 18)],
    &[(&[3, 6, 7], 22, 6)],
    &[(&[1, 2], 8, 12), (&[1, 2], 12, 16)],
    &[(&[7], 20, 24), (&[1], 0, 4)],
    &[(&[1, 2, 3, 4, 5, 6, 7], 0, 24)],
];

/// Without hours there is no shift either.
fn engine(zone: &str, hours: &[Hours]) -> Engine {
    let written: Vec<_> = hours
        .iter()
        .map(|(days, from, to)| {
            let clock = |hour: i8| format!("{hour:02}:00");
            json!({ "zone": zone, "days": days, "from": clock(*from), "to": clock(*to) })
        })
        .collect();
    let budget = |window: &str| json!({ "id": window, "permission": "order.label.buy", "currency": "EUR", "window": window, "zone": zone, "count": 5 });
    let mut budgets: Vec<_> = ["day", "week", "month"].map(budget).into();
    let mut conditions = json!({
        "limits": [{ "permission": "order.label.buy", "currency": "EUR", "max": 10_000 }],
    });
    if !hours.is_empty() {
        budgets.push(budget("shift"));
        conditions["hours"] = written.into();
    }
    conditions["budgets"] = budgets.into();
    let document = json!({
        "policy": { "tenant": "windows", "version": 1, "issued": YEAR.start, "expires": YEAR.end, "profile": "strict" },
        "scopes": [{ "id": "root", "kind": "tenant" }],
        "members": [{ "id": "boss", "kind": "owner" }, { "id": "clerk", "kind": "employee", "second_factor": true }],
        "assignments": [{
            "member": "clerk", "permissions": ["order.label.buy"], "scopes": ["root"],
            "conditions": conditions,
        }],
    });
    let (_, model) = rack::compiled_text(zone, &document.to_string(), Format::Json);
    rack::unsigned(&model, None)
}

/// Whether a wall clock that never changes shows one of the hours.
fn is_inside(hours: &[Hours], at: DateTime) -> bool {
    let day = at.weekday().to_monday_one_offset();
    let before = at.yesterday_weekday();
    hours.iter().any(|(days, from, to)| {
        let over_midnight = to <= from;
        let today = days.contains(&day) && at.hour() >= *from && (over_midnight || at.hour() < *to);
        today || over_midnight && days.contains(&before) && at.hour() < *to
    })
}

trait Weekday {
    fn yesterday_weekday(&self) -> i8;
}

impl Weekday for DateTime {
    fn yesterday_weekday(&self) -> i8 {
        (*self - 1.day()).weekday().to_monday_one_offset()
    }
}

/// The stretch of hours around a time, found hour by hour; a week where it has no end.
fn shift(hours: &[Hours], at: DateTime) -> (DateTime, DateTime) {
    let hour = at.date().at(at.hour(), 0, 0, 0);
    let go = |step: Span| {
        let mut edge = hour;
        for _ in 0..(7 * 24) {
            if !is_inside(hours, edge) {
                return Some(edge);
            }
            edge = edge.checked_add(step).unwrap();
        }
        None
    };
    match (go((-1).hour()), go(1.hour())) {
        (Some(before), Some(after)) => (before + 1.hour(), after),
        _ => week(at),
    }
}

fn week(at: DateTime) -> (DateTime, DateTime) {
    let into = at.weekday().to_monday_zero_offset();
    let monday = (at.date() - i64::from(into).days()).to_datetime(Default::default());
    (monday, monday + 7.days())
}

fn expected(hours: &[Hours], at: DateTime) -> BTreeMap<String, (String, String)> {
    let midnight = at.date().to_datetime(Default::default());
    let first = at.date().first_of_month().to_datetime(Default::default());
    [
        ("shift", shift(hours, at)),
        ("day", (midnight, midnight + 1.day())),
        ("week", week(at)),
        ("month", (first, first + 1.month())),
    ]
    .map(|(window, (from, to))| {
        let written = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        (window.to_owned(), (written(from), written(to)))
    })
    .into()
}

/// The windows of budgets by their names, and how long the answer that names them holds.
type Told = (BTreeMap<String, (String, String)>, Option<i64>);

/// What an allow tells a buyer of labels.
fn windows(engine: &Engine, now: i64) -> Option<Told> {
    let amount = serde_json::from_str(r#"{"value":100,"currency":"EUR"}"#).unwrap();
    let request = Request {
        subject: "clerk".into(),
        permission: "order.label.buy".into(),
        now: Some(now),
        amount: Some(amount),
        ..Request::default()
    };
    let decision = ffi::decide(engine, &request).unwrap();
    let named = |obligation| match obligation {
        Obligation::ReserveBudget {
            budget, from, to, ..
        } => Some((budget, (from.unwrap(), to.unwrap()))),
        _ => None,
    };
    let windows = decision.obligations.into_iter().filter_map(named);
    let told = (windows.collect(), decision.holds_until);
    (decision.outcome == "allow").then_some(told)
}

#[test]
fn an_allow_names_the_windows_of_its_budgets() {
    let mut allowed = 0;
    for name in ZONES {
        let zone = TimeZone::get(name).unwrap();
        for hours in HOURS {
            let engine = engine(name, hours);
            for now in YEAR.step_by(397 * 60) {
                let at = Timestamp::from_second(now).unwrap();
                let at = at.to_zoned(zone.clone()).datetime();
                let Some((named, _)) = windows(&engine, now) else {
                    assert!(!is_inside(hours, at), "{name} {at}");
                    continue;
                };
                allowed += 1;
                assert_eq!(named, expected(hours, at), "{name} {hours:?} {at}");
            }
        }
    }
    assert!(allowed > 5_000, "{allowed}");
}

#[test]
fn an_answer_ends_with_the_first_window_that_it_names() {
    for name in ZONES {
        let zone = TimeZone::get(name).unwrap();
        for hours in [&[], HOURS[0], HOURS[1]] {
            let engine = engine(name, hours);
            for now in YEAR.step_by(1_997 * 60) {
                let Some((named, until)) = windows(&engine, now) else {
                    continue;
                };
                let until = until.unwrap();
                let ends = named.values().map(|(_, to)| {
                    let to: DateTime = to.parse().unwrap();
                    to.to_zoned(zone.clone()).unwrap().timestamp().as_second()
                });
                assert!(now < until && until <= ends.min().unwrap(), "{name} {now}");
                let last = windows(&engine, until - 1).map(|(named, _)| named);
                assert_eq!(last, Some(named), "{name} {now}");
            }
        }
    }
}

#[test]
fn a_day_turns_at_local_midnight_also_where_it_has_23_or_25_hours() {
    for (name, day, hours) in [
        ("Europe/Zagreb", date(2026, 3, 29), 23),
        ("Europe/Zagreb", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Pacific/Chatham", date(2026, 9, 27), 23),
        ("Pacific/Chatham", date(2026, 4, 5), 25),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ] {
        let midnight = |day: Date| day.in_tz(name).unwrap().timestamp().as_second();
        let (from, to) = (midnight(day), midnight(day.tomorrow().unwrap()));
        assert_eq!(to - from, hours * 60 * 60, "{name} {day}");
        let engine = engine(name, HOURS[4]);
        let day_at = |now: i64| windows(&engine, now).unwrap().0["day"].clone();
        let whole = |day: Date| {
            let next = day.tomorrow().unwrap();
            (format!("{day}T00:00"), format!("{next}T00:00"))
        };
        assert_eq!(
            day_at(from - 1),
            whole(day.yesterday().unwrap()),
            "{name} {day}"
        );
        for now in (from..to).step_by(30 * 60).chain([to - 1]) {
            assert_eq!(day_at(now), whole(day), "{name} {now}");
        }
        assert_eq!(day_at(to), whole(day.tomorrow().unwrap()), "{name} {day}");
    }
}
