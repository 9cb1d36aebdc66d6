//! Comma-separated values as RFC 4180 has them, read strictly. Libraries for them read on where a
//! quotation mark stands amiss, which moves cells; here a moved cell would be another right.

/// Why a text is no table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Broken {
    /// As a spreadsheet counts: the first row is 1.
    pub(crate) row: usize,
    pub(crate) message: &'static str,
}

/// The rows of a table, each with as many cells as it has. Rows with nothing in them are kept, so
/// that numbers are those that a spreadsheet shows.
pub(crate) fn rows(text: &str) -> Result<Vec<Vec<String>>, Broken> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut letters = text.chars().peekable();
    while letters.peek().is_some() {
        let broken = |message| Broken {
            row: rows.len().saturating_add(1),
            message,
        };
        let mut cell = String::new();
        let mut quoted = false;
        if letters.next_if_eq(&'"').is_some() {
            quoted = true;
            loop {
                match letters.next() {
                    None => return Err(broken("a quoted cell does not end")),
                    Some('"') if letters.next_if_eq(&'"').is_some() => cell.push('"'),
                    Some('"') => break,
                    Some(letter) => cell.push(letter),
                }
            }
        }
        loop {
            let next = letters.next();
            let next = match next {
                Some('\r') if letters.next_if_eq(&'\n').is_some() => Some('\n'),
                next => next,
            };
            match next {
                Some(',') => {
                    row.push(cell);
                    // A comma at the very end is followed by one more cell.
                    if letters.peek().is_none() {
                        row.push(String::new());
                        rows.push(std::mem::take(&mut row));
                    }
                    break;
                }
                Some('\n') | None => {
                    row.push(cell);
                    rows.push(std::mem::take(&mut row));
                    break;
                }
                Some(_) if quoted => return Err(broken("something stands after a quoted cell")),
                Some('"') => return Err(broken("a quotation mark stands within a cell")),
                Some('\r') => return Err(broken("a row ends with a carriage return alone")),
                Some(letter) => cell.push(letter),
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::rows;

    fn read(text: &str) -> Vec<Vec<String>> {
        rows(text).unwrap()
    }

    #[test]
    fn cells_are_read_as_rfc_4180_has_them() {
        assert_eq!(read(""), Vec::<Vec<String>>::new());
        assert_eq!(read("a,b\nc,d"), [["a", "b"], ["c", "d"]]);
        assert_eq!(read("\u{feff}a,b\r\nc,d\r\n"), [["a", "b"], ["c", "d"]]);
        assert_eq!(read("\"a,\"\"b\"\"\n c\",\n"), [["a,\"b\"\n c", ""]]);
        assert_eq!(read("a,"), [["a", ""]]);
        assert_eq!(read("a\n\nb"), [["a"], [""], ["b"]]);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for (text, row) in [("\"a", 1), ("a\nb\"c", 2), ("\"a\"b", 1), ("a\rb", 1)] {
            assert_eq!(rows(text).unwrap_err().row, row, "{text:?}");
        }
    }
}
