//! Time: half-open bounds, local weekly windows, and the next instant at which an answer could
//! change.

use core::cell::Cell;

use crate::snapshot::{
    Damaged, Snapshot,
    cursor::Cursor,
    layout::Section,
    records::{Hours, each},
};

use super::reason::Truth;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
const WEEK: i64 = 7 * DAY;
/// 1970-01-01 was a Thursday: so many seconds after Monday 00:00.
const EPOCH_IN_WEEK: i64 = 3 * DAY;

/// Now, and the earliest later instant that was seen to matter.
#[derive(Debug)]
pub struct Clock {
    now: Option<i64>,
    next: Cell<i64>,
}

impl Clock {
    /// A clock that stands at `now`, or no clock.
    #[must_use]
    pub const fn at(now: Option<i64>) -> Self {
        Self {
            now,
            next: Cell::new(i64::MAX),
        }
    }

    /// Unix seconds.
    #[must_use]
    pub const fn now(&self) -> Option<i64> {
        self.now
    }

    /// Remembers that something changes at an instant.
    #[inline]
    pub fn watch(&self, instant: i64) {
        if self.now.is_some_and(|now| now < instant) && instant < self.next.get() {
            self.next.set(instant);
        }
    }

    /// The earliest later instant that was watched.
    #[must_use]
    pub fn holds_until(&self) -> Option<i64> {
        Some(self.next.get()).filter(|next| *next != i64::MAX)
    }

    /// Whether now lies in `[from, to)`. A bound cannot be met without a clock.
    pub fn within(&self, from: Option<i64>, to: Option<i64>) -> Truth {
        if from.is_none() && to.is_none() {
            return Truth::Yes;
        }
        let Some(now) = self.now else {
            return Truth::Untold;
        };
        from.into_iter()
            .chain(to)
            .for_each(|bound| self.watch(bound));
        Truth::known(from.is_none_or(|from| from <= now) && to.is_none_or(|to| now < to))
    }

    /// Whether something made at `at` still counts for `seconds`.
    pub fn is_fresh(&self, at: i64, seconds: u32) -> bool {
        let end = at.saturating_add(i64::from(seconds));
        self.within(Some(at), Some(end)) == Truth::Yes
    }

    /// Whether now lies in one of the weekly windows. Where the zone or its offset is not known, it
    /// cannot be told.
    pub fn in_hours(
        &self,
        snapshot: &Snapshot,
        hours: &Hours<'_>,
        scope: u32,
    ) -> Result<Truth, Damaged> {
        let Some(now) = self.now else {
            return Ok(Truth::Untold);
        };
        let zone = match hours.zone {
            Some(zone) => Some(zone),
            None => snapshot.scope_zone(scope)?,
        };
        let Some(local) = self.local(snapshot, zone)? else {
            return Ok(Truth::Untold);
        };
        let second = local.saturating_add(EPOCH_IN_WEEK).rem_euclid(WEEK);
        let mut inside = false;
        for window in hours.windows() {
            let (from, to) = window?;
            let [from, to] = [from, to].map(|minute| i64::from(minute).saturating_mul(MINUTE));
            inside |= from <= second && second < to;
            for edge in [from, to] {
                // In this week or in the next, for no window reaches beyond its own.
                let ahead = edge.saturating_sub(second);
                let next = if ahead > 0 { 0 } else { WEEK };
                self.watch(now.saturating_add(ahead).saturating_add(next));
            }
        }
        Ok(Truth::known(inside))
    }

    /// The local time in a zone: unix seconds and the offset east of UTC that it has now.
    ///
    /// # Errors
    /// If the snapshot is damaged there.
    pub fn local(&self, snapshot: &Snapshot, zone: Option<u32>) -> Result<Option<i64>, Damaged> {
        let (Some(now), Some(zone)) = (self.now, zone) else {
            return Ok(None);
        };
        let mut record = Cursor(snapshot.table(Section::Zones).record(zone)?);
        record.number()?;
        if let Some(end) = record.optional_signed()? {
            self.watch(end);
            if now >= end {
                return Ok(None);
            }
        }
        let mut current = None;
        for entry in each(record, |bytes| Ok((bytes.signed()?, bytes.signed()?))) {
            let (from, offset) = entry?;
            if from > now {
                self.watch(from);
                break;
            }
            current = Some(offset);
        }
        Ok(current.map(|offset: i64| now.saturating_add(offset)))
    }
}
