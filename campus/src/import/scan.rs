//! Reads a table's file once: every value is parsed and packed, keys and references are kept.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Findings, Severity};
use super::scanned::{Kept, Lines, Scanned};
use super::write::{Packed, Sink};
use super::{Encoding, Error, Options, Phase, Progress, csv_name};
use crate::csv::{self, Reader, Record, Windows1252};
use crate::tables::{Column, Kind, Table};
use crate::value::{Value, digits, kind_name, parse};

/// Columns that checks need besides keys and references.
const ALSO: &[(&str, &str)] =
    &[("Person", "stateID"), ("Enrollment", "grade"), ("Trial", "active"), ("SchoolYear", "active")];

/// Rows between two words of progress.
const PROGRESS_ROWS: u64 = 100_000;

/// Opens a table's file.
fn open(path: &Path, encoding: Encoding) -> Result<Reader<Box<dyn Read>>, std::io::Error> {
    let file = File::open(path)?;
    Ok(Reader::new(match encoding {
        Encoding::Utf8 => Box::new(file) as Box<dyn Read>,
        Encoding::Windows1252 => Box::new(Windows1252::new(file)),
    }))
}

/// Whether a column's text is trimmed at both ends (campus-data, "Import").
fn trims_both(table: &Table, column: &Column) -> bool {
    table.name == "GradeLevel" && column.name == "name"
}

/// Place in the file of each declared column, or the line's fault.
pub struct Header {
    /// Field of each declared column.
    pub places: Vec<Option<usize>>,
    extra: Vec<String>,
}

impl Header {
    /// Matches names without regard to case or blanks around them.
    pub fn of(table: &Table, record: &Record) -> Result<Header, String> {
        let mut seen = HashMap::new();
        for i in 0..record.len() {
            let name = record.field(i).0.trim();
            if seen.insert(name.to_lowercase(), (i, name)).is_some() {
                return Err(format!("the column {name} is named twice"));
            }
        }
        let places = table.columns.iter().map(|c| seen.remove(&c.name.to_lowercase()).map(|s| s.0)).collect();
        let mut extra: Vec<_> = seen.into_values().collect();
        extra.sort_unstable();
        Ok(Header { places, extra: extra.into_iter().map(|(_, n)| n.to_owned()).collect() })
    }
}

/// A table that was read.
pub struct Outcome {
    /// What checks need of it.
    pub scanned: Scanned,
    /// Its rows; none when it cannot be imported.
    pub packed: Option<Packed>,
    /// What was found in it.
    pub findings: Findings,
    /// Columns that are not declared.
    pub extra: Vec<String>,
}

