//! One table's CSV file into typed columns, every value checked.

use std::borrow::Cow;
use std::collections::HashSet;

use super::bundle::Bundle;
use super::{Error, Findings, Options};
use crate::csv::{Field, Reader, Unreadable};
use crate::tables::{Column, Kind, Table};
use crate::value;

/// Values of one column, by row.
#[derive(Debug)]
pub enum Values {
    /// `int`, `date` or `time`.
    Numbers(Vec<Option<i32>>),
    /// `datetime`.
    Instants(Vec<Option<i64>>),
    /// `bool`.
    Flags(Vec<bool>),
    /// `text` or `decimal`: the end of each value in the bytes, and whether there is one.
    Texts {
        /// All values, one after the other.
        bytes: String,
        /// End of each row's value.
        ends: Vec<u32>,
    },
}

impl Values {
    fn of(kind: Kind) -> Values {
        match kind {
            Kind::Int | Kind::Date | Kind::Time => Values::Numbers(Vec::new()),
            Kind::DateTime => Values::Instants(Vec::new()),
            Kind::Bool => Values::Flags(Vec::new()),
            Kind::Text | Kind::Decimal => Values::Texts { bytes: String::new(), ends: Vec::new() },
        }
    }

    /// The number of a row.
    pub fn number(&self, row: usize) -> Option<i32> {
        match self {
            Values::Numbers(values) => values[row],
            _ => None,
        }
    }

    /// The flag of a row.
    pub fn flag(&self, row: usize) -> bool {
        matches!(self, Values::Flags(values) if values[row])
    }

    /// The text of a row; an empty text is null.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Values::Texts { bytes, ends } => {
                let start = if row == 0 { 0 } else { ends[row - 1] as usize };
                Some(&bytes[start..ends[row] as usize]).filter(|t| !t.is_empty())
            }
            _ => None,
        }
    }

    /// Reads a value onto the end; false when it does not parse.
    fn push(&mut self, kind: Kind, field: Option<&Field<'_>>) -> Pushed {
        let null = |f: &&Field<'_>| f.text.is_empty() || (!f.quoted && f.text == "NULL");
        let text = field.filter(|f| !null(f)).map(|f| f.text.as_ref());
        let text = match kind {
            Kind::Text => text.map(|t| t.trim_end()),
            _ => text.map(str::trim),
        };
        let text = text.filter(|t| !t.is_empty());
        let parsed = match self {
            Values::Numbers(values) => {
                let read = match kind {
                    Kind::Int => value::int,
                    Kind::Date => value::date,
                    _ => value::time,
                };
                values.push(text.and_then(read));
                values.last().is_some_and(Option::is_some)
            }
            Values::Instants(values) => {
                values.push(text.and_then(value::datetime));
                values.last().is_some_and(Option::is_some)
            }
            Values::Flags(values) => {
                let flag = text.map_or(Some(false), value::bool);
                values.push(flag.unwrap_or(false));
                flag.is_some()
            }
            Values::Texts { bytes, ends } => {
                let good = kind == Kind::Text || text.is_none_or(value::decimal);
                bytes.push_str(text.filter(|_| good).unwrap_or(""));
                ends.push(bytes.len() as u32);
                good
            }
        };
        match text {
            None => Pushed::Null,
            Some(_) if parsed => Pushed::Value,
            Some(_) => Pushed::Unparsed,
        }
    }
}

enum Pushed {
    Value,
    Null,
    Unparsed,
}

/// A table read from its file.
#[derive(Debug)]
pub struct Loaded {
    /// The declaration.
    pub table: &'static Table,
    /// Values by column.
    pub columns: Vec<Values>,
    /// Line of each row.
    pub lines: Vec<u32>,
    /// Whether each row is kept.
    pub kept: Vec<bool>,
}

impl Loaded {
    /// Name of the file.
    pub fn file(&self) -> String {
        format!("{}.csv", self.table.name)
    }

    /// Number of rows read.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Values of a column by its name, which must be declared.
    pub fn column(&self, name: &str) -> &Values {
        &self.columns[self.table.index_of(name).expect("a declared column")]
    }
}

