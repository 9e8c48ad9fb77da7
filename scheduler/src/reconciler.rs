//! Brings rows, messages and objects together again: jobs handed out and never started, dead letters, objects that no
//! row names. It lists first and reads the rows after, and deletes only what is older than an hour (setting) and belongs
//! to a run that is neither leased nor committed nor was hidden within the hour (reliability, section 5).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::clock;
use shared::job::{Failure, FailureClass, State};
use shared::store::{Error, KnownRun, Signal};
use uuid::Uuid;

use super::Parts;

/// Dead letters of one job before it ends.
const LETTERS: i64 = 3;

/// Looks at each fifth tick of the timer; at objects each sixtieth.
pub async fn run(parts: Parts) {
    let mut timer = tokio::time::interval(parts.settings.queue.timer.0 * 5);
    let mut tick = 0_u64;
    loop {
        timer.tick().await;
        match parts.store.readmit(None, parts.settings.queue.redispatch.0).await {
            Ok(0) => {}
            Ok(again) => {
                tracing::info!(again, "jobs that were handed out and not started wait again");
                parts.signals.send(Signal::Line);
            }
            Err(error) => tracing::warn!(%error, "silent admissions were not looked for"),
        }
        if let Err(error) = letters(&parts).await {
            tracing::warn!(%error, "dead letters were not looked at");
        }
        if tick.is_multiple_of(12)
            && let Err(error) = bundles(&parts).await
        {
            tracing::warn!(%error, "bundles were not swept");
        }
        if tick.is_multiple_of(120)
            && let Err(error) = objects(&parts).await
        {
            tracing::warn!(%error, "objects were not swept");
        }
        tick += 1;
    }
}

/// Why a sweep did not end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The database.
    #[error(transparent)]
    Store(#[from] Error),
    /// Storage.
    #[error(transparent)]
    Files(#[from] shared::files::Error),
    /// Dispatch.
    #[error(transparent)]
    Broker(#[from] shared::broker::Error),
}

/// A job whose message died waits again; the third time it fails.
async fn letters(parts: &Parts) -> Result<(), Fault> {
    if !parts.broker.health().connected {
        return Ok(());
    }
    for letter in parts.broker.take_dead(100).await? {
        let job = letter.body.as_ref().ok().map(|pointer| pointer.job);
        let reason = match &letter.body {
            Ok(_) => letter.reason.clone(),
            Err(malformed) => format!("{}: {malformed}", letter.reason),
        };
        let times = parts.store.dead_letter(job, &reason).await?;
        tracing::warn!(job = ?job, reason, "a message died");
        if let Some(job) = job {
            if times >= LETTERS {
                let failure = Failure {
                    class: FailureClass::Internal,
                    message: "The job's message could not be handed to a worker.".to_owned(),
                    next_step: FailureClass::Internal.next_step().to_owned(),
                };
                parts.store.fail_dead(job, &failure).await?;
            } else {
                parts.store.readmit(Some(&[job]), Duration::ZERO).await?;
            }
            parts.signals.send(Signal::Line);
        }
        letter.ack().await?;
    }
    Ok(())
}

/// One pass over uploads, results and snapshots.
///
/// # Errors
/// When the database or storage is away; the next pass goes on.
pub async fn objects(parts: &Parts) -> Result<(), Fault> {
    uploads(parts).await?;
    results(parts).await?;
    snapshots(parts).await
}

/// Uploads in parts of processes that died. Some stores refuse to abort what is no more.
async fn uploads(parts: &Parts) -> Result<(), Fault> {
    for (key, upload) in parts.store.old_uploads(parts.settings.retention.orphan.0).await? {
        match parts.files.abort(&key, &upload).await {
            Ok(()) | Err(shared::files::Error::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        parts.store.upload_over(&upload).await?;
    }
    Ok(())
}

/// Old objects under a prefix: tenant, first id, second part, key.
async fn old(parts: &Parts, prefix: &str) -> Result<Vec<(Uuid, String, String)>, Fault> {
    let age = chrono::Duration::from_std(parts.settings.retention.orphan.0).unwrap_or(chrono::Duration::MAX);
    let before = clock::now() - age;
    let listed = parts.files.list(prefix).await?;
    Ok(listed
        .into_iter()
        .filter(|entry| entry.stored_at < before)
        .filter_map(|entry| {
            let mut segments = entry.key.split('/').skip(2).map(str::to_owned);
            let id = Uuid::parse_str(&segments.next()?).ok()?;
            Some((id, segments.next().unwrap_or_default(), entry.key))
        })
        .collect())
}

async fn known(parts: &Parts, jobs: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, KnownRun>, Fault> {
    let jobs: Vec<Uuid> = jobs.collect::<BTreeSet<_>>().into_iter().collect();
    let mut known = BTreeMap::new();
    for some in jobs.chunks(500) {
        known.extend(parts.store.runs(some).await?.into_iter().map(|run| (run.job, run)));
    }
    Ok(known)
}

async fn results(parts: &Parts) -> Result<(), Fault> {
    let objects = old(parts, "results").await?;
    let known = known(parts, objects.iter().map(|(job, _, _)| *job)).await?;
    let not_needed: Vec<String> = objects
        .into_iter()
        .filter(|(job, run, _)| {
            let run = Uuid::parse_str(run).ok();
            !known.get(job).is_some_and(|k| run.is_some() && (k.leased == run || k.committed == run))
        })
        .map(|(_, _, key)| key)
        .collect();
    // Hidden and marked in one transaction, so what was hidden before the rows were read has its mark.
    let hour = parts.settings.retention.orphan.0;
    let mut read_from = BTreeSet::new();
    let folders: Vec<String> =
        not_needed.iter().map(|key| folder(key).to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
    for some in folders.chunks(500) {
        read_from.extend(parts.store.hidden_within(some, hour).await?);
    }
    for key in not_needed {
        if !read_from.contains(folder(&key)) {
            parts.files.delete(&key).await?;
        }
    }
    parts.store.forget_marks(hour).await?;
    Ok(())
}

/// `results/<tenant>/<job>/<run>` of a key.
fn folder(key: &str) -> &str {
    let end = key.match_indices('/').nth(3).map_or(key.len(), |(at, _)| at);
    &key[..end]
}

/// Objects of imports that never became a snapshot.
async fn snapshots(parts: &Parts) -> Result<(), Fault> {
    let objects = old(parts, "snapshots").await?;
    let there: BTreeSet<Uuid> = parts.store.snapshot_ids().await?.into_iter().collect();
    for (snapshot, _, key) in objects {
        if !there.contains(&snapshot) && !parts.store.run_is_leased(snapshot).await? {
            parts.files.delete(&key).await?;
        }
    }
    Ok(())
}

/// A bundle goes when its import has ended.
async fn bundles(parts: &Parts) -> Result<(), Fault> {
    for entry in parts.files.list("bundles").await? {
        let Some(job) = entry.key.rsplit('/').next().and_then(|id| Uuid::parse_str(id).ok()) else {
            continue;
        };
        let ended = match parts.store.job(job).await? {
            Some(job) => matches!(job.state, State::Completed | State::Failed | State::Canceled),
            // An upload without its job: it failed, or its job is being made.
            None => {
                let age = chrono::Duration::from_std(parts.settings.retention.orphan.0);
                entry.stored_at < clock::now() - age.unwrap_or(chrono::Duration::MAX)
            }
        };
        if ended {
            parts.files.delete(&entry.key).await?;
        }
    }
    Ok(())
}
