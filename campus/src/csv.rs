//! Reading CSV exactly by the file rules of campus-data.

use std::borrow::Cow;

/// Why a file cannot be read, and on which line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// No header row.
    #[error("the header row is missing")]
    NoHeader,
    /// A row does not have the header's number of fields.
    #[error("the row has more or fewer fields than the header")]
    FieldCount,
    /// Something other than a comma or line end follows a closing quote.
    #[error("text follows a closing quote")]
    AfterQuote,
    /// A quote stands inside a field that does not start with one.
    #[error("a quote stands inside an unquoted field")]
    StrayQuote,
    /// The file ends inside quotes.
    #[error("a quoted field is not closed")]
    OpenQuote,
    /// A NUL byte.
    #[error("the file has a NUL byte")]
    Nul,
    /// Not UTF-8.
    #[error("the file is not UTF-8; give --encoding windows-1252 for older exports")]
    Encoding,
    /// Two columns of one name.
    #[error("a column is named twice")]
    NamedTwice,
}

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// The text without its quotes.
    pub text: Cow<'a, str>,
    /// It stood in quotes.
    pub quoted: bool,
}

/// Rows of a CSV text.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Reader<'a> {
    /// Reads from the start of a text; a byte order mark is skipped.
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0, line: 1 }
    }

    /// Reads the next row into `fields` and returns the line it starts on; `None` at the end.
    ///
    /// # Errors
    /// The line and the rule that the file breaks.
    pub fn next_row(&mut self, fields: &mut Vec<Field<'a>>) -> Result<Option<u32>, (u32, Unreadable)> {
        fields.clear();
        let bytes = self.text.as_bytes();
        loop {
            match bytes[self.at..] {
                [] => return Ok(None),
                [b'\n', ..] => self.at += 1,
                [b'\r', b'\n', ..] => self.at += 2,
                _ => break,
            }
            self.line += 1;
        }
        let first = self.line;
        loop {
            let field = if bytes.get(self.at) == Some(&b'"') { self.quoted()? } else { self.plain()? };
            fields.push(field);
            match bytes[self.at..] {
                [b',', ..] => self.at += 1,
                [] => break,
                [b'\n', ..] => {
                    self.at += 1;
                    self.line += 1;
                    break;
                }
                [b'\r', b'\n', ..] => {
                    self.at += 2;
                    self.line += 1;
                    break;
                }
                _ => return Err((self.line, Unreadable::AfterQuote)),
            }
        }
        Ok(Some(first))
    }

    fn plain(&mut self) -> Result<Field<'a>, (u32, Unreadable)> {
        let rest = &self.text.as_bytes()[self.at..];
        let mut end = 0;
        while let Some(&byte) = rest.get(end) {
            match byte {
                b',' | b'\n' => break,
                b'\r' if rest.get(end + 1) == Some(&b'\n') => break,
                b'"' => return Err((self.line, Unreadable::StrayQuote)),
                0 => return Err((self.line, Unreadable::Nul)),
                _ => end += 1,
            }
        }
        let text = Cow::Borrowed(&self.text[self.at..self.at + end]);
        self.at += end;
        Ok(Field { text, quoted: false })
    }

    fn quoted(&mut self) -> Result<Field<'a>, (u32, Unreadable)> {
        let opened = self.line;
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut doubled = false;
        loop {
            match bytes.get(at) {
                None => return Err((opened, Unreadable::OpenQuote)),
                Some(0) => return Err((self.line, Unreadable::Nul)),
                Some(b'\n') => self.line += 1,
                Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                    doubled = true;
                    at += 1;
                }
                Some(b'"') => break,
                Some(_) => {}
            }
            at += 1;
        }
        self.at = at + 1;
        let inner = &self.text[start..at];
        let text = if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
        Ok(Field { text, quoted: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (u32, Vec<String>);

    fn rows(text: &str) -> Result<Vec<Row>, (u32, Unreadable)> {
        let mut reader = Reader::new(text);
        let mut fields = Vec::new();
        let mut rows = Vec::new();
        while let Some(line) = reader.next_row(&mut fields)? {
            rows.push((line, fields.iter().map(|f| f.text.to_string()).collect()));
        }
        Ok(rows)
    }

    #[test]
    fn lines_are_counted_through_quoted_fields_and_skipped_lines() {
        let found = rows("\u{feff}a,b\r\n\r\n\"x\ny\",\"q\"\"q\"\n\n1,\n").expect("readable");
        let expected = [(1, vec!["a", "b"]), (3, vec!["x\ny", "q\"q"]), (6, vec!["1", ""])];
        assert_eq!(found.len(), expected.len());
        for ((line, fields), (expected_line, expected_fields)) in found.iter().zip(expected) {
            assert_eq!(
                (*line, fields.iter().map(String::as_str).collect::<Vec<_>>()),
                (expected_line, expected_fields)
            );
        }
    }

    #[test]
    fn broken_quoting_names_its_line() {
        assert_eq!(rows("a\n\"b\"x\n"), Err((2, Unreadable::AfterQuote)));
        assert_eq!(rows("a\nb\"x\n"), Err((2, Unreadable::StrayQuote)));
        assert_eq!(rows("a\n\"b\n\n"), Err((2, Unreadable::OpenQuote)));
        assert_eq!(rows("a\n\0\n"), Err((2, Unreadable::Nul)));
    }
}
