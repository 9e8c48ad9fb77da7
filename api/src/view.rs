//! The shape of a job (api, "Job").

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use shared::job::rights::Caller;
use shared::job::{Action, AttemptNote, Job, State};
use uuid::Uuid;

/// A moment as the API prints it: UTC, to the millisecond.
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn at<S: Serializer>(value: &DateTime<Utc>, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&moment(*value))
}

fn maybe_at<S: Serializer>(value: &Option<DateTime<Utc>>, s: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => at(value, s),
        None => s.serialize_none(),
    }
}

/// A job as its watchers see it. A key is always there; what does not apply is null.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JobView {
    /// Id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Code of the extract.
    pub extract: String,
    /// Free text.
    pub label: Option<String>,
    /// The request as sent.
    #[schema(value_type = Object)]
    pub request: Map<String, Value>,
    /// Where it stands.
    #[schema(value_type = String, example = "completed")]
    pub state: State,
    /// Who submitted it.
    pub submitted_by: String,
    /// When.
    #[serde(serialize_with = "at")]
    pub submitted_at: DateTime<Utc>,
    /// Not before this time.
    #[serde(serialize_with = "at")]
    pub run_at: DateTime<Utc>,
    /// When the last run started.
    #[serde(serialize_with = "maybe_at")]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(serialize_with = "maybe_at")]
    pub finished_at: Option<DateTime<Utc>>,
    /// From start to end.
    pub duration_seconds: Option<f64>,
    /// The time that reports print, in the tenant's time zone.
    pub generated_at: Option<String>,
    /// A running job was asked to stop.
    #[serde(serialize_with = "maybe_at")]
    pub cancel_requested_at: Option<DateTime<Utc>>,
    /// Number of the attempt.
    pub attempt: i64,
    /// Attempts before it fails.
    pub max_attempts: i64,
    /// How far it is.
    pub progress: Option<ProgressView>,
    /// Rank among the waiting, approximate.
    pub position: Option<i64>,
    /// Approximate.
    #[serde(serialize_with = "maybe_at")]
    pub estimated_start_at: Option<DateTime<Utc>>,
    /// Goes before others.
    pub high_priority: bool,
    /// The result does not expire.
    pub keep_until_deleted: bool,
    /// The result goes then.
    #[serde(serialize_with = "maybe_at")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Snapshot read.
    pub snapshot: Option<SnapshotView>,
    /// Schedule that made it.
    pub schedule: Option<Uuid>,
    /// Version of the program that ran it.
    pub program: Option<String>,
    /// What it made.
    pub result: Option<ResultView>,
    /// Why it failed.
    pub failure: Option<FailureView>,
    /// Set by a person.
    #[serde(serialize_with = "maybe_at")]
    pub submitted_to_state_at: Option<DateTime<Utc>>,
    /// It left the queue.
    #[serde(serialize_with = "maybe_at")]
    pub deleted_at: Option<DateTime<Utc>>,
    /// What the caller may do now.
    #[schema(value_type = Vec<String>, example = json!(["restart", "edit", "delete", "download"]))]
    pub allowed_actions: Vec<Action>,
}

/// How far a job is.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProgressView {
    /// Step in words.
    pub phase: Option<String>,
    /// Rows done.
    pub done: Option<i64>,
    /// Rows in all.
    pub total: Option<i64>,
    /// Of a hundred.
    pub percent: Option<i64>,
}

/// A snapshot read.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SnapshotView {
    /// Its id.
    pub id: Uuid,
    /// Data as of.
    pub as_of: String,
}

/// A result.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResultView {
    /// Record count.
    pub rows: i64,
    /// Warnings found.
    pub warnings: i64,
    /// Errors found.
    pub errors: i64,
    /// Files offered.
    pub files: Vec<FileView>,
}

/// A file of a result.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FileView {
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
    /// Where to get it.
    pub href: String,
}

/// Why a job failed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FailureView {
    /// Kind of fault.
    pub class: String,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub next_step: String,
    /// What became of each attempt.
    #[schema(value_type = Vec<Object>)]
    pub attempts: Vec<AttemptNote>,
}

impl JobView {
    /// A job as this caller sees it.
    pub fn of(job: &Job, caller: &Caller) -> JobView {
        let shown = job.deleted_at.is_none() && job.expired_at.is_none();
        let href = |name: &str| format!("/api/v1/jobs/{}/files/{}", job.id, encoded(name));
        let result = job.result.as_ref().filter(|_| job.state == State::Completed).map(|result| ResultView {
            rows: result.rows,
            warnings: result.warnings,
            errors: result.errors,
            files: result
                .files
                .iter()
                .filter(|_| shown)
                .map(|file| FileView {
                    name: file.name.clone(),
                    media_type: file.media_type.clone(),
                    bytes: file.bytes,
                    rows: file.rows,
                    sha256: file.sha256.clone(),
                    href: href(&file.name),
                })
                .collect(),
        });
        let failure = job.failure.as_ref().map(|failure| FailureView {
            class: failure.class.word().to_owned(),
            message: failure.message.clone(),
            next_step: failure.next_step.clone(),
            attempts: job.attempts.clone(),
        });
        let seconds =
            |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).num_milliseconds().max(0) as f64 / 1000.0;
        JobView {
            id: job.id,
            tenant: job.tenant.clone(),
            extract: job.extract.clone(),
            label: job.label.clone(),
            request: job.request.clone(),
            state: job.state,
            submitted_by: job.submitter.clone(),
            submitted_at: job.submitted_at,
            run_at: job.run_at,
            started_at: job.started_at,
            finished_at: job.finished_at,
            duration_seconds: job.started_at.zip(job.finished_at).map(|(from, to)| seconds(from, to)),
            generated_at: job.generated_at.clone(),
            cancel_requested_at: job.cancel_requested_at,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            progress: progress(job),
            position: job.position,
            estimated_start_at: job.estimated_start_at,
            high_priority: job.high_priority,
            keep_until_deleted: job.keep_until_deleted,
            expires_at: job.expires_at,
            snapshot: job.snapshot.as_ref().map(|s| SnapshotView { id: s.id, as_of: s.as_of.clone() }),
            schedule: job.schedule,
            program: job.program.as_ref().map(|p| p.trim_start_matches("registrar ").to_owned()),
            result,
            failure,
            submitted_to_state_at: job.submitted_to_state_at,
            deleted_at: job.deleted_at,
            allowed_actions: caller.allowed_actions(job),
        }
    }
}

fn progress(job: &Job) -> Option<ProgressView> {
    let (phase, mut done, mut total) = (job.progress.phase.clone(), job.progress.done, job.progress.total);
    let completed = job.state == State::Completed;
    if completed && let Some(result) = &job.result {
        (done, total) = (Some(result.rows), Some(result.rows));
    }
    let percent = match (done, total) {
        _ if completed => Some(100),
        (Some(done), Some(total)) if total > 0 => Some((done.clamp(0, total) * 100) / total),
        _ => None,
    };
    (phase.is_some() || completed).then_some(ProgressView { phase, done, total, percent })
}

/// A file name as a segment of an address.
pub fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}
