//! The one path open, run, summarize, rename: `registrar extract` and a worker's jobs both take it.

mod files;
mod publish;
mod summary;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use campus::date::Date;
use campus::snapshot::read::Snapshot;
use extracts::kit::problem::Problem;
use extracts::ky::kecs_lead::tables::Tables;
use extracts::ky::kecs_lead::{self, Lead};
use serde_json::{Map, Value};

pub use self::summary::{FileEntry, Summary};
use self::summary::{ReportEntry, Seconds, SnapshotEntry, Warning};

/// Why an extract was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No extract has this code.
    #[error("there is no extract `{0}`; `registrar extracts` lists them")]
    UnknownExtract(String),
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
    /// Folder of the snapshot.
    pub snapshot: &'a Path,
    /// Where the files go; made when it is missing.
    pub out: &'a Path,
    /// Date and minutes since midnight that a report prints as its time.
    pub generated: (Date, u16),
    /// The program's name and version.
    pub program: &'a str,
}

/// Whether an extract has this code.
///
/// # Errors
/// When none has.
pub fn known(code: &str) -> Result<(), Error> {
    if code == kecs_lead::CODE { Ok(()) } else { Err(Error::UnknownExtract(code.to_owned())) }
}

/// Runs an extract. Its files and `summary.json` appear in `out` only when all are complete.
///
/// # Errors
/// When the request is wrong, the snapshot cannot be read or a file cannot be written; nothing appears then.
pub fn run(run: &Run<'_>) -> Result<Summary, Error> {
    known(run.extract)?;
    let snapshot = Snapshot::open(run.snapshot)?;
    let manifest = snapshot.manifest();
    let names = ["current", "lead", manifest.id.as_str()];
    let request =
        kecs_lead::request::check(run.request, &manifest.choices, &names).map_err(Error::Request)?;
    let clock = Instant::now();
    let tables = Tables::load(&snapshot)?;
    let read = clock.elapsed().as_secs_f64();
    let lead = Lead::build(&snapshot, tables, &request, run.generated)?;
    let build = clock.elapsed().as_secs_f64() - read;
    let staging = publish::Staging::beside(run.out)?;
    let (written, files) = files::write(&lead, &request, &staging)?;
    let reports = written
        .into_iter()
        // Reading and building are done once for all reports; the first one is charged with them.
        .zip(std::iter::once((read, build)).chain(std::iter::repeat((0.0, 0.0))))
        .map(|(written, (read, build))| ReportEntry {
            report: written.report.code(),
            rows: written.rows,
            seconds: Seconds::rounded(read, build, written.seconds),
            rules: written.rules,
        })
        .collect();
    let warnings = lead.out_of_range().map(|count| Warning {
        code: kecs_lead::NO_CALENDAR_IN_RANGE,
        count,
        message: "No selected calendar's school year overlaps the date range.",
    });
    let summary = Summary {
        extract: kecs_lead::CODE,
        program: run.program.to_owned(),
        generated_at: format!("{}T{:02}:{:02}", run.generated.0, run.generated.1 / 60, run.generated.1 % 60),
        snapshot: SnapshotEntry {
            id: manifest.id.clone(),
            district: manifest.choices.district.number.clone(),
            as_of: manifest.as_of.clone(),
        },
        request: run.request.clone(),
        reports,
        warnings: warnings.into_iter().collect(),
        files,
    };
    let path = staging.path("summary.json");
    let failed = |source: io::Error| Error::Write { path: path.clone(), source };
    let json = serde_json::to_vec_pretty(&summary).map_err(|e| failed(e.into()))?;
    File::create(&path).and_then(|mut f| f.write_all(&json)).map_err(failed)?;
    staging.publish()?;
    Ok(summary)
}
