//! Instants and amounts, read from flags and written for people.

use std::time::{SystemTime, UNIX_EPOCH};

/// The moment a question is asked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Now {
    /// An instant, in unix seconds.
    At(i64),
    /// There is no clock: nothing bounded in time counts.
    Nothing,
}

impl Now {
    /// What was asked for; the host's clock where nothing was.
    pub(crate) fn or_host(now: Option<Self>) -> Option<i64> {
        match now {
            Some(Self::At(seconds)) => Some(seconds),
            Some(Self::Nothing) => None,
            None => host_clock(),
        }
    }
}

/// The host's clock in unix seconds; `None` where it stands before 1970.
pub(crate) fn host_clock() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Reads a time: RFC 3339, or unix seconds.
pub(crate) fn instant(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    text.parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_second)
        .map_err(|_| "write it like 2026-03-02T10:00:00Z, or as unix seconds".to_owned())
}

/// Reads `--now`: a time, or the word `none`.
pub(crate) fn now(text: &str) -> Result<Now, String> {
    if text == "none" {
        return Ok(Now::Nothing);
    }
    instant(text)
        .map(Now::At)
        .map_err(|help| format!("{help}; `none` asks without a clock"))
}

/// An end: a time, or the word `never`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// From this instant on it is over.
    At(i64),
    /// It has no end.
    Never,
}

/// Reads an end.
pub(crate) fn end(text: &str) -> Result<End, String> {
    if text == "never" {
        return Ok(End::Never);
    }
    instant(text)
        .map(End::At)
        .map_err(|help| format!("{help}, or `never`"))
}

/// An instant for people.
pub(crate) fn written(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |instant| instant.to_string())
}

/// An end for people.
pub(crate) fn written_end(end: Option<i64>) -> String {
    end.map_or_else(|| "never".to_owned(), written)
}

/// A span for people.
pub(crate) fn span(seconds: u32) -> String {
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "min")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            let count = seconds.checked_div(unit).unwrap_or_default();
            return format!("{count} {name}");
        }
    }
    format!("{seconds} s")
}

/// A whole number with its thousands set apart.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 {
        text.insert(0, '-');
    }
    text
}
