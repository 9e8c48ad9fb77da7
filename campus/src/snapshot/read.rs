//! Reading the columns an extract needs, whole or batch by batch.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Time32SecondType, TimestampSecondType};
use arrow_array::{Array, BooleanArray, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use super::manifest::Manifest;
use crate::tables;

/// Rows of a batch of [`Snapshot::scan`].
const BATCH_ROWS: usize = 16_384;

/// Threads that read at once, where the machine has them.
const THREADS: usize = 2;

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file is missing or may not be opened.
    #[error("{} cannot be opened; give the folder that `registrar import` made", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The manifest is not one of ours.
    #[error("{} is not a snapshot's manifest; import the bundle again", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Where it fails.
        source: serde_json::Error,
    },
    /// A table's file is damaged.
    #[error("{} is damaged; import the bundle again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the Parquet reader said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// An open snapshot.
#[derive(Debug)]
pub struct Snapshot {
    folder: PathBuf,
    manifest: Manifest,
}

impl Snapshot {
    /// Opens the snapshot in a folder.
    pub fn open(folder: &Path) -> Result<Snapshot, Error> {
        Ok(Snapshot { folder: folder.to_owned(), manifest: Manifest::open(folder)? })
    }

    /// What the snapshot says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Rows of a table.
    pub fn rows(&self, table: &str) -> usize {
        self.manifest.tables.iter().find(|t| t.table == table).map_or(0, |t| t.rows as usize)
    }

    /// Reads columns of a table whole, rows in the bundle's order.
    pub fn load(&self, table: &str, columns: &[&str]) -> Result<Batch, Error> {
        let rows = self.rows(table).max(1);
        let (path, mut reader) = self.reader(table, columns, rows)?;
        match reader.next() {
            Some(batch) => Ok(Batch(batch.map_err(|e| damaged(&path, e))?)),
            None => Ok(Batch::without_rows(table, columns)),
        }
    }

    /// Reads columns of a table batch by batch, rows in the bundle's order.
    pub fn scan(&self, table: &str, columns: &[&str], mut each: impl FnMut(&Batch)) -> Result<(), Error> {
        let (path, reader) = self.reader(table, columns, BATCH_ROWS)?;
        for batch in reader {
            each(&Batch(batch.map_err(|e| damaged(&path, e))?));
        }
        Ok(())
    }

    /// Reads columns of several tables, as [`Snapshot::load`] reads one; the batches come in the order asked for.
    pub fn load_all(&self, wanted: &[(&str, Vec<&str>)]) -> Result<Vec<Batch>, Error> {
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        // The largest first, so that no thread is left with it at the end.
        order.sort_by_key(|&at| std::cmp::Reverse(self.rows(wanted[at].0) * wanted[at].1.len()));
        let mut loaded: Vec<Option<Batch>> = wanted.iter().map(|_| None).collect();
        let done = on_threads(order.len(), |turn| {
            let (table, columns) = &wanted[order[turn]];
            self.load(table, columns)
        })?;
        order.into_iter().zip(done).for_each(|(at, batch)| loaded[at] = Some(batch));
        Ok(loaded.into_iter().flatten().collect())
    }

    /// Reads columns of a table on several threads, by parts of it; what `each` kept of the parts comes in the bundle's
    /// order. A part is left out when `wanted` wants nothing between the lowest and the highest value that an `int`
    /// column has in it.
    pub fn gather<T: Default + Send>(
        &self,
        table: &str,
        columns: &[&str],
        column: &str,
        wanted: impl Fn(i32, i32) -> bool,
        each: impl Fn(&Batch, &mut T) + Sync,
    ) -> Result<Vec<T>, Error> {
        let (path, file) = self.file(table)?;
        let metadata = ArrowReaderMetadata::load(&file, Default::default()).map_err(|e| damaged(&path, e))?;
        let groups: Vec<usize> = (0..metadata.metadata().num_row_groups())
            .filter(|&g| span(metadata.metadata().row_group(g), column).is_none_or(|(l, h)| wanted(l, h)))
            .collect();
        on_threads(groups.len(), |turn| {
            let file = File::open(&path).map_err(|source| Error::Open { path: path.clone(), source })?;
            let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_row_groups(vec![groups[turn]]);
            let mut kept = T::default();
            for batch in build(&path, builder, columns, BATCH_ROWS)? {
                each(&Batch(batch.map_err(|e| damaged(&path, e))?), &mut kept);
            }
            Ok(kept)
        })
    }

    fn file(&self, table: &str) -> Result<(PathBuf, File), Error> {
        let path = self.folder.join(format!("{table}.parquet"));
        match File::open(&path) {
            Ok(file) => Ok((path, file)),
            Err(source) => Err(Error::Open { path, source }),
        }
    }

