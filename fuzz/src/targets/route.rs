//! Paths and patterns: what is found is what a plain comparison of segments finds.

use std::collections::BTreeSet;

use keyrack::{
    policy::{
        Document,
        document::{Route, Scope},
    },
    query::route::{self, Match},
};

use super::world::snapshot;

/// A line with method and path, then one with method and pattern for each route.
pub fn route(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text
        .lines()
        .map(|line| line.split_once(' ').unwrap_or((line, "")));
    let Some((method, path)) = lines.next() else {
        return;
    };
    // The compiler refuses the others.
    let lines = lines.filter(|(_, pattern)| is_pattern(pattern));
    let patterns: Vec<(&str, &str)> = lines.take(8).collect();
    let mut document = Document::default();
    document.policy.tenant = "routes".to_owned();
    document.scopes = vec![Scope {
        id: "root".to_owned(),
        ..Scope::default()
    }];
    document.routes = patterns.iter().map(written).collect();
    let snapshot = snapshot(&document);
    let found = route::find(&snapshot, method, path).expect("an undamaged snapshot");
    let all = found_by_all(&patterns, method, path);
    match found {
        None => assert!(!all, "{method} {path:?} is found by nobody: {patterns:?}"),
        Some(found) => {
            assert!(all, "{method} {path:?} is found: {patterns:?}");
            harmless(&found);
        }
    }
}

fn written((method, path): &(&str, &str)) -> Route {
    Route {
        method: (*method).to_owned(),
        path: (*path).to_owned(),
        permission: "order.view".to_owned(),
        ..Route::default()
    }
}

/// Whether any pattern fits, segment by segment. A path that could be read in two ways fits none.
fn found_by_all(patterns: &[(&str, &str)], method: &str, path: &str) -> bool {
    let Some(segments) = split(path) else {
        return false;
    };
    if segments.iter().any(|segment| !is_plain(segment)) || segments.len() > 64 {
        return false;
    }
    patterns.iter().any(|(wanted, pattern)| {
        let Some(parts) = split(pattern) else {
            return false;
        };
        wanted.to_ascii_uppercase() == method
            && parts.len() == segments.len()
            && parts
                .iter()
                .zip(&segments)
                .all(|(part, segment)| parameter(part).is_some() || part == segment)
    })
}

fn split(path: &str) -> Option<Vec<&str>> {
    let rest = path.strip_prefix('/')?;
    Some(match rest {
        "" => Vec::new(),
        _ => rest.split('/').collect(),
    })
}

/// Whether a route may be written so.
fn is_pattern(pattern: &str) -> bool {
    let Some(parts) = split(pattern) else {
        return false;
    };
    let mut names = BTreeSet::new();
    parts.iter().all(|part| match parameter(part) {
        Some(name) => {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            !name.is_empty() && name.chars().all(plain) && names.insert(name)
        }
        None => {
            let wrong = |letter: char| "{}*?#%".contains(letter) || letter.is_whitespace();
            !matches!(*part, "" | "." | "..") && !part.contains(wrong)
        }
    })
}

/// The name of a parameter.
fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Whether a segment can be read in one way only.
fn is_plain(segment: &str) -> bool {
    let Some(bytes) = percent_decoded(segment) else {
        return false;
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return false;
    };
    let doubtful = |letter: char| letter.is_ascii_control() || "/\\%?#;".contains(letter);
    !text.chars().all(|letter| letter == '.') && !text.contains(doubtful)
}

fn percent_decoded(segment: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut parts = segment.split('%');
    decoded.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.as_bytes().split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        decoded.push(u8::from_str_radix(digits, 16).ok().filter(|_| all)?);
        decoded.extend_from_slice(rest);
    }
    Some(decoded)
}

fn harmless(found: &Match) {
    for (_, value) in &found.parameters {
        let doubtful = |letter: char| letter.is_ascii_control() || "/\\%?#;".contains(letter);
        assert!(!value.is_empty() && !value.contains(doubtful), "{value:?}");
        assert!(value != "." && value != "..", "{value:?}");
    }
}
