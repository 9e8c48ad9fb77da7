//! What people do with a job: edit, cancel, restart, delete (batch-queue, section 4). Whether they may is decided before.

use std::time::Duration;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::db::{Arg, Row, Sql, Time, args, sql};
use super::{Error, Store, micros};
use crate::job::State;

/// What an edit changes; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// A new label, or none.
    pub label: Option<Option<String>>,
    /// A new time, none for now.
    pub run_at: Option<Option<Time>>,
    /// Keep the result.
    pub keep_until_deleted: Option<bool>,
    /// Mark or unmark "submitted to the state".
    pub submitted_to_state: Option<bool>,
}

/// What became of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// It is done.
    Done,
    /// The state did not allow it.
    Refused,
    /// The state did not allow it at once: the running job was asked to stop.
    Asked,
}

impl Acted {
    fn of(rows: &[Row]) -> Acted {
        if rows.is_empty() { Acted::Refused } else { Acted::Done }
    }
}

impl Store {
    /// Runs a statement about one job that nobody else changes meanwhile. The lock is a statement of its own: one that waits
    /// in the middle sees the job as it is after the wait, but the line as it was before.
    pub(super) async fn alone_with(&self, job: Uuid, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        for _ in 0..5 {
            match self.try_alone_with(job, sql, args).await {
                Err(error) if error.lost_race() => tokio::task::yield_now().await,
                other => return other,
            }
        }
        self.try_alone_with(job, sql, args).await
    }

    async fn try_alone_with(&self, job: Uuid, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        let mut tx = self.db.begin().await?;
        tx.rows(sql!("job_lock"), args![job]).await?;
        let rows = tx.rows(sql, args).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Changes a job; `expiry` is the time a result is kept.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn patch(
        &self,
        id: Uuid,
        patch: &Patch,
        expiry: Duration,
        person: &str,
    ) -> Result<Acted, Error> {
        let mut change = Map::new();
        if let Some(label) = &patch.label {
            change.insert("label".to_owned(), label.clone().into());
        }
        if let Some(at) = patch.run_at {
            change.insert("run_at".to_owned(), at.map_or(Value::Null, |at| at.timestamp_micros().into()));
        }
        if let Some(keep) = patch.keep_until_deleted {
            change.insert("keep_until_deleted".to_owned(), keep.into());
        }
        if let Some(mark) = patch.submitted_to_state {
            change.insert("submitted_to_state".to_owned(), mark.into());
        }
        let change = Value::Object(change).to_string();
        let args = args![id, change, micros(expiry), person];
        Ok(Acted::of(&self.alone_with(id, sql!("patch"), args).await?))
    }

    /// Cancels a waiting job, or asks a running one to stop.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn cancel(&self, id: Uuid, person: &str) -> Result<Acted, Error> {
        self.stop(id, person, false).await
    }

    /// Deletes a finished job, or cancels one that is not and deletes it then.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn delete(&self, id: Uuid, person: &str) -> Result<Acted, Error> {
        let rows = self.alone_with(id, sql!("delete"), args![id, person]).await?;
        if !rows.is_empty() {
            return Ok(Acted::Done);
        }
        self.stop(id, person, true).await
    }

    async fn stop(&self, id: Uuid, person: &str, delete: bool) -> Result<Acted, Error> {
        let rows = self.alone_with(id, sql!("cancel"), args![id, person, delete]).await?;
        match rows.first() {
            None => Ok(Acted::Refused),
            Some(row) if row.text("state")? == State::Processing.word() => Ok(Acted::Asked),
            Some(_) => Ok(Acted::Done),
        }
    }

    /// Puts a finished job into the line again.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn restart(&self, id: Uuid, person: &str) -> Result<Acted, Error> {
        Ok(Acted::of(&self.alone_with(id, sql!("restart"), args![id, person]).await?))
    }
}
