//! What the parts of a module cost: its sections, and its functions by the room they come from.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "sums of one module's bytes, in a tool that decides nothing"
)]

use std::{collections::BTreeMap, fmt::Write};

/// The bytes of a module by what they are for.
#[derive(Debug, Default)]
pub struct Parts {
    /// Code, by room.
    rooms: BTreeMap<String, Cost>,
    /// Functions, the largest first.
    functions: Vec<(usize, String)>,
    /// Everything that is not code.
    others: BTreeMap<&'static str, usize>,
}

#[derive(Debug, Default)]
struct Cost {
    bytes: usize,
    functions: usize,
}

const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const LARGEST: usize = 24;
const HEADS: &str = "(imports, exports, globals, heads)";

impl Parts {
    /// Reads a module that has kept its names. `None`: it is none.
    pub fn of(module: &[u8]) -> Option<Self> {
        let mut parts = Self::default();
        let (mut sizes, mut names, mut imports) = (Vec::new(), BTreeMap::new(), 0);
        let mut rest = Bytes(module.strip_prefix(b"\0asm\x01\0\0\0")?);
        *parts.others.entry(HEADS).or_default() += module.len() - rest.0.len();
        loop {
            let before = rest.0.len();
            let Some(id) = rest.byte() else { break };
            let length = rest.number()?;
            let mut section = Bytes(rest.take(length)?);
            let mut bytes = before - rest.0.len();
            match id {
                // What is published has no names, so they are nobody's bytes.
                0 if section.text()? == "name" => {
                    names = function_names(&mut section)?;
                    continue;
                }
                IMPORTS => imports = section.number()?,
                CODE => {
                    sizes = code_sizes(&mut section)?;
                    bytes -= sizes.iter().sum::<usize>();
                }
                _ => {}
            }
            *parts.others.entry(section_name(id)).or_default() += bytes;
        }
        for (place, bytes) in sizes.into_iter().enumerate() {
            let name = names.get(&(place + imports)).map(String::as_str);
            let name = readable(name.unwrap_or("?"));
            let room = parts.rooms.entry(room_of(&name)).or_default();
            room.bytes += bytes;
            room.functions += 1;
            parts.functions.push((bytes, name));
        }
        parts.functions.sort_by(|a, b| b.cmp(a));
        Some(parts)
    }

    /// Bytes by room, or in brackets by kind of section. Together they are the module as it is
    /// published, which is without names.
    pub fn costs(&self) -> impl Iterator<Item = (&str, usize)> {
        let rooms = self.rooms.iter().map(|(room, cost)| (&**room, cost.bytes));
        rooms.chain(self.others.iter().map(|(kind, bytes)| (*kind, *bytes)))
    }

    /// All of it as a table.
    pub fn table(&self) -> String {
        let all: usize = self.costs().map(|(_, bytes)| bytes).sum();
        let share = |bytes: usize| bytes * 1000 / all.max(1);
        let mut rows: Vec<(usize, String, String)> = self
            .rooms
            .iter()
            .map(|(room, cost)| (cost.bytes, room.clone(), cost.functions.to_string()))
            .collect();
        for (section, bytes) in &self.others {
            rows.push((*bytes, (*section).to_owned(), String::new()));
        }
        rows.sort_by(|a, b| b.cmp(a));
        let mut table = format!(
            "{:<28}{:>8}{:>8}{:>11}\n",
            "part", "bytes", "share", "functions"
        );
        for (bytes, room, functions) in rows {
            let share = share(bytes);
            let _ = writeln!(
                table,
                "{room:<28}{bytes:>8}{:>6}.{}%{functions:>11}",
                share / 10,
                share % 10
            );
        }
        let _ = writeln!(table, "{:<28}{all:>8}\n\nlargest functions", "in all");
        for (bytes, name) in self.functions.iter().take(LARGEST) {
            let _ = writeln!(table, "{bytes:>8}  {name}");
        }
        table
    }
}

fn section_name(id: u8) -> &'static str {
    match id {
        0 => "(custom sections)",
        1 => "(types)",
        3 => "(functions' types)",
        9 => "(table of functions)",
        11 => "(data: texts and tables)",
        _ => HEADS,
    }
}

fn code_sizes(section: &mut Bytes<'_>) -> Option<Vec<usize>> {
    let count = section.number()?;
    (0..count)
        .map(|_| {
            let before = section.0.len();
            let length = section.number()?;
            section.take(length).map(|_| before - section.0.len())
        })
        .collect()
}

fn function_names(section: &mut Bytes<'_>) -> Option<BTreeMap<usize, String>> {
    while let Some(kind) = section.byte() {
        let length = section.number()?;
        let mut names = Bytes(section.take(length)?);
        if kind == 1 {
            let count = names.number()?;
            return (0..count)
                .map(|_| Some((names.number()?, names.text()?.to_owned())))
                .collect();
        }
    }
    Some(BTreeMap::new())
}

/// A name without its hash.
fn readable(name: &str) -> String {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 => path.to_owned(),
        _ => name.to_owned(),
    }
}

/// The file's own part of the crate, or whose code else it is.
fn room_of(name: &str) -> String {
    if let Some((_, path)) = name.split_once("keyrack::") {
        let foreign = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
        let mut words = path
            .split("::")
            .map(|word| word.split(foreign).next().unwrap_or_default());
        let room = words.next().unwrap_or_default();
        return match words.next() {
            Some(file) if file.starts_with(|letter: char| letter.is_ascii_lowercase()) => {
                format!("{room}/{file}")
            }
            _ => room.to_owned(),
        };
    }
    if name.contains("talc") || name.contains("__rust") || name.contains("__rdl") {
        return "allocator".to_owned();
    }
    if name == "ask" || name == "can" || name.contains("wasm_bindgen") {
        return "wasm/edge".to_owned();
    }
    "core and alloc".to_owned()
}

/// Bytes as the WebAssembly format writes them.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(first)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Parts, readable, room_of};

    #[test]
    fn names_tell_the_room() {
        let name = readable("keyrack::decide::judge::weigh::h0123456789abcdef");
        assert_eq!(name, "keyrack::decide::judge::weigh");
        assert_eq!(room_of(&name), "decide/judge");
        assert_eq!(room_of("core::str::from_utf8"), "core and alloc");
        assert_eq!(room_of("ask"), "wasm/edge");
    }

    #[test]
    fn a_module_is_added_up() {
        // One type, one function of two bytes, its name.
        let module = [
            b"\0asm\x01\0\0\0".as_slice(),
            &[1, 4, 1, 0x60, 0, 0],
            &[3, 2, 1, 0],
            &[10, 4, 1, 2, 0, 0x0b],
            &[0, 13, 4],
            b"name",
            &[1, 6, 1, 0, 3],
            b"ask",
        ]
        .concat();
        let parts = Parts::of(&module).expect("it is one");
        assert!(parts.table().contains("wasm/edge"), "{}", parts.table());
        // All but the section of names.
        let all: usize = parts.costs().map(|(_, bytes)| bytes).sum();
        assert_eq!(all, module.len() - 15);
        assert!(Parts::of(b"text").is_none());
    }
}
