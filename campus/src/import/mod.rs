//! Import of a district's bundle: CSV files in, a snapshot folder out, or findings and nothing.

mod archive;
mod bundle;
mod checks;
mod choices;
mod finding;
mod mend;
mod refs;
mod scan;
mod scanned;
mod tables;
mod write;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use finding::{Finding, Findings, KEPT_IN_FULL, Severity};

use crate::date::Date;
use crate::snapshot;
use crate::snapshot::manifest::{Choices, Manifest, TableEntry};
use crate::snapshot::read::Snapshot;
use crate::tables::{TABLES, Table};

/// How the files' text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// windows-1252, as older exports are.
    Windows1252,
}

/// What a bundle may not exceed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest size of one CSV file, bytes.
    pub file_bytes: u64,
    /// Largest ratio of an archive's content to the archive.
    pub expansion: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_bytes: 16 << 30, expansion: 200 }
    }
}

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// As-of time, `YYYY-MM-DDTHH:MM`; without it the newest file time in the bundle, in UTC.
    pub as_of: Option<String>,
    /// How the files are written.
    pub encoding: Encoding,
    /// Value errors keep the row out, up to 1 % of a table's rows.
    pub lenient: bool,
    /// Unique name of the new snapshot; without it a hash of its content and as-of time.
    pub snapshot_id: Option<String>,
    /// What the bundle may not exceed.
    pub limits: Limits,
    /// Adds to the choices what only reports know how to find.
    pub choices: Option<AddChoices>,
}

/// Looks into a new snapshot for more that a request may name.
pub type AddChoices = fn(&Snapshot, &mut Choices) -> Result<(), snapshot::read::Error>;

/// What an import is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and checking.
    Check,
    /// Writing the snapshot.
    Write,
}

/// Told at the end of each table and every so many rows.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// To which table.
    pub table: &'static str,
    /// Rows of it so far.
    pub rows: u64,
}

/// A good import.
#[derive(Clone, Debug)]
pub struct Report {
    /// The manifest as written.
    pub manifest: Manifest,
    /// Warnings.
    pub findings: Findings,
    /// Files that are no table's, ignored.
    pub extra_files: Vec<String>,
    /// File and column of columns that are not declared, ignored.
    pub extra_columns: Vec<(String, String)>,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such bundle.
    #[error("there is no bundle at {}", .0.display())]
    NoBundle(PathBuf),
    /// Neither a folder nor an archive that is read.
    #[error("{} is not a folder, a .zip, a .tar.gz or a .tar.zst", .0.display())]
    NotABundle(PathBuf),
    /// The archive is refused or damaged.
    #[error("the archive {} is refused: {what}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// A file over the configured size.
    #[error("{file} is over the size limit of {limit} bytes")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit.
        limit: u64,
    },
    /// The as-of time is not one.
    #[error("the as-of time must be written YYYY-MM-DDTHH:MM")]
    AsOf,
    /// Something is already there.
    #[error("{} is already there and not empty", .0.display())]
    OutExists(PathBuf),
    /// The data has errors.
    #[error("the bundle has {} errors", .0.errors())]
    Rejected(Box<Findings>),
    /// The system failed.
    #[error("{} cannot be used: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Parquet failed.
    #[error("{} cannot be written: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
    /// The new snapshot could not be read.
    #[error("the new snapshot cannot be read: {0}")]
    Snapshot(#[from] crate::snapshot::read::Error),
}

/// Makes a fault of the system ours.
fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_owned(), source }
}

/// Name of a table's file in a bundle.
fn csv_name(table: &Table) -> String {
    format!("{}.csv", table.name)
}

/// Imports a bundle into the folder `out`, which appears only when it is complete.
pub fn import(
    bundle: &Path,
    out: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    if let Some(as_of) = &options.as_of
        && !is_as_of(as_of)
    {
        return Err(Error::AsOf);
    }
    if out.exists() && std::fs::read_dir(out).map_err(io(out))?.next().is_some() {
        return Err(Error::OutExists(out.to_owned()));
    }
    let parent = match out.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let opened = bundle::open(bundle, &options.limits)?;
    let new: Vec<&Path> =
        parent.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists()).collect();
    std::fs::create_dir_all(parent).map_err(io(parent))?;
    let imported = into(opened, parent, out, options, progress);
    if imported.is_err() {
        // A failed import leaves nothing; a folder that is in use by now stays.
        new.into_iter().for_each(|p| drop(std::fs::remove_dir(p)));
    }
    imported
}

