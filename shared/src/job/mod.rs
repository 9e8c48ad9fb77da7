//! The job: what people submit, how far it is, what it made (batch-queue, sections 1 to 3). Pure, no input or output.

pub mod failure;
pub mod fairness;
pub mod rights;
pub mod schedule;
pub mod scope;
pub mod state;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use self::failure::{AttemptNote, Failure, FailureClass};
pub use self::schedule::{LEAD_REFRESH, Schedule};
pub use self::state::{Action, State};

/// A moment in UTC.
pub type Time = DateTime<Utc>;

/// Which slots take a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Generate Extract: somebody waits.
    Interactive,
    /// Submit to Batch.
    Batch,
}

impl Lane {
    /// Both, the one that goes first first.
    pub const ALL: [Lane; 2] = [Lane::Interactive, Lane::Batch];

    /// The word in the database and in queue names.
    pub fn word(self) -> &'static str {
        match self {
            Lane::Interactive => "interactive",
            Lane::Batch => "batch",
        }
    }

    /// The lane of a word.
    pub fn parse(word: &str) -> Option<Lane> {
        Lane::ALL.into_iter().find(|l| l.word() == word)
    }
}

/// A job that is to be made.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Code of the extract, or `import`.
    pub extract: String,
    /// Checked request, as sent.
    pub request: Map<String, Value>,
    /// Free text, at most 80 characters.
    pub label: Option<String>,
    /// Lane.
    pub lane: Lane,
    /// Goes before jobs without it.
    pub high_priority: bool,
    /// The result does not expire.
    pub keep_until_deleted: bool,
    /// Not before this time; none is now.
    pub run_at: Option<Time>,
    /// School year that the list filters by: end year of the calendars asked for.
    pub school_year: Option<i64>,
    /// Who submits.
    pub submitter: String,
    /// Key of the header and SHA-256 of the canonical body.
    pub idempotency: Option<(String, String)>,
    /// Schedule and fire time.
    pub schedule: Option<(Uuid, Option<Time>)>,
    /// Attempts before it fails.
    pub max_attempts: i64,
    /// Bytes of memory that it is expected to need.
    pub estimate: i64,
}

/// How far a running job is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Step in words.
    pub phase: Option<String>,
    /// Rows done in this step.
    pub done: Option<i64>,
    /// Rows of this step.
    pub total: Option<i64>,
}

/// What a completed job made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultSet {
    /// Record count over all files.
    pub rows: i64,
    /// Warnings found.
    pub warnings: i64,
    /// Errors found by a validation.
    pub errors: i64,
    /// Files offered.
    pub files: Vec<ResultFile>,
    /// `summary.json` of the run, which is none of the files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Value>,
}

/// One file of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Official name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size.
    pub bytes: i64,
    /// Lines without the header.
    pub rows: i64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// The snapshot that a job reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRef {
    /// Its id.
    pub id: Uuid,
    /// Its as-of time, `YYYY-MM-DDTHH:MM`.
    pub as_of: String,
}

/// A job as the database holds it.
#[derive(Clone, Debug)]
pub struct Job {
    /// Id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Code of the extract, or `import`.
    pub extract: String,
    /// The request as sent.
    pub request: Map<String, Value>,
    /// Free text.
    pub label: Option<String>,
    /// Lane.
    pub lane: Lane,
    /// Goes before jobs without it.
    pub high_priority: bool,
    /// The result does not expire.
    pub keep_until_deleted: bool,
    /// School year that the list filters by.
    pub school_year: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// Who submitted it.
    pub submitter: String,
    /// When.
    pub submitted_at: Time,
    /// Not before this time.
    pub run_at: Time,
    /// First claim of the last run.
    pub started_at: Option<Time>,
    /// When it reached its last state.
    pub finished_at: Option<Time>,
    /// The time that reports print, set at the first claim.
    pub generated_at: Option<String>,
    /// A running job that is to stop.
    pub cancel_requested_at: Option<Time>,
    /// Times it was claimed since the last restart, less what was given back.
    pub attempt: i64,
    /// Bound of `attempt`.
    pub max_attempts: i64,
    /// What became of earlier attempts.
    pub attempts: Vec<AttemptNote>,
    /// Faults of ours since the last restart.
    pub faults: i64,
    /// How far it is.
    pub progress: Progress,
    /// Rank among the waiting, approximate.
    pub position: Option<i64>,
    /// Approximate.
    pub estimated_start_at: Option<Time>,
    /// The result goes then.
    pub expires_at: Option<Time>,
    /// The result is gone.
    pub expired_at: Option<Time>,
    /// Snapshot read, pinned at the first claim.
    pub snapshot: Option<SnapshotRef>,
    /// Schedule that made it.
    pub schedule: Option<Uuid>,
    /// Version of the program that ran it.
    pub program: Option<String>,
    /// What it made.
    pub result: Option<ResultSet>,
    /// Run whose objects the result is.
    pub result_run: Option<Uuid>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Set by a person.
    pub submitted_to_state_at: Option<Time>,
    /// It left the queue.
    pub deleted_at: Option<Time>,
    /// Who deleted it.
    pub deleted_by: Option<String>,
    /// Number of the message that may start it.
    pub dispatch: i64,
    /// The run that holds or held the lease.
    pub run: Option<Uuid>,
    /// Grows with each change but those of position and estimate.
    pub version: i64,
    /// Time of the last change.
    pub changed_at: Time,
}

impl Job {
    /// Whether files can be downloaded now.
    pub fn offers_files(&self) -> bool {
        self.state == State::Completed && self.expired_at.is_none() && self.deleted_at.is_none()
    }

    /// Where a file of the result lies.
    pub fn object_key(&self, name: &str) -> Option<String> {
        Some(result_key(&self.tenant, self.id, self.result_run?, name))
    }
}

/// Where a run's file lies: `results/<tenant>/<job>/<run>/<name>`.
pub fn result_key(tenant: &str, job: Uuid, run: Uuid, name: &str) -> String {
    format!("results/{tenant}/{job}/{run}/{name}")
}

/// Where a bundle lies until its import ends.
pub fn bundle_key(tenant: &str, job: Uuid) -> String {
    format!("bundles/{tenant}/{job}")
}

/// Where a snapshot's file lies.
pub fn snapshot_key(tenant: &str, snapshot: Uuid, name: &str) -> String {
    format!("snapshots/{tenant}/{snapshot}/{name}")
}
