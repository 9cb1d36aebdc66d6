//! Literals of Cedar.

use std::fmt::Write;

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A pattern for `like` that finds a text anywhere.
pub(super) fn anywhere(text: &str) -> String {
    let parts = text.split('*').map(escaped);
    format!("\"*{}*\"", parts.collect::<Vec<_>>().join("\\*"))
}

/// The name of an entity.
pub(super) fn entity(kind: &str, id: &str) -> String {
    format!("{kind}::{}", quoted(id))
}

/// A list, or a set.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// Terms of which one must hold; none is never.
pub(super) fn any(terms: impl IntoIterator<Item = String>) -> String {
    let terms: Vec<String> = terms.into_iter().collect();
    match terms.as_slice() {
        [] => "false".to_owned(),
        [one] => one.clone(),
        _ => format!("({})", terms.join(" || ")),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => escaped.extend(['\\', letter]),
            _ if letter.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(letter));
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{any, anywhere, list, quoted};

    #[test]
    fn what_would_end_a_literal_is_escaped() {
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u{a}""#);
        assert_eq!(anywhere("50*\""), r#""*50\*\"*""#);
    }

    #[test]
    fn none_of_no_terms_holds() {
        assert_eq!(any([]), "false");
        assert_eq!(any(["a".into(), "b".into()]), "(a || b)");
        assert_eq!(list(["1".into(), "2".into()]), "[1, 2]");
    }
}
