//! One line of a report's column table: what the state asked for, and where the value comes from.

use super::cell::Type;
use super::format::Heading;

/// One column of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Section of the extract's document.
    pub section: &'static str,
    /// Exact header text.
    pub header: &'static str,
    /// How its cells print.
    pub kind: Type,
    /// Where the value comes from.
    pub source: &'static str,
    /// What it tells, in one sentence.
    pub meaning: &'static str,
}

/// A column of a section of the document.
pub const fn at(
    section: &'static str,
    header: &'static str,
    kind: Type,
    source: &'static str,
    meaning: &'static str,
) -> Column {
    Column { section, header, kind, source, meaning }
}

impl Column {
    /// What a format needs to know of it.
    pub const fn heading(&self) -> Heading {
        Heading { header: self.header, kind: self.kind }
    }
}

/// What a format needs to know of columns.
pub fn headings(columns: &[Column]) -> Vec<Heading> {
    columns.iter().map(Column::heading).collect()
}
