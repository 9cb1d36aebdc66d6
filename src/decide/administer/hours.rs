//! Proposed hours as week minutes.

use alloc::vec::Vec;

use super::super::request::ProposedHours;

const DAY_MINUTES: u32 = 24 * 60;
const WEEK_MINUTES: u32 = 7 * DAY_MINUTES;

/// Proposed hours as week minutes, with the zone they share.
#[allow(clippy::type_complexity)]
pub(super) fn windows<'p>(
    hours: &'p [ProposedHours<'p>],
) -> Option<(Vec<(u32, u32)>, Option<&'p str>)> {
    let zone = hours.first()?.zone.as_deref();
    let mut windows = Vec::new();
    for entry in hours {
        if entry.zone.as_deref() != zone || entry.days.is_empty() {
            return None;
        }
        let (from, to) = (minute(&entry.from)?, minute(&entry.to)?);
        let length = if to > from {
            to
        } else {
            to.checked_add(DAY_MINUTES)?
        }
        .checked_sub(from)?;
        for day in &entry.days {
            let day = u32::from(*day).checked_sub(1).filter(|day| *day < 7)?;
            let start = day.checked_mul(DAY_MINUTES)?.checked_add(from)?;
            let end = start.checked_add(length)?;
            windows.push((start, end.min(WEEK_MINUTES)));
            if end > WEEK_MINUTES {
                windows.push((0, end.checked_sub(WEEK_MINUTES)?));
            }
        }
    }
    Some((windows, zone))
}

/// `HH:MM` as minutes since midnight, `24:00` included.
fn minute(text: &str) -> Option<u32> {
    let [a, b, b':', c, d] = *text.as_bytes() else {
        return None;
    };
    let pair = |tens: u8, ones: u8| {
        let digit = |byte: u8| char::from(byte).to_digit(10);
        digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)
    };
    let (hours, minutes) = (pair(a, b)?, pair(c, d)?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

/// Whether a window lies within others that may touch each other.
pub(super) fn lies_within((from, to): (u32, u32), own: &[(u32, u32)]) -> bool {
    let mut reached = from;
    for _ in 0..=own.len() {
        if reached >= to {
            return true;
        }
        match own
            .iter()
            .find(|(start, end)| *start <= reached && reached < *end)
        {
            Some((_, end)) => reached = *end,
            None => return false,
        }
    }
    reached >= to
}
