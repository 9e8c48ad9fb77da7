//! Submit: job row, place in the line and audit row in one transaction (reliability, section 1).

use extracts::catalogue;
use extracts::kit::extract::snapshot_of;
use serde_json::Value;
use uuid::Uuid;

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
            let rows = insert_alone(self, new).await?;
            return submitted(rows);
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
        submitted(rows)
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

fn submitted(rows: Vec<Row>) -> Result<Submitted, Error> {
    match rows.first() {
        Some(row) => Ok(Submitted::New(Box::new(Job::of(row)?))),
        None => Ok(Submitted::Fired),
    }
}

/// What a job reads: the snapshot that its request or its extract names; nothing for jobs that read none.
fn wants(new: &Submission) -> Option<&str> {
    catalogue::find(&new.extract).map(|extract| snapshot_of(extract, &new.request))
}

macro_rules! columns {
    ($new:expr, $schedule:expr, $fire:expr, $request:expr) => {
        args![
            $new.id,
            &$new.tenant,
            &$new.extract,
            $request,
            $new.label.as_deref(),
            $new.lane.word(),
            $new.high_priority,
            $new.keep_until_deleted,
            $new.school_year,
            &$new.submitter,
            $schedule,
            $fire,
            $new.run_at,
            $new.max_attempts,
            $new.estimate,
            wants($new),
        ]
    };
}

fn schedule(new: &Submission) -> (Option<Uuid>, Option<super::Time>) {
    (new.schedule.map(|s| s.0), new.schedule.and_then(|s| s.1))
}

pub(super) async fn insert(tx: &mut Tx, new: &Submission) -> Result<Vec<Row>, Error> {
    let request = Value::Object(new.request.clone()).to_string();
    let (schedule, fire) = schedule(new);
    tx.rows(sql!("submit"), columns!(new, schedule, fire, request)).await
}

async fn insert_alone(store: &Store, new: &Submission) -> Result<Vec<Row>, Error> {
    let request = Value::Object(new.request.clone()).to_string();
    let (schedule, fire) = schedule(new);
    store.write(sql!("submit"), columns!(new, schedule, fire, request)).await
}
