//! A second reader of the bytes, written after `docs/snapshot-format.md`: it tells every field on
//! a line of its own, as hex and in words.

use std::fmt::Write;

/// Bytes that are read, and the lines about them.
pub struct Dump<'b> {
    bytes: &'b [u8],
    place: usize,
    out: String,
    depth: usize,
}

pub const SECTIONS: [&str; 25] = [
    "names",
    "permissions",
    "permission sets",
    "permission index",
    "field groups",
    "scopes",
    "scope index",
    "scope lists",
    "departments",
    "department index",
    "zones",
    "networks",
    "attributes",
    "training",
    "levels",
    "roles",
    "terms heads",
    "terms",
    "groups",
    "organisations",
    "profile heads",
    "profiles",
    "member buckets",
    "members",
    "routes",
];

/// The bytes that the lines of a dump name.
pub fn bytes_of(text: &str) -> Vec<u8> {
    let hex = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let digits: Vec<u8> = hex
        .flat_map(str::bytes)
        .filter(u8::is_ascii_hexdigit)
        .collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

/// A container of domain 0 (snapshot), 1 (slice) or 2 (overlay), told.
pub fn container(bytes: &[u8]) -> String {
    let mut dump = Dump {
        bytes,
        place: 0,
        out: String::new(),
        depth: 0,
    };
    dump.raw(4, "magic");
    dump.raw(1, "format");
    let domain = dump.raw(1, "domain")[0];
    dump.raw(8, "key id");
    dump.raw(4, "payload length");
    if domain == 2 {
        dump.overlay();
    } else {
        dump.payload();
    }
    dump.raw(64, "signature");
    assert_eq!(dump.place, bytes.len(), "nothing is left over");
    dump.out
}

impl<'b> Dump<'b> {
    fn line(&mut self, from: usize, label: &str) {
        let hex: Vec<String> = self.bytes[from..self.place]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let indent = " ".repeat(self.depth);
        let last = hex.len().div_ceil(16).max(1) - 1;
        for (number, part) in hex.chunks(16).enumerate() {
            let label = if number == last { label } else { "…" };
            writeln!(
                self.out,
                "{indent}{:width$} # {label}",
                part.join(" "),
                width = 24
            )
            .unwrap();
        }
    }

    fn heading(&mut self, label: &str) {
        writeln!(self.out, "{}# {label}", " ".repeat(self.depth)).unwrap();
    }

    fn raw(&mut self, count: usize, label: &str) -> &'b [u8] {
        let from = self.place;
        self.place += count;
        self.line(from, label);
        &self.bytes[from..self.place]
    }

    fn quiet(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = self.bytes[self.place];
            self.place += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        unreachable!()
    }

    fn number(&mut self, label: &str) -> u64 {
        let from = self.place;
        let value = self.quiet();
        self.line(from, &format!("{label}: {value}"));
        value
    }

    fn item(&mut self, label: &str) {
        self.number(label);
    }

    fn signed(&mut self, label: &str) {
        let from = self.place;
        let wide = self.quiet();
        let value = (wide >> 1).cast_signed() ^ -((wide & 1).cast_signed());
        self.line(from, &format!("{label}: {value}"));
    }

    /// One higher, 0 for none.
    fn optional(&mut self, label: &str) {
        let from = self.place;
        let told = match self.quiet() {
            0 => "none".to_owned(),
            number => (number - 1).to_string(),
        };
        self.line(from, &format!("{label}: {told}"));
    }

    /// A byte, then the number.
    fn optional_signed(&mut self, label: &str) {
        if self.bytes[self.place] == 0 {
            self.raw(1, &format!("{label}: none"));
        } else {
            self.raw(1, "some");
            self.signed(label);
        }
    }

    fn text(&mut self, label: &str) {
        let from = self.place;
        let length = usize::try_from(self.quiet()).unwrap();
        self.place += length;
        let text = String::from_utf8(self.bytes[self.place - length..self.place].to_vec()).unwrap();
        self.line(from, &format!("{label}: {text:?}"));
    }

    fn optional_text(&mut self, label: &str) {
        if self.bytes[self.place] == 0 {
            self.raw(1, &format!("{label}: none"));
        } else {
            self.raw(1, "some");
            self.text(label);
        }
    }

    /// Fields until `end`, then exactly at it.
    fn until(&mut self, end: usize, mut each: impl FnMut(&mut Self)) {
        self.depth += 2;
        while self.place < end {
            each(self);
        }
        self.depth -= 2;
        assert_eq!(self.place, end, "a record ends where it says");
    }

    fn block(&mut self, label: &str, each: impl FnMut(&mut Self)) {
        let length = self.number(&format!("{label}, bytes"));
        self.until(self.place + usize::try_from(length).unwrap(), each);
    }

    fn word(&self, at: usize) -> usize {
        u32::from_le_bytes(self.bytes[at..at + 4].try_into().unwrap()) as usize
    }

    fn words(&mut self, end: usize, labels: &[&str]) {
        let mut labels = labels.iter().cycle();
        self.until(end, |dump| {
            let value = dump.word(dump.place);
            dump.raw(4, &format!("{}: {value}", labels.next().unwrap()));
        });
    }

    fn table(&mut self, name: &str, mut each: impl FnMut(&mut Self, usize)) {
        let start = self.place;
        let offsets: Vec<usize> = (0..self.word(start) / 4)
            .map(|number| self.word(start + 4 * number))
            .collect();
        self.raw(4 * offsets.len(), &format!("{} offsets", offsets.len()));
        for (number, pair) in offsets.windows(2).enumerate() {
            self.heading(&format!("{name} {number}"));
            assert_eq!(self.place, start + pair[0]);
            self.depth += 2;
            each(self, start + pair[1]);
            self.depth -= 2;
            assert_eq!(self.place, start + pair[1], "{name} {number}");
        }
    }

    fn payload(&mut self) {
        self.text("tenant");
        self.number("version");
        self.signed("issued");
        self.optional_signed("expires");
        self.number("least engine");
        self.raw(32, "digest");
        self.number("approvals count for seconds");
        self.raw(1, "overlay required");
        self.optional_text("slice of");
        self.number("members");
        self.number("seed");
        let mut flags = (Vec::new(), Vec::new());
        for (number, name) in SECTIONS.iter().enumerate() {
            self.heading(&format!("section {number}, {name}"));
            let length = usize::try_from(self.number("bytes")).unwrap();
            let end = self.place + length;
            let own = self.bytes[self.place..end].to_vec();
            self.section(number, end, &flags);
            assert_eq!(self.place, end, "section {name}");
            let heads = |width: usize| {
                own.chunks(width)
                    .map(|head| u16::from_le_bytes([head[0], head[1]]))
                    .collect()
            };
            match number {
                16 => flags.0 = heads(6),
                20 => flags.1 = heads(4),
                _ => {}
            }
        }
    }

    fn section(&mut self, number: usize, end: usize, flags: &(Vec<u16>, Vec<u16>)) {
        let mut turn = 0..;
        match number {
            0 => self.table("name", |dump, end| {
                let text = std::str::from_utf8(&dump.bytes[dump.place..end])
                    .unwrap()
                    .to_owned();
                dump.raw(text.len(), &format!("{text:?}"));
            }),
            1 => self.table("permission", |dump, _| dump.permission()),
            2 => self.until(end, |dump| {
                // As wide as five permissions need.
                dump.raw(1, "bits");
            }),
            4 => self.table("field group", |dump, end| {
                dump.number("id, name");
                dump.optional("unlocked by permission");
                dump.until(end, |dump| dump.item("path, name"));
            }),
            5 => self.words(end, &["end", "id, name", "zone + 1"]),
            7 => self.table("scope list", |dump, end| {
                dump.until(end, |dump| dump.item("scope"))
            }),
            8 => self.words(end, &["end", "id, name"]),
            3 | 6 | 9 | 22 => self.words(end, &["word"]),
            10 => self.table("zone", |dump, end| {
                dump.number("name");
                dump.optional_signed("known until");
                dump.until(end, |dump| {
                    dump.signed("from");
                    dump.signed("offset");
                });
            }),
            11 => self.table("network", |dump, end| {
                dump.number("id, name");
                dump.until(end, |dump| {
                    dump.raw(16, "block");
                    dump.raw(1, "prefix");
                });
            }),
            12 => self.table("attribute", |dump, _| {
                dump.number("id, name");
                dump.raw(1, "kind");
                dump.raw(1, "source");
            }),
            13 => self.words(end, &["item, name"]),
            14 => self.table("level", |dump, _| {
                dump.raw(1, "is an amr value");
                dump.raw(1, "level");
                dump.number("value, name");
            }),
            15 => self.table("role", |dump, _| {
                dump.number("id, name");
                dump.number("set");
            }),
            16 => self.until(end, |dump| {
                dump.raw(2, "flags");
                dump.raw(4, "set");
            }),
            17 => self.table("terms", |dump, _| dump.terms(flags.0[turn.next().unwrap()])),
            18 | 19 => self.table("holder", |dump, end| {
                dump.number("id, name");
                dump.raw(1, "flags");
                dump.number("highest rank");
                dump.until(end, |dump| dump.holding(true));
            }),
            20 => self.until(end, |dump| {
                dump.raw(2, "flags");
                dump.raw(1, "kind");
                dump.raw(1, "status");
            }),
            21 => self.table("profile", |dump, _| {
                dump.profile(flags.1[turn.next().unwrap()])
            }),
            23 => self.until(end, |dump| {
                dump.text("member");
                let length = dump.number("row, bytes");
                let end = dump.place + usize::try_from(length).unwrap();
                let profile = dump.number("profile");
                let ordered = flags.1[usize::try_from(profile).unwrap()] >> 8 & 1 == 1;
                dump.until(end, |dump| dump.holding(ordered));
            }),
            _ => self.table("route", |dump, end| dump.route(end)),
        }
    }

    fn permission(&mut self) {
        self.raw(2, "flags");
        self.raw(1, "measure");
        self.number("key, name");
        self.number("record type, name");
        self.number("closure, set");
        self.raw(1, "step-up level");
        self.number("step-up age");
        self.raw(1, "sign-in level");
        self.raw(1, "approval");
        self.block("training", |dump| dump.item("item"));
        self.block("bands", |dump| {
            dump.signed("above");
            dump.optional("currency, name");
            dump.raw(1, "level");
            dump.number("age");
        });
    }

    fn terms(&mut self, flags: u16) {
        let has = |bit: u16| flags >> bit & 1 == 1;
        self.optional("id, name");
        self.optional("role, name");
        for (bit, label) in [(1, "from"), (2, "to"), (3, "sensitive to")] {
            if has(bit) {
                self.signed(label);
            }
        }
        if has(4) {
            self.raw(1, "rows");
        }
        if has(5) {
            let length = self.number("hours, bytes");
            let end = self.place + usize::try_from(length).unwrap();
            self.optional("zone");
            self.until(end, |dump| {
                dump.number("from minute");
                dump.number("to minute");
            });
        }
        if has(6) {
            self.block("networks", |dump| dump.item("network"));
        }
        if has(7) {
            self.block("attributes", |dump| {
                dump.number("attribute");
                dump.raw(1, "comparison");
                dump.operand();
            });
        }
        if has(8) {
            self.block("training", |dump| dump.item("item"));
        }
        if has(9) {
            self.block("limits", |dump| {
                dump.number("permission");
                dump.optional("currency, name");
                dump.optional_signed("approve above");
                dump.optional_signed("max");
            });
        }
        if has(10) {
            self.block("budgets", |dump| {
                dump.number("id, name");
                dump.number("permission");
                dump.optional("currency, name");
                dump.raw(1, "window");
                dump.optional("zone");
                dump.optional_signed("amount");
                dump.optional_signed("count");
            });
        }
        if has(11) {
            self.block("step-up", |dump| {
                dump.number("permission");
                dump.raw(1, "level");
                dump.number("age");
            });
        }
        if has(12) {
            self.raw(1, "sign-in level");
        }
        if has(13) {
            self.number("approval for, set");
        }
    }

    fn operand(&mut self) {
        match self.raw(1, "operand")[0] {
            0 => {}
            1 => {
                self.raw(1, "yes or no");
            }
            2 => self.signed("number"),
            3 => self.text("text"),
            4 => self.block("numbers", |dump| dump.signed("number")),
            _ => self.block("texts", |dump| dump.text("text")),
        }
    }

    fn profile(&mut self, flags: u16) {
        let has = |bit: u16| flags >> bit & 1 == 1;
        self.number("rank");
        if has(0) {
            self.signed("from");
        }
        if has(1) {
            self.signed("to");
        }
        if has(2) {
            self.number("department");
        }
        if has(3) {
            self.number("organisation");
        }
        if has(4) {
            self.block("groups", |dump| dump.item("group"));
        }
        if has(5) {
            self.block("training", |dump| {
                dump.number("item");
                dump.signed("at");
                dump.optional_signed("expires");
            });
        }
        if has(6) {
            self.block("attributes", |dump| {
                dump.number("attribute");
                dump.operand();
            });
        }
    }

    fn holding(&mut self, ordered: bool) {
        self.number("terms");
        let from = self.place;
        let scopes = self.quiet();
        let what = if scopes & 1 == 0 {
            "scope"
        } else {
            "scope list"
        };
        self.line(from, &format!("{what}: {}", scopes >> 1));
        if ordered {
            self.number("order");
        }
    }

    fn route(&mut self, end: usize) {
        self.text("method");
        self.block("segments", |dump| {
            dump.raw(1, "is a parameter");
            dump.text("segment");
        });
        self.number("permission");
        self.raw(1, "flags");
        for fact in [
            "scope",
            "amount",
            "currency",
            "record",
            "member",
            "assignment",
        ] {
            if self.raw(1, &format!("{fact}, source"))[0] != 0 {
                self.text(fact);
            }
        }
        self.text("record type");
        self.text("sort");
        self.until(end, |dump| {
            dump.text("filter parameter");
            dump.text("field");
        });
    }

    fn overlay(&mut self) {
        self.text("tenant");
        self.number("version");
        self.signed("issued");
        self.optional_signed("fresh until");
        for _ in 0..self.number("sessions revoked") {
            self.text("member");
            self.signed("before");
        }
        for _ in 0..self.number("members suspended") {
            self.text("member");
            self.optional_signed("from");
            self.optional_signed("to");
        }
        for _ in 0..self.number("operations suspended") {
            self.optional_text("member");
            self.text("permission");
            self.optional_signed("from");
            self.optional_signed("to");
        }
    }
}
