//! Schedules whose fire time has come become jobs: one for each schedule and fire time, however many schedulers look and
//! whenever they die (batch-queue, section 6). Job and next fire time change in one transaction; times are the
//! database's.

use std::collections::BTreeSet;

use shared::clock;
use shared::job::{Schedule, Time};
use shared::store::{Error, Fired, Signal};
use uuid::Uuid;

use super::Parts;

/// Looks at each tick of the timer.
pub async fn run(parts: Parts) {
    let mut timer = tokio::time::interval(parts.settings.queue.timer.0);
    let mut zones_are_set = false;
    let mut held = BTreeSet::new();
    loop {
        timer.tick().await;
        if !zones_are_set {
            match rezone(&parts).await {
                Ok(()) => zones_are_set = true,
                Err(error) => tracing::warn!(%error, "time zones of schedules were not looked at"),
            }
        }
        match fire(&parts, &mut held).await {
            Ok(0) => {}
            Ok(jobs) => {
                tracing::info!(jobs, "schedules fired");
                parts.signals.send(Signal::Line);
                parts.signals.send(Signal::Jobs);
            }
            Err(error) => tracing::warn!(%error, "due schedules were not looked for"),
        }
    }
}

/// Fires what is due; returns how many jobs were made.
async fn fire(parts: &Parts, held: &mut BTreeSet<Uuid>) -> Result<usize, Error> {
    let mut jobs = 0;
    for (schedule, now) in parts.store.due_schedules().await? {
        match one(parts, &schedule, now, held).await {
            Ok(made) => jobs += made,
            // The others must not wait for it; the next tick finds it again.
            Err(error) => tracing::warn!(%error, schedule = %schedule.id, "a schedule did not fire"),
        }
    }
    Ok(jobs)
}

async fn one(
    parts: &Parts,
    schedule: &Schedule,
    now: Time,
    held: &mut BTreeSet<Uuid>,
) -> Result<usize, Error> {
    let Some(expected) = schedule.next_fire_at else { return Ok(0) };
    let attempts = i64::from(parts.settings.queue.attempts);
    let times = match schedule.times(parts.settings.zone(&schedule.tenant)) {
        Ok(Some(times)) => times,
        other => {
            tracing::error!(schedule = %schedule.id, fault = ?other.err(), "a schedule has no time of its own");
            parts.store.fire(schedule, &[], None, None, attempts).await?;
            return Ok(0);
        }
    };
    let due = times.due(expected, now, schedule.missed);
    let mut fires: Vec<(Time, Time)> = due.fires.iter().map(|at| (*at, *at + spread(schedule))).collect();
    let most = parts.settings.limits.tenant_waiting;
    if most > 0 && !fires.is_empty() {
        let room = most - parts.store.waiting(&schedule.tenant, most).await?;
        let wanted = i64::try_from(fires.len()).unwrap_or(i64::MAX);
        if room < wanted && room < most {
            // It is asked again at each tick; what has passed by then is the policy's for missed fires.
            if held.insert(schedule.id) {
                tracing::warn!(schedule = %schedule.id, limit = most, "a schedule waits: its tenant has as many waiting jobs as it may");
            }
            return Ok(0);
        }
        // An empty line takes the newest, as many as the limit is.
        fires.drain(..usize::try_from(wanted - room.min(wanted)).unwrap_or_default());
    }
    held.remove(&schedule.id);
    match parts.store.fire(schedule, &fires, Some(due.last), due.next, attempts).await? {
        Fired::Jobs(made) => Ok(made),
        Fired::Busy => {
            tracing::info!(schedule = %schedule.id, "a fire time passed while a job of the schedule was not finished");
            Ok(0)
        }
        Fired::Elsewhere => Ok(0),
    }
}

/// A part of the schedule's jitter.
fn spread(schedule: &Schedule) -> chrono::Duration {
    chrono::Duration::milliseconds((schedule.jitter as f64 * 1000.0 * clock::jitter()) as i64)
}

/// The setting of a tenant's time zone may be another one than when its schedules were planned.
async fn rezone(parts: &Parts) -> Result<(), Error> {
    let attempts = i64::from(parts.settings.queue.attempts);
    for (schedule, now) in parts.store.zoned_schedules().await? {
        let times = schedule.times(parts.settings.zone(&schedule.tenant)).ok().flatten();
        let planned = schedule.next_fire_at.zip(times);
        if let Some((planned, times)) = planned
            && planned > now
            && times.next(now) != Some(planned)
        {
            parts.store.fire(&schedule, &[], None, times.next(now), attempts).await?;
        }
    }
    Ok(())
}
