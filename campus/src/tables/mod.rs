//! The declaration of Campus tables that import, snapshots and extracts share.

mod declared;

pub use declared::TABLES;

/// How a column's values are written in a bundle and held in a snapshot (campus-data, "File rules").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Signed 32-bit whole number.
    Int,
    /// Text, trimmed at the right end.
    Text,
    /// True or false; empty is false.
    Bool,
    /// Calendar date, held as days since 1970-01-01.
    Date,
    /// Time of day, held as seconds since midnight.
    Time,
    /// Date and time of day, held as seconds since 1970-01-01T00:00:00 of no time zone.
    DateTime,
    /// Exact decimal, held as its text.
    Decimal,
}

/// One column of a Campus table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Campus's name.
    pub name: &'static str,
    /// How values are written and held.
    pub kind: Kind,
    /// Part of the table's unique key.
    pub key: bool,
    /// May not be empty.
    pub required: bool,
    /// Table whose single key this column names.
    pub references: Option<&'static str>,
}

/// One Campus table.
#[derive(Debug)]
pub struct Table {
    /// Campus's name, also the name of its CSV file.
    pub name: &'static str,
    /// Must be in every bundle.
    pub spine: bool,
    /// Columns in declared order.
    pub columns: &'static [Column],
}

impl Table {
    /// Place of a column, by its exact name.
    pub fn index_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }
}

/// The table with this exact name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

const fn col(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, key: false, required: false, references: None }
}

impl Column {
    const fn key(mut self) -> Self {
        self.key = true;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn references(mut self, table: &'static str) -> Self {
        self.references = Some(table);
        self
    }
}