    fn reader(
        &self,
        table: &str,
        columns: &[&str],
        batch_rows: usize,
    ) -> Result<(PathBuf, ParquetRecordBatchReader), Error> {
        let (path, file) = self.file(table)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| damaged(&path, e))?;
        let reader = build(&path, builder, columns, batch_rows)?;
        Ok((path, reader))
    }
}

fn build(
    path: &Path,
    builder: ParquetRecordBatchReaderBuilder<File>,
    columns: &[&str],
    batch_rows: usize,
) -> Result<ParquetRecordBatchReader, Error> {
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let builder = builder.with_projection(mask).with_batch_size(batch_rows);
    builder.build().map_err(|e| damaged(path, e))
}

/// The lowest and the highest value of an `int` column in a row group, when its statistics tell them.
fn span(group: &RowGroupMetaData, column: &str) -> Option<(i32, i32)> {
    let column = group.columns().iter().find(|c| c.column_descr().name() == column)?;
    match column.statistics()? {
        Statistics::Int32(of) => Some((*of.min_opt()?, *of.max_opt()?)),
        _ => None,
    }
}

/// Does numbered work on threads; the results come in the order of the numbers.
fn on_threads<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS).min(count);
    if threads < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            if turn >= count {
                return done;
            }
            done.push((turn, work(turn)));
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(turn, _)| *turn);
    done.into_iter().map(|(_, result)| result).collect()
}

fn damaged(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Damaged { path: path.to_owned(), source: source.into() }
}

/// A `bool` column.
pub type Flags = BooleanArray;

/// Some columns of some rows.
///
/// The accessors take names of declared columns that were asked for; any other name is a mistake in the program.
#[derive(Debug)]
pub struct Batch(RecordBatch);

impl Batch {
    /// Columns of a declared table without any row.
    pub fn without_rows(table: &str, columns: &[&str]) -> Batch {
        let declared = tables::table(table).expect("a declared table");
        let whole = super::schema(declared);
        let kept: Vec<_> =
            whole.fields().iter().filter(|f| columns.contains(&f.name().as_str())).cloned().collect();
        Batch(RecordBatch::new_empty(Arc::new(Schema::new(kept))))
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.0.num_rows()
    }

    fn column(&self, name: &str) -> &dyn Array {
        self.0.column_by_name(name).unwrap_or_else(|| panic!("column {name} was not asked for")).as_ref()
    }

    /// An `int`, `date` (days since 1970-01-01) or `time` (seconds since midnight) column.
    pub fn numbers(&self, name: &str) -> Numbers<'_> {
        let column = self.column(name);
        let values: &[i32] = match column.data_type() {
            DataType::Int32 => column.as_primitive::<Int32Type>().values(),
            DataType::Date32 => column.as_primitive::<Date32Type>().values(),
            DataType::Time32(TimeUnit::Second) => column.as_primitive::<Time32SecondType>().values(),
            other => panic!("column {name} holds {other}, not numbers"),
        };
        Numbers { values, nulls: column.nulls().filter(|n| n.null_count() > 0) }
    }

    /// A `datetime` column, seconds since 1970-01-01T00:00:00 of no time zone; required columns only.
    pub fn instants(&self, name: &str) -> &[i64] {
        self.column(name).as_primitive::<TimestampSecondType>().values()
    }

    /// A `bool` column.
    pub fn flags(&self, name: &str) -> &Flags {
        self.column(name).as_boolean()
    }

    /// A `text` or `decimal` column.
    pub fn texts(&self, name: &str) -> Texts<'_> {
        Texts(self.column(name).as_string::<i32>())
    }
}

/// A column of 32-bit numbers.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    values: &'a [i32],
    nulls: Option<&'a NullBuffer>,
}

impl<'a> Numbers<'a> {
    /// The value of a row, `None` when it is null.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i32> {
        match self.nulls {
            Some(nulls) if nulls.is_null(row) => None,
            _ => Some(self.values[row]),
        }
    }

    /// The value of a row, `null` when it is null.
    #[inline]
    pub fn get_or(&self, row: usize, null: i32) -> i32 {
        self.get(row).unwrap_or(null)
    }

    /// All values; meaningful for columns that are never null.
    pub fn values(&self) -> &'a [i32] {
        self.values
    }
}

/// A column of text.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a>(&'a StringArray);

impl<'a> Texts<'a> {
    /// The value of a row, `None` when it is null.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&'a str> {
        if self.0.is_null(row) { None } else { Some(self.0.value(row)) }
    }

    /// The value of a row, empty when it is null (an empty text is always null).
    #[inline]
    pub fn or_empty(&self, row: usize) -> &'a str {
        self.get(row).unwrap_or("")
    }
}
