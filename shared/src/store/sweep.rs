//! What the sweepers do with rows: due jobs, expired leases, expired results, dead letters (reliability, section 6).

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::db::{Time, args, sql};
use super::{Error, Store, micros};
use crate::job::{Failure, State};

/// What is known of a job's runs when objects are swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRun {
    /// The job.
    pub job: Uuid,
    /// The run that holds a lease.
    pub leased: Option<Uuid>,
    /// The run whose result is offered.
    pub committed: Option<Uuid>,
}

impl Store {
    /// Moves scheduled jobs whose time has come into the line.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn due(&self) -> Result<u64, Error> {
        Ok(self.write(sql!("due"), &[]).await?.len() as u64)
    }

    /// Takes jobs back from leases that ran out.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rescue(
        &self,
        first: Duration,
        longest: Duration,
        crashed: &Failure,
    ) -> Result<Vec<(Uuid, State)>, Error> {
        let failure = serde_json::to_string(crashed).map_err(|_| Error::Stored("failure".to_owned()))?;
        let rows = self.write(sql!("rescue"), args![micros(first), micros(longest), failure]).await?;
        rows.iter()
            .map(|row| {
                let state =
                    State::parse(&row.text("state")?).ok_or_else(|| Error::Stored("state".to_owned()))?;
                Ok((row.id("id")?, state))
            })
            .collect()
    }

    /// Hides results whose time is over.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn expire(&self) -> Result<u64, Error> {
        Ok(self.write(sql!("expire"), &[]).await?.len() as u64)
    }

    /// What is known of the runs of some jobs; a job without a row does not come back.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn runs(&self, jobs: &[Uuid]) -> Result<Vec<KnownRun>, Error> {
        let rows = self.db.read(sql!("runs_known"), args![json!(jobs).to_string()]).await?;
        rows.iter()
            .map(|row| {
                Ok(KnownRun {
                    job: row.id("id")?,
                    leased: row.opt_id("leased")?,
                    committed: row.opt_id("committed")?,
                })
            })
            .collect()
    }

    /// When the database was started; a change tells a restart.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn started_at(&self) -> Result<Time, Error> {
        let rows = self.db.read(sql!("started_at"), &[]).await?;
        rows.first().ok_or_else(|| Error::Stored("at".to_owned()))?.time("at")
    }

    /// Ids of all snapshots.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn snapshot_ids(&self) -> Result<Vec<Uuid>, Error> {
        let rows = self.db.read(sql!("snapshot_ids"), &[]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    /// Whether a run holds a lease.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn run_is_leased(&self, run: Uuid) -> Result<bool, Error> {
        Ok(!self.db.read(sql!("run_leased"), args![run]).await?.is_empty())
    }

    /// Notes a dead letter; returns how many this job has now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn dead_letter(&self, job: Option<Uuid>, reason: &str) -> Result<i64, Error> {
        let rows = self.write(sql!("dead_add"), args![job, reason]).await?;
        rows.first().map_or(Ok(0), |row| row.int("times"))
    }

    /// Ends a waiting job whose messages die again and again.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn fail_dead(&self, job: Uuid, failure: &Failure) -> Result<bool, Error> {
        let failure = serde_json::to_string(failure).map_err(|_| Error::Stored("failure".to_owned()))?;
        Ok(!self.alone_with(job, sql!("dead_fail"), args![job, failure]).await?.is_empty())
    }
}
