//! Routes as people write them.

use crate::snapshot::model::{Segment, Source};

/// Methods that a route may name.
pub(crate) const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Where a fact comes from: `path:NAME`, `query:NAME`, `header:NAME`, `body:/json/pointer` or
/// `fixed:VALUE`.
pub(crate) fn source(text: &str) -> Option<Source> {
    let (kind, name) = text.split_once(':')?;
    let name = name.to_owned();
    if name.is_empty() {
        return None;
    }
    Some(match kind {
        "path" => Source::Path(name),
        "query" => Source::Query(name),
        "header" => Source::Header(name),
        "body" if name.starts_with('/') => Source::Body(name),
        "fixed" => Source::Fixed(name),
        _ => return None,
    })
}

/// The segments of a path. `None`: it does not start with `/`, or a segment is neither plain nor
/// `{name}`, or two parameters share a name.
pub(crate) fn segments(path: &str) -> Option<Vec<Segment>> {
    let rest = path.strip_prefix('/')?;
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let mut names: Vec<&str> = Vec::new();
    rest.split('/')
        .map(|segment| {
            let parameter = segment
                .strip_prefix('{')
                .and_then(|inner| inner.strip_suffix('}'));
            match parameter {
                Some(name) => {
                    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                    if name.is_empty() || !plain || names.contains(&name) {
                        return None;
                    }
                    names.push(name);
                    Some(Segment::Parameter(name.to_owned()))
                }
                None => {
                    let wrong = segment.is_empty()
                        || segment
                            .chars()
                            .any(|letter| matches!(letter, '{' | '}' | '*' | '?' | '#' | '%'))
                        || segment == "."
                        || segment == ".."
                        || segment.chars().any(char::is_whitespace);
                    (!wrong).then(|| Segment::Fixed(segment.to_owned()))
                }
            }
        })
        .collect()
}

/// Whether some path matches both.
pub(crate) fn overlap(left: &[Segment], right: &[Segment]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|pair| match pair {
            (Segment::Fixed(one), Segment::Fixed(other)) => one == other,
            _ => true,
        })
}

/// Whether the first matches only what the second matches too.
pub(crate) fn within(left: &[Segment], right: &[Segment]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|pair| match pair {
            (Segment::Fixed(one), Segment::Fixed(other)) => one == other,
            (_, Segment::Parameter(_)) => true,
            (Segment::Parameter(_), Segment::Fixed(_)) => false,
        })
}

/// The order in which routes are tried: what is written out goes before parameters.
pub(crate) fn order(segments: &[Segment]) -> Vec<(bool, &str)> {
    segments
        .iter()
        .map(|segment| match segment {
            Segment::Fixed(text) => (false, text.as_str()),
            Segment::Parameter(_) => (true, ""),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{order, overlap, segments, source, within};
    use crate::snapshot::model::{Segment, Source};

    #[test]
    fn sources_name_where_a_fact_comes_from() {
        assert_eq!(source("path:store"), Some(Source::Path("store".into())));
        assert_eq!(source("body:/a/b"), Some(Source::Body("/a/b".into())));
        assert_eq!(source("fixed:a:b"), Some(Source::Fixed("a:b".into())));
        for wrong in ["store", "path:", "body:a", "cookie:x", ""] {
            assert_eq!(source(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn paths_are_segments() {
        assert_eq!(
            segments("/orders/{id}"),
            Some(vec![
                Segment::Fixed("orders".into()),
                Segment::Parameter("id".into())
            ])
        );
        assert_eq!(segments("/"), Some(Vec::new()));
        for wrong in [
            "", "orders", "/a//b", "/a/", "/{}", "/{a}/{a}", "/a*", "/{a}b", "/..", "/%2e",
        ] {
            assert_eq!(segments(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_more_specific_route_is_tried_first() {
        let wide = segments("/orders/{id}").unwrap();
        let narrow = segments("/orders/export").unwrap();
        assert!(overlap(&wide, &narrow) && within(&narrow, &wide) && !within(&wide, &narrow));
        assert!(order(&narrow) < order(&wide));
    }
}
