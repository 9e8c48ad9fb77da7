//! Schedules: rows, and the one transaction that makes a fire time's job (batch-queue, section 6).

use serde_json::Value;
use uuid::Uuid;

use super::db::{Row, Time, args, sql};
use super::read::listed;
use super::submit::insert;
use super::{Error, Store};
use crate::clock;
use crate::job::schedule::{Missed, Overlap, Schedule};
use crate::job::{Lane, Submission};

/// Schedules of one look.
const EACH: i64 = 200;

impl Schedule {
    pub(super) fn of(row: &Row) -> Result<Schedule, Error> {
        let stored = |column: &str| Error::Stored(format!("schedules.{column}"));
        let request = match serde_json::from_str(&row.text("request")?) {
            Ok(Value::Object(request)) => request,
            _ => return Err(stored("request")),
        };
        Ok(Schedule {
            id: row.id("id")?,
            tenant: row.text("tenant")?,
            extract: row.text("extract")?,
            request,
            label: row.opt_text("label")?,
            high_priority: row.flag("high_priority")?,
            keep_until_deleted: row.flag("keep_until_deleted")?,
            school_year: row.opt_int("school_year")?,
            owner: row.text("owner")?,
            cron: row.opt_text("cron")?,
            time_zone: row.opt_text("time_zone")?,
            after: row.opt_text("follows")?,
            missed: Missed::parse(&row.text("missed")?).ok_or_else(|| stored("missed"))?,
            overlap: Overlap::parse(&row.text("overlap")?).ok_or_else(|| stored("overlap"))?,
            jitter: row.int("jitter")?,
            enabled: row.flag("enabled")?,
            next_fire_at: row.opt_time("next_fire_at")?,
            last_fire_at: row.opt_time("last_fire_at")?,
            made_at: row.time("made_at")?,
            changed_at: row.time("changed_at")?,
            shipped: row.opt_text("shipped")?,
            version: row.int("version")?,
        })
    }

    /// The job of a fire time, or one that a person asks for now.
    pub fn submission(&self, fire: Option<Time>, run_at: Option<Time>, max_attempts: i64) -> Submission {
        Submission {
            id: clock::new_id(),
            tenant: self.tenant.clone(),
            extract: self.extract.clone(),
            request: self.request.clone(),
            label: self.label.clone(),
            lane: Lane::Batch,
            high_priority: self.high_priority,
            keep_until_deleted: self.keep_until_deleted,
            run_at,
            school_year: self.school_year,
            submitter: self.owner.clone(),
            idempotency: None,
            schedule: Some((self.id, fire)),
            max_attempts,
            estimate: 0,
        }
    }

    fn request_text(&self) -> String {
        Value::Object(self.request.clone()).to_string()
    }

    /// The row, as the statement takes it.
    pub(super) async fn insert(&self, tx: &mut super::db::Tx) -> Result<Vec<Row>, Error> {
        let row = args![
            self.id,
            &self.tenant,
            &self.extract,
            self.request_text(),
            self.label.as_deref(),
            self.high_priority,
            self.keep_until_deleted,
            self.school_year,
            &self.owner,
            self.cron.as_deref(),
            self.time_zone.as_deref(),
            self.after.as_deref(),
            self.missed.word(),
            self.overlap.word(),
            self.jitter,
            self.enabled,
            self.next_fire_at,
            self.shipped.as_deref(),
        ];
        tx.rows(sql!("schedule_add"), row).await
    }
}

/// What a schedule's fire times became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fired {
    /// So many jobs.
    Jobs(usize),
    /// None: a job of the schedule is not finished.
    Busy,
    /// None: somebody else moved the schedule on.
    Elsewhere,
}

