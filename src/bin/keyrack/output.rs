//! Output for people: colours on a terminal only, aligned columns, nothing more.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use clap::builder::styling::{AnsiColor, Style};

use crate::failure::Failure;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();
pub(crate) const PLAIN: Style = Style::new();

/// Text in a style. Where stdout is no terminal, or `NO_COLOR` is set, the style is left out
/// when it is printed.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Prints to stdout.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::output(&error))
}

/// Prints to stderr. Nobody can be told if that fails.
pub(crate) fn print_error(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
}

/// Prints a value as one line of JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::new("output_failed", error.to_string(), ""))?;
    print(&format!("{text}\n"))
}

/// Writes a whole file, or none: readers never see half of it. `-` is stdout.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("-") {
        let mut stdout = io::stdout().lock();
        return stdout
            .write_all(bytes)
            .and_then(|()| stdout.flush())
            .map_err(|error| Failure::output(&error));
    }
    // A device or a pipe cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return fs::write(path, bytes).map_err(|error| Failure::unwritable(path, &error));
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = Path::new(&name);
    fs::write(part, bytes)
        .and_then(|()| fs::rename(part, path))
        .map_err(|error| {
            let _ = fs::remove_file(part);
            Failure::unwritable(path, &error)
        })
}

/// Rows with aligned columns.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Vec<(Style, String)>>);

impl Table {
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = (Style, String)>) {
        self.0.push(cells.into_iter().collect());
    }

    /// The rows, each after an indent; two blanks between columns, none at the end.
    pub(crate) fn text(&self, indent: usize) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.0 {
            for (column, (_, cell)) in row.iter().enumerate() {
                let width = width(cell);
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        let mut text = String::new();
        for row in &self.0 {
            let mut line = String::new();
            let mut gap = indent;
            for ((style, cell), column) in row.iter().zip(&widths) {
                if !cell.is_empty() {
                    line.push_str(&" ".repeat(gap));
                    line.push_str(&paint(*style, cell));
                    gap = 0;
                }
                let used = if cell.is_empty() { 0 } else { width(cell) };
                gap = gap.saturating_add(column.saturating_sub(used).saturating_add(2));
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// How many columns a text takes, near enough: wide East Asian letters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|letter| match u32::from(letter) {
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60
            | 0x1f300..=0x1faff => 2,
            _ => 1,
        })
        .sum()
}

/// A count with its noun.
pub(crate) fn count(number: usize, one: &str) -> String {
    match (number, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) if !one.ends_with("ay") => format!("{number} {stem}ies"),
        _ => format!("{number} {one}s"),
    }
}
