//! Random conditions.

use jiff::{Timestamp, tz::TimeZone};
use keyrack::policy::{
    document::{
        AttributeOperand as Operand, AttributeOperator as Op, AttributeTest, Budget, Conditions,
        Hours, Limit, Measure, PermissionStepUp, Rows, StepUp, Validity, Window,
    },
    time::{Instant, Period},
};

use super::{NETWORKS, TRAINING, Theme, ZONES, measure, random::Random};

pub fn instant(random: &mut Random, theme: &Theme) -> Instant {
    Instant {
        seconds: theme.instant(random),
    }
}

pub fn validity(random: &mut Random, theme: &Theme, ends: u64) -> Validity {
    Validity {
        from: random.maybe(theme.density, |random| instant(random, theme)),
        to: random.maybe(ends, |random| match random.below(3) {
            0 => instant(random, theme),
            _ => Instant {
                seconds: theme.now + 86_400,
            },
        }),
    }
}

pub fn step_up(random: &mut Random) -> StepUp {
    StepUp {
        level: random.pick(&[1, 2, 2, 3]),
        max_age: Period {
            seconds: random.pick(&[60, 300, 900]),
        },
    }
}

pub fn rows(random: &mut Random) -> Rows {
    random.pick(&[Rows::Any, Rows::Own, Rows::Team, Rows::Ticket])
}

/// A time of day near that of the theme in a zone.
pub fn clock(random: &mut Random, theme: &Theme, zone: Option<&str>) -> (u8, String) {
    let zone = TimeZone::get(zone.unwrap_or("UTC")).unwrap();
    let near = random.pick(&[0, 0, 60, -60, 3600, -3600, 28_800, -28_800]);
    let local = Timestamp::from_second(theme.now + near)
        .unwrap()
        .to_zoned(zone);
    let text = format!("{:02}:{:02}", local.hour(), local.minute());
    (local.weekday().to_monday_one_offset() as u8, text)
}

/// Windows of one zone around the theme's time of day.
pub fn hours(random: &mut Random, theme: &Theme) -> Vec<Hours> {
    let zone = random.maybe(60, |random| random.name(&ZONES));
    let windows = 1 + random.below(2);
    let mut list = Vec::new();
    for _ in 0..windows {
        let assumed = zone.clone().unwrap_or_else(|| random.name(&ZONES));
        let (day, from) = clock(random, theme, Some(&assumed));
        let (_, to) = clock(random, theme, Some(&assumed));
        let yesterday = if day == 1 { 7 } else { day - 1 };
        list.push(Hours {
            zone: zone.clone(),
            days: random.pick(&[
                vec![day],
                vec![day, yesterday],
                vec![yesterday],
                (1..=7).collect(),
            ]),
            from: if random.percent(15) {
                "00:00".into()
            } else {
                from
            },
            to: if random.percent(15) {
                "24:00".into()
            } else {
                to
            },
        });
    }
    list
}

pub fn attribute(random: &mut Random) -> AttributeTest {
    let text = |text: &str| Some(Operand::String(text.to_owned()));
    let texts = Some(Operand::Strings(vec!["hr".into(), "si".into()]));
    let (attribute, op, value) = match random.below(14) {
        0 => ("land", Op::Eq, text("hr")),
        1 => ("land", Op::Ne, text("hr")),
        2 => ("land", Op::In, texts),
        3 => ("land", Op::NotIn, texts),
        4 => ("mine", Op::Contains, text("h")),
        5 => ("mine", Op::Exists, None),
        6 => ("count", Op::Lt, Some(Operand::Integer(5))),
        7 => ("count", Op::Le, Some(Operand::Integer(5))),
        8 => ("count", Op::Gt, Some(Operand::Integer(5))),
        9 => ("grade", Op::Ge, Some(Operand::Integer(5))),
        10 => ("grade", Op::In, Some(Operand::Integers(vec![4, 5]))),
        11 => ("vip", Op::Eq, Some(Operand::Boolean(true))),
        12 => ("tags", Op::Contains, text("a")),
        _ => ("tags", Op::Exists, None),
    };
    AttributeTest {
        attribute: attribute.into(),
        op,
        value,
    }
}

