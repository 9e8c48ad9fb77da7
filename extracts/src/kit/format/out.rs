//! What the text formats share: a byte buffer before a writer, and the column a line is in.

use std::io::{self, Write};

use super::Heading;
use crate::kit::cell::Type;

/// A full buffer is written when the line ends.
const FULL: usize = 64 * 1024;

/// Bytes on their way to a writer. Only a line longer than the buffer makes it grow.
pub(super) struct Out<W> {
    writer: W,
    pub(super) bytes: Vec<u8>,
}

impl<W: Write> Out<W> {
    pub(super) fn new(writer: W) -> Out<W> {
        Out { writer, bytes: Vec::with_capacity(FULL + FULL / 8) }
    }

    /// Adds bytes as they are.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes what is there when the buffer is full.
    pub(super) fn spill(&mut self) -> io::Result<()> {
        if self.bytes.len() >= FULL {
            self.writer.write_all(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }

    /// Writes the rest and gives the writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.writer.write_all(&self.bytes)?;
        self.writer.flush()?;
        Ok(self.writer)
    }
}

/// The columns of a table and how far the line has come. A line of another length is refused: it would shift cells.
#[derive(Default)]
pub(super) struct Columns {
    kinds: Vec<Type>,
    at: usize,
    rows: u64,
}

impl Columns {
    pub(super) fn of(headings: &[Heading]) -> Columns {
        Columns { kinds: headings.iter().map(|h| h.kind).collect(), at: 0, rows: 0 }
    }

    /// Place and type of the next cell.
    pub(super) fn next(&mut self) -> io::Result<(usize, Type)> {
        let at = self.at;
        let kind = self.kind(at)?;
        self.at += 1;
        Ok((at, kind))
    }

    /// Type of a column.
    pub(super) fn kind(&self, at: usize) -> io::Result<Type> {
        self.kinds.get(at).copied().ok_or_else(|| invalid("a line has more cells than columns"))
    }

    /// Goes on over cells; returns the place of the first.
    pub(super) fn skip(&mut self, cells: usize) -> io::Result<usize> {
        let at = self.at;
        if cells > self.kinds.len() - at {
            return Err(invalid("a line has more cells than columns"));
        }
        self.at += cells;
        Ok(at)
    }

    /// Ends a complete line.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if self.at != self.kinds.len() || self.at == 0 {
            return Err(invalid("a line has fewer cells than columns"));
        }
        self.at = 0;
        self.rows += 1;
        Ok(())
    }

    /// Goes on with other columns.
    pub(super) fn go_on(&mut self, headings: &[Heading]) -> io::Result<()> {
        self.between_lines()?;
        self.kinds.clear();
        self.kinds.extend(headings.iter().map(|h| h.kind));
        Ok(())
    }

    /// Refuses to go on in the middle of a line.
    pub(super) fn between_lines(&self) -> io::Result<()> {
        if self.at == 0 { Ok(()) } else { Err(invalid("a line was not ended")) }
    }

    /// Lines ended so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}

/// A wrong use of a format.
pub(super) fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::samples::ALL;
    use super::*;

    #[test]
    fn lines_have_exactly_the_columns() {
        let mut columns = Columns::of(&ALL[..2]);
        assert!(columns.end().is_err());
        assert_eq!(columns.next().unwrap(), (0, Type::Text));
        assert!(columns.end().is_err());
        assert!(columns.between_lines().is_err());
        assert_eq!(columns.next().unwrap(), (1, Type::Code));
        assert!(columns.next().is_err());
        columns.end().unwrap();
        assert!(columns.skip(3).is_err());
        assert_eq!(columns.skip(1).unwrap(), 0);
        assert_eq!(columns.skip(1).unwrap(), 1);
        assert!(columns.skip(1).is_err());
        columns.end().unwrap();
        columns.between_lines().unwrap();
        assert_eq!(columns.rows(), 2);
    }

    #[test]
    fn only_a_full_buffer_is_written() {
        let mut out = Out::new(Vec::new());
        out.put(&vec![b'a'; FULL - 1]);
        out.spill().unwrap();
        assert!(out.writer.is_empty());
        out.put(b"b");
        out.spill().unwrap();
        assert_eq!(out.writer.len(), FULL);
        out.put(b"c");
        assert_eq!(out.finish().unwrap().len(), FULL + 1);
    }
}
