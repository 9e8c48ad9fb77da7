//! What every entry of the catalogue offers (extract-contract, "Catalogue" and "Request").

use std::fmt::Debug;
use std::io::{self, Seek, Write};
use std::path::Path;

use campus::date::Date;
use campus::snapshot::manifest::Choices;
use campus::snapshot::read::{Error, Snapshot};
use serde_json::{Map, Value};

use super::column::Column;
use super::explain::{Finding, Subject};
use super::option::{self, EditorOption};
use super::problem::Problem;
use super::rules::{Rule, Tally};

/// A report of an extract.
#[derive(Clone, Copy, Debug)]
pub struct ReportInfo {
    /// The word of the request.
    pub code: &'static str,
    /// The word of file names and pages.
    pub title: &'static str,
    /// Its population table, in the order in which the rules apply.
    pub rules: &'static [Rule],
    /// Further rules of the document, which choose, merge or print and so are not counted.
    pub uncounted: &'static [Rule],
    /// Letter of its columns' numbers in the document; empty where they have numbers alone.
    pub letter: &'static str,
    /// Its columns, in order.
    pub columns: fn() -> Vec<Column>,
}

/// District Edition or State Edition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// One district.
    #[default]
    District,
    /// A state with its districts.
    State,
}

/// What a request is checked with.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The choices of the snapshot, or of one snapshot per district in the State Edition.
    pub districts: &'a [&'a Choices],
    /// Names that `snapshot` may have: `current`, `lead` and ids.
    pub snapshots: &'a [&'a str],
    /// The edition.
    pub edition: Edition,
}

/// What is fixed about an entry of the catalogue.
#[derive(Debug)]
pub struct About {
    /// The catalogue's code.
    pub code: &'static str,
    /// The catalogue's name.
    pub title: &'static str,
    /// The state that asks for it, two letters.
    pub state: &'static str,
    /// Its reports, in the order of their files.
    pub reports: &'static [ReportInfo],
    /// Words that `format` may be; the first one is the default.
    pub formats: &'static [&'static str],
    /// The editor options, in the order of the extract's table.
    pub options: &'static [EditorOption],
}

/// One entry of the catalogue.
pub trait Extract: Sync + Debug {
    /// What is fixed about it.
    fn about(&self) -> &'static About;
    /// The catalogue's code.
    fn code(&self) -> &'static str {
        self.about().code
    }
    /// The catalogue's name.
    fn title(&self) -> &'static str {
        self.about().title
    }
    /// The state that asks for it, two letters.
    fn state(&self) -> &'static str {
        self.about().state
    }
    /// Its reports, in the order of their files.
    fn reports(&self) -> &'static [ReportInfo] {
        self.about().reports
    }
    /// Words that `format` may be; the first one is the default.
    fn formats(&self) -> &'static [&'static str] {
        self.about().formats
    }
    /// The editor options, in the order of the extract's table.
    fn options(&self) -> &'static [EditorOption] {
        self.about().options
    }
    /// The snapshot that a request without `snapshot` reads and is checked with: `current` or `lead`.
    fn snapshot(&self) -> &'static str {
        "current"
    }
    /// It can be made over several districts in the State Edition.
    fn many_districts(&self) -> bool {
        false
    }
    /// What the editor's form is filled with: the defaults, and values that the data suggest.
    fn form(&self, _: &Choices) -> Map<String, Value> {
        option::defaults(self.options())
    }
    /// Checks a request.
    ///
    /// # Errors
    /// All problems together, in the order of the extract's table.
    fn check(
        &self,
        request: &Map<String, Value>,
        known: &Known<'_>,
    ) -> Result<Box<dyn Checked>, Vec<Problem>>;
}

/// Name of the snapshot that a request reads and is checked with.
pub fn snapshot_of<'a>(extract: &dyn Extract, request: &'a Map<String, Value>) -> &'a str {
    let named = extract.options().iter().any(|o| o.field == "snapshot");
    let sent = request.get("snapshot").filter(|_| named);
    sent.and_then(Value::as_str).unwrap_or_else(|| extract.snapshot())
}

/// A request that passed the check.
pub trait Checked: Send + Debug {
    /// Calendars that it covers, for the scope of rights; empty where the extract has none.
    fn calendars(&self) -> &[i32];
    /// Reads the snapshots and makes everything but the files.
    ///
    /// # Errors
    /// When a snapshot cannot be read.
    fn build(
        &self,
        snapshots: &[Snapshot],
        generated: (Date, u16),
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn Built>, Error>;
    /// Why a student, a member of staff or a section is in the reports or not. Nothing when the data have none such.
    ///
    /// # Errors
    /// When a snapshot cannot be read.
    fn explain(
        &self,
        snapshots: &[Snapshot],
        generated: (Date, u16),
        subject: &Subject,
    ) -> Result<Vec<Finding>, Error>;
}

/// A file that a job makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// Official name.
    pub name: String,
    /// Report it holds; none for a workbook of several.
    pub report: Option<&'static str>,
    /// Media type.
    pub media_type: &'static str,
}

/// What became of a report when its file was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The word of the request.
    pub report: &'static str,
    /// Lines without the header.
    pub rows: u64,
    /// Counts of its population rules.
    pub rules: Vec<Tally>,
}

/// What a person should know of a run.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Stable code.
    pub code: &'static str,
    /// Number of values or rows it is about.
    pub count: u64,
    /// One sentence.
    pub message: String,
}

/// Where a file's bytes go.
pub trait Target: Write + Seek + Send {}

impl<T: Write + Seek + Send> Target for T {}

/// Reports that are ready to be written.
pub trait Built: Send {
    /// The files, in order.
    fn files(&self) -> Vec<FileSpec>;
    /// Writes one file; `scratch` is a folder for what a format needs on the way.
    ///
    /// # Errors
    /// When `out` or `scratch` cannot be written.
    fn write(
        &self,
        file: usize,
        out: &mut dyn Target,
        scratch: &Path,
        watch: &mut dyn Watch,
    ) -> io::Result<Vec<Written>>;
    /// Lines of a file that holds none of the reports, without the header.
    fn rows(&self, _file: usize) -> Option<u64> {
        None
    }
    /// Warnings, in the order of the extract's document; asked after all files are written.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }
    /// Keys that the extract's document adds to `summary.json`.
    fn extra(&self) -> Map<String, Value> {
        Map::new()
    }
}

/// A step of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading tables.
    Read,
    /// Applying the population and making rows.
    Build,
    /// Writing the report with this title.
    Write(&'static str),
}

impl Phase {
    /// The step in words.
    pub fn words(self) -> String {
        match self {
            Phase::Read => "Reading tables".to_owned(),
            Phase::Build => "Applying rules".to_owned(),
            Phase::Write(report) => format!("Writing {report}"),
        }
    }
}

/// Told how far a run is. The time of each step is taken by whoever watches, never by report code.
pub trait Watch {
    /// A step begins; `total` is its number of rows where it is known.
    fn phase(&mut self, phase: Phase, total: Option<u64>);
    /// Rows done in this step.
    fn done(&mut self, rows: u64);
}

/// Watches nothing.
#[derive(Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn phase(&mut self, _: Phase, _: Option<u64>) {}
    fn done(&mut self, _: u64) {}
}
