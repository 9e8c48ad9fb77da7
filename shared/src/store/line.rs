//! What the relay does: who waits, who is admitted (reliability, section 1).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::db::{Lent, args, sql};
use super::{Error, Store, micros};
use crate::job::Lane;
use crate::job::fairness::Waiting;

/// Slots and jobs of a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Slots of live workers.
    pub slots: i64,
    /// Jobs running.
    pub running: i64,
    /// Jobs admitted but unclaimed.
    pub admitted: i64,
}

/// A job that was admitted and is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The job.
    pub job: Uuid,
    /// Number of its message.
    pub dispatch: i64,
    /// Its lane.
    pub lane: Lane,
}

/// Leadership of the relay, held as long as this lives: a lock that the database gives to one session.
#[derive(Debug)]
pub struct Leader {
    session: Option<Lent>,
}

/// The lock's key is any fixed number.
const LOCK: &str = "select pg_try_advisory_lock(90457502208852) as locked";
/// The database ends a leader's session that falls silent, so that another process can lead. Not known before Postgres 14.
const SILENCE: &str = "set idle_session_timeout = '10s'";

impl Leader {
    /// Whether the session that holds the lock still answers.
    pub async fn holds(&mut self) -> bool {
        match &mut self.session {
            None => true,
            Some(session) => session.say("select 1").await.is_ok(),
        }
    }

    /// Gives leadership up.
    pub fn resign(self) {}
}

impl Drop for Leader {
    fn drop(&mut self) {
        if let Some(session) = &mut self.session {
            // The lock goes with the session.
            session.close();
        }
    }
}

impl Store {
    /// Leadership of the relay, when nobody else has it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn lead(&self) -> Result<Option<Leader>, Error> {
        let Some(mut session) = self.db.alone().await? else {
            return Ok(Some(Leader { session: None }));
        };
        let rows = session.rows(LOCK, &[]).await?;
        if !rows.first().is_some_and(|row| row.flag("locked").unwrap_or_default()) {
            return Ok(None);
        }
        if session.say(SILENCE).await.is_err() {
            tracing::debug!("the database does not end silent sessions");
        }
        Ok(Some(Leader { session: Some(session) }))
    }

    /// Slots and jobs by lane; a worker not seen for `alive` does not count.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn room(&self, alive: Duration) -> Result<BTreeMap<Lane, Room>, Error> {
        let rows = self.db.read(sql!("room"), args![micros(alive)]).await?;
        rows.iter()
            .map(|row| {
                let lane = Lane::parse(&row.text("lane")?).ok_or_else(|| Error::Stored("lane".to_owned()))?;
                let room = Room {
                    slots: row.int("slots")?,
                    running: row.int("running")?,
                    admitted: row.int("admitted")?,
                };
                Ok((lane, room))
            })
            .collect()
    }

    /// Running or admitted jobs by tenant and extract.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn busy(&self) -> Result<Vec<(String, String, i64)>, Error> {
        let rows = self.db.read(sql!("busy"), &[]).await?;
        rows.iter().map(|r| Ok((r.text("tenant")?, r.text("extract")?, r.int("jobs")?))).collect()
    }

    /// The first `bound` waiting jobs of each tenant and priority.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn heads(&self, lane: Lane, bound: i64, aging: Duration) -> Result<Vec<Waiting>, Error> {
        let rows = self.db.read(sql!("heads"), args![lane.word(), bound, micros(aging)]).await?;
        rows.iter()
            .map(|row| {
                Ok(Waiting {
                    job: row.id("job")?,
                    tenant: row.text("tenant")?,
                    extract: row.text("extract")?,
                    high: row.flag("high")?,
                    run_at: row.time("run_at")?,
                    submitted_at: row.time("submitted_at")?,
                    turn: row.int("turn")?,
                })
            })
            .collect()
    }

    /// Marks jobs as admitted; those canceled meanwhile do not come back.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn admit(&self, picked: &[(Uuid, String, i64)]) -> Result<Vec<Admitted>, Error> {
        let picked: Vec<_> = picked
            .iter()
            .map(|(job, tenant, turn)| json!({"job": job, "tenant": tenant, "turn": turn}))
            .collect();
        let rows = self.write(sql!("admit"), args![json!(picked).to_string()]).await?;
        rows.iter()
            .map(|row| {
                let lane = Lane::parse(&row.text("lane")?).ok_or_else(|| Error::Stored("lane".to_owned()))?;
                Ok(Admitted { job: row.id("job")?, dispatch: row.int("dispatch")?, lane })
            })
            .collect()
    }

    /// Admitted jobs wait again under a new dispatch number: those named, or all; only admitted longer than `age` ago.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn readmit(&self, jobs: Option<&[Uuid]>, age: Duration) -> Result<u64, Error> {
        let jobs = jobs.map(|jobs| json!(jobs).to_string());
        let rows = self.write(sql!("readmit"), args![jobs.as_deref(), micros(age)]).await?;
        Ok(rows.len() as u64)
    }

    /// Publishes positions and estimated starts of those that wait, up to the position `last`; `each` is the time that a job
    /// takes on average.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rank(&self, slots: i64, each: Duration, last: i64) -> Result<u64, Error> {
        Ok(self.write(sql!("ranks"), args![slots, micros(each), last]).await?.len() as u64)
    }
}
