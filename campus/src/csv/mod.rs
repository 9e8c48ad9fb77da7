//! Streaming CSV, exactly by the file rules of campus-data: RFC 4180, comma, LF or CRLF, nothing repaired.

mod decode;

use std::io::Read;

use memchr::{memchr, memchr_iter, memchr3};

pub use decode::Windows1252;

const BUFFER: usize = 1 << 18;

/// Why a file is unreadable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes could not be had.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Not UTF-8.
    #[error("the text is not UTF-8; an older export may need --encoding windows-1252")]
    Encoding,
    /// A NUL byte.
    #[error("there is a NUL byte in the line")]
    Nul,
    /// A quote inside a field that does not begin with one.
    #[error("there is a quote inside an unquoted field")]
    QuoteInside,
    /// Something other than a comma or line end after a closing quote.
    #[error("there is text after a closing quote")]
    AfterQuote,
    /// The file ends inside a quoted field.
    #[error("a quoted field is not closed")]
    Unclosed,
}

/// A fault and the line it is in.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct Error {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong.
    #[source]
    pub fault: Fault,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    quoted: bool,
}

/// One row, its memory used again for the next.
#[derive(Debug, Default)]
pub struct Record {
    text: String,
    spans: Vec<Span>,
    line: u64,
}

impl Record {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// No field at all: nothing was read yet.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The line the row begins in, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes of its fields and the commas between them.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A field, and whether it was quoted.
    #[inline]
    pub fn field(&self, index: usize) -> (&str, bool) {
        let span = self.spans[index];
        (&self.text[span.start..span.end], span.quoted)
    }
}

/// Reads rows one after another.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    filled: usize,
    line: u64,
    started: bool,
}

impl<R: Read> Reader<R> {
    /// A reader of UTF-8 bytes; a byte order mark is skipped.
    pub fn new(source: R) -> Reader<R> {
        Reader { source, buffer: vec![0; BUFFER], at: 0, filled: 0, line: 1, started: false }
    }

