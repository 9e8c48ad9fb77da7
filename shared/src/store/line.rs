//! What the relay does: who waits, who is admitted (reliability, section 1).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::db::{Arg, Lent, Row, Sql, args, sql};
use super::{Error, Store, micros};
use crate::job::Lane;
use crate::job::fairness::{Busy, Waiting};

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

/// A lane as the relay sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Slots and jobs.
    pub room: Room,
    /// The first waiting jobs of each tenant and priority.
    pub heads: Vec<Waiting>,
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

/// Leadership of the relay, held as long as this lives: a lock that the database gives to one session. What the relay
/// admits goes through that same session, so that a process that lost the lock cannot admit.
#[derive(Debug)]
pub struct Leader {
    store: Store,
    session: Option<Lent>,
}

/// The lock's key is any fixed number.
const LOCK: &str = "select pg_try_advisory_lock(90457502208852) as locked";
/// The database ends a leader's session that falls silent, so that another process can lead. Not known before Postgres 14.
const SILENCE: &str = "set idle_session_timeout = '10s'";

impl Leader {
    /// Gives leadership up.
    pub fn resign(self) {}

    /// Runs a statement in the session that holds the lock. A lost admission is made up for, so no commit waits.
    async fn run(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        let Some(session) = &mut self.session else { return self.store.write_lazily(sql, args).await };
        for _ in 0..5 {
            match session.rows(sql.postgres, args).await {
                Err(error) if error.lost_race() => tokio::task::yield_now().await,
                other => return other,
            }
        }
        session.rows(sql.postgres, args).await
    }

    /// The lines: slots and jobs of each lane, and who waits first. A worker not seen for `alive` has no slots; `ahead` are
    /// jobs handed out beyond the free slots, and `most` bounds what is read of one tenant.
    ///
    /// # Errors
    /// When the database is away, or leadership is lost.
    pub async fn lines(
        &mut self,
        alive: Duration,
        aging: Duration,
        ahead: &BTreeMap<Lane, i64>,
        most: i64,
    ) -> Result<BTreeMap<Lane, Line>, Error> {
        let ahead = |lane| ahead.get(&lane).copied().unwrap_or_default();
        let (interactive, batch) = (ahead(Lane::Interactive), ahead(Lane::Batch));
        let args = args![micros(alive), micros(aging), interactive, batch, most];
        let rows = match &mut self.session {
            Some(session) => session.rows(sql!("line").postgres, args).await?,
            None => self.store.db.read(sql!("line"), args).await?,
        };
        let mut lines = BTreeMap::<Lane, Line>::new();
        for row in rows {
            let line = lines.entry(lane(&row)?).or_default();
            line.room = Room {
                slots: row.int("slots")?,
                running: row.int("running")?,
                admitted: row.int("admitted")?,
            };
            if row.opt_id("job")?.is_some() {
                line.heads.push(Waiting {
                    job: row.id("job")?,
                    tenant: row.text("tenant")?,
                    extract: row.text("extract")?,
                    high: row.flag("high")?,
                    run_at: row.time("run_at")?,
                    submitted_at: row.time("submitted_at")?,
                    turn: row.int("turn")?,
                });
            }
        }
        Ok(lines)
    }

    /// Marks jobs as admitted; those canceled meanwhile do not come back.
    ///
    /// # Errors
    /// When the database is away, or leadership is lost.
    pub async fn admit(&mut self, picked: &[(Uuid, String, i64)]) -> Result<Vec<Admitted>, Error> {
        let picked: Vec<_> = picked
            .iter()
            .map(|(job, tenant, turn)| json!({"job": job, "tenant": tenant, "turn": turn}))
            .collect();
        let rows = self.run(sql!("admit"), args![json!(picked).to_string()]).await?;
        rows.iter()
            .map(|row| Ok(Admitted { job: row.id("job")?, dispatch: row.int("dispatch")?, lane: lane(row)? }))
            .collect()
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if let Some(session) = &mut self.session {
            // The lock goes with the session.
            session.close();
        }
    }
}

fn lane(row: &Row) -> Result<Lane, Error> {
    Lane::parse(&row.text("lane")?).ok_or_else(|| Error::Stored("lane".to_owned()))
}

impl Store {
    /// Leadership of the relay, when nobody else has it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn lead(&self) -> Result<Option<Leader>, Error> {
        let Some(mut session) = self.db.alone().await? else {
            return Ok(Some(Leader { store: self.clone(), session: None }));
        };
        let rows = session.rows(LOCK, &[]).await?;
        if !rows.first().is_some_and(|row| row.flag("locked").unwrap_or_default()) {
            return Ok(None);
        }
        if session.say(SILENCE).await.is_err() {
            tracing::debug!("the database does not end silent sessions");
        }
        Ok(Some(Leader { store: self.clone(), session: Some(session) }))
    }

    /// Running or admitted jobs by tenant and extract.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn busy(&self) -> Result<Busy, Error> {
        let mut busy = Busy::default();
        for row in self.db.read(sql!("busy"), &[]).await? {
            busy.add(&row.text("tenant")?, &row.text("extract")?, row.int("jobs")?);
        }
        Ok(busy)
    }

    /// Admitted jobs wait again under a new dispatch number: those named, or all; only admitted longer than `age` ago.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn readmit(&self, jobs: Option<&[Uuid]>, age: Duration) -> Result<u64, Error> {
        let jobs = jobs.map(|jobs| json!(jobs).to_string());
        let rows = self.write_lazily(sql!("readmit"), args![jobs.as_deref(), micros(age)]).await?;
        Ok(rows.len() as u64)
    }

    /// Publishes positions and estimated starts of those that wait, up to the position `last`; `each` is the time that a job
    /// takes on average.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rank(&self, slots: i64, each: Duration, last: i64) -> Result<u64, Error> {
        Ok(self.write_lazily(sql!("ranks"), args![slots, micros(each), last]).await?.len() as u64)
    }
}
