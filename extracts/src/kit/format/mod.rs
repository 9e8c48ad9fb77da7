//! The files in every format (extract-contract, "Formats").

pub mod csv;
pub mod text;

use std::io;

use super::cell::{Cell, Type};

/// One column's heading.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// Exact header text.
    pub header: &'static str,
    /// How its cells print.
    pub kind: Type,
}

/// Where lines go: one table after another, cell by cell in column order.
pub trait Lines {
    /// Writes one cell of the next column of the line.
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()>;
    /// Ends the line.
    fn end_line(&mut self) -> io::Result<()>;
}
