//! Comma-separated values: RFC 4180, quoting only where needed, CRLF, one header row.

use std::io::{self, Write};

use super::{Heading, Lines, text};
use crate::kit::cell::{Cell, Type};

/// Bytes held back before they are written.
const BUFFER: usize = 64 * 1024;

/// A CSV file being written.
#[derive(Debug)]
pub struct Csv<W: Write> {
    out: W,
    buffer: Vec<u8>,
    kinds: Vec<Type>,
    column: usize,
    guard: bool,
}

impl<W: Write> Csv<W> {
    /// Starts with the header row. `guard` puts `'` before a text that a spreadsheet would read as a formula.
    pub fn new(out: W, headings: &[Heading], guard: bool) -> io::Result<Csv<W>> {
        let kinds = headings.iter().map(|h| h.kind).collect();
        let mut csv = Csv { out, buffer: Vec::with_capacity(BUFFER + 4_096), kinds, column: 0, guard: false };
        for heading in headings {
            csv.cell(Cell::Text(heading.header))?;
        }
        csv.end_line()?;
        csv.guard = guard;
        Ok(csv)
    }

    /// Writes what is held back and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.buffer)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Lines for Csv<W> {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        if self.column > 0 {
            self.buffer.push(b',');
        }
        let kind = self.kinds[self.column];
        self.column += 1;
        let start = self.buffer.len();
        if self.guard && matches!(cell, Cell::Text(t) if t.starts_with(['=', '+', '-', '@', '\t', '\r'])) {
            self.buffer.push(b'\'');
        }
        text::print(&mut self.buffer, kind, cell);
        if matches!(cell, Cell::Text(_)) {
            quote(&mut self.buffer, start);
        }
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.column = 0;
        self.buffer.extend_from_slice(b"\r\n");
        if self.buffer.len() >= BUFFER {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// Puts the field that starts at `start` in quotes where it needs them.
fn quote(buffer: &mut Vec<u8>, start: usize) {
    if !buffer[start..].iter().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
        return;
    }
    let field = buffer.split_off(start);
    buffer.push(b'"');
    for byte in field {
        if byte == b'"' {
            buffer.push(b'"');
        }
        buffer.push(byte);
    }
    buffer.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TWO: &[Heading] =
        &[Heading { header: "A", kind: Type::Text }, Heading { header: "B, C", kind: Type::Text }];

    fn written(rows: &[[String; 2]], guard: bool) -> String {
        let mut csv = Csv::new(Vec::new(), TWO, guard).expect("memory");
        for row in rows {
            for text in row {
                csv.cell(Cell::Text(text)).expect("memory");
            }
            csv.end_line().expect("memory");
        }
        String::from_utf8(csv.finish().expect("memory")).expect("text")
    }

    #[test]
    fn quotes_only_where_needed() {
        let row = ["a b".to_owned(), "say \"hi\", now".to_owned()];
        assert_eq!(written(&[row], false), "A,\"B, C\"\r\na b,\"say \"\"hi\"\", now\"\r\n");
    }

    #[test]
    fn the_guard_is_for_people_only() {
        let row = ["=1".to_owned(), "1-".to_owned()];
        assert_eq!(written(std::slice::from_ref(&row), true), "A,\"B, C\"\r\n'=1,1-\r\n");
        assert_eq!(written(&[row], false), "A,\"B, C\"\r\n=1,1-\r\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(rows in proptest::collection::vec(["[^\0]{1,12}", "[^\0]{1,12}"], 0..8)) {
            let text = written(&rows, false);
            let mut reader = campus::csv::Reader::new(&text);
            let mut fields = Vec::new();
            reader.next_row(&mut fields).expect("readable").expect("a header");
            for row in &rows {
                reader.next_row(&mut fields).expect("readable").expect("a row");
                let found: Vec<&str> = fields.iter().map(|f| f.text.as_ref()).collect();
                prop_assert_eq!(found, row.iter().map(String::as_str).collect::<Vec<_>>());
            }
            prop_assert_eq!(reader.next_row(&mut fields), Ok(None));
        }
    }
}
