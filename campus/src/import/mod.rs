//! A bundle becomes a snapshot, or nothing does (campus-data, "Import").

mod bundle;
mod check;
mod choices;
pub mod findings;
mod load;
mod write;

use std::path::{Path, PathBuf};

pub use self::findings::{Finding, Findings};
use crate::snapshot::manifest::Manifest;
use crate::tables::TABLES;

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// As-of time, `YYYY-MM-DDTHH:MM`; else the newest file time in the bundle, in UTC.
    pub as_of: Option<String>,
    /// Files are windows-1252 instead of UTF-8.
    pub windows_1252: bool,
    /// Value errors keep their row out, up to 1 % of a table's rows.
    pub lenient: bool,
    /// Name of the snapshot; else it is made from the content and the as-of time.
    pub snapshot_id: Option<String>,
}

/// Why no snapshot was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bundle is not there or not one.
    #[error("{}: {reason}", path.display())]
    Bundle {
        /// The bundle.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The bundle's content has errors.
    #[error("the bundle has {} errors; mend them at their source and export again", .0.errors())]
    Content(Box<Findings>),
    /// The snapshot could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A snapshot was made.
#[derive(Debug)]
pub struct Imported {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Warnings of the import.
    pub findings: Findings,
}

/// Imports a bundle into the folder `out`, which appears only when it is complete.
///
/// # Errors
/// When the bundle cannot be read, its content has errors, or the snapshot cannot be written; nothing is left then.
pub fn import(bundle: &Path, out: &Path, options: &Options) -> Result<Imported, Error> {
    let bundle = bundle::Bundle::open(bundle)?;
    let mut findings = Findings::default();
    bundle.note_ignored(&mut findings);
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        tables.push(load::load(table, &bundle, options, &mut findings)?);
    }
    if findings.errors() == 0 {
        check::check(&mut tables, &mut findings);
    }
    if findings.errors() > 0 {
        return Err(Error::Content(Box::new(findings)));
    }
    let as_of = options.as_of.clone().unwrap_or_else(|| bundle.newest());
    let manifest = write::write(&tables, out, as_of, options.snapshot_id.clone(), &findings)?;
    Ok(Imported { manifest, findings })
}
