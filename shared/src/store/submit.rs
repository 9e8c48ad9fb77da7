//! Submit: job row, place in the line and audit row in one transaction (reliability, section 1).

use std::collections::HashMap;

use extracts::catalogue;
use extracts::kit::extract::snapshot_of;
use serde_json::{Value, json};

use super::db::{Row, Tx, args, sql};
use super::{Error, Store};
use crate::job::{Job, Submission};

/// What became of a submit.
#[derive(Debug)]
pub enum Submitted {
    /// A new job.
    New(Box<Job>),
    /// The job that the same key made before.
    Before(Box<Job>),
    /// The schedule's fire time has its job already.
    Fired,
}

impl Store {
    /// Makes a job. After the reply it survives the loss of any process.
    ///
    /// # Errors
    /// [`Error::KeyReused`] when the idempotency key made a job of another body; others when the database is away.
    pub async fn submit(&self, new: &Submission) -> Result<Submitted, Error> {
        let Some((key, body)) = &new.idempotency else {
            let rows = self.write(sql!("submit"), args![columns(&[new])]).await?;
            return submitted(rows.first());
        };
        let mut tx = self.db.begin().await?;
        let taken = args![&new.tenant, &new.submitter, key, body, new.id];
        if tx.rows(sql!("idem_take"), taken).await?.is_empty() {
            let rows = tx.rows(sql!("idem_read"), args![&new.tenant, &new.submitter, key]).await?;
            let row = rows.first().ok_or_else(|| Error::Stored("idempotency.key".to_owned()))?;
            if row.text("body")? != *body {
                return Err(Error::KeyReused);
            }
            let job = row.id("job")?;
            drop(tx);
            let job = self.job(job).await?.ok_or_else(|| Error::Stored("idempotency.job".to_owned()))?;
            return Ok(Submitted::Before(Box::new(job)));
        }
        let rows = insert(&mut tx, new).await?;
        tx.commit().await?;
        submitted(rows.first())
    }

    /// Makes jobs that have no idempotency key, in one statement; one answer for each.
    ///
    /// # Errors
    /// When the database is away; then none was made.
    pub async fn submit_all(&self, new: &[&Submission]) -> Result<Vec<Submitted>, Error> {
        let rows = self.write(sql!("submit"), args![columns(new)]).await?;
        let mut by_id = HashMap::with_capacity(rows.len());
        for row in &rows {
            by_id.insert(row.id("id")?, row);
        }
        new.iter().map(|new| submitted(by_id.get(&new.id).copied())).collect()
    }

    /// Forgets idempotency keys of more than 24 hours.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_keys(&self) -> Result<(), Error> {
        self.write(sql!("idem_purge"), &[]).await.map(drop)
    }

    /// Jobs of a tenant that wait, counted up to `bound`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn waiting(&self, tenant: &str, bound: i64) -> Result<i64, Error> {
        count(&self.db.read(sql!("waiting_count"), args![tenant, bound]).await?)
    }

    /// Jobs that a tenant submitted in the last minute, counted up to `bound`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn submitted_lately(&self, tenant: &str, bound: i64) -> Result<i64, Error> {
        count(&self.db.read(sql!("recent_count"), args![tenant, bound]).await?)
    }
}

fn count(rows: &[Row]) -> Result<i64, Error> {
    rows.first().map_or(Ok(0), |row| row.int("jobs"))
}

fn submitted(row: Option<&Row>) -> Result<Submitted, Error> {
    match row {
        Some(row) => Ok(Submitted::New(Box::new(Job::of(row)?))),
        None => Ok(Submitted::Fired),
    }
}

/// What a job reads: the snapshot that its request or its extract names; nothing for jobs that read none.
fn wants(new: &Submission) -> Option<&str> {
    catalogue::find(&new.extract).map(|extract| snapshot_of(extract, &new.request))
}

/// Jobs as the statement takes them.
fn columns(new: &[&Submission]) -> String {
    let row = |new: &&Submission| {
        let (schedule, fire_at) = (new.schedule.map(|s| s.0), new.schedule.and_then(|s| s.1));
        json!({
            "id": new.id,
            "tenant": new.tenant,
            "extract": new.extract,
            "request": Value::Object(new.request.clone()).to_string(),
            "label": new.label,
            "lane": new.lane.word(),
            "high_priority": new.high_priority,
            "keep_until_deleted": new.keep_until_deleted,
            "school_year": new.school_year,
            "submitter": new.submitter,
            "schedule": schedule,
            "fire_at": fire_at,
            "fire_at_us": fire_at.map(|t| t.timestamp_micros()),
            "run_at": new.run_at,
            "run_at_us": new.run_at.map(|t| t.timestamp_micros()),
            "max_attempts": new.max_attempts,
            "estimate": new.estimate,
            "wants": wants(new),
        })
    };
    Value::Array(new.iter().map(row).collect()).to_string()
}

pub(super) async fn insert(tx: &mut Tx, new: &Submission) -> Result<Vec<Row>, Error> {
    tx.rows(sql!("submit"), args![columns(&[new])]).await
}
