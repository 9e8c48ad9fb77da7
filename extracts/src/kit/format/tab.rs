//! Tab separated values: CRLF, UTF-8 without a mark, one header row.
//!
//! As in csv a value is quoted only where needed; here that is a value with a quote, and quotes in it are doubled.
//! A tab, CR or LF inside a value becomes one space each; CR followed by LF is one line break, so one space.

use std::io::{self, Write};

use super::out::{Columns, Out};
use super::text::{SCRATCH, print};
use super::{Heading, Lines};
use crate::kit::cell::Cell;

/// A tab separated file being written.
pub struct Tab<W: Write> {
    out: Out<W>,
    columns: Columns,
}

impl<W: Write> Tab<W> {
    /// Begins with the header row.
    pub fn new(writer: W, headings: &[Heading]) -> io::Result<Tab<W>> {
        let mut tab = Tab::headless(writer, headings);
        for (i, heading) in headings.iter().enumerate() {
            if i > 0 {
                tab.out.bytes.push(b'\t');
            }
            spaced(&mut tab.out.bytes, heading.header.as_bytes());
        }
        tab.out.put(b"\r\n");
        tab.out.spill()?;
        Ok(tab)
    }

    /// The same without the header row, for an extract that says so.
    pub fn headless(writer: W, headings: &[Heading]) -> Tab<W> {
        Tab { out: Out::new(writer), columns: Columns::of(headings) }
    }

    /// Lines written so far, without the header row.
    pub fn rows(&self) -> u64 {
        self.columns.rows()
    }

    /// Writes what is left and gives the writer back.
    pub fn finish(self) -> io::Result<W> {
        self.columns.between_lines()?;
        self.out.finish()
    }
}

impl<W: Write> Lines for Tab<W> {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let (at, kind) = self.columns.next()?;
        if at > 0 {
            self.out.bytes.push(b'\t');
        }
        let mut scratch = SCRATCH;
        let value = print(cell, kind, &mut scratch);
        if matches!(cell, Cell::Text(_) | Cell::Link(..)) {
            spaced(&mut self.out.bytes, value);
        } else {
            self.out.put(value);
        }
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.columns.end()?;
        self.out.put(b"\r\n");
        self.out.spill()
    }
}

/// Adds a value with a space for every tab and line break, in quotes when it has one.
fn spaced(bytes: &mut Vec<u8>, value: &[u8]) {
    let quoted = value.contains(&b'"');
    if quoted {
        bytes.push(b'"');
    }
    let mut rest = value;
    while let Some(at) = rest.iter().position(|b| matches!(b, b'\t' | b'\r' | b'\n' | b'"')) {
        bytes.extend_from_slice(&rest[..at]);
        let (made, taken): (&[u8], usize) = match rest[at..] {
            [b'"', ..] => (b"\"\"", 1),
            [b'\r', b'\n', ..] => (b" ", 2),
            _ => (b" ", 1),
        };
        bytes.extend_from_slice(made);
        rest = &rest[at + taken..];
    }
    bytes.extend_from_slice(rest);
    if quoted {
        bytes.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{ALL, line};
    use super::*;
    use crate::kit::cell::Type;

    const TEXTS: [Heading; 2] =
        [Heading { header: "A", kind: Type::Text }, Heading { header: "B", kind: Type::Text }];

    fn written(headings: &[Heading], lines: &[Vec<Cell<'_>>]) -> String {
        let mut tab = Tab::new(Vec::new(), headings).unwrap();
        for line in lines {
            for &cell in line {
                tab.cell(cell).unwrap();
            }
            tab.end_line().unwrap();
        }
        assert_eq!(tab.rows(), lines.len() as u64);
        String::from_utf8(tab.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_line_of_every_type() {
        assert_eq!(
            written(&ALL, &[line().to_vec()]),
            "Text\tCode\tId\tNum3\tInt\tCount\tDate\tStamp\tFlag\r\n\
             Ann\t05\t1001\t007\t-12\t0\t02/01/2026\t02/01/2026 08:30\tTrue\r\n"
        );
        assert_eq!(written(&TEXTS, &[vec![Cell::Empty; 2]]), "A\tB\r\n\t\r\n");
    }

    #[test]
    fn tabs_and_line_breaks_become_one_space() {
        for (value, expected) in [
            ("a\tb", "a b"),
            ("a\rb", "a b"),
            ("a\nb", "a b"),
            ("a\r\nb", "a b"),
            ("a\n\rb", "a  b"),
            ("a\t\tb", "a  b"),
            ("\r\n", " "),
            ("a,b", "a,b"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("\t\"\r\n", "\" \"\" \""),
            ("=1", "=1"),
        ] {
            assert_eq!(
                written(&TEXTS, &[vec![Cell::Text(value), Cell::Empty]]),
                format!("A\tB\r\n{expected}\t\r\n")
            );
        }
    }

    #[test]
    fn without_header_row_and_incomplete() {
        let mut tab = Tab::headless(Vec::new(), &TEXTS[..1]);
        tab.cell(Cell::Text("x")).unwrap();
        assert!(tab.cell(Cell::Empty).is_err());
        tab.end_line().unwrap();
        assert!(tab.end_line().is_err());
        assert_eq!(tab.finish().unwrap(), b"x\r\n");
    }

    proptest! {
        #[test]
        fn no_value_makes_a_field_or_a_line(a in any::<String>(), b in "[\t\r\na]{0,8}") {
            let text = written(&TEXTS, &[vec![Cell::Text(&a), Cell::Text(&b)]]);
            prop_assert_eq!(text.matches(['\r', '\n']).count(), 4);
            prop_assert_eq!(text.matches('\t').count(), 2);
        }
    }
}
