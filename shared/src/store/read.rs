//! Reading jobs: one, a page of the list, what changed (batch-queue, section 3).

use serde_json::Value;
use uuid::Uuid;

use super::db::{Row, Time, args, sql};
use super::{Error, Store};
use crate::job::{Job, Lane, Progress, SnapshotRef, State};

/// Which jobs the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The caller's own.
    #[default]
    Own,
    /// Everybody's.
    All,
    /// The deleted history.
    Deleted,
}

/// Filter of the list. An empty list and `None` do not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Tenants in scope; never empty where something is to be found.
    pub tenants: Vec<String>,
    /// Only jobs of this person, for the own view.
    pub owner: Option<String>,
    /// Deleted jobs instead of those in the queue.
    pub deleted: bool,
    /// States.
    pub states: Vec<State>,
    /// Codes of extracts.
    pub extracts: Vec<String>,
    /// Persons.
    pub submitters: Vec<String>,
    /// Text that the label contains, in any case.
    pub label: Option<String>,
    /// School year.
    pub school_year: Option<i64>,
    /// Submitted later than this.
    pub submitted_after: Option<Time>,
    /// Submitted earlier than this.
    pub submitted_before: Option<Time>,
    /// Last row of the page before: submission time and id.
    pub after: Option<(Time, Uuid)>,
    /// Rows at most.
    pub limit: i64,
}

/// A JSON list for a statement; `None` for an empty one.
fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let items: Vec<&str> = items.into_iter().collect();
    (!items.is_empty()).then(|| serde_json::json!(items).to_string())
}

/// A JSON list for a statement that takes no null.
pub(super) fn listed(items: &[String]) -> String {
    serde_json::json!(items).to_string()
}

impl Store {
    /// One job, also a deleted one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn job(&self, id: Uuid) -> Result<Option<Job>, Error> {
        let rows = self.db.read(sql!("job"), args![id]).await?;
        rows.first().map(Job::of).transpose()
    }

    /// A page of the list, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn jobs(&self, filter: &Filter) -> Result<Vec<Job>, Error> {
        let states = list(filter.states.iter().map(|s| s.word()));
        let extracts = list(filter.extracts.iter().map(String::as_str));
        let submitters = list(filter.submitters.iter().map(String::as_str));
        let sql = if filter.owner.is_some() { sql!("jobs_own") } else { sql!("jobs") };
        let rows = self
            .db
            .read(
                sql,
                args![
                    listed(&filter.tenants),
                    filter.owner.as_deref(),
                    filter.deleted,
                    states.as_deref(),
                    extracts.as_deref(),
                    submitters.as_deref(),
                    filter.label.as_deref(),
                    filter.school_year,
                    filter.submitted_after,
                    filter.submitted_before,
                    filter.after.map(|a| a.0),
                    filter.after.map(|a| a.1),
                    filter.limit,
                ],
            )
            .await?;
        rows.iter().map(Job::of).collect()
    }

    /// Jobs of some tenants changed later than `since`, oldest change first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn changed(&self, since: Time, tenants: &[String], limit: i64) -> Result<Vec<Job>, Error> {
        let rows = self.db.read(sql!("changed"), args![since, listed(tenants), limit]).await?;
        rows.iter().map(Job::of).collect()
    }
}

/// Reads a stored JSON text.
fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, Error> {
    let stored = |_| Error::Stored(column.to_owned());
    row.opt_text(column)?.map(|text| serde_json::from_str(&text).map_err(stored)).transpose()
}

impl Job {
    /// Reads a row of `jobs` with its place in the line and its snapshot's as-of time.
    pub(super) fn of(row: &Row) -> Result<Job, Error> {
        let stored = |column: &str| Error::Stored(column.to_owned());
        let request = match json(row, "request")? {
            Some(Value::Object(request)) => request,
            _ => return Err(stored("request")),
        };
        let snapshot = match (row.opt_id("snapshot")?, row.opt_text("snapshot_as_of")?) {
            (Some(id), Some(as_of)) => Some(SnapshotRef { id, as_of }),
            _ => None,
        };
        Ok(Job {
            id: row.id("id")?,
            tenant: row.text("tenant")?,
            extract: row.text("extract")?,
            request,
            label: row.opt_text("label")?,
            lane: Lane::parse(&row.text("lane")?).ok_or_else(|| stored("lane"))?,
            high_priority: row.flag("high_priority")?,
            keep_until_deleted: row.flag("keep_until_deleted")?,
            school_year: row.opt_int("school_year")?,
            state: State::parse(&row.text("state")?).ok_or_else(|| stored("state"))?,
            submitter: row.text("submitter")?,
            submitted_at: row.time("submitted_at")?,
            run_at: row.time("run_at")?,
            started_at: row.opt_time("started_at")?,
            finished_at: row.opt_time("finished_at")?,
            generated_at: row.opt_text("generated_at")?,
            cancel_requested_at: row.opt_time("cancel_requested_at")?,
            attempt: row.int("attempt")?,
            max_attempts: row.int("max_attempts")?,
            attempts: json(row, "attempts")?.unwrap_or_default(),
            faults: row.int("faults")?,
            progress: Progress {
                phase: row.opt_text("phase")?,
                done: row.opt_int("done")?,
                total: row.opt_int("total")?,
            },
            position: row.opt_int("position")?,
            estimated_start_at: row.opt_time("estimated_start_at")?,
            expires_at: row.opt_time("expires_at")?,
            expired_at: row.opt_time("expired_at")?,
            snapshot,
            schedule: row.opt_id("schedule")?,
            program: row.opt_text("program")?,
            result: json(row, "result")?,
            result_run: row.opt_id("result_run")?,
            failure: json(row, "failure")?,
            submitted_to_state_at: row.opt_time("submitted_to_state_at")?,
            deleted_at: row.opt_time("deleted_at")?,
            deleted_by: row.opt_text("deleted_by")?,
            dispatch: row.int("dispatch")?,
            run: row.opt_id("run")?,
            version: row.int("version")?,
            changed_at: row.time("changed_at")?,
        })
    }
}