pub fn networks(random: &mut Random) -> Vec<String> {
    let mut names = vec![random.name(&NETWORKS)];
    names.extend(random.maybe(20, |random| random.name(&NETWORKS)));
    names.dedup();
    names
}

/// What a denial may carry.
pub fn of_denial(random: &mut Random, theme: &Theme) -> Conditions {
    Conditions {
        rows: random.maybe(25, rows),
        hours: random.maybe(20, |random| hours(random, theme)),
        networks: random.maybe(20, networks),
        attributes: random.maybe(20, attribute).into_iter().collect(),
        ..Conditions::default()
    }
}

pub fn conditions(random: &mut Random, theme: &Theme, sums: bool) -> Conditions {
    let density = theme.density;
    let list = |name: String| vec![name];
    let mut made = Conditions {
        sensitive_to: random.maybe(density, |random| instant(random, theme)),
        rows: random.maybe(density, rows),
        hours: random.maybe(density, |random| hours(random, theme)),
        networks: random.maybe(density, networks),
        attributes: random.maybe(density, attribute).into_iter().collect(),
        training: (random.maybe(density, |random| list(random.name(&TRAINING))))
            .unwrap_or_default(),
        sign_in_level: random.maybe(density / 2, |random| random.pick(&[1, 2, 3])),
        approval_for: (random.maybe(density, |random| list(theme.permission(random))))
            .unwrap_or_default(),
        ..Conditions::default()
    };
    if random.percent(1) {
        made.networks = Some(Vec::new());
    }
    if random.percent(density) {
        let StepUp { level, max_age } = step_up(random);
        made.step_up.push(PermissionStepUp {
            permission: theme.permission(random),
            level,
            max_age,
        });
    }
    if sums {
        limits(random, theme, &mut made);
    }
    made
}

fn limits(random: &mut Random, theme: &Theme, made: &mut Conditions) {
    let measured = [
        "order.refund",
        "order.mark_paid",
        "order.label.buy",
        "funds.withdraw",
        "shop.spend",
        "order.discount.apply",
        "catalog.price.edit",
        "catalog.stock.edit",
        "shop.paint",
    ];
    let named = |it: &&str| theme.permissions.iter().any(|of| of == it);
    for permission in measured.into_iter().filter(named) {
        let money = measure(permission) == Some(Measure::Money);
        match random.below(10) {
            0 => {}
            1 => made.unlimited.push(permission.into()),
            _ => {
                for currency in ["EUR", "JPY"] {
                    if currency == "JPY" && (!money || random.percent(70)) {
                        continue;
                    }
                    let max = theme.sum(random);
                    let soft = random.maybe(if theme.calm { 70 } else { 40 }, |random| {
                        theme.sum(random).min(max)
                    });
                    made.limits.push(Limit {
                        permission: permission.into(),
                        currency: money.then(|| currency.to_owned()),
                        approve_above: soft,
                        max,
                    });
                }
            }
        }
    }
    for (at, permission) in theme.permissions.iter().enumerate() {
        if !random.percent(theme.density / 2) {
            continue;
        }
        let money = measure(permission) == Some(Measure::Money);
        let amount = random.maybe(60, |random| theme.sum(random) * 2);
        let amount = amount.filter(|_| measure(permission).is_some());
        let shift = made.hours.is_some() && random.percent(40);
        let window = random.pick(&[Window::Day, Window::Week, Window::Month]);
        made.budgets.push(Budget {
            id: format!("b{at}_{}", random.below(1_000_000)),
            permission: permission.clone(),
            currency: (money && (amount.is_some() || random.percent(50)))
                .then(|| random.name(&["EUR", "EUR", "JPY"])),
            window: if shift { Window::Shift } else { window },
            zone: random
                .maybe(50, |random| random.name(&ZONES))
                .filter(|_| !shift),
            amount,
            count: random
                .maybe(60, |random| random.pick(&[1, 2, 3]))
                .or((amount.is_none()).then_some(2)),
        });
    }
}
