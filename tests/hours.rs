//! Hours against the calendar: in several time zones, over a year with both changes of the clock,
//! an assignment counts exactly while the local wall clock lies in one of its windows.

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

use jiff::{Timestamp, tz::TimeZone};
use keyrack::{
    decide::{Engine, Outcome, Request, decide},
    policy::Format,
};
use serde_json::json;
use support::rack;

const ZONES: [&str; 7] = [
    "Europe/Zagreb",
    "America/New_York",
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
];

/// Days (1 is Monday), from and to in minutes since midnight.
type Window = (&'static [i8], u32, u32);

/// Office hours; a night that crosses midnight and the end of the week; a Sunday to its very end;
/// an hour that the clock skips or repeats; the whole day by two ways.
const WINDOWS: [&[Window]; 6] = [
    &[(&[1, 2, 3, 4, 5], 9 * 60, 18 * 60)],
    &[(&[5, 7], 22 * 60, 6 * 60)],
    &[(&[7], 20 * 60, 24 * 60)],
    &[(&[7], 2 * 60, 3 * 60)],
    &[(&[1, 2, 3, 4, 5, 6, 7], 7 * 60, 7 * 60)],
    &[(&[1, 3], 8 * 60, 12 * 60), (&[1, 3], 13 * 60, 17 * 60 + 30)],
];

/// 2026-01-01 to 2027-01-01.
const YEAR: std::ops::Range<i64> = 1_767_225_600..1_798_761_600;

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn engine(zone: &str, windows: &[Window]) -> Engine {
    let hours: Vec<_> = windows
        .iter()
        .map(|(days, from, to)| json!({ "zone": zone, "days": days, "from": clock(*from), "to": clock(*to) }))
        .collect();
    let document = json!({
        "policy": { "tenant": "hours", "version": 1, "issued": YEAR.start, "expires": YEAR.end, "profile": "strict" },
        "scopes": [{ "id": "root", "kind": "tenant" }],
        "members": [{ "id": "boss", "kind": "owner" }, { "id": "clerk", "kind": "employee" }],
        "assignments": [
            { "member": "clerk", "permissions": ["order.view"], "scopes": ["root"], "conditions": { "hours": hours } },
        ],
    });
    let (_, model) = rack::compiled_text(zone, &document.to_string(), Format::Json);
    rack::unsigned(&model, None)
}

/// What the wall clock says: a window belongs to the day it starts on, and one that does not end
/// after it starts goes on into the next day.
fn is_inside(zone: &TimeZone, windows: &[Window], now: i64) -> bool {
    let local = Timestamp::from_second(now).unwrap().to_zoned(zone.clone());
    let minute = local.hour() as u32 * 60 + local.minute() as u32;
    let today = local.weekday().to_monday_one_offset();
    let yesterday = if today == 1 { 7 } else { today - 1 };
    windows.iter().any(|(days, from, to)| {
        let over_midnight = to <= from;
        let started_today =
            days.contains(&today) && minute >= *from && (over_midnight || minute < *to);
        started_today || over_midnight && days.contains(&yesterday) && minute < *to
    })
}

/// Every 187 minutes of the year, and each of the hundred minutes around a change of the clock.
fn instants(zone: &TimeZone) -> Vec<i64> {
    let mut instants: Vec<i64> = YEAR.step_by(187 * 60).collect();
    let start = Timestamp::from_second(YEAR.start).unwrap();
    let changes = zone
        .following(start)
        .map(|change| change.timestamp().as_second());
    for change in changes.take_while(|change| YEAR.contains(change)) {
        instants.extend((-6_000..6_000).step_by(59).map(|away| change + away));
        instants.extend([change - 1, change]);
    }
    instants.sort_unstable();
    instants
}

#[test]
fn hours_follow_the_local_wall_clock() {
    let (mut inside, mut outside) = (0, 0);
    for name in ZONES {
        let zone = TimeZone::get(name).unwrap();
        for windows in WINDOWS {
            let engine = engine(name, windows);
            let mut held: Option<(i64, bool)> = None;
            for now in instants(&zone) {
                let request = Request {
                    subject: "clerk".into(),
                    permission: "order.view".into(),
                    now: Some(now),
                    ..Request::default()
                };
                let decision = decide(&engine, &request).unwrap();
                let allowed = decision.outcome == Outcome::Allow;
                let expected = is_inside(&zone, windows, now);
                assert_eq!(allowed, expected, "{name} {windows:?} {now} {decision:?}");
                if let Some((until, before)) = held {
                    assert!(
                        now >= until || before == allowed,
                        "{name} {windows:?} {now} before {until}"
                    );
                }
                held = decision.holds_until.map(|until| (until, allowed));
                if allowed { inside += 1 } else { outside += 1 }
            }
        }
    }
    assert!(
        inside > 20_000 && outside > 20_000,
        "{inside} inside, {outside} outside"
    );
}
