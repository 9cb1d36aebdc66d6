//! Time zones as offsets for a snapshot's life, so that the edge needs no zone database.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::snapshot::model::Zone;

/// Windows may have begun before the snapshot was issued: a month and its edges.
const LOOK_BACK_SECONDS: i64 = 40 * 86_400;

/// Snapshots without an end know their zones for this long; zone rules are not told further.
const HORIZON_SECONDS: i64 = 3_653 * 86_400;

/// Whether a zone of this name exists.
pub(crate) fn exists(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// The offsets of a zone from before `issued` until `expires`, or for ten years. A zone that does
/// not exist has none, so that nothing in it can be judged.
pub(crate) fn zone(name: &str, issued: i64, expires: Option<i64>) -> Zone {
    let horizon = issued.saturating_add(HORIZON_SECONDS);
    let until = expires.map_or(horizon, |end| end.min(horizon));
    let first = issued.saturating_sub(LOOK_BACK_SECONDS);
    let nowhere = || Zone {
        name: name.to_owned(),
        offsets: Vec::new(),
        known_until: Some(i64::MIN),
    };
    let (Ok(zone), Ok(start)) = (TimeZone::get(name), Timestamp::from_second(first)) else {
        return nowhere();
    };
    let mut offsets = vec![(first, zone.to_offset(start).seconds())];
    let mut known_until = None;
    for transition in zone.following(start) {
        let at = transition.timestamp().as_second();
        if at >= until {
            known_until = Some(until);
            break;
        }
        let offset = transition.offset().seconds();
        // Some transitions change the name of the time only.
        if offsets.last().is_none_or(|(_, last)| *last != offset) {
            offsets.push((at, offset));
        }
    }
    Zone {
        name: name.to_owned(),
        offsets,
        known_until,
    }
}

#[cfg(test)]
mod tests {
    use super::{exists, zone};

    /// 2026-03-02 10:00:00 UTC.
    const MARCH: i64 = 1_772_445_600;

    #[test]
    fn zagreb_turns_to_summer_time_on_the_last_sunday_of_march() {
        let zagreb = zone("Europe/Zagreb", MARCH, Some(MARCH + 365 * 86_400));
        let [(_, winter), (spring, summer), (autumn, back)] = zagreb.offsets[..] else {
            panic!("{:?}", zagreb.offsets);
        };
        assert_eq!((winter, summer, back), (3_600, 7_200, 3_600));
        // 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC.
        assert_eq!((spring, autumn), (1_774_746_000, 1_792_890_000));
        assert_eq!(zagreb.known_until, Some(MARCH + 365 * 86_400));
    }

    #[test]
    fn shanghai_has_one_offset_for_good() {
        let shanghai = zone("Asia/Shanghai", MARCH, None);
        assert_eq!(shanghai.offsets.len(), 1);
        assert_eq!(shanghai.offsets[0].1, 28_800);
        assert_eq!(shanghai.known_until, None);
    }

    #[test]
    fn without_an_end_ten_years_are_known() {
        let paris = zone("Europe/Paris", MARCH, None);
        assert_eq!(paris.known_until, Some(MARCH + 3_653 * 86_400));
        assert!(paris.offsets.len() >= 20);
        assert!(paris.offsets[0].0 <= MARCH);
    }

    #[test]
    fn a_zone_that_does_not_exist_knows_nothing() {
        assert!(!exists("Europe/Zagreeb"));
        assert!(zone("Europe/Zagreeb", MARCH, None).offsets.is_empty());
    }
}
