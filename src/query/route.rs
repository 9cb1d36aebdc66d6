//! Which permission an HTTP request asks for.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

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

/// Text is taken apart as bytes: what takes apart characters brings a kilobyte into the edge module.
struct PathSegment<'p> {
    raw: &'p [u8],
    decoded: String,
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
            parameters.push((text.to_owned(), segment.decoded.clone()));
        } else if segment.raw != text.as_bytes() {
            return Ok(None);
        }
    }
    Ok(pattern.is_empty().then_some(parameters))
}

/// The segments of a path, or `None` where any of them could be read in two ways.
fn segments(path: &str) -> Option<Vec<PathSegment<'_>>> {
    let (b'/', path) = path.as_bytes().split_first()? else {
        return None;
    };
    if path.is_empty() {
        return Some(Vec::new());
    }
    let mut segments = Vec::new();
    for raw in path.split(|byte| *byte == b'/') {
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

fn decoded(raw: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        bytes.push(if *byte == b'%' {
            let mut digit = || char::from(*rest.next()?).to_digit(16);
            u8::try_from(digit()? << 4 | digit()?).ok()?
        } else {
            *byte
        });
    }
    String::from_utf8(bytes).ok()
}
