//! Names near a misspelt one.

/// More candidates than this are not compared: a report must not cost more than the check.
const MAX_CANDIDATES: usize = 20_000;

/// The candidate nearest to a name, if any is near enough to be meant.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= allowed.saturating_mul(4))
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out, replaced, or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.chars().enumerate() {
        let mut line = vec![row.saturating_add(1)];
        for (column, other) in right.iter().enumerate() {
            let above = |values: &[usize], at: usize| values.get(at).copied().unwrap_or(usize::MAX);
            let next = column.saturating_add(1);
            let replace = above(&last, column).saturating_add(usize::from(letter != *other));
            let mut edits = replace
                .min(above(&last, next).saturating_add(1))
                .min(above(&line, column).saturating_add(1));
            let swapped = column.checked_sub(1).and_then(|before| right.get(before));
            if previous == Some(*other) && swapped == Some(&letter) {
                let before = column.saturating_sub(1);
                edits = edits.min(above(&before_last, before).saturating_add(1));
            }
            line.push(edits);
        }
        previous = Some(letter);
        before_last = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// Names in backticks, the last joined with `and`; long lists are cut.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = names.into_iter().collect();
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > SHOWN {
        let more = names.len().saturating_sub(SHOWN);
        return format!("{} and {more} more", quoted.join(", "));
    }
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{list, nearest};

    #[test]
    fn a_swapped_letter_is_near_and_another_word_is_not() {
        let keys = ["order.view", "order.refund", "catalog.view"];
        assert_eq!(nearest("order.reufnd", keys), Some("order.refund"));
        assert_eq!(nearest("giftcard", keys), None);
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
