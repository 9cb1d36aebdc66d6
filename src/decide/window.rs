//! The window of a budget that holds now, in local time.

use crate::snapshot::{Damaged, code::WindowKind, records::Hours};

const DAY: i64 = 24 * 60;
const WEEK: i64 = 7 * DAY;
/// 1970-01-01 was a Thursday: so many minutes after Monday 00:00.
const EPOCH_WEEK_MINUTE: i64 = 3 * DAY;
/// From 1970 to the end of 9998: local times that everybody writes with four digits.
const WRITTEN: core::ops::Range<i64> = 0..4_222_846_080;

/// From and to, half-open, in minutes of local time since 1970-01-01 00:00. Counted in local time,
/// a window keeps its name when the offset changes in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    /// Its first minute.
    pub from: i64,
    /// The minute after its last.
    pub to: i64,
}

/// The window of a kind that holds a local minute. A shift is one stretch of the hours: windows
/// that touch are one, over midnight and over the end of the week. `None` outside the
/// hours, and where no calendar reaches.
///
/// # Errors
/// If the hours are damaged.
pub fn holding(
    kind: WindowKind,
    minute: i64,
    hours: Option<&Hours<'_>>,
) -> Result<Option<Span>, Damaged> {
    if !WRITTEN.contains(&minute) {
        return Ok(None);
    }
    let day = minute.div_euclid(DAY);
    Ok(match kind {
        WindowKind::Shift => match hours {
            Some(hours) => shift(minute, hours)?,
            None => None,
        },
        WindowKind::Day => Some(days(day, day.saturating_add(1))),
        WindowKind::Week => Some(week(minute)),
        WindowKind::Month => {
            let first = first_of_month(day);
            // No month has more than 31 days, so this is in the next one.
            let next = first_of_month(first.saturating_add(31));
            Some(days(first, next))
        }
    })
}

fn days(from: i64, to: i64) -> Span {
    Span {
        from: from.saturating_mul(DAY),
        to: to.saturating_mul(DAY),
    }
}

fn week(minute: i64) -> Span {
    let from = minute.saturating_sub(in_week(minute));
    Span {
        from,
        to: from.saturating_add(WEEK),
    }
}

/// Minutes since Monday 00:00.
fn in_week(minute: i64) -> i64 {
    minute.saturating_add(EPOCH_WEEK_MINUTE).rem_euclid(WEEK)
}

fn shift(minute: i64, hours: &Hours<'_>) -> Result<Option<Span>, Damaged> {
    let mut span = Span {
        from: minute,
        to: minute,
    };
    loop {
        let before = span;
        for window in hours.windows() {
            let (from, to) = window?;
            let (from, to) = (i64::from(from), i64::from(to));
            let next = in_week(span.to);
            if from <= next && next < to {
                span.to = span.to.saturating_add(to.saturating_sub(next));
            }
            // What ends where the span begins comes before it.
            let last = in_week(span.from.saturating_sub(1)).saturating_add(1);
            if from < last && last <= to {
                span.from = span.from.saturating_sub(last.saturating_sub(from));
            }
        }
        if span.to == minute {
            return Ok(None);
        }
        // Hours without an end are cut by the week.
        if span.to.saturating_sub(span.from) >= WEEK {
            return Ok(Some(week(minute)));
        }
        if span == before {
            return Ok(Some(span));
        }
    }
}

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Date {
    /// With the century.
    pub year: i64,
    /// From 1.
    pub month: i64,
    /// From 1.
    pub day: i64,
}

/// A day since 1970-01-01 in the Gregorian calendar.
#[must_use]
pub fn date(day: i64) -> Date {
    // Counted in eras of 400 years that begin on 1 March, as leap days then end years. See
    // Howard Hinnant, "chrono-compatible low-level date algorithms".
    let since = day.saturating_add(719_468);
    let of_era = since.rem_euclid(146_097);
    let leaps = (of_era / 36_524)
        .saturating_sub(of_era / 1_460)
        .saturating_sub(of_era / 146_096);
    let year = of_era.saturating_add(leaps) / 365;
    let begins = year
        .saturating_mul(365)
        .saturating_add(year / 4)
        .saturating_sub(year / 100);
    let of_year = of_era.saturating_sub(begins);
    let month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let month_begins = month.saturating_mul(153).saturating_add(2) / 5;
    let january = i64::from(month >= 10);
    Date {
        year: since
            .div_euclid(146_097)
            .saturating_mul(400)
            .saturating_add(year)
            .saturating_add(january),
        month: month
            .saturating_add(3)
            .saturating_sub(january.saturating_mul(12)),
        day: of_year.saturating_sub(month_begins).saturating_add(1),
    }
}

