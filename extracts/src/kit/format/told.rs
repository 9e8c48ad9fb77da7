//! Lines that tell how many have been written.

use std::io;

use super::Lines;
use crate::kit::cell::Cell;
use crate::kit::extract::Watch;

/// Lines from one word to the next.
pub const EVERY: u64 = 4096;

/// Passes lines on and counts them; whoever watches is told of every 4,096th and of the last.
///
/// Reports write [`Lines::cells`], not cell by cell, so that passing on costs nothing per cell.
pub struct Told<'a> {
    lines: &'a mut dyn Lines,
    watch: &'a mut dyn Watch,
    rows: u64,
}

impl<'a> Told<'a> {
    /// Counts from nothing.
    pub fn of(lines: &'a mut dyn Lines, watch: &'a mut dyn Watch) -> Told<'a> {
        Told { lines, watch, rows: 0 }
    }

    /// Tells of the last line.
    pub fn finish(self) {
        self.watch.done(self.rows);
    }
}

impl Lines for Told<'_> {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        self.lines.cell(cell)
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.lines.end_line()?;
        self.rows += 1;
        if self.rows.is_multiple_of(EVERY) {
            self.watch.done(self.rows);
        }
        Ok(())
    }

    fn cells(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.lines.cells(cells)
    }

    fn keeps(&self) -> bool {
        self.lines.keeps()
    }

    fn keep(&self, first: usize, cells: &[Cell<'_>], into: &mut Vec<u8>) -> io::Result<()> {
        self.lines.keep(first, cells, into)
    }

    fn again(&mut self, kept: &[u8], cells: usize) -> io::Result<()> {
        self.lines.again(kept, cells)
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::Csv;
    use super::super::samples::{ALL, line};
    use super::*;
    use crate::kit::extract::Phase;

    /// What was told.
    #[derive(Default)]
    struct Heard(Vec<u64>);

    impl Watch for Heard {
        fn phase(&mut self, _: Phase, _: Option<u64>) {}

        fn done(&mut self, rows: u64) {
            self.0.push(rows);
        }
    }

    #[test]
    fn the_watch_hears_of_some_lines_and_of_the_last_and_the_lines_are_the_same() {
        let (mut told_of, mut heard) =
            (Csv::new(Vec::new(), &ALL, false).expect("a header"), Heard::default());
        let mut alone = Csv::new(Vec::new(), &ALL, false).expect("a header");
        let mut told = Told::of(&mut told_of, &mut heard);
        for _ in 0..2 * EVERY + 3 {
            for out in [&mut told as &mut dyn Lines, &mut alone] {
                out.cell(line()[0]).and_then(|()| out.cells(&line()[1..])).expect("cells");
                out.end_line().expect("a line");
            }
        }
        told.finish();
        assert_eq!(heard.0, [EVERY, 2 * EVERY, 2 * EVERY + 3]);
        assert!(told_of.finish().expect("bytes") == alone.finish().expect("bytes"));
    }
}
