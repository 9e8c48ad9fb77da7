//! `summary.json` (extract-contract, "Command line").

use campus::snapshot::read::Snapshot;
use extracts::kit::extract;
use extracts::kit::rules::Tally;
use serde::Serialize;
use serde_json::{Map, Value};

/// What a run says of itself.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Code of the extract.
    pub extract: &'static str,
    /// Program and version.
    pub program: String,
    /// The time that reports print.
    pub generated_at: String,
    /// What was read.
    pub snapshot: SnapshotEntry,
    /// The request as sent.
    pub request: Map<String, Value>,
    /// Reports made.
    pub reports: Vec<ReportEntry>,
    /// What a person should know.
    pub warnings: Vec<WarningEntry>,
    /// Files made.
    pub files: Vec<FileEntry>,
    /// Keys that the extract's document adds.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The snapshot that was read.
#[derive(Debug, Serialize)]
pub struct SnapshotEntry {
    /// Its name.
    pub id: String,
    /// `District.number` as stored.
    pub district: String,
    /// Its as-of time.
    pub as_of: String,
}

impl SnapshotEntry {
    /// Of an open snapshot.
    pub fn of(snapshot: &Snapshot) -> SnapshotEntry {
        let manifest = snapshot.manifest();
        SnapshotEntry {
            id: manifest.id.clone(),
            district: manifest.choices.district.number.clone(),
            as_of: manifest.as_of.clone(),
        }
    }
}

/// One report.
#[derive(Debug, Serialize)]
pub struct ReportEntry {
    /// Word of the request.
    pub report: &'static str,
    /// Lines without the header.
    pub rows: u64,
    /// Where the time went.
    pub seconds: Seconds,
    /// Counts of its population rules.
    pub rules: Vec<Tally>,
}

/// Seconds of each step.
#[derive(Debug, Serialize)]
pub struct Seconds {
    read: f64,
    build: f64,
    write: f64,
}

impl Seconds {
    /// Rounded to hundredths.
    pub fn rounded(read: f64, build: f64, write: f64) -> Seconds {
        let round = |s: f64| (s * 100.0).round() / 100.0;
        Seconds { read: round(read), build: round(build), write: round(write) }
    }
}

/// A warning.
#[derive(Debug, Serialize)]
pub struct WarningEntry {
    /// Stable code.
    pub code: &'static str,
    /// Number of things it is about.
    pub count: u64,
    /// One sentence.
    pub message: String,
}

impl From<extract::Warning> for WarningEntry {
    fn from(warning: extract::Warning) -> WarningEntry {
        WarningEntry { code: warning.code, count: warning.count, message: warning.message }
    }
}

/// One file.
#[derive(Debug, Serialize)]
pub struct FileEntry {
    /// Official name.
    pub name: String,
    /// Report it holds; null for a workbook of several.
    pub report: Option<&'static str>,
    /// Media type.
    pub media_type: &'static str,
    /// Lines without the header.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}
