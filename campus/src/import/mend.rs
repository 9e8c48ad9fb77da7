//! Takes out of a table's file what the checks found after it was packed.
//!
//! Such rows are rare: only the row groups that have one are packed again, the others are copied as they are.

use std::fs::File;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, Int32Array, RecordBatch};
use arrow_select::filter::filter_record_batch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::writer::SerializedFileWriter;

use super::scanned::Scanned;
use super::write::Packed;
use super::{Error, io};
use crate::snapshot;

/// Mends a table's file where it has to be.
pub fn mend(scanned: &Scanned, packed: &Packed) -> Result<(), Error> {
    let groups = groups(scanned, packed);
    if !groups.iter().any(|g| g.changed) {
        return Ok(());
    }
    let mended = packed.path.with_extension("mended");
    rewrite(scanned, packed, &groups, &mended)
        .map_err(|source| Error::Parquet { path: packed.path.clone(), source })?;
    std::fs::rename(&mended, &packed.path).map_err(io(&packed.path))
}

/// The rows of a row group.
struct Group {
    /// As the bundle's file has them; a row with a wrong value was never packed.
    rows: std::ops::Range<u32>,
    /// Some of them go out or have a value that becomes null.
    changed: bool,
}

fn groups(scanned: &Scanned, packed: &Packed) -> Vec<Group> {
    let ends = packed.groups.iter().skip(1).copied().chain([scanned.rows]);
    let within = |sorted: &[u32], rows: &std::ops::Range<u32>| {
        sorted.partition_point(|r| *r < rows.end) - sorted.partition_point(|r| *r < rows.start)
    };
    let of = |(start, end): (u32, u32)| {
        let rows = start..end;
        let out = scanned.keep[start as usize..end as usize].iter().filter(|k| !**k).count();
        let changed =
            out > within(&scanned.bad, &rows) || scanned.nulled.iter().any(|n| within(n, &rows) > 0);
        Group { rows, changed }
    };
    packed.groups.iter().copied().zip(ends).map(of).collect()
}

fn rewrite(
    scanned: &Scanned,
    packed: &Packed,
    groups: &[Group],
    to: &std::path::Path,
) -> Result<(), ParquetError> {
    let input = File::open(&packed.path)?;
    let metadata = ArrowReaderMetadata::load(&input, Default::default())?;
    let schema = snapshot::schema(scanned.table);
    let output = File::create_new(to)?;
    let writer = ArrowWriter::try_new(output, schema.clone(), Some(packed.properties.clone()))?;
    let (mut writer, factory) = writer.into_serialized_writer()?;
    for (index, group) in groups.iter().enumerate() {
        if !group.changed {
            copy(&input, metadata.metadata().row_group(index), &mut writer)?;
            continue;
        }
        let rows = metadata.metadata().row_group(index).num_rows() as usize;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(input.try_clone()?, metadata.clone())
            .with_row_groups(vec![index])
            .with_batch_size(rows)
            .build()?;
        let mut packed_rows = group.rows.clone().filter(|r| scanned.bad.binary_search(r).is_err());
        for batch in reader {
            let batch = batch?;
            let rows: Vec<u32> = packed_rows.by_ref().take(batch.num_rows()).collect();
            let batch = change(scanned, &rows, &batch)?;
            if batch.num_rows() > 0 {
                pack(&batch, &factory, &mut writer)?;
            }
        }
    }
    writer.close()?;
    Ok(())
}

/// Copies a row group as it is.
fn copy(
    input: &File,
    group: &RowGroupMetaData,
    writer: &mut SerializedFileWriter<File>,
) -> Result<(), ParquetError> {
    let mut out = writer.next_row_group()?;
    for column in group.columns() {
        let close = ColumnCloseResult {
            bytes_written: column.compressed_size() as u64,
            rows_written: group.num_rows() as u64,
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        out.append_column(input, close)?;
    }
    out.close()?;
    Ok(())
}

/// Packs a row group.
fn pack(
    batch: &RecordBatch,
    factory: &ArrowRowGroupWriterFactory,
    writer: &mut SerializedFileWriter<File>,
) -> Result<(), ParquetError> {
    let columns = factory.create_column_writers(writer.flushed_row_groups().len())?;
    let mut out = writer.next_row_group()?;
    for ((mut column, array), field) in
        columns.into_iter().zip(batch.columns()).zip(batch.schema_ref().fields())
    {
        for leaf in compute_leaves(field, array)? {
            column.write(&leaf)?;
        }
        column.close()?.append_to_row_group(&mut out)?;
    }
    out.close()?;
    Ok(())
}

/// Takes rows out and makes values null.
fn change(scanned: &Scanned, rows: &[u32], batch: &RecordBatch) -> Result<RecordBatch, ParquetError> {
    let columns = batch.columns().iter().zip(&scanned.nulled).map(|(array, nulled)| {
        if nulled.is_empty() {
            return array.clone();
        }
        // Only an optional reference becomes null, and those are ints.
        let ints = array.as_primitive::<Int32Type>();
        let value = |(row, n): (&u32, Option<i32>)| n.filter(|_| nulled.binary_search(row).is_err());
        Arc::new(rows.iter().zip(ints).map(value).collect::<Int32Array>()) as ArrayRef
    });
    let whole = RecordBatch::try_new(batch.schema(), columns.collect())?;
    let keep: BooleanArray = rows.iter().map(|r| Some(scanned.keep[*r as usize])).collect();
    Ok(filter_record_batch(&whole, &keep)?)
}
