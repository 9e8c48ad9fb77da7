//! Second pass: the rows that stay, as one Parquet file per table.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int32Builder, StringBuilder, Time32SecondBuilder, TimestampSecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::scan::{Header, PROGRESS_ROWS, open, trims_both};
use super::scanned::All;
use super::{Encoding, Error, Phase, Progress, csv_name, io};
use crate::csv::{Reader, Record};
use crate::snapshot;
use crate::snapshot::manifest::TableEntry;
use crate::tables::{Column, Kind};
use crate::value::{Value, parse};

const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: usize = 32 << 20;
const GROUP_ROWS: usize = 128_000;
/// A table with more rows than this has many ids.
const MANY: u32 = 10_000;

enum Builder {
    Int(Int32Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Time(Time32SecondBuilder),
    DateTime(TimestampSecondBuilder),
}

impl Builder {
    fn of(kind: Kind) -> Builder {
        match kind {
            Kind::Int => Builder::Int(Int32Builder::new()),
            Kind::Text | Kind::Decimal => Builder::Text(StringBuilder::new()),
            Kind::Bool => Builder::Bool(BooleanBuilder::new()),
            Kind::Date => Builder::Date(Date32Builder::new()),
            Kind::Time => Builder::Time(Time32SecondBuilder::new()),
            Kind::DateTime => Builder::DateTime(TimestampSecondBuilder::new()),
        }
    }

    /// Adds a value of the column's own kind, or null.
    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Builder::Int(b), Value::Int(n)) => b.append_value(n),
            (Builder::Int(b), _) => b.append_null(),
            (Builder::Text(b), Value::Text(t) | Value::Decimal(t)) => b.append_value(t),
            (Builder::Text(b), _) => b.append_null(),
            (Builder::Bool(b), value) => b.append_value(value == Value::Bool(true)),
            (Builder::Date(b), Value::Date(n)) => b.append_value(n),
            (Builder::Date(b), _) => b.append_null(),
            (Builder::Time(b), Value::Time(n)) => b.append_value(n),
            (Builder::Time(b), _) => b.append_null(),
            (Builder::DateTime(b), Value::DateTime(n)) => b.append_value(n),
            (Builder::DateTime(b), _) => b.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Int(b) => Arc::new(b.finish()),
            Builder::Text(b) => Arc::new(b.finish()),
            Builder::Bool(b) => Arc::new(b.finish()),
            Builder::Date(b) => Arc::new(b.finish()),
            Builder::Time(b) => Arc::new(b.finish()),
            Builder::DateTime(b) => Arc::new(b.finish()),
        }
    }
}

/// How a table is packed: no dictionary for ints that are nearly all different.
fn properties(all: &All, place: usize) -> Result<WriterProperties, ParquetError> {
    let table = all.scans[place].table;
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(true);
    for column in table.columns.iter().filter(|c| c.kind == Kind::Int) {
        let target = column.references.map(All::place);
        if column.key && target.is_none() || target.is_some_and(|t| all.scans[t].rows > MANY) {
            builder = builder.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
        }
    }
    Ok(builder.build())
}

/// Writes one table's file.
pub fn write(
    all: &All,
    place: usize,
    source: Option<&PathBuf>,
    encoding: Encoding,
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<TableEntry, Error> {
    let table = all.scans[place].table;
    let path = folder.join(snapshot::file_name(table));
    let failed = |source| Error::Parquet { path: path.clone(), source };
    let file = File::create_new(&path).map_err(io(&path))?;
    let properties = properties(all, place).map_err(failed)?;
    let mut writer = ArrowWriter::try_new(file, snapshot::schema(table), Some(properties)).map_err(failed)?;
    let mut rows = 0;
    if let Some(source) = source {
        let reader = open(source, encoding).map_err(io(source))?;
        rows = copy(all, place, reader, progress, &mut |batch| writer.write(&batch).map_err(failed))?;
    }
    writer.close().map_err(failed)?;
    progress(Progress { phase: Phase::Write, table: table.name, rows });
    let (bytes, sha256) = digest(&path).map_err(io(&path))?;
    Ok(TableEntry { table: table.name.to_owned(), rows, bytes, sha256 })
}

/// Reads the file again and hands on the rows that stay; returns how many.
fn copy(
    all: &All,
    place: usize,
    mut reader: Reader<Box<dyn Read>>,
    progress: &mut dyn FnMut(Progress),
    sink: &mut dyn FnMut(RecordBatch) -> Result<(), Error>,
) -> Result<u64, Error> {
    let scanned = &all.scans[place];
    let table = scanned.table;
    let again = |source| Error::Reread { file: csv_name(table), source };
    let changed = || Error::Changed(csv_name(table));
    let schema = snapshot::schema(table);
    let mut builders: Vec<Builder> = table.columns.iter().map(|c| Builder::of(c.kind)).collect();
    let mut record = Record::default();
    reader.read(&mut record).map_err(again)?;
    let fields = record.len();
    let places = Header::of(table, &record).map_err(|_| changed())?.places;
    let mut nulled: Vec<_> = scanned.nulled.iter().map(|rows| rows.iter().copied().peekable()).collect();
    let (mut row, mut rows, mut held, mut bytes) = (0u32, 0u64, 0usize, 0usize);
    let mut batch = |builders: &mut Vec<Builder>| {
        let columns = builders.iter_mut().map(Builder::finish).collect();
        // Only a value that is null against the schema fails here: the file is not the one that was checked.
        sink(RecordBatch::try_new(schema.clone(), columns).map_err(|_| changed())?)
    };
    while reader.read(&mut record).map_err(again)? {
        let keep = scanned.keep.get(row as usize).ok_or_else(changed)?;
        if record.len() != fields {
            return Err(changed());
        }
        if *keep {
            let size = (0..fields).map(|i| record.field(i).0.len()).sum::<usize>();
            if held > 0 && (held == BATCH_ROWS || bytes + size > BATCH_BYTES) {
                batch(&mut builders)?;
                (held, bytes) = (0, 0);
            }
            for (i, column) in table.columns.iter().enumerate() {
                let null = nulled[i].next_if_eq(&row).is_some();
                let (text, quoted) = places[i].map_or(("", false), |p| record.field(p));
                let value = parse(column.kind, text, quoted).ok_or_else(changed)?;
                builders[i].push(if null { Value::Null } else { stored(table, column, value) });
            }
            held += 1;
            bytes += size;
            rows += 1;
        }
        row += 1;
        if u64::from(row) % PROGRESS_ROWS == 0 {
            progress(Progress { phase: Phase::Write, table: table.name, rows });
        }
    }
    if row != scanned.rows {
        return Err(changed());
    }
    if held > 0 {
        batch(&mut builders)?;
    }
    Ok(rows)
}

/// A value as it is kept.
fn stored<'a>(table: &crate::tables::Table, column: &Column, value: Value<'a>) -> Value<'a> {
    match value {
        Value::Text(text) if trims_both(table, column) => Value::Text(text.trim()),
        value => value,
    }
}

fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        bytes += n as u64;
    }
    Ok((bytes, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}
