//! The one path open, run, summarize, rename: `registrar extract` and a worker's jobs both take it.

mod explain;
mod hashing;
mod publish;
mod stopwatch;
mod summary;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use campus::date::Date;
use campus::snapshot::read::Snapshot;
use extracts::catalogue;
use extracts::kit::extract::{Built, Checked, Edition, Extract, FileSpec, Known, Watch, Written};
use extracts::kit::problem::Problem;
use serde_json::{Map, Value};

pub use self::explain::{Explanation, explain};
use self::hashing::Hashing;
use self::publish::Staging;
use self::stopwatch::Stopwatch;
pub use self::summary::{FileEntry, Summary};
use self::summary::{ReportEntry, SnapshotEntry, WarningEntry};

/// Why an extract was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No extract has this code.
    #[error("there is no extract `{0}`; `registrar extracts` lists them")]
    UnknownExtract(String),
    /// Several snapshots in the District Edition, or none.
    #[error("one snapshot is read in the District Edition; `--edition state` reads one for each district")]
    Districts,
    /// Several snapshots for an extract of one district.
    #[error("`{0}` covers one district; give one bundle or snapshot")]
    OneDistrict(&'static str),
    /// The request fails the extract's check.
    #[error("the request has {} problems", .0.len())]
    Request(Vec<Problem>),
    /// The snapshot cannot be read.
    #[error(transparent)]
    Snapshot(#[from] campus::snapshot::read::Error),
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What to run.
#[derive(Debug)]
pub struct Run<'a> {
    /// Code of the extract.
    pub extract: &'a str,
    /// The request as sent.
    pub request: &'a Map<String, Value>,
    /// Folders of the snapshots: one, or one for each district in the State Edition.
    pub snapshots: &'a [PathBuf],
    /// The edition.
    pub edition: Edition,
    /// Where the files go; made when it is missing.
    pub out: &'a Path,
    /// Date and minutes since midnight that a report prints as its time.
    pub generated: (Date, u16),
    /// The program's name and version.
    pub program: &'a str,
}

/// The extract with this code.
///
/// # Errors
/// When none has it.
pub fn known(code: &str) -> Result<&'static dyn Extract, Error> {
    catalogue::find(code).ok_or_else(|| Error::UnknownExtract(code.to_owned()))
}

/// Whether an extract can be made over so many districts.
///
/// # Errors
/// When there are none, or more than the extract or the edition covers.
pub fn districts(extract: &dyn Extract, edition: Edition, count: usize) -> Result<(), Error> {
    match count {
        1 => Ok(()),
        0 => Err(Error::Districts),
        _ if !extract.many_districts() => Err(Error::OneDistrict(extract.code())),
        _ if edition == Edition::District => Err(Error::Districts),
        _ => Ok(()),
    }
}

/// Opens the snapshots and checks the request against them.
fn open(
    extract: &dyn Extract,
    request: &Map<String, Value>,
    folders: &[PathBuf],
    edition: Edition,
) -> Result<(Vec<Snapshot>, Box<dyn Checked>), Error> {
    districts(extract, edition, folders.len())?;
    let snapshots = folders.iter().map(|path| Snapshot::open(path)).collect::<Result<Vec<_>, _>>()?;
    let manifests: Vec<_> = snapshots.iter().map(Snapshot::manifest).collect();
    let choices: Vec<_> = manifests.iter().map(|m| &m.choices).collect();
    let mut names = vec!["current", "lead"];
    names.extend(manifests.iter().map(|m| m.id.as_str()));
    let known = Known { districts: &choices, snapshots: &names, edition };
    let checked = extract.check(request, &known).map_err(Error::Request)?;
    Ok((snapshots, checked))
}

/// Runs an extract. Its files and `summary.json` appear in `out` only when all are complete.
///
/// # Errors
/// When the request is wrong, a snapshot cannot be read or a file cannot be written; nothing appears then.
pub fn run(run: &Run<'_>, watch: &mut dyn Watch) -> Result<Summary, Error> {
    let extract = known(run.extract)?;
    let (snapshots, checked) = open(extract, run.request, run.snapshots, run.edition)?;
    let mut watch = Stopwatch::over(watch);
    let built = checked.build(&snapshots, run.generated, &mut watch)?;
    let staging = Staging::beside(run.out)?;
    let mut files = Vec::new();
    let mut reports = Vec::new();
    for (index, spec) in built.files().into_iter().enumerate() {
        let (file, written) = write(built.as_ref(), index, spec, &staging, &mut watch)?;
        files.push(file);
        reports.extend(written);
    }
    watch.stop();
    let summary = Summary {
        extract: extract.code(),
        program: run.program.to_owned(),
        generated_at: format!("{}T{:02}:{:02}", run.generated.0, run.generated.1 / 60, run.generated.1 % 60),
        snapshot: SnapshotEntry::of(&snapshots[0]),
        request: run.request.clone(),
        reports: reports
            .into_iter()
            .enumerate()
            .map(|(place, w)| ReportEntry {
                report: w.report,
                rows: w.rows,
                seconds: watch.seconds(place),
                rules: w.rules,
            })
            .collect(),
        warnings: built.warnings().into_iter().map(WarningEntry::from).collect(),
        files,
        extra: built.extra(),
    };
    let path = staging.path("summary.json");
    let failed = |source: io::Error| Error::Write { path: path.clone(), source };
    let json = serde_json::to_vec_pretty(&summary).map_err(|e| failed(e.into()))?;
    File::create(&path).and_then(|mut f| f.write_all(&json)).map_err(failed)?;
    staging.publish()?;
    Ok(summary)
}

/// Writes one file and measures it.
fn write(
    built: &dyn Built,
    index: usize,
    spec: FileSpec,
    staging: &Staging,
    watch: &mut dyn Watch,
) -> Result<(FileEntry, Vec<Written>), Error> {
    let path = staging.path(&spec.name);
    let failed = |source| Error::Write { path: path.clone(), source };
    let mut out = Hashing::create(&path).map_err(failed)?;
    let written = built.write(index, &mut out, staging.folder(), watch).map_err(failed)?;
    let (bytes, sha256) = out.finish(&path).map_err(failed)?;
    let rows = built.rows(index).unwrap_or_else(|| written.iter().map(|w| w.rows).sum());
    let FileSpec { name, report, media_type } = spec;
    Ok((FileEntry { name, report, media_type, rows, bytes, sha256 }, written))
}
