//! The files in every format (extract-contract, "Formats").

use std::io;

use super::cell::{Cell, Type};

pub mod csv;
pub mod html;
mod out;
pub mod tab;
pub mod text;
pub mod told;
pub mod xlsx;

/// Media types of the formats.
pub mod media {
    /// Comma-separated values.
    pub const CSV: &str = "text/csv";
    /// A page.
    pub const HTML: &str = "text/html";
    /// Tab-separated values.
    pub const TAB: &str = "text/tab-separated-values";
    /// A workbook.
    pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

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
    /// Writes cells of the next columns of the line.
    fn cells(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        cells.iter().try_for_each(|&cell| self.cell(cell))
    }
    /// Whether the format can print cells once for many lines, with [`Lines::keep`] and [`Lines::again`].
    fn keeps(&self) -> bool {
        false
    }
    /// Prints cells of the columns from `first` on, to be written in many lines.
    fn keep(&self, _first: usize, _cells: &[Cell<'_>], _into: &mut Vec<u8>) -> io::Result<()> {
        Err(out::invalid("the format keeps no cells"))
    }
    /// Writes cells of the next columns that were kept: their bytes and their number.
    fn again(&mut self, _kept: &[u8], _cells: usize) -> io::Result<()> {
        Err(out::invalid("the format keeps no cells"))
    }
}

/// Values that every format's tests print.
#[cfg(test)]
pub(crate) mod samples {
    use campus::date::Date;

    use super::Heading;
    use crate::kit::cell::{Cell, Type};

    /// One column of every type.
    pub(crate) const ALL: [Heading; 9] = [
        Heading { header: "Text", kind: Type::Text },
        Heading { header: "Code", kind: Type::Code },
        Heading { header: "Id", kind: Type::Id },
        Heading { header: "Num3", kind: Type::Num3 },
        Heading { header: "Int", kind: Type::Int },
        Heading { header: "Count", kind: Type::Count },
        Heading { header: "Date", kind: Type::Date },
        Heading { header: "Stamp", kind: Type::Stamp },
        Heading { header: "Flag", kind: Type::Flag },
    ];

    /// A date that exists.
    pub(crate) fn day(year: i32, month: u32, day: u32) -> Date {
        Date::of(year, month, day).expect("a date that exists")
    }

    /// A line of [`ALL`].
    pub(crate) fn line() -> [Cell<'static>; 9] {
        [
            Cell::Text("Ann"),
            Cell::Text("05"),
            Cell::Number(1001),
            Cell::Text("7"),
            Cell::Number(-12),
            Cell::Number(0),
            Cell::Date(day(2026, 2, 1)),
            Cell::Stamp(day(2026, 2, 1), 510),
            Cell::Flag(true),
        ]
    }
}