/// Reads a table; a missing file is an empty table, or an error of the spine.
pub fn load(
    table: &'static Table,
    bundle: &Bundle,
    options: &Options,
    findings: &mut Findings,
) -> Result<Loaded, Error> {
    let columns = table.columns.iter().map(|c| Values::of(c.kind)).collect();
    let mut loaded = Loaded { table, columns, lines: Vec::new(), kept: Vec::new() };
    let file = loaded.file();
    let Some(path) = bundle.file(table.name) else {
        if table.spine {
            findings.error(&file, 0, "", "missing_table", "the table must be in every bundle and is missing");
        }
        return Ok(loaded);
    };
    let bytes = std::fs::read(path).map_err(|e| Error::Bundle {
        path: path.to_owned(),
        reason: format!("the file cannot be read ({e})"),
    })?;
    let text: Cow<'_, str> = if options.windows_1252 {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0
    } else {
        match std::str::from_utf8(&bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(e) => {
                let line = 1 + memchr::memchr_iter(b'\n', &bytes[..e.valid_up_to()]).count() as u32;
                findings.error(&file, line, "", "unreadable", Unreadable::Encoding.to_string());
                return Ok(loaded);
            }
        }
    };
    if let Err((line, why)) = loaded.read(&text, options, findings) {
        findings.error(&file, line, "", "unreadable", why.to_string());
    }
    Ok(loaded)
}

impl Loaded {
    fn read(
        &mut self,
        text: &str,
        options: &Options,
        findings: &mut Findings,
    ) -> Result<(), (u32, Unreadable)> {
        let file = self.file();
        let mut reader = Reader::new(text);
        let mut fields = Vec::new();
        let header_line = reader.next_row(&mut fields)?.ok_or((1, Unreadable::NoHeader))?;
        let names: Vec<String> = fields.iter().map(|f| f.text.trim().to_lowercase()).collect();
        if names.iter().collect::<HashSet<_>>().len() < names.len() {
            return Err((header_line, Unreadable::NamedTwice));
        }
        let places: Vec<Option<usize>> = self
            .table
            .columns
            .iter()
            .map(|c| names.iter().position(|n| *n == c.name.to_lowercase()))
            .collect();
        for (field, _) in fields.iter().zip(0..).filter(|(_, at)| !places.contains(&Some(*at))) {
            let what = "the column is not one of the table's and is ignored";
            findings.warning(&file, header_line, field.text.trim(), "extra_column", what);
        }
        let mut missing = false;
        for (column, _) in self.table.columns.iter().zip(&places).filter(|(c, p)| c.required && p.is_none()) {
            findings.error(
                &file,
                header_line,
                column.name,
                "missing_column",
                "the required column is missing",
            );
            missing = true;
        }
        let width = names.len();
        let mut bad: Vec<(u32, &Column, bool)> = Vec::new();
        let mut bad_rows = 0usize;
        while let Some(line) = reader.next_row(&mut fields)? {
            if fields.len() != width {
                return Err((line, Unreadable::FieldCount));
            }
            let before = bad.len();
            let table = self.table;
            for ((column, values), place) in table.columns.iter().zip(&mut self.columns).zip(&places) {
                match values.push(column.kind, place.map(|p| &fields[p])) {
                    Pushed::Unparsed => bad.push((line, column, true)),
                    Pushed::Null if column.required && place.is_some() => bad.push((line, column, false)),
                    _ => {}
                }
            }
            self.lines.push(line);
            self.kept.push(bad.len() == before);
            bad_rows += usize::from(bad.len() > before);
        }
        if missing {
            return Ok(());
        }
        let lenient = options.lenient && bad_rows * 100 <= self.rows();
        for (line, column, unparsed) in bad {
            let (rule, what) = if unparsed {
                ("unparsed", format!("the value is not a {}", word(column.kind)))
            } else {
                ("empty_required", "the required value is empty".to_owned())
            };
            if lenient {
                findings.warning(&file, line, column.name, rule, what + "; the row is kept out");
            } else {
                findings.error(&file, line, column.name, rule, what);
            }
        }
        Ok(())
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "whole number of 32 bits",
        Kind::Text => "text",
        Kind::Bool => "bool",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "date with a time",
        Kind::Decimal => "decimal number",
    }
}