impl Store {
    /// Makes a schedule; none when it ships with the product and was made before. Times and version are the database's.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_schedule(&self, new: &Schedule, person: &str) -> Result<Option<Schedule>, Error> {
        let mut tx = self.db.begin().await?;
        let rows = new.insert(&mut tx).await?;
        let Some(made) = rows.first().map(Schedule::of).transpose()? else { return Ok(None) };
        noted(&mut tx, &made, person, "schedule").await?;
        tx.commit().await?;
        Ok(Some(made))
    }

    /// Schedules of some tenants, the oldest first; only this one with an id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn schedules(&self, tenants: &[String], id: Option<Uuid>) -> Result<Vec<Schedule>, Error> {
        let rows = self.db.read(sql!("schedules"), args![listed(tenants), id]).await?;
        rows.iter().map(Schedule::of).collect()
    }

    /// Stores a changed schedule; none when it was changed or fired since it was read.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn put_schedule(&self, changed: &Schedule, person: &str) -> Result<Option<Schedule>, Error> {
        let mut tx = self.db.begin().await?;
        let row = args![
            changed.id,
            changed.version,
            changed.request_text(),
            changed.label.as_deref(),
            changed.high_priority,
            changed.keep_until_deleted,
            changed.school_year,
            &changed.owner,
            changed.cron.as_deref(),
            changed.time_zone.as_deref(),
            changed.after.as_deref(),
            changed.missed.word(),
            changed.overlap.word(),
            changed.jitter,
            changed.enabled,
            changed.next_fire_at,
        ];
        let rows = tx.rows(sql!("schedule_put"), row).await?;
        let Some(stored) = rows.first().map(Schedule::of).transpose()? else { return Ok(None) };
        noted(&mut tx, &stored, person, "edit schedule").await?;
        tx.commit().await?;
        Ok(Some(stored))
    }

    /// Takes a schedule away; its jobs stay.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn delete_schedule(&self, id: Uuid, person: &str) -> Result<Option<Schedule>, Error> {
        let mut tx = self.db.begin().await?;
        let rows = tx.rows(sql!("schedule_delete"), args![id]).await?;
        let Some(gone) = rows.first().map(Schedule::of).transpose()? else { return Ok(None) };
        noted(&mut tx, &gone, person, "delete schedule").await?;
        tx.commit().await?;
        Ok(Some(gone))
    }

    /// Schedules whose fire time has come, and the database's time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn due_schedules(&self) -> Result<Vec<(Schedule, Time)>, Error> {
        let rows = self.db.read(sql!("schedules_due"), args![EACH]).await?;
        rows.iter().map(|row| Ok((Schedule::of(row)?, row.time("now")?))).collect()
    }

    /// Schedules that follow their tenant's time zone, and the database's time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn zoned_schedules(&self) -> Result<Vec<(Schedule, Time)>, Error> {
        let rows = self.db.read(sql!("schedules_zoned"), &[]).await?;
        rows.iter().map(|row| Ok((Schedule::of(row)?, row.time("now")?))).collect()
    }

    /// Makes a job for each of `fires` (fire time, and when it starts) and moves the schedule on to `next`, all of it or
    /// nothing: whoever comes second finds another version. `last` is the newest fire time seen.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn fire(
        &self,
        schedule: &Schedule,
        fires: &[(Time, Time)],
        last: Option<Time>,
        next: Option<Time>,
        max_attempts: i64,
    ) -> Result<Fired, Error> {
        let mut tx = self.db.begin().await?;
        let moved = args![schedule.id, schedule.version, next, last];
        if tx.rows(sql!("schedule_fired"), moved).await?.is_empty() {
            return Ok(Fired::Elsewhere);
        }
        let fired = make(&mut tx, schedule, fires, max_attempts).await?;
        tx.commit().await?;
        Ok(fired)
    }
}

/// Makes a schedule's jobs, one for each fire time, unless one of its jobs is not finished and the schedule says to skip.
pub(super) async fn make(
    tx: &mut super::db::Tx,
    schedule: &Schedule,
    fires: &[(Time, Time)],
    max_attempts: i64,
) -> Result<Fired, Error> {
    if schedule.overlap == Overlap::Skip
        && !tx.rows(sql!("schedule_busy"), args![schedule.id]).await?.is_empty()
    {
        return Ok(Fired::Busy);
    }
    let mut made = 0;
    for (fire, run_at) in fires {
        let new = schedule.submission(Some(*fire), Some(*run_at), max_attempts);
        made += insert(tx, &new).await?.len();
    }
    Ok(Fired::Jobs(made))
}

pub(super) async fn noted(
    tx: &mut super::db::Tx,
    schedule: &Schedule,
    person: &str,
    action: &str,
) -> Result<(), Error> {
    let (no_job, no_state): (Option<Uuid>, Option<&str>) = (None, None);
    let detail = schedule.id.to_string();
    tx.rows(sql!("audit_add"), args![no_job, &schedule.tenant, person, action, no_state, no_state, detail])
        .await
        .map(drop)
}
