//! The snapshot's files, written beside their place and moved there whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray, Time32SecondArray,
    TimestampSecondArray,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};

use super::load::{Loaded, Values};
use super::{Error, Findings, choices};
use crate::snapshot::manifest::{Manifest, TableEntry};
use crate::snapshot::{MANIFEST, file_name, schema};
use crate::tables::{Kind, Table};

/// Rows of a Parquet row group.
const GROUP_ROWS: usize = 128 * 1024;
/// Rows of an id column from which a dictionary only costs.
const MANY: usize = 4_096;

/// Writes all tables and the manifest; `out` appears when everything is there.
pub fn write(
    tables: &[Loaded],
    out: &Path,
    as_of: String,
    id: Option<String>,
    findings: &Findings,
) -> Result<Manifest, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| Error::Write { path, source }
    };
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let scratch = tempfile::Builder::new().prefix(".snapshot-").tempdir_in(parent).map_err(failed(parent))?;
    let mut entries = Vec::with_capacity(tables.len());
    for table in tables {
        let path = scratch.path().join(file_name(table.table));
        entries.push(write_table(table, &path).map_err(failed(&path))?);
    }
    let id = id.unwrap_or_else(|| content_id(&entries, &as_of));
    let manifest = Manifest {
        format: 1,
        id,
        as_of,
        tables: entries,
        calendar_rows: choices::calendar_rows(tables),
        findings: findings.counts(),
        choices: choices::choices(tables),
    };
    let path = scratch.path().join(MANIFEST);
    let json = serde_json::to_vec_pretty(&manifest).map_err(|e| failed(&path)(e.into()))?;
    fs::write(&path, json).map_err(failed(&path))?;
    if out.is_dir() && fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none()) {
        fs::remove_dir(out).map_err(failed(out))?;
    }
    if out.exists() {
        return Err(failed(out)(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it is there already; give an empty place",
        )));
    }
    fs::rename(scratch.path(), out).map_err(failed(out))?;
    let _moved: PathBuf = scratch.keep();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(out, fs::Permissions::from_mode(0o755)).map_err(failed(out))?;
    }
    Ok(manifest)
}

fn content_id(entries: &[TableEntry], as_of: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(as_of);
    entries.iter().for_each(|e| hash.update(&e.sha256));
    hex(&hash.finalize())[..32].to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn write_table(table: &Loaded, path: &Path) -> io::Result<TableEntry> {
    let rows: Vec<usize> = (0..table.rows()).filter(|&r| table.kept[r]).collect();
    let schema = schema(table.table);
    let file = Hashing { inner: BufWriter::new(File::create(path)?), hash: Sha256::new(), bytes: 0 };
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties(table.table, rows.len())))?;
    for group in rows.chunks(GROUP_ROWS) {
        let columns = table
            .table
            .columns
            .iter()
            .zip(&table.columns)
            .map(|(c, values)| array(c.kind, values, group))
            .collect();
        writer.write(&RecordBatch::try_new(schema.clone(), columns).map_err(io::Error::other)?)?;
    }
    let mut file = writer.into_inner()?;
    file.flush()?;
    let (bytes, sha256) = (file.bytes, hex(&file.hash.finalize()));
    Ok(TableEntry { table: table.table.name.to_owned(), rows: rows.len() as u64, bytes, sha256 })
}

fn properties(table: &Table, rows: usize) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS));
    let distinct =
        |c: &&crate::tables::Column| c.key || (c.kind == Kind::Int && c.references == Some("Person"));
    for column in table.columns.iter().filter(distinct).filter(|_| rows > MANY) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column.name), false);
    }
    properties.build()
}

fn array(kind: Kind, values: &Values, rows: &[usize]) -> ArrayRef {
    match values {
        Values::Numbers(values) => {
            let kept = rows.iter().map(|&r| values[r]);
            match kind {
                Kind::Date => Arc::new(kept.collect::<Date32Array>()),
                Kind::Time => Arc::new(kept.collect::<Time32SecondArray>()),
                _ => Arc::new(kept.collect::<Int32Array>()),
            }
        }
        Values::Instants(values) => {
            Arc::new(rows.iter().map(|&r| values[r]).collect::<TimestampSecondArray>())
        }
        Values::Flags(values) => Arc::new(rows.iter().map(|&r| Some(values[r])).collect::<BooleanArray>()),
        Values::Texts { .. } => Arc::new(rows.iter().map(|&r| values.text(r)).collect::<StringArray>()),
    }
}

/// Hashes what passes through.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buf)?;
        self.hash.update(&buf[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