/// Reads a table's file; a table without one is empty.
pub fn scan(
    table: &'static Table,
    file: Option<&PathBuf>,
    sink: Sink,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome, Error> {
    let mut scan = Scan::new(table, sink);
    match file {
        Some(path) => scan.file(path, options, progress)?,
        None if table.spine => {
            let what = "the file is missing and every bundle must have it".to_owned();
            scan.findings.add(scan.error("missing_table", 0, "", what));
            scan.out.complete = false;
        }
        None => {}
    }
    let rows = u64::from(scan.out.rows);
    progress(Progress { phase: Phase::Check, table: table.name, rows });
    let packed = scan.sink.filter(|_| scan.out.complete).map(Sink::close).transpose()?;
    Ok(Outcome { scanned: scan.out, packed, findings: scan.findings, extra: scan.extra })
}

/// Why a file is not read to its end.
enum Stop {
    /// It is unreadable: the line and what is wrong.
    File(u64, String),
    /// The snapshot cannot be written.
    Write(Error),
}

/// What is wrong with a value.
enum Wrong {
    /// The column is not there.
    Missing,
    /// It is empty and must be there.
    Empty,
    /// It does not parse.
    Unparsed,
}

struct Scan {
    out: Scanned,
    findings: Findings,
    extra: Vec<String>,
    /// None when the table cannot be imported any more.
    sink: Option<Sink>,
    /// Findings of values, errors or warnings as their number turns out.
    values: Vec<Finding>,
    unparsed: u64,
    empty: u64,
    start_end: Option<(usize, usize)>,
    /// The column whose text is trimmed at both ends.
    trims: Option<usize>,
}

impl Scan {
    fn new(table: &'static Table, sink: Sink) -> Scan {
        let held = |c: &Column| {
            let wanted = c.key || c.references.is_some() || ALSO.contains(&(table.name, c.name));
            match c.kind {
                _ if !wanted => Kept::None,
                Kind::Int if c.required => Kept::Int(Vec::new()),
                Kind::Int => Kept::OptInt(Vec::new()),
                Kind::Bool => Kept::Flag(Vec::new()),
                _ => Kept::Symbol(Vec::new()),
            }
        };
        let out = Scanned {
            table,
            complete: true,
            rows: 0,
            keep: Vec::new(),
            columns: table.columns.iter().map(held).collect(),
            symbols: HashMap::new(),
            lines: Lines::default(),
            bad: Vec::new(),
            reversed: Vec::new(),
            nulled: vec![Vec::new(); table.columns.len()],
        };
        let start_end = table.index_of("startDate").zip(table.index_of("endDate"));
        let trims = table.columns.iter().position(|c| trims_both(table, c));
        let (findings, extra, values) = (Findings::default(), Vec::new(), Vec::new());
        Scan { out, findings, extra, sink: Some(sink), values, unparsed: 0, empty: 0, start_end, trims }
    }

    fn error(&self, rule: &'static str, line: u64, column: &str, what: String) -> Finding {
        let (file, column) = (csv_name(self.out.table), column.to_owned());
        Finding { severity: Severity::Error, rule, file, line, column, what, kind: "" }
    }

    fn file(
        &mut self,
        path: &Path,
        options: &Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let read = open(path, options.encoding)
            .map_err(|e| Stop::File(0, csv::Fault::Io(e).to_string()))
            .and_then(|reader| self.rows(reader, options.lenient, progress));
        self.judge(options.lenient);
        match read {
            Err(Stop::File(line, what)) => {
                self.findings.add(self.error("unreadable_file", line, "", what));
                self.out.complete = false;
                Ok(())
            }
            Err(Stop::Write(error)) => Err(error),
            Ok(()) => Ok(()),
        }
    }

    fn rows(
        &mut self,
        mut reader: Reader<Box<dyn Read>>,
        lenient: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Stop> {
        let fault = |e: csv::Error| Stop::File(e.line, e.fault.to_string());
        let table = self.out.table;
        let mut record = Record::default();
        if !reader.read(&mut record).map_err(fault)? {
            return Err(Stop::File(1, "there is no header row".to_owned()));
        }
        let fields = record.len();
        let header = Header::of(table, &record).map_err(|what| Stop::File(record.line(), what))?;
        self.extra.clone_from(&header.extra);
        for (column, place) in table.columns.iter().zip(&header.places) {
            if column.required && place.is_none() {
                let what = "the column is missing and must be there".to_owned();
                self.findings.add(self.error("missing_column", record.line(), column.name, what));
                self.out.complete = false;
                self.sink = None;
            }
        }
        while reader.read(&mut record).map_err(fault)? {
            if record.len() != fields {
                let what = format!("the row has {} fields and the header {fields}", record.len());
                return Err(Stop::File(record.line(), what));
            }
            if self.out.rows == u32::MAX {
                return Err(Stop::File(record.line(), "the file has too many rows".to_owned()));
            }
            if !self.row(&header.places, &record)? && !lenient {
                self.sink = None;
            }
            if u64::from(self.out.rows) % PROGRESS_ROWS == 0 {
                let rows = u64::from(self.out.rows);
                progress(Progress { phase: Phase::Check, table: table.name, rows });
            }
        }
        Ok(())
    }

    /// Takes a row; false when it has a wrong value.
    fn row(&mut self, places: &[Option<usize>], record: &Record) -> Result<bool, Stop> {
        let table = self.out.table;
        let row = self.out.rows;
        let mut dates = (None, None);
        let mut wrong: Vec<(usize, Wrong)> = Vec::new();
        let mut builders = match &mut self.sink {
            Some(sink) => sink.begin(row, record.bytes()).map_err(Stop::Write)?.iter_mut(),
            None => Default::default(),
        };
        let columns = table.columns.iter().zip(places).zip(&mut self.out.columns);
        for (i, ((column, place), kept)) in columns.enumerate() {
            let (text, quoted) = place.map_or(("", false), |place| record.field(place));
            let builder = builders.next();
            // Most values are ids.
            if column.kind == Kind::Int
                && let Some(n) = digits(text)
            {
                kept.int(n);
                if let Some(builder) = builder {
                    builder.int(n);
                }
                continue;
            }
            if text.len() > i32::MAX as usize {
                return Err(Stop::File(record.line(), "a field is longer than 2 GiB".to_owned()));
            }
            let value = match parse(column.kind, text, quoted) {
                // A column that is missing was told already.
                Some(Value::Null) if column.required => {
                    wrong.push((i, if place.is_some() { Wrong::Empty } else { Wrong::Missing }));
                    Value::Null
                }
                Some(Value::Text(text)) if self.trims == Some(i) => Value::Text(text.trim()),
                Some(value) => value,
                None => {
                    wrong.push((i, Wrong::Unparsed));
                    Value::Null
                }
            };
            if let (Value::Date(day), Some((start, end))) = (value, self.start_end) {
                if i == start {
                    dates.0 = Some(day);
                } else if i == end {
                    dates.1 = Some(day);
                }
            }
            if let Some(builder) = builder {
                match value {
                    Value::Null if column.required => builder.fill(),
                    value => builder.push(value),
                }
            }
            match (kept, value) {
                (Kept::Symbol(v), Value::Text(t)) => {
                    let next = self.out.symbols.len() as u32 + 1;
                    v.push(match self.out.symbols.get(t) {
                        Some(n) => *n,
                        None => *self.out.symbols.entry(t.into()).or_insert(next),
                    });
                }
                (kept, value) => kept.push(value),
            }
        }
        let good = wrong.is_empty();
        wrong.into_iter().for_each(|(i, what)| self.wrong(record.line(), &table.columns[i], what));
        if good
            && let (Some(start), Some(end)) = dates
            && end < start
        {
            self.out.reversed.push(row);
        }
        self.out.lines.push(row, record.line());
        self.out.keep.push(good);
        if !good {
            self.out.bad.push(row);
        }
        if let Some(sink) = &mut self.sink {
            sink.end(good);
        }
        self.out.rows += 1;
        Ok(good)
    }

    /// Notes a wrong value.
    fn wrong(&mut self, line: u64, column: &Column, what: Wrong) {
        match what {
            Wrong::Missing => {}
            Wrong::Empty => {
                self.empty += 1;
                let what = "the value is empty and must be there".to_owned();
                self.bad("empty_required", line, column, what);
            }
            Wrong::Unparsed => {
                self.unparsed += 1;
                let what = format!("the value does not parse as {}", kind_name(column.kind));
                self.bad("bad_value", line, column, what);
            }
        }
    }

    fn bad(&mut self, rule: &'static str, line: u64, column: &Column, what: String) {
        if self.values.len() < super::KEPT_IN_FULL {
            let kind = kind_name(column.kind);
            self.values.push(Finding { kind, ..self.error(rule, line, column.name, what) });
        }
    }

    /// Value errors are warnings under `--lenient`, up to 1 % of the rows.
    fn judge(&mut self, lenient: bool) {
        let warn = lenient && self.out.bad.len() as u64 * 100 <= u64::from(self.out.rows);
        if !self.out.bad.is_empty() && !warn {
            self.out.complete = false;
        }
        let severity = if warn { Severity::Warning } else { Severity::Error };
        self.findings.count(severity, "bad_value", self.unparsed);
        self.findings.count(severity, "empty_required", self.empty);
        for mut finding in self.values.drain(..) {
            finding.severity = severity;
            if warn {
                finding.what.push_str("; the row is kept out");
            }
            self.findings.keep(finding);
        }
    }
}