    /// Has at least `wanted` bytes ready unless the file ends before; returns how many there are.
    fn ready(&mut self, wanted: usize) -> Result<usize, Error> {
        while self.filled - self.at < wanted {
            if self.at > 0 {
                self.buffer.copy_within(self.at..self.filled, 0);
                self.filled -= self.at;
                self.at = 0;
            }
            match self.source.read(&mut self.buffer[self.filled..]) {
                Ok(0) => break,
                Ok(n) => self.filled += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.fault(Fault::Io(e))),
            }
        }
        Ok(self.filled - self.at)
    }

    fn fault(&self, fault: Fault) -> Error {
        Error { line: self.line, fault }
    }

    /// Length of a line end at the current place: 0 when there is none.
    fn line_end(&mut self) -> Result<usize, Error> {
        let ready = self.ready(2)?;
        Ok(match &self.buffer[self.at..self.at + ready.min(2)] {
            [b'\n', ..] => 1,
            [b'\r', b'\n'] => 2,
            _ => 0,
        })
    }

    /// Reads the next row; false at the end of the file. Lines without any character are skipped.
    pub fn read(&mut self, record: &mut Record) -> Result<bool, Error> {
        if !self.started {
            self.started = true;
            if self.ready(3)? >= 3 && self.buffer[self.at..self.at + 3] == [0xEF, 0xBB, 0xBF] {
                self.at += 3;
            }
        }
        if self.plain(record) {
            return Ok(true);
        }
        let mut data = std::mem::take(&mut record.text).into_bytes();
        data.clear();
        record.spans.clear();
        loop {
            match self.line_end()? {
                0 => break,
                n => {
                    self.at += n;
                    self.line += 1;
                }
            }
        }
        if self.at == self.filled {
            return Ok(false);
        }
        record.line = self.line;
        loop {
            let start = data.len();
            let quoted = self.ready(1)? > 0 && self.buffer[self.at] == b'"';
            let more = if quoted { self.quoted(&mut data)? } else { self.unquoted(&mut data)? };
            record.spans.push(Span { start, end: data.len(), quoted });
            if !more {
                break;
            }
            // Kept between fields so that the check for UTF-8 never joins the bytes of two of them.
            data.push(b',');
        }
        let line_of = |to: usize, data: &[u8]| record.line + memchr_iter(b'\n', &data[..to]).count() as u64;
        if let Some(at) = memchr(0, &data) {
            return Err(Error { line: line_of(at, &data), fault: Fault::Nul });
        }
        match String::from_utf8(data) {
            Ok(text) => record.text = text,
            Err(e) => {
                let line = line_of(e.utf8_error().valid_up_to(), e.as_bytes());
                return Err(Error { line, fault: Fault::Encoding });
            }
        }
        Ok(true)
    }

    /// Reads a row that lies whole in the buffer and has nothing special: no quote, no NUL, no empty line, good text.
    /// False for any other row, of which nothing is taken then.
    fn plain(&mut self, record: &mut Record) -> bool {
        let rest = &self.buffer[self.at..self.filled];
        record.spans.clear();
        let mut start = 0;
        for (i, &byte) in rest.iter().enumerate() {
            // Letters and digits come after the comma.
            if byte > b',' {
                continue;
            }
            match byte {
                b',' => {
                    record.spans.push(Span { start, end: i, quoted: false });
                    start = i + 1;
                }
                b'\n' => {
                    let end = if i > start && rest[i - 1] == b'\r' { i - 1 } else { i };
                    let empty = record.spans.is_empty() && end == 0;
                    let Some(text) = std::str::from_utf8(&rest[..end]).ok().filter(|_| !empty) else {
                        return false;
                    };
                    record.spans.push(Span { start, end, quoted: false });
                    record.text.clear();
                    record.text.push_str(text);
                    record.line = self.line;
                    self.line += 1;
                    self.at += i + 1;
                    return true;
                }
                b'"' | 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// Reads an unquoted field and what ends it; true when another field follows.
    fn unquoted(&mut self, data: &mut Vec<u8>) -> Result<bool, Error> {
        let start = data.len();
        loop {
            let rest = &self.buffer[self.at..self.filled];
            let Some(n) = memchr3(b',', b'\n', b'"', rest) else {
                data.extend_from_slice(rest);
                self.at = self.filled;
                if self.ready(1)? == 0 {
                    return Ok(false);
                }
                continue;
            };
            let end = rest[n];
            data.extend_from_slice(&rest[..n]);
            self.at += n + 1;
            match end {
                b',' => return Ok(true),
                b'\n' => {
                    self.line += 1;
                    if data.len() > start && data.last() == Some(&b'\r') {
                        data.pop();
                    }
                    return Ok(false);
                }
                _ => return Err(self.fault(Fault::QuoteInside)),
            }
        }
    }

    /// Reads a quoted field and what ends it; true when another field follows.
    fn quoted(&mut self, data: &mut Vec<u8>) -> Result<bool, Error> {
        let opened = self.line;
        self.at += 1;
        loop {
            if self.ready(1)? == 0 {
                return Err(Error { line: opened, fault: Fault::Unclosed });
            }
            let rest = &self.buffer[self.at..self.filled];
            let found = memchr(b'"', rest);
            let n = found.unwrap_or(rest.len());
            self.line += memchr_iter(b'\n', &rest[..n]).count() as u64;
            data.extend_from_slice(&rest[..n]);
            self.at += n;
            if found.is_none() {
                continue;
            }
            self.at += 1;
            let ready = self.ready(1)?;
            if ready == 0 {
                return Ok(false);
            }
            match self.buffer[self.at] {
                b'"' => {
                    data.push(b'"');
                    self.at += 1;
                }
                b',' => {
                    self.at += 1;
                    return Ok(true);
                }
                _ => match self.line_end()? {
                    0 => return Err(self.fault(Fault::AfterQuote)),
                    n => {
                        self.at += n;
                        self.line += 1;
                        return Ok(false);
                    }
                },
            }
        }
    }
}

#[cfg(test)]
mod tests;
