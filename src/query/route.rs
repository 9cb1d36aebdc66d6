//! Which permission an HTTP request asks for.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
    vec::Vec,
};

use crate::snapshot::{Damaged, Snapshot, cursor::Cursor, layout::Section};

/// Segments that are read of a path. Longer paths are nobody's.
const MAX_SEGMENTS: usize = 64;

/// A route that matched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Match {
    /// The route, by number.
    pub route: u32,
    /// Parameter names and decoded values, in the order of the path.
    pub parameters: Vec<(String, String)>,
}

/// The first route that matches. Segments are compared as they stand: an empty one, `.` or `..`,
/// an encoded slash or anything else that a server behind might read as another path matches
/// nothing.
///
/// # Errors
/// If the snapshot is damaged where it is read.
pub fn find(snapshot: &Snapshot, method: &str, path: &str) -> Result<Option<Match>, Damaged> {
    let Some(segments) = segments(path) else {
        return Ok(None);
    };
    let table = snapshot.table(Section::Routes);
    for route in 0..table.count()? {
        let record = Cursor(table.record(route)?);
        if let Some(parameters) = fits(record, method, &segments)? {
            return Ok(Some(Match { route, parameters }));
        }
    }
    Ok(None)
}

struct PathSegment<'p> {
    raw: &'p str,
    decoded: Cow<'p, str>,
}

fn fits(
    mut record: Cursor<'_>,
    method: &str,
    segments: &[PathSegment<'_>],
) -> Result<Option<Vec<(String, String)>>, Damaged> {
    if record.text()? != method {
        return Ok(None);
    }
    let mut pattern = record.block()?;
    let mut parameters = Vec::new();
    for segment in segments {
        if pattern.is_empty() {
            return Ok(None);
        }
        let (parameter, text) = (pattern.byte()? != 0, pattern.text()?);
        if parameter {
            parameters.push((text.to_owned(), String::from(&*segment.decoded)));
        } else if segment.raw != text {
            return Ok(None);
        }
    }
    Ok(pattern.is_empty().then_some(parameters))
}

/// The segments of a path, or `None` where any of them could be read in two ways.
#[expect(
    clippy::manual_pattern_char_comparison,
    reason = "the searcher for one char brings two kilobytes into the edge module"
)]
fn segments(path: &str) -> Option<Vec<PathSegment<'_>>> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(Vec::new());
    }
    let mut segments = Vec::new();
    for raw in path.split(|unit| unit == '/') {
        let decoded = decoded(raw)?;
        let dots = decoded.bytes().all(|byte| byte == b'.');
        let doubtful = |byte: u8| byte < 0x20 || byte == 0x7f || b"/\\%?#;".contains(&byte);
        // `dots` is also true of an empty segment.
        if dots || decoded.bytes().any(doubtful) || segments.len() == MAX_SEGMENTS {
            return None;
        }
        segments.push(PathSegment { raw, decoded });
    }
    Some(segments)
}

fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.bytes().any(|byte| byte == b'%') {
        return Some(Cow::Borrowed(raw));
    }
    let mut bytes = Vec::new();
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high << 4 | low).ok()?);
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}
