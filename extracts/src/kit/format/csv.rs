//! Comma separated values: RFC 4180, quoted only where needed, CRLF, UTF-8 without a mark, one header row.

use std::io::{self, Write};

use super::out::{Columns, Out};
use super::text::{SCRATCH, print};
use super::{Heading, Lines};
use crate::kit::cell::{Cell, Type};

/// Bytes that make quotes necessary.
static QUOTED: [bool; 256] = {
    let mut table = [false; 256];
    table[b',' as usize] = true;
    table[b'"' as usize] = true;
    table[b'\r' as usize] = true;
    table[b'\n' as usize] = true;
    table
};

/// A CSV file being written.
pub struct Csv<W: Write> {
    out: Out<W>,
    columns: Columns,
    guard: bool,
}

impl<W: Write> Csv<W> {
    /// Begins with the header row. `guard` is for what people open in a spreadsheet (review, validation, findings):
    /// `'` before a text, code or num3 that starts with `=`, `+`, `-`, `@`, tab or CR. Files for a state have no guard.
    pub fn new(writer: W, headings: &[Heading], guard: bool) -> io::Result<Csv<W>> {
        let mut csv = Csv::headless(writer, headings, guard);
        csv.header(headings)?;
        Ok(csv)
    }

    fn header(&mut self, headings: &[Heading]) -> io::Result<()> {
        for (i, heading) in headings.iter().enumerate() {
            if i > 0 {
                self.out.bytes.push(b',');
            }
            quote(&mut self.out.bytes, b"", heading.header.as_bytes());
        }
        self.out.put(b"\r\n");
        self.out.spill()
    }

    /// Writes a line of words of the program, in no table's columns; no word makes an empty line.
    pub fn words(&mut self, words: &[&str]) -> io::Result<()> {
        self.columns.between_lines()?;
        for (i, word) in words.iter().enumerate() {
            if i > 0 {
                self.out.bytes.push(b',');
            }
            quote(&mut self.out.bytes, b"", word.as_bytes());
        }
        self.out.put(b"\r\n");
        self.out.spill()
    }

    /// Goes on with another table: its header row, then lines of its columns.
    pub fn table(&mut self, headings: &[Heading]) -> io::Result<()> {
        self.columns.go_on(headings)?;
        self.header(headings)
    }

