//! A snapshot: one Parquet file per Campus table plus `manifest.json`, immutable once it is there.

pub mod manifest;
pub mod read;

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};

use crate::tables::{Column, Kind, Table};

/// Name of the manifest inside a snapshot's folder.
pub const MANIFEST: &str = "manifest.json";

/// Name of a table's file inside a snapshot's folder.
pub fn file_name(table: &Table) -> String {
    format!("{}.parquet", table.name)
}

/// How a column is held. Booleans are never null; decimals keep their exact text.
pub fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int32,
        Kind::Text | Kind::Decimal => DataType::Utf8,
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Time => DataType::Time32(TimeUnit::Second),
        Kind::DateTime => DataType::Timestamp(TimeUnit::Second, None),
    }
}

/// The Arrow schema of a table's file: its columns in declared order.
pub fn schema(table: &Table) -> Arc<Schema> {
    let field = |c: &Column| Field::new(c.name, arrow_type(c.kind), !(c.required || c.kind == Kind::Bool));
    Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()))
}
