//! What workers do: claim, renew, report progress, finish; every write names its run (reliability, sections 2 and 3).

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::db::{args, sql};
use super::schedules::noted;
use super::{Error, NewSnapshot, Store, micros};
use crate::job::{AttemptNote, Failure, Job, Progress, ResultSet, Schedule, State};

/// A message that wants to become a run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Ask {
    /// The job.
    pub job: Uuid,
    /// Number of the message.
    pub dispatch: i64,
    /// A fresh run id.
    pub run: Uuid,
}

/// A job that is ours until its lease ends.
#[derive(Debug)]
pub struct Claimed {
    /// The job as it is now.
    pub job: Job,
    /// Its lease token.
    pub run: Uuid,
    /// Rights of its submitter at this moment, as the people table holds them.
    pub grants: Option<String>,
}

/// Time zones by tenant, `""` for all others: name, and offset from UTC in seconds at this moment.
pub type Zones = BTreeMap<String, (String, i64)>;

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// The job.
    pub job: Uuid,
    /// Its lease token.
    pub run: Uuid,
    /// What it made.
    pub result: ResultSet,
    /// How long the result is kept.
    pub expiry: Duration,
}

impl AsRef<Done> for Done {
    fn as_ref(&self) -> &Done {
        self
    }
}

/// The end of a run that made nothing.
#[derive(Debug)]
pub struct Settlement {
    /// The job.
    pub job: Uuid,
    /// Its lease token.
    pub run: Uuid,
    /// `Failed`, `Canceled`, or `Queued` for another attempt.
    pub next: State,
    /// Why, for `Failed`.
    pub failure: Option<Failure>,
    /// Notes of all attempts so far.
    pub attempts: Option<Vec<AttemptNote>>,
    /// Earliest next start, for `Queued`.
    pub delay: Duration,
    /// The attempt is given back.
    pub give_back: bool,
    /// It was a fault of ours.
    pub fault: bool,
}

impl Store {
    /// Claims jobs; a message that is stale, doubled or too early finds none.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn claim(
        &self,
        asks: &[Ask],
        worker: Uuid,
        lease: Duration,
        program: &str,
        zones: &Zones,
    ) -> Result<Vec<Claimed>, Error> {
        let zones: serde_json::Map<_, _> = zones
            .iter()
            .map(|(tenant, (zone, offset))| (tenant.clone(), json!({"zone": zone, "offset": offset})))
            .collect();
        let (asks, zones) = (json!(asks).to_string(), serde_json::Value::Object(zones).to_string());
        let rows =
            self.write_lazily(sql!("claim"), args![asks, worker, micros(lease), program, zones]).await?;
        rows.iter()
            .map(|row| {
                let job = Job::of(row)?;
                let run = row.id("run")?;
                Ok(Claimed { job, run, grants: row.opt_text("grants")? })
            })
            .collect()
    }

    /// Renews leases. Runs that do not come back are lost; the flag says that a cancel was asked.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn renew(&self, runs: &[Uuid], lease: Duration) -> Result<Vec<(Uuid, bool)>, Error> {
        let rows = self.write_lazily(sql!("renew"), args![json!(runs).to_string(), micros(lease)]).await?;
        rows.iter().map(|row| Ok((row.id("run")?, row.opt_time("cancel_requested_at")?.is_some()))).collect()
    }

    /// Of these runs, those that were asked to stop; the flag is always true.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn stops(&self, runs: &[Uuid]) -> Result<Vec<(Uuid, bool)>, Error> {
        let rows = self.db.read(sql!("stops"), args![json!(runs).to_string()]).await?;
        rows.iter().map(|row| Ok((row.id("run")?, true))).collect()
    }

    /// Completes the import of a bundle: its snapshot is there in the same transaction, or not at all; with it the
    /// schedule that a tenant's first good import makes.
    ///
    /// # Errors
    /// When the database is away; it may or may not be completed then.
    pub async fn complete_import(
        &self,
        done: &Done,
        snapshot: &NewSnapshot<'_>,
        first: Option<&Schedule>,
    ) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        let rows = tx.rows(sql!("complete"), args![completions(std::slice::from_ref(done))?]).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        tx.rows(sql!("snapshot_add"), snapshot.args().as_slice()).await?;
        tx.rows(sql!("snapshot_pin"), args![done.job, done.run, snapshot.id]).await?;
        if let Some(schedule) = first
            && !schedule.insert(&mut tx).await?.is_empty()
        {
            noted(&mut tx, schedule, &schedule.owner, "schedule").await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes how far runs are. Runs that do not come back are lost.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn progress(&self, steps: &[(Uuid, Uuid, Progress)]) -> Result<Vec<Uuid>, Error> {
        let steps: Vec<_> = steps
            .iter()
            .map(|(job, run, p)| json!({"job": job, "run": run, "phase": p.phase, "done": p.done, "total": p.total}))
            .collect();
        let rows = self.write_lazily(sql!("progress"), args![json!(steps).to_string()]).await?;
        rows.iter().map(|row| row.id("run")).collect()
    }

    /// Completes runs. One that does not come back was lost, or was asked to stop.
    ///
    /// # Errors
    /// When the database is away; the runs may or may not be completed then.
    pub async fn complete<D: AsRef<Done>>(&self, done: &[D]) -> Result<Vec<Uuid>, Error> {
        let rows = self.write(sql!("complete"), args![completions(done)?]).await?;
        rows.iter().map(|row| row.id("run")).collect()
    }

    /// Ends a run that made nothing; false when the run was lost or a cancel was asked that it does not honour.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn settle(&self, end: &Settlement) -> Result<bool, Error> {
        let failure = end.failure.as_ref().and_then(|f| serde_json::to_string(f).ok());
        let attempts = end.attempts.as_ref().and_then(|a| serde_json::to_string(a).ok());
        let rows = self
            .write(
                sql!("settle"),
                args![
                    end.job,
                    end.run,
                    end.next.word(),
                    failure.as_deref(),
                    attempts.as_deref(),
                    micros(end.delay),
                    end.give_back,
                    end.fault,
                ],
            )
            .await?;
        Ok(!rows.is_empty())
    }
}

/// The JSON list of finished runs.
pub(super) fn completions<D: AsRef<Done>>(done: &[D]) -> Result<String, Error> {
    let done: Vec<_> = done
        .iter()
        .map(|d| {
            let d = d.as_ref();
            let result = serde_json::to_string(&d.result).map_err(|_| Error::Stored("result".to_owned()))?;
            Ok(json!({"job": d.job, "run": d.run, "result": result, "expiry": micros(d.expiry)}))
        })
        .collect::<Result<_, Error>>()?;
    Ok(json!(done).to_string())
}