/// Imports an open bundle.
fn into(
    opened: bundle::Bundle,
    parent: &Path,
    out: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let name = out.file_name().map_or_else(|| "snapshot".into(), |n| n.to_string_lossy());
    let staging = staging(parent, &name).map_err(io(parent))?;
    let outcomes = tables::read(&opened.files, options, staging.path(), progress)?;
    let mut findings = Findings::default();
    let mut extra_columns = Vec::new();
    let (mut scans, mut packed) = (Vec::with_capacity(TABLES.len()), Vec::with_capacity(TABLES.len()));
    for outcome in outcomes {
        let file = csv_name(outcome.scanned.table);
        extra_columns.extend(outcome.extra.into_iter().map(|column| (file.clone(), column)));
        findings.append(outcome.findings);
        scans.push(outcome.scanned);
        packed.extend(outcome.packed);
    }
    let mut all = scanned::All::new(scans);
    checks::keys(&all, &mut findings);
    refs::resolve(&mut all, &mut findings);
    checks::after(&all, &mut findings);
    if findings.errors() > 0 {
        return Err(Error::Rejected(Box::new(findings)));
    }

    let mut entries = Vec::with_capacity(TABLES.len());
    // A table that is not packed has an error.
    for (scanned, packed) in all.scans.iter().zip(&packed) {
        mend::mend(scanned, packed)?;
        let rows = scanned.kept().count() as u64;
        let (bytes, sha256) = write::digest(&packed.path).map_err(io(&packed.path))?;
        progress(Progress { phase: Phase::Write, table: scanned.table.name, rows });
        entries.push(TableEntry { table: scanned.table.name.to_owned(), rows, bytes, sha256 });
    }
    let as_of = options.as_of.clone().unwrap_or_else(|| as_of(opened.newest));
    let mut manifest = Manifest {
        format: 1,
        id: options.snapshot_id.clone().unwrap_or_else(|| content_id(&entries, &as_of)),
        as_of,
        tables: entries,
        calendar_rows: choices::calendar_rows(&all),
        findings: findings.counts(),
        choices: Default::default(),
    };
    choices::save(&manifest, staging.path())?;
    manifest.choices = choices::choices(staging.path())?;
    if let Some(add) = options.choices {
        add(&Snapshot::open(staging.path())?, &mut manifest.choices)?;
    }
    choices::save(&manifest, staging.path())?;
    std::fs::rename(staging.path(), out).map_err(io(out))?;
    // The folder has its final name: nothing is left to remove.
    let _moved = staging.keep();
    Ok(Report { manifest, findings, extra_files: opened.extra, extra_columns })
}

/// A name that the same content and as-of time always have.
fn content_id(entries: &[TableEntry], as_of: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(as_of);
    entries.iter().for_each(|e| hash.update(&e.sha256));
    hash.finalize()[..16].iter().map(|b| format!("{b:02x}")).collect()
}

/// A folder beside the final one, removed unless the import is good.
fn staging(parent: &Path, name: &str) -> std::io::Result<tempfile::TempDir> {
    let prefix = format!(".{name}-{}-", std::process::id());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o755));
    }
    builder.tempdir_in(parent)
}

/// Whether a text is exactly `YYYY-MM-DDTHH:MM`.
fn is_as_of(text: &str) -> bool {
    let two = |t: Option<&str>, below: u32| {
        t.is_some_and(|t| t.bytes().all(|c| c.is_ascii_digit()) && t.parse::<u32>().is_ok_and(|n| n < below))
    };
    text.len() == 16
        && text.get(..10).and_then(Date::parse_iso).is_some()
        && text.get(10..11) == Some("T")
        && two(text.get(11..13), 24)
        && text.get(13..14) == Some(":")
        && two(text.get(14..16), 60)
}

/// Seconds since 1970 in UTC as an as-of time.
fn as_of(seconds: i64) -> String {
    let day = i32::try_from(seconds.div_euclid(86_400)).unwrap_or(0);
    let minutes = seconds.rem_euclid(86_400) / 60;
    format!("{}T{:02}:{:02}", Date(day), minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_of_times() {
        assert_eq!(as_of(86_400 + 3_661), "1970-01-02T01:01");
        assert!(is_as_of("2026-02-01T12:00"));
        for bad in
            ["2026-02-01", "2026-02-01 12:00", "2026-02-01T24:00", "2026-02-01T12:+0", "2026-02-30T12:00"]
        {
            assert!(!is_as_of(bad), "{bad}");
        }
    }
}