fn first_of_month(day: i64) -> i64 {
    day.saturating_sub(date(day).day).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{DAY, Span, date, first_of_month, holding, week};
    use crate::snapshot::{code::WindowKind, cursor::Cursor, records::Hours};

    /// 1970-01-05, the first Monday.
    const MONDAY: i64 = 4 * DAY;

    fn shift(windows: &[(u16, u16)], minute: i64) -> Option<(i64, i64)> {
        let bytes = postcard::to_allocvec(windows).expect("a list");
        let hours = Hours {
            zone: None,
            // The number of windows is not in a record.
            windows: Cursor(&bytes[1..]),
        };
        let span = holding(WindowKind::Shift, minute, Some(&hours)).expect("not damaged");
        let since = |minute: i64| minute.checked_sub(MONDAY).expect("a minute");
        span.map(|span| (since(span.from), since(span.to)))
    }

    #[test]
    fn months_begin_where_the_calendar_says() {
        // Every day of 800 years, against months counted by hand.
        let (mut year, mut month, mut first) = (1970, 0, 0);
        for day in 0..(2 * 146_097) {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let february = if leap { 29 } else { 28 };
            let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            if day - first == lengths[month] {
                first = day;
                month = (month + 1) % 12;
                year += i64::from(month == 0);
            }
            assert_eq!(first_of_month(day), first, "day {day}");
            let found = date(day);
            let wanted = (
                year,
                i64::try_from(month).expect("a month") + 1,
                day - first + 1,
            );
            assert_eq!((found.year, found.month, found.day), wanted, "day {day}");
        }
        assert_eq!(first_of_month(-1), -31, "December 1969");
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let february = holding(WindowKind::Month, 40 * DAY, None).expect("no hours");
        let span = Span {
            from: 31 * DAY,
            to: 59 * DAY,
        };
        assert_eq!(february, Some(span));
    }

    #[test]
    fn weeks_begin_on_monday() {
        for minute in [MONDAY, MONDAY + 1, MONDAY + 7 * DAY - 1] {
            assert_eq!(week(minute).from, MONDAY);
            assert_eq!(week(minute).to, MONDAY + 7 * DAY);
        }
        assert_eq!(week(MONDAY - 1).to, MONDAY);
    }

    #[test]
    fn a_shift_is_one_stretch_of_the_hours() {
        let day = [(480, 960)];
        assert_eq!(shift(&day, MONDAY + 480), Some((480, 960)));
        assert_eq!(shift(&day, MONDAY + 959), Some((480, 960)));
        assert_eq!(shift(&day, MONDAY + 960), None);
        assert_eq!(shift(&day, MONDAY + 479), None);
    }

    #[test]
    fn a_shift_over_midnight_is_one_on_both_days() {
        // Monday 22:00 to Tuesday 06:00, as two windows that touch.
        let night = [(1320, 1440), (1440, 1800)];
        assert_eq!(shift(&night, MONDAY + 1330), Some((1320, 1800)));
        assert_eq!(shift(&night, MONDAY + 1440), Some((1320, 1800)));
        assert_eq!(shift(&night, MONDAY + 1799), Some((1320, 1800)));
    }

    #[test]
    fn a_shift_over_the_end_of_the_week_is_one() {
        let sunday = [(0, 360), (9960, 10_080)];
        let next = (9960 - 10_080, 360);
        assert_eq!(shift(&sunday, MONDAY + 10), Some(next));
        assert_eq!(shift(&sunday, MONDAY - 10), Some(next));
        assert_eq!(shift(&sunday, MONDAY + 10_000), Some((9960, 10_440)));
    }

    #[test]
    fn hours_without_an_end_are_cut_by_the_week() {
        assert_eq!(shift(&[(0, 10_080)], MONDAY + 77), Some((0, 10_080)));
        assert_eq!(
            shift(&[(0, 5000), (5000, 10_080)], MONDAY + 7000),
            Some((0, 10_080))
        );
    }

    #[test]
    fn windows_that_overlap_are_one() {
        assert_eq!(
            shift(&[(100, 300), (200, 400)], MONDAY + 350),
            Some((100, 400))
        );
    }
}
