//! Which permission an HTTP request asks for.

use alloc::{borrow::Cow, string::String, vec::Vec};

use crate::snapshot::{
    Damaged, Snapshot, cursor::Cursor, layout::Section, model::Route, records::each,
    restore::restored_route,
};

/// Segments that are read of a path. Longer paths are nobody's.
const MAX_SEGMENTS: usize = 64;

/// A route that matched, and what its parameters are in this path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Match {
    /// The route.
    pub route: Route,
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
    for number in 0..table.count()? {
        let record = Cursor(table.record(number)?);
        if fits(record, method, &segments)? {
            let route = restored_route(record)?;
            let names = route
                .segments
                .iter()
                .zip(segments)
                .filter_map(|(segment, value)| match segment {
                    crate::snapshot::model::Segment::Parameter(name) => {
                        Some((name.clone(), value.decoded.into_owned()))
                    }
                    crate::snapshot::model::Segment::Fixed(_) => None,
                });
            let parameters = names.collect();
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
) -> Result<bool, Damaged> {
    if record.text()? != method {
        return Ok(false);
    }
    let mut wanted = segments.iter();
    for segment in each(record.block()?, |bytes| {
        Ok((bytes.byte()? != 0, bytes.text()?))
    }) {
        let (parameter, text) = segment?;
        match wanted.next() {
            Some(segment) if parameter || segment.raw == text => {}
            _ => return Ok(false),
        }
    }
    Ok(wanted.next().is_none())
}

/// The segments of a path, or `None` where any of them could be read in two ways.
fn segments(path: &str) -> Option<Vec<PathSegment<'_>>> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(Vec::new());
    }
    let mut segments = Vec::new();
    for raw in path.split('/') {
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
    if !raw.contains('%') {
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
