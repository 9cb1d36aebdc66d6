//! Tests by their names: what says that a test holds something must find the test, and not only
//! words about it.

/// Whether a word could be the name of a function.
pub fn is_snake(word: &str) -> bool {
    let letter = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    !word.is_empty() && word.chars().all(letter)
}

/// Whether a text of Rust or JavaScript has a test of this name, and not only the words.
pub fn has_test(text: &str, name: &str) -> bool {
    if is_snake(name) {
        has_function(text, name)
    } else {
        has_case(text, name)
    }
}

/// A function that is a test: `#[test]` is among the attributes above it, and `#[ignore]` is not.
fn has_function(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let begin = format!("fn {name}(");
    let is_test = |at: usize| {
        let above = lines[..at].iter().rev();
        let attributes: Vec<_> = above
            .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
            .collect();
        attributes.iter().any(|line| **line == "#[test]")
            && !attributes.iter().any(|line| line.starts_with("#[ignore"))
    };
    let named = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with(&begin));
    named.map(|(at, _)| at).any(is_test)
}

/// A row of a list of tests, or what is given to a runner.
fn has_case(text: &str, name: &str) -> bool {
    let literal = format!("\"{name}\",");
    text.match_indices(&literal).any(|(at, literal)| {
        let (before, behind) = text.split_at(at);
        let before = before.trim_end();
        let behind = behind.trim_start_matches(literal).trim_start();
        let opens = ["[", "test(", "it(", "check("];
        let line = before.lines().next_back().unwrap_or_default().trim_start();
        opens.iter().any(|it| before.ends_with(it))
            && !line.starts_with("//")
            && (behind.starts_with("async") || behind.starts_with('('))
    })
}
