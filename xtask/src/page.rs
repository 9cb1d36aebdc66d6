//! What the parts of the edge module cost, as docs/package.md shows it.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "sums of one module's bytes, in a tool that decides nothing"
)]

use std::{collections::BTreeMap, fmt::Write, fs};

use crate::{
    parts::Parts,
    run::{Outcome, root},
};

const PAGE: &str = "docs/package.md";
const MARKER: &str = "<!-- figures: parts, written by cargo xtask size --parts --write -->";
const END: &str = "<!-- end of figures -->";

/// What each room is there for.
const ROOMS: [(&str, &str); 7] = [
    ("decide", "decisions: the twelve steps"),
    (
        "snapshot",
        "snapshots and overlays, read where they lie and checked before",
    ),
    ("wasm", "questions in, answers out, as words"),
    ("core and alloc", "of the standard library"),
    (
        "query",
        "lists (who, where, what), filters, sessions and routes",
    ),
    ("ffi", "explanations, and the names of grants"),
    ("allocator", "the module's memory"),
];

/// Files with fewer bytes are not named.
const NAMED: usize = 1000;

/// Puts the table onto the page.
pub fn write(parts: &Parts, published: u64, compiler: &str) -> Outcome {
    let path = root().join(PAGE);
    let text = fs::read_to_string(&path).map_err(|error| format!("{PAGE}: {error}"))?;
    let text = between(&text, &table(parts, published, compiler))?;
    fs::write(&path, text).map_err(|error| format!("{PAGE}: {error}"))
}

fn between(text: &str, inside: &str) -> Outcome<String> {
    let missing = || format!("{PAGE} has no markers: {MARKER}");
    let (before, rest) = text.split_once(MARKER).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{MARKER}\n\n{inside}\n{END}{after}"))
}

#[derive(Default)]
struct Room {
    bytes: usize,
    files: Vec<(usize, String)>,
}

fn table(parts: &Parts, published: u64, compiler: &str) -> String {
    let mut rooms = BTreeMap::<String, Room>::new();
    for (name, bytes) in parts.costs() {
        let (room, file) = name.split_once('/').unwrap_or((name, ""));
        let entry = rooms.entry(room.to_owned()).or_default();
        entry.bytes += bytes;
        if bytes >= NAMED && !file.is_empty() {
            entry.files.push((bytes, file.to_owned()));
        }
    }
    let mut rows: Vec<(String, Room)> = rooms.into_iter().collect();
    rows.sort_by_key(|(_, room)| std::cmp::Reverse(room.bytes));
    let all: usize = rows.iter().map(|(_, room)| room.bytes).sum();
    let mut table = format!(
        "{} bytes in all without the names, by {compiler}; {} are published:\n\n\
         | part | bytes | what it does | its larger files |\n| --- | ---: | --- | --- |\n",
        thousands(all),
        usize::try_from(published).map_or_else(|_| published.to_string(), thousands)
    );
    for (name, mut room) in rows {
        room.files.sort_by(|a, b| b.cmp(a));
        let files: Vec<String> = room
            .files
            .iter()
            .map(|(bytes, file)| format!("`{file}` {}", thousands(*bytes)))
            .collect();
        let known = ROOMS.iter().find(|(room, _)| *room == name);
        let does = known.map_or("", |(_, does)| does);
        let _ = writeln!(
            table,
            "| {name} | {} | {does} | {} |",
            thousands(room.bytes),
            files.join(", ")
        );
    }
    table
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut told = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{END, MARKER, between, thousands};

    #[test]
    fn the_figures_are_replaced_and_the_words_are_not() {
        let page = format!("before\n{MARKER}\nold\n{END}\nafter\n");
        let new = between(&page, "new\n").expect("it has markers");
        assert_eq!(new, format!("before\n{MARKER}\n\nnew\n\n{END}\nafter\n"));
        assert!(between("no markers", "new").is_err());
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(
            [7, 999, 1000, 87_239, 1_234_567].map(thousands),
            ["7", "999", "1,000", "87,239", "1,234,567"]
        );
    }
}