    /// The same without the header row, for an extract that says so.
    pub fn headless(writer: W, headings: &[Heading], guard: bool) -> Csv<W> {
        Csv { out: Out::new(writer), columns: Columns::of(headings), guard }
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

impl<W: Write> Lines for Csv<W> {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let (at, kind) = self.columns.next()?;
        field(&mut self.out.bytes, at, kind, cell, self.guard);
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.columns.end()?;
        self.out.put(b"\r\n");
        self.out.spill()
    }

    fn keeps(&self) -> bool {
        true
    }

    fn keep(&self, first: usize, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()> {
        for (at, &cell) in (first..).zip(cells) {
            field(into, at, self.columns.kind(at)?, cell, self.guard);
        }
        Ok(())
    }

    fn again(&mut self, kept: &[u8], cells: usize) -> io::Result<()> {
        self.columns.skip(cells)?;
        self.out.put(kept);
        Ok(())
    }
}

/// Adds a cell, after a comma unless it is the first.
#[inline]
fn field(bytes: &mut Vec<u8>, at: usize, kind: Type, cell: Cell<'_>, guard: bool) {
    if at > 0 {
        bytes.push(b',');
    }
    match cell {
        Cell::Empty => {}
        // Most numbers are counts of one digit.
        Cell::Number(n @ 0..=9) if kind == Type::Count => bytes.push(b'0' + n as u8),
        // Most codes are one letter or digit.
        Cell::Text(text)
            if kind == Type::Code && matches!(text.as_bytes(), [b] if b.is_ascii_alphanumeric()) =>
        {
            bytes.extend_from_slice(text.as_bytes());
        }
        _ => {
            let mut scratch = SCRATCH;
            let value = print(cell, kind, &mut scratch);
            if matches!(cell, Cell::Text(_) | Cell::Link(..)) {
                let prefix: &[u8] = if guard && guarded(kind, value) { b"'" } else { b"" };
                quote(bytes, prefix, value);
            } else {
                bytes.extend_from_slice(value);
            }
        }
    }
}

/// Whether a spreadsheet could read the value as a formula.
fn guarded(kind: Type, value: &[u8]) -> bool {
    matches!(kind, Type::Text | Type::Code | Type::Num3 | Type::Num4)
        && matches!(value.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// Adds a value, in quotes when it needs them.
fn quote(bytes: &mut Vec<u8>, prefix: &[u8], value: &[u8]) {
    if !value.iter().any(|&b| QUOTED[usize::from(b)]) {
        bytes.extend_from_slice(prefix);
        bytes.extend_from_slice(value);
        return;
    }
    bytes.push(b'"');
    bytes.extend_from_slice(prefix);
    for (i, part) in value.split(|&b| b == b'"').enumerate() {
        if i > 0 {
            bytes.extend_from_slice(b"\"\"");
        }
        bytes.extend_from_slice(part);
    }
    bytes.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{ALL, day, line};
    use super::*;

    const TEXTS: [Heading; 3] = [
        Heading { header: "A", kind: Type::Text },
        Heading { header: "B", kind: Type::Code },
        Heading { header: "C", kind: Type::Text },
    ];

    fn written(headings: &[Heading], guard: bool, lines: &[Vec<Cell<'_>>]) -> String {
        let mut csv = Csv::new(Vec::new(), headings, guard).unwrap();
        for line in lines {
            for &cell in line {
                csv.cell(cell).unwrap();
            }
            csv.end_line().unwrap();
        }
        assert_eq!(csv.rows(), lines.len() as u64);
        String::from_utf8(csv.finish().unwrap()).unwrap()
    }

    /// One value in a column of a type, as written.
    fn one(kind: Type, guard: bool, cell: Cell<'_>) -> String {
        let text = written(&[Heading { header: "H", kind }], guard, &[vec![cell]]);
        text.strip_prefix("H\r\n").unwrap().strip_suffix("\r\n").unwrap().to_owned()
    }

    #[test]
    fn a_line_of_every_type() {
        assert_eq!(
            written(&ALL, false, &[line().to_vec(), vec![Cell::Empty; 9]]),
            "Text,Code,Id,Num3,Int,Count,Date,Stamp,Flag\r\n\
             Ann,05,1001,007,-12,0,02/01/2026,02/01/2026 08:30,True\r\n,,,,,,,,\r\n"
        );
    }

    #[test]
    fn header_row_without_lines_and_lines_without_header_row() {
        assert_eq!(written(&TEXTS, true, &[]), "A,B,C\r\n");
        assert_eq!(
            written(&[Heading { header: "-a, \"b\"", kind: Type::Text }], true, &[]),
            "\"-a, \"\"b\"\"\"\r\n"
        );
        let mut csv = Csv::headless(Vec::new(), &TEXTS[..1], false);
        csv.cell(Cell::Text("x")).unwrap();
        csv.end_line().unwrap();
        assert_eq!(csv.finish().unwrap(), b"x\r\n");
    }

    #[test]
    fn a_file_may_have_several_tables() {
        let mut csv = Csv::headless(Vec::new(), &[], true);
        csv.words(&["A, b", "=c"]).unwrap();
        csv.words(&[]).unwrap();
        csv.table(&TEXTS[..1]).unwrap();
        csv.cell(Cell::Text("=x")).unwrap();
        assert!(csv.words(&["inside a line"]).is_err() && csv.table(&TEXTS).is_err());
        csv.end_line().unwrap();
        csv.table(&TEXTS[..2]).unwrap();
        csv.cell(Cell::Empty).unwrap();
        csv.cell(Cell::Empty).unwrap();
        csv.end_line().unwrap();
        assert_eq!(csv.rows(), 2);
        let text = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(text, "\"A, b\",=c\r\n\r\nA\r\n'=x\r\nA,B\r\n,\r\n");
    }

    #[test]
    fn quotes_only_where_needed() {
        for (value, expected) in [
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("\"", "\"\"\"\""),
            ("a\rb", "\"a\rb\""),
            ("a\nb", "\"a\nb\""),
            (" a ", " a "),
            ("a;b", "a;b"),
            ("a\tb", "a\tb"),
            ("it's é", "it's é"),
            ("", ""),
        ] {
            assert_eq!(one(Type::Text, false, Cell::Text(value)), expected);
        }
    }

    #[test]
    fn guard_is_for_text_code_and_num3() {
        for kind in [Type::Text, Type::Code, Type::Num3] {
            for value in ["=1+1", "+1", "-1", "@a", "\ta"] {
                assert_eq!(one(kind, true, Cell::Text(value)), format!("'{value}"));
                assert_eq!(one(kind, false, Cell::Text(value)), value);
            }
            assert_eq!(one(kind, true, Cell::Text("\ra")), "\"'\ra\"");
            assert_eq!(one(kind, true, Cell::Text("=A,\"B\"")), "\"'=A,\"\"B\"\"\"");
            for value in ["a=1", " =1", "'a", "", "#1"] {
                assert_eq!(one(kind, true, Cell::Text(value)), value);
            }
        }
        assert_eq!(one(Type::Num3, true, Cell::Text("7")), "007");
    }

    #[test]
    fn guard_is_never_for_numbers_dates_and_flags() {
        for kind in [Type::Id, Type::Int, Type::Count] {
            assert_eq!(one(kind, true, Cell::Number(-5)), "-5");
        }
        assert_eq!(one(Type::Date, true, Cell::Date(day(2026, 2, 1))), "02/01/2026");
        assert_eq!(one(Type::Flag, true, Cell::Flag(false)), "False");
    }

    #[test]
    fn lines_of_another_length_are_refused() {
        let mut csv = Csv::new(Vec::new(), &TEXTS[..1], false).unwrap();
        assert!(csv.end_line().is_err());
        csv.cell(Cell::Empty).unwrap();
        assert!(csv.cell(Cell::Empty).is_err());
        assert!(csv.finish().is_err());
    }

    #[test]
    fn a_line_longer_than_the_buffer_arrives() {
        let long = "x".repeat(300_000);
        assert_eq!(one(Type::Text, false, Cell::Text(&long)), long);
    }

    /// Reads RFC 4180 strictly.
    fn parsed(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut line, mut value) = (Vec::new(), Vec::new(), String::new());
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '"' => {
                    assert!(value.is_empty(), "a quote inside a bare value");
                    loop {
                        match rest.next().expect("an open quote") {
                            '"' if rest.peek() == Some(&'"') => value.push(rest.next().unwrap()),
                            '"' => break,
                            c => value.push(c),
                        }
                    }
                    assert!(matches!(rest.peek(), Some(',' | '\r')), "text after a quoted value");
                }
                ',' => line.push(std::mem::take(&mut value)),
                '\r' => {
                    assert_eq!(rest.next(), Some('\n'));
                    line.push(std::mem::take(&mut value));
                    lines.push(std::mem::take(&mut line));
                }
                c => {
                    assert_ne!(c, '\n');
                    value.push(c);
                }
            }
        }
        assert!(line.is_empty() && value.is_empty());
        lines
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[,\"\r\n=+@\t'a-]{0,8}"]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            lines in proptest::collection::vec(proptest::collection::vec(value(), 3), 0..20), guard in any::<bool>()
        ) {
            let cells: Vec<Vec<Cell<'_>>> =
                lines.iter().map(|l| l.iter().map(|v| Cell::Text(v)).collect()).collect();
            let read = parsed(&written(&TEXTS, guard, &cells));
            prop_assert_eq!(read.len(), lines.len() + 1);
            for (read, line) in read[1..].iter().zip(&lines) {
                prop_assert_eq!(read.len(), 3);
                for (read, value) in read.iter().zip(line) {
                    let risky = guard && value.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    let expected = if risky { format!("'{value}") } else { value.clone() };
                    prop_assert_eq!(read, &expected);
                }
            }
        }
    }
}
