//! One printed value and how its column prints it (kecs-lead, section 2, "Value types").

use campus::date::Date;

use super::days::Hundredths;

/// How a column prints; a format belongs to the column, not to the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text as stored.
    Text,
    /// Code as stored; a text cell in a workbook.
    Code,
    /// Digits; a text cell in a workbook.
    Id,
    /// As stored, but one or two ASCII digits get zeros in front to three; a text cell.
    Num3,
    /// The same to four digits.
    Num4,
    /// Digits; a number cell.
    Int,
    /// Digits, never empty; a number cell.
    Count,
    /// A number with two decimals; a number cell.
    Hundredths,
    /// MM/DD/YYYY; a date cell.
    Date,
    /// MM/DD/YYYY HH:MM, 24 hours.
    Stamp,
    /// `True` or `False`; a text cell.
    Flag,
}

impl Type {
    /// The format in words, for those who check a report.
    pub const fn words(self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Code => "code",
            Type::Id => "id",
            Type::Num3 => "three digits",
            Type::Num4 => "four digits",
            Type::Int => "whole number",
            Type::Count => "count",
            Type::Hundredths => "two decimals",
            Type::Date => "MM/DD/YYYY",
            Type::Stamp => "MM/DD/YYYY HH:MM",
            Type::Flag => "True or False",
        }
    }
}

/// A value before a format prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Null: prints as nothing.
    Empty,
    /// Text of a `Text`, `Code`, `Num3` or `Num4` column, as stored (the last two pad when they are printed).
    /// Also of a `Hundredths` column that has more digits than 64 bits hold.
    Text(&'a str),
    /// Number of an `Id`, `Int` or `Count` column.
    Number(i64),
    /// Hundredths of a `Hundredths` column.
    Hundredths(u64),
    /// A date.
    Date(Date),
    /// A date with minutes since midnight.
    Stamp(Date, u16),
    /// A flag.
    Flag(bool),
    /// The name of a sheet, which in a workbook leads to a line of it, from 1; 0 is the header row.
    Link(&'a str, u32),
}

impl<'a> Cell<'a> {
    /// Text as stored; nothing when it is null.
    pub fn text(value: Option<&'a str>) -> Cell<'a> {
        value.map_or(Cell::Empty, Cell::Text)
    }

    /// A number; nothing when it is null.
    pub fn number(value: Option<i32>) -> Cell<'a> {
        value.map_or(Cell::Empty, |n| Cell::Number(n.into()))
    }

    /// Hundredths as they were rounded.
    pub fn hundredths(value: &'a Hundredths) -> Cell<'a> {
        match value {
            Hundredths::Count(count) => Cell::Hundredths(*count),
            Hundredths::Printed(text) => Cell::Text(text),
        }
    }

    /// A date; nothing when it is null.
    pub fn date(value: Option<Date>) -> Cell<'a> {
        value.map_or(Cell::Empty, Cell::Date)
    }
}
