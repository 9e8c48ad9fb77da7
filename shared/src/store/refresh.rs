//! The end of a LEAD refresh: the name of the snapshot, the job's end and what follows, all of it or nothing
//! (batch-queue, section 6).

use super::db::{args, sql};
use super::run::completions;
use super::schedules::make;
use super::{Done, Error, Store};
use crate::job::{LEAD_REFRESH, Schedule};

/// What became of a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The newest good snapshot is the LEAD snapshot, also when it was before.
    Named,
    /// The run was lost, or was asked to stop.
    Lost,
    /// The tenant has no good snapshot.
    NoSnapshot,
}

impl Store {
    /// Completes a LEAD refresh: names the tenant's newest good snapshot, and makes the jobs that follow a refresh.
    ///
    /// # Errors
    /// When the database is away; it may or may not be completed then.
    pub async fn complete_refresh(
        &self,
        done: &Done,
        tenant: &str,
        max_attempts: i64,
    ) -> Result<Refreshed, Error> {
        let mut tx = self.db.begin().await?;
        if tx.rows(sql!("complete"), args![completions(std::slice::from_ref(done))?]).await?.is_empty() {
            return Ok(Refreshed::Lost);
        }
        let named = tx.rows(sql!("lead_take"), args![tenant]).await?;
        let Some(snapshot) = named.first().map(|row| row.id("snapshot")).transpose()? else {
            return Ok(Refreshed::NoSnapshot);
        };
        tx.rows(sql!("snapshot_pin"), args![done.job, done.run, snapshot]).await?;
        for row in tx.rows(sql!("schedules_after"), args![tenant, LEAD_REFRESH]).await? {
            let follower = Schedule::of(&row)?;
            if let Some(at) = follower.last_fire_at {
                make(&mut tx, &follower, &[(at, at)], max_attempts).await?;
            }
        }
        tx.commit().await?;
        Ok(Refreshed::Named)
    }
}
