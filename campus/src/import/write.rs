//! Packs rows into a table's Parquet file while they are read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int32Builder, StringBuilder, Time32SecondBuilder, TimestampSecondBuilder,
};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::{Error, io};
use crate::snapshot;
use crate::tables::{Kind, Table};
use crate::value::Value;

/// Rows handed to the packer at once.
const BATCH_ROWS: usize = 8_192;
/// Bytes of rows handed to the packer at once, but always one row.
const BATCH_BYTES: usize = 32 << 20;
/// Rows of the file in one row group.
const GROUP_ROWS: u32 = 16 * BATCH_ROWS as u32;
/// A row group is ended early when it grows to this.
const GROUP_BYTES: usize = 64 << 20;
/// A table whose file is larger has many ids.
const MANY: u64 = 256 << 10;

/// The values of a column of the batch.
pub enum Builder {
    /// Ints.
    Int(Int32Builder),
    /// Texts and decimals.
    Text(StringBuilder),
    /// Bools.
    Bool(BooleanBuilder),
    /// Dates.
    Date(Date32Builder),
    /// Times.
    Time(Time32SecondBuilder),
    /// Dates with times.
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
    #[inline]
    pub fn push(&mut self, value: Value<'_>) {
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

    /// Adds an int to a column of ints.
    #[inline]
    pub fn int(&mut self, n: i32) {
        if let Builder::Int(b) = self {
            b.append_value(n);
        }
    }

    /// Adds anything: the row is left out.
    pub fn fill(&mut self) {
        match self {
            Builder::Int(b) => b.append_value(0),
            Builder::Text(b) => b.append_value(""),
            Builder::Bool(b) => b.append_value(false),
            Builder::Date(b) => b.append_value(0),
            Builder::Time(b) => b.append_value(0),
            Builder::DateTime(b) => b.append_value(0),
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

/// How a table is packed: no dictionary for ints that are nearly all different. `bytes` tells the size of the file of
/// a table in the bundle.
pub fn properties(table: &Table, bytes: impl Fn(&str) -> u64) -> Result<WriterProperties, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(None)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(true);
    for column in table.columns.iter().filter(|c| c.kind == Kind::Int) {
        if column.key && column.references.is_none() || column.references.is_some_and(|t| bytes(t) > MANY) {
            builder = builder.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
        }
    }
    Ok(builder.build())
}

/// A table's file that is complete.
pub struct Packed {
    /// The file.
    pub path: PathBuf,
    /// How it is packed.
    pub properties: WriterProperties,
    /// First row, as the bundle's file has it, of each row group.
    pub groups: Vec<u32>,
}

/// Takes a table's rows, value by value.
pub struct Sink {
    table: &'static Table,
    path: PathBuf,
    properties: WriterProperties,
    writer: ArrowWriter<File>,
    builders: Vec<Builder>,
    /// Whether each row of the batch is good.
    good: Vec<bool>,
    bytes: usize,
    groups: Vec<u32>,
    /// Rows of the bundle's file in the row group and the batch.
    grouped: u32,
}

impl Sink {
    /// Begins a table's file in a folder.
    pub fn create(table: &'static Table, folder: &Path, bytes: impl Fn(&str) -> u64) -> Result<Sink, Error> {
        let path = folder.join(snapshot::file_name(table));
        let parquet = |source| Error::Parquet { path: path.clone(), source };
        let file = File::create_new(&path).map_err(io(&path))?;
        let properties = properties(table, bytes).map_err(parquet)?;
        let writer =
            ArrowWriter::try_new(file, snapshot::schema(table), Some(properties.clone())).map_err(parquet)?;
        let builders = table.columns.iter().map(|c| Builder::of(c.kind)).collect();
        let (good, groups) = (Vec::new(), Vec::new());
        Ok(Sink { table, path, properties, writer, builders, good, bytes: 0, groups, grouped: 0 })
    }

    fn parquet(&self) -> impl FnOnce(ParquetError) -> Error + '_ {
        |source| Error::Parquet { path: self.path.clone(), source }
    }

    /// Begins the row with this number in the bundle's file; every column takes one value.
    #[inline]
    pub fn begin(&mut self, row: u32, bytes: usize) -> Result<&mut [Builder], Error> {
        if self.good.len() == BATCH_ROWS || self.bytes + bytes > BATCH_BYTES {
            self.batch()?;
        }
        if self.grouped == 0 {
            self.groups.push(row);
        }
        self.grouped += 1;
        self.bytes += bytes;
        Ok(&mut self.builders)
    }

    /// Ends the row; a bad one is left out.
    #[inline]
    pub fn end(&mut self, good: bool) {
        self.good.push(good);
    }

    /// Packs the rows of the batch.
    fn batch(&mut self) -> Result<(), Error> {
        if self.good.is_empty() {
            return Ok(());
        }
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        let whole = RecordBatch::try_new(snapshot::schema(self.table), columns)
            .and_then(|batch| match self.good.iter().all(|g| *g) {
                true => Ok(batch),
                false => filter_record_batch(&batch, &BooleanArray::from(self.good.clone())),
            })
            .map_err(|e| self.parquet()(e.into()))?;
        self.good.clear();
        self.bytes = 0;
        self.writer.write(&whole).map_err(|source| Error::Parquet { path: self.path.clone(), source })?;
        if self.grouped >= GROUP_ROWS || self.writer.in_progress_size() >= GROUP_BYTES {
            self.group()?;
        }
        Ok(())
    }

    /// Ends the row group.
    fn group(&mut self) -> Result<(), Error> {
        if self.writer.in_progress_rows() == 0 {
            // All its rows are bad: there is no such group.
            self.groups.pop();
        }
        self.grouped = 0;
        self.writer.flush().map_err(|source| Error::Parquet { path: self.path.clone(), source })
    }

    /// Completes the file.
    pub fn close(mut self) -> Result<Packed, Error> {
        self.batch()?;
        if self.grouped > 0 {
            self.group()?;
        }
        let Sink { path, properties, writer, groups, .. } = self;
        writer.close().map_err(|source| Error::Parquet { path: path.clone(), source })?;
        Ok(Packed { path, properties, groups })
    }
}

/// Size and SHA-256 of a file.
pub fn digest(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 18];
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
