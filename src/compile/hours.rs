//! Weekly hours as people write them, and as minutes of the week.

use crate::policy::document::Hours;

const DAY: u16 = 1_440;
const WEEK: u16 = 10_080;

/// The minute of the day of `HH:MM`.
pub(crate) fn minute(text: &str, end: bool) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let hours: u16 = hours.parse().ok()?;
    let minutes: u16 = minutes.parse().ok()?;
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    let last = if end { DAY } else { DAY.checked_sub(1)? };
    (minutes < 60 && minute <= last).then_some(minute)
}

/// Windows in minutes since Monday 00:00: half-open, sorted, disjoint. One that crosses midnight
/// belongs to the day it starts on; one that crosses the end of the week is split. Windows that
/// overlap become one; windows that only touch stay two, since they are two shifts. What cannot be
/// read is left out.
pub(crate) fn windows(hours: &[Hours]) -> Vec<(u16, u16)> {
    let mut windows = Vec::new();
    for window in hours {
        let (Some(from), Some(to)) = (minute(&window.from, false), minute(&window.to, true)) else {
            continue;
        };
        for day in &window.days {
            let Some(day) = day.checked_sub(1).filter(|day| *day < 7) else {
                continue;
            };
            let midnight = u16::from(day).saturating_mul(DAY);
            let start = midnight.saturating_add(from);
            let next = if to > from { 0 } else { DAY };
            let end = midnight.saturating_add(to).saturating_add(next);
            match end.checked_sub(WEEK) {
                Some(over) if over > 0 => {
                    windows.push((start, WEEK));
                    windows.push((0, over));
                }
                _ => windows.push((start, end)),
            }
        }
    }
    merged(windows)
}

/// Whether every window can be read.
pub(crate) fn readable<'h>(mut hours: impl Iterator<Item = &'h Hours>) -> bool {
    hours.all(|window| {
        minute(&window.from, false).is_some()
            && minute(&window.to, true).is_some()
            && !window.days.is_empty()
            && window.days.iter().all(|day| (1..=7).contains(day))
    })
}

fn merged(mut windows: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    windows.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::with_capacity(windows.len());
    for (start, end) in windows {
        match merged.last_mut() {
            Some((_, last)) if start < *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The minutes in both.
pub(crate) fn common(left: &[(u16, u16)], right: &[(u16, u16)]) -> Vec<(u16, u16)> {
    let pairs = left
        .iter()
        .flat_map(|one| right.iter().map(move |other| (one, other)));
    let overlaps = pairs
        .map(|(one, other)| (one.0.max(other.0), one.1.min(other.1)))
        .filter(|(start, end)| start < end);
    merged(overlaps.collect())
}

#[cfg(test)]
mod tests {
    use super::{common, minute, windows};
    use crate::policy::document::Hours;

    fn hours(days: &[u8], from: &str, to: &str) -> Hours {
        Hours {
            zone: None,
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    #[test]
    fn times_are_two_digits_and_two_digits() {
        assert_eq!(minute("09:30", false), Some(570));
        assert_eq!(minute("24:00", true), Some(1_440));
        for wrong in ["24:00", "9:30", "09:60", "0930", "-1:00", "09:5", "+9:00"] {
            assert_eq!(minute(wrong, false), None, "{wrong}");
        }
        assert_eq!(minute("24:01", true), None);
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_it_starts_on() {
        assert_eq!(windows(&[hours(&[5], "22:00", "06:00")]), [(7_080, 7_560)]);
    }

    #[test]
    fn sunday_night_wraps_into_monday() {
        assert_eq!(
            windows(&[hours(&[7], "22:00", "06:00")]),
            [(0, 360), (9_960, 10_080)]
        );
        assert_eq!(windows(&[hours(&[7], "22:00", "24:00")]), [(9_960, 10_080)]);
    }

    #[test]
    fn equal_ends_are_a_whole_day() {
        assert_eq!(windows(&[hours(&[1], "08:00", "08:00")]), [(480, 1_920)]);
    }

    #[test]
    fn overlapping_windows_become_one_and_touching_ones_stay_two_shifts() {
        let morning = hours(&[1], "08:00", "12:00");
        let noon = hours(&[1], "11:00", "14:00");
        let late = hours(&[1], "14:00", "18:00");
        assert_eq!(windows(&[late, morning, noon]), [(480, 840), (840, 1_080)]);
    }

    #[test]
    fn common_minutes_are_in_both() {
        assert_eq!(
            common(&[(0, 100), (200, 300)], &[(50, 250)]),
            [(50, 100), (200, 250)]
        );
    }
}
