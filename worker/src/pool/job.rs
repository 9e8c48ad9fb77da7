//! One claimed job: fetch what it reads, run it, store what it made, end it. Every ending is fenced by the run.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use extracts::catalogue;
use extracts::kit::extract::snapshot_of;
use serde_json::Value;
use shared::batch::Batcher;
use shared::clock;
use shared::files::{self, Files};
use shared::job::rights::{Caller, right_to_run, tool_of};
use shared::job::{
    AttemptNote, Failure, FailureClass, Job, LEAD_REFRESH, Progress, ResultFile, ResultSet, State,
    bundle_key, result_key, snapshot_key,
};
use shared::settings::Settings;
use shared::store::{Claimed, Done, NewSnapshot, RunUploads, Settlement, Signal, Signals, Store};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::cache::{self, Pinned, Scratch};
use super::executor::{Bounds, Outcome, Seat};
use super::lease::{Leases, Stop};
use super::{refresh, scope};
use crate::child::protocol::Task;

/// What all slots of a worker share.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The database.
    pub store: Store,
    /// Bundles, snapshots, results.
    pub files: FilesTool,
    /// Wake-up calls.
    pub signals: Signals,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Scratch disk.
    pub scratch: Arc<Scratch>,
    /// Leases of this worker.
    pub leases: Leases,
    /// Finishes that share statements.
    pub finishes: Batcher<Arc<Done>, Option<bool>>,
    /// Program and version.
    pub program: &'static str,
    /// Memory that one job may use, bytes.
    pub job_memory: u64,
}

/// Storage, with a Debug of its own: an address may hold secrets.
#[derive(Clone)]
pub struct FilesTool(pub Files);

impl std::fmt::Debug for FilesTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Files")
    }
}

/// How an attempt ended that made nothing.
pub(super) enum Ending {
    Failed(FailureClass, String),
    Stopped(Stop),
}

impl From<files::Error> for Ending {
    fn from(error: files::Error) -> Ending {
        let message = match &error {
            files::Error::NotFound { .. } => "A file that the job reads is not in storage.",
            files::Error::Integrity { .. } => "A file that the job reads is damaged in storage.",
            files::Error::Local { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "The worker's scratch disk is full."
            }
            files::Error::Local { .. } => "The worker's scratch disk cannot be read or written.",
            _ => "Storage was away or refused.",
        };
        tracing::warn!(%error, "storage failed");
        Ending::Failed(FailureClass::Storage, message.to_owned())
    }
}

impl From<cache::Error> for Ending {
    fn from(error: cache::Error) -> Ending {
        match error {
            cache::Error::Files(error) => error.into(),
            cache::Error::Manifest => {
                Ending::Failed(FailureClass::Data, "The snapshot cannot be read.".to_owned())
            }
            cache::Error::Scratch(error) => {
                tracing::warn!(%error, "the scratch disk failed");
                Ending::Failed(
                    FailureClass::Storage,
                    "The worker's scratch disk cannot be written.".to_owned(),
                )
            }
        }
    }
}

impl From<std::io::Error> for Ending {
    fn from(error: std::io::Error) -> Ending {
        cache::Error::Scratch(error).into()
    }
}

impl From<shared::store::Error> for Ending {
    fn from(error: shared::store::Error) -> Ending {
        tracing::warn!(%error, "the database failed");
        Ending::Failed(FailureClass::Source, "The database was away.".to_owned())
    }
}

/// A scratch folder that goes with the run.
struct RunFolder(PathBuf);

impl Drop for RunFolder {
    fn drop(&mut self) {
        // The next start removes what is left.
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a claimed job to one of its ends. `asked` is when the claim was sent.
pub async fn run(tools: &Tools, seat: &mut Seat, claimed: Claimed, asked: Instant) {
    let Claimed { job, run, grants } = claimed;
    let mut stop = tools.leases.add(run, asked);
    let (progress, steps) = mpsc::unbounded_channel();
    let reporting = tokio::spawn(report(tools.clone(), job.id, run, steps));
    let ended = attempt(tools, seat, &job, run, grants.as_deref(), &progress, &mut stop).await;
    drop(progress);
    reporting.abort();
    let kept = match ended {
        Ok(()) => true,
        Err(Ending::Stopped(Stop::Lost)) => {
            tracing::warn!(job = %job.id, run = %run, "the lease is over; nothing was published");
            true
        }
        Err(Ending::Stopped(why)) => settle(tools, &job, run, stopped(&job, run, why)).await,
        Err(Ending::Failed(class, message)) => {
            // A cancel that came first wins over the fault.
            let canceled = *stop.borrow() == Stop::Cancel;
            let end = if canceled {
                stopped(&job, run, Stop::Cancel)
            } else {
                failed(tools, &job, run, class, message)
            };
            settle(tools, &job, run, end).await
        }
    };
    if !kept {
        tracing::warn!(job = %job.id, run = %run, "the job's end could not be stored; the rescuer will see to it");
    }
    tools.leases.remove(run);
    tools.signals.send(Signal::Jobs);
    tools.signals.send(Signal::Line);
}

/// Stores how far a run is, at most four times a second.
async fn report(tools: Tools, job: Uuid, run: Uuid, mut steps: mpsc::UnboundedReceiver<Progress>) {
    let mut last = clock::monotonic();
    let mut stored: Option<Progress> = None;
    while let Some(mut step) = steps.recv().await {
        while let Ok(later) = steps.try_recv() {
            step = later;
        }
        let same_phase = stored.as_ref().is_some_and(|s| s.phase == step.phase);
        let pause = Duration::from_millis(if same_phase { 1000 } else { 250 });
        // A job that ends at once has nothing to tell.
        if let Some(rest) = pause.checked_sub(last.elapsed()) {
            tokio::time::sleep(rest).await;
            while let Ok(later) = steps.try_recv() {
                step = later;
            }
        }
        last = clock::monotonic();
        match tools.store.progress(&[(job, run, step.clone())]).await {
            Ok(_) => tools.signals.send(Signal::Jobs),
            Err(error) => tracing::warn!(%error, "progress was not stored"),
        }
        stored = Some(step);
    }
}

async fn attempt(
    tools: &Tools,
    seat: &mut Seat,
    job: &Job,
    run: Uuid,
    grants: Option<&str>,
    progress: &mpsc::UnboundedSender<Progress>,
    stop: &mut watch::Receiver<Stop>,
) -> Result<(), Ending> {
    allowed(job, grants)?;
    scope::check(tools, job, grants).await?;
    let mut folder = None;
    let made = match job.extract.as_str() {
        "import" => import(tools, seat, job, run, &mut folder, progress, stop).await?,
        LEAD_REFRESH => refresh::run(tools, job, run, stop).await?,
        extracts::probe::CODE => probe(tools, seat, job, run, &mut folder, progress, stop).await?,
        _ => extract(tools, seat, job, run, &mut folder, progress, stop).await?,
    };
    let Made::Result(result) = made else { return Ok(()) };
    let done = Done { job: job.id, run, result, expiry: tools.settings.retention.result.0 };
    finish(tools, job, Arc::new(done), stop).await
}

/// What a run made.
pub(super) enum Made {
    /// Files to commit.
    Result(ResultSet),
    /// Committed already.
    Committed,
}

/// The submitter's rights at this moment (batch-queue, section 4).
fn allowed(job: &Job, grants: Option<&str>) -> Result<(), Ending> {
    let right = right_to_run(&job.extract);
    let caller: Option<Caller> = grants.and_then(|g| serde_json::from_str(g).ok());
    if caller.is_some_and(|c| c.covers(&job.tenant) && c.rights.has(tool_of(&job.extract), right)) {
        return Ok(());
    }
    let message = format!("The submitter no longer has the right {right:?} on {}.", tool_of(&job.extract));
    Err(Ending::Failed(FailureClass::Request, message))
}

/// Runs a task in the child; an ending that made nothing is an error.
async fn execute(
    tools: &Tools,
    seat: &mut Seat,
    task: &Task,
    progress: &mpsc::UnboundedSender<Progress>,
    stop: &mut watch::Receiver<Stop>,
) -> Result<Value, Ending> {
    let queue = &tools.settings.queue;
    let bounds =
        Bounds { memory: tools.job_memory, silence: queue.progress_deadline.0, run: queue.run_time.0 };
    match seat.run(task, bounds, progress, stop).await {
        Outcome::Done(summary) => Ok(summary),
        Outcome::Failed(class, message) => Err(Ending::Failed(class, message)),
        Outcome::Stopped(why) => Err(Ending::Stopped(why)),
    }
}

async fn probe(
    tools: &Tools,
    seat: &mut Seat,
    job: &Job,
    run: Uuid,
    folder: &mut Option<RunFolder>,
    progress: &mpsc::UnboundedSender<Progress>,
    stop: &mut watch::Receiver<Stop>,
) -> Result<Made, Ending> {
    let probe = extracts::probe::check(&job.request)
        .map_err(|_| Ending::Failed(FailureClass::Request, "The probe's request is wrong.".to_owned()))?;
    let out = if probe.bytes > 0 { run_folder(tools, run, folder)? } else { PathBuf::new() };
    let summary = execute(tools, seat, &Task::Probe { probe, out: out.clone() }, progress, stop).await?;
    store(tools, job, run, &out, summary, stop).await.map(Made::Result)
}

fn run_folder(tools: &Tools, run: Uuid, folder: &mut Option<RunFolder>) -> Result<PathBuf, Ending> {
    let path = tools.scratch.run(run)?;
    *folder = Some(RunFolder(path.clone()));
    Ok(path)
}

/// The snapshot that the job is pinned to, on this worker's disk.
pub(super) async fn pinned(tools: &Tools, job: &Job) -> Result<Pinned, Ending> {
    let missing = || {
        let entry = catalogue::find(&job.extract);
        let wanted = entry.map_or("current", |e| snapshot_of(e, &job.request));
        Ending::Failed(FailureClass::Request, format!("snapshot: Snapshot {wanted} does not exist."))
    };
    let id = job.snapshot.as_ref().ok_or_else(missing)?.id;
    let stored = tools.store.snapshots(std::slice::from_ref(&job.tenant), Some(id), 1).await?;
    let stored = stored.first().ok_or_else(missing)?;
    Ok(tools.scratch.snapshot(&tools.files.0, stored).await?)
}

async fn extract(
    tools: &Tools,
    seat: &mut Seat,
    job: &Job,
    run: Uuid,
    folder: &mut Option<RunFolder>,
    progress: &mpsc::UnboundedSender<Progress>,
    stop: &mut watch::Receiver<Stop>,
) -> Result<Made, Ending> {
    let pinned = pinned(tools, job).await?;
    let out = run_folder(tools, run, folder)?;
    let task = Task::Extract {
        extract: job.extract.clone(),
        request: job.request.clone(),
        snapshots: vec![pinned.folder.clone()],
        state_edition: tools.settings.edition == "state",
        out: out.clone(),
        generated: job.generated_at.clone().unwrap_or_default(),
        program: tools.program.to_owned(),
    };
    let summary = execute(tools, seat, &task, progress, stop).await?;
    store(tools, job, run, &out, summary, stop).await.map(Made::Result)
}

/// Stores the files that a summary names.
async fn store(
    tools: &Tools,
    job: &Job,
    run: Uuid,
    out: &Path,
    summary: Value,
    stop: &watch::Receiver<Stop>,
) -> Result<ResultSet, Ending> {
    let text = |file: &Value, key: &str| file[key].as_str().unwrap_or_default().to_owned();
    let mut result = ResultSet::default();
    let kept = RunUploads::of(&tools.store, job.id, Some(run));
    for file in summary["files"].as_array().into_iter().flatten() {
        let name = text(file, "name");
        let key = result_key(&job.tenant, job.id, run, &name);
        let stored = stoppable(stop, tools.files.0.put_file(&key, &out.join(&name), &kept)).await??;
        if file["sha256"].as_str().is_some_and(|made| made != stored.sha256) {
            let message = "A file of the result was damaged on its way to storage.".to_owned();
            return Err(Ending::Failed(FailureClass::Storage, message));
        }
        result.files.push(ResultFile {
            name,
            media_type: text(file, "media_type"),
            bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
            rows: file["rows"].as_i64().unwrap_or_default(),
            sha256: stored.sha256,
        });
    }
    kept.over().await?;
    let counts = |key: &str| -> i64 {
        summary[key].as_array().into_iter().flatten().filter_map(|w| w["count"].as_i64()).sum()
    };
    result.rows = result.files.iter().map(|f| f.rows).sum();
    result.warnings = counts("warnings");
    result.errors = counts("errors");
    result.summary = Some(summary).filter(|s| !s.is_null() && job.extract != extracts::probe::CODE);
    Ok(result)
}

/// Waits for something unless the job is to stop.
async fn stoppable<T>(stop: &watch::Receiver<Stop>, work: impl Future<Output = T>) -> Result<T, Ending> {
    let mut stop = stop.clone();
    tokio::select! {
        done = work => Ok(done),
        why = stop.wait_for(|why| *why != Stop::No) => {
            Err(Ending::Stopped(why.map_or(Stop::Lost, |why| *why)))
        }
    }
}

async fn import(
    tools: &Tools,
    seat: &mut Seat,
    job: &Job,
    run: Uuid,
    folder: &mut Option<RunFolder>,
    progress: &mpsc::UnboundedSender<Progress>,
    stop: &mut watch::Receiver<Stop>,
) -> Result<Made, Ending> {
    let out = run_folder(tools, run, folder)?;
    let asked = |key: &str| job.request.get(key).and_then(Value::as_str).map(str::to_owned);
    // The importer tells archives apart by their names.
    let ending = asked("archive").unwrap_or_else(|| "zip".to_owned());
    let bundle = out.join(format!("bundle.{ending}"));
    let sha256 = asked("sha256").unwrap_or_default();
    let key = bundle_key(&job.tenant, job.id);
    stoppable(stop, tools.files.0.get_to_file(&key, &bundle, &sha256)).await??;
    let made = out.join("snapshot");
    let task = Task::Import { bundle, out: made.clone(), snapshot: run.to_string(), as_of: asked("as_of") };
    let findings = execute(tools, seat, &task, progress, stop).await?;
    let manifest = tokio::fs::read_to_string(made.join(campus::snapshot::MANIFEST)).await?;
    let parsed: campus::snapshot::manifest::Manifest = serde_json::from_str(&manifest).map_err(|_| {
        Ending::Failed(FailureClass::Internal, "The manifest cannot be read back.".to_owned())
    })?;
    let mut bytes = 0;
    let kept = RunUploads::of(&tools.store, job.id, Some(run));
    for table in &parsed.tables {
        let name = format!("{}.parquet", table.table);
        let key = snapshot_key(&job.tenant, run, &name);
        let stored = stoppable(stop, tools.files.0.put_file(&key, &made.join(&name), &kept)).await??;
        if stored.sha256 != table.sha256 {
            let message = "A file of the snapshot was damaged on its way to storage.".to_owned();
            return Err(Ending::Failed(FailureClass::Storage, message));
        }
        bytes += stored.bytes;
    }
    kept.over().await?;
    let choices = serde_json::to_string(&parsed.choices).unwrap_or_default();
    let rows: u64 = parsed.tables.iter().map(|t| t.rows).sum();
    let warnings: u64 = parsed.findings.iter().filter(|f| f.severity == "warning").map(|f| f.count).sum();
    let result = ResultSet {
        rows: i64::try_from(rows).unwrap_or(i64::MAX),
        warnings: i64::try_from(warnings).unwrap_or(i64::MAX),
        ..ResultSet::default()
    };
    let done = Done { job: job.id, run, result, expiry: tools.settings.retention.result.0 };
    let findings = findings.to_string();
    let snapshot = NewSnapshot {
        id: run,
        tenant: &job.tenant,
        job: Some(job.id),
        district: &parsed.choices.district.number,
        as_of: &parsed.as_of,
        choices: &choices,
        manifest: &manifest,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        findings: &findings,
    };
    let weekly = refresh::weekly(tools, job, &parsed.choices.district.state).await?;
    loop {
        match tools.store.complete_import(&done, &snapshot, weekly.as_ref()).await {
            Ok(true) => return Ok(Made::Committed),
            Ok(false) => return Err(why_not(tools, job, run).await),
            Err(error) => {
                if ours_after_all(tools, job, run, &error, stop).await? {
                    return Ok(Made::Committed);
                }
            }
        }
    }
}

/// Commits a result. Nothing before this makes it visible.
async fn finish(
    tools: &Tools,
    job: &Job,
    done: Arc<Done>,
    stop: &watch::Receiver<Stop>,
) -> Result<(), Ending> {
    loop {
        match tools.finishes.ask(Arc::clone(&done)).await {
            Some(Some(true)) => return Ok(()),
            Some(Some(false)) => return Err(why_not(tools, job, done.run).await),
            Some(None) | None => {
                let error = shared::store::Error::Stored("finish".to_owned());
                if ours_after_all(tools, job, done.run, &error, stop).await? {
                    return Ok(());
                }
            }
        }
    }
}

/// Why a fenced finish found no row: a cancel came first, or another run has the job.
pub(super) async fn why_not(tools: &Tools, job: &Job, run: Uuid) -> Ending {
    match tools.store.job(job.id).await {
        Ok(Some(now)) if now.run == Some(run) && now.state == State::Processing => {
            Ending::Stopped(Stop::Cancel)
        }
        _ => Ending::Stopped(Stop::Lost),
    }
}

/// After a finish without an answer: whether it was stored all the same. Waits and lets the caller try again otherwise.
pub(super) async fn ours_after_all(
    tools: &Tools,
    job: &Job,
    run: Uuid,
    error: &shared::store::Error,
    stop: &watch::Receiver<Stop>,
) -> Result<bool, Ending> {
    tracing::warn!(%error, job = %job.id, "a finish had no answer");
    stoppable(stop, tokio::time::sleep(Duration::from_millis(250))).await?;
    match tools.store.job(job.id).await {
        Ok(Some(now)) if now.state == State::Completed && now.result_run == Some(run) => Ok(true),
        Ok(Some(now)) if now.run != Some(run) || now.state != State::Processing => {
            Err(Ending::Stopped(Stop::Lost))
        }
        _ => Ok(false),
    }
}

fn stopped(job: &Job, run: Uuid, why: Stop) -> Settlement {
    let next = if why == Stop::Cancel { State::Canceled } else { State::Queued };
    Settlement {
        job: job.id,
        run,
        next,
        failure: None,
        attempts: None,
        delay: Duration::ZERO,
        give_back: why == Stop::Shutdown,
        fault: false,
    }
}

/// What follows a fault: another attempt, or the end (reliability, section 3).
fn failed(tools: &Tools, job: &Job, run: Uuid, class: FailureClass, message: String) -> Settlement {
    let queue = &tools.settings.queue;
    let mut attempts = job.attempts.clone();
    attempts.push(AttemptNote { attempt: job.attempt, at: clock::now(), class, message: message.clone() });
    let ours = class.ours();
    let used_up = if ours {
        let since = job.attempts.iter().find(|a| a.class.ours()).map(|a| clock::now() - a.at);
        job.faults + 1 >= i64::from(queue.faults)
            || since.and_then(|s| s.to_std().ok()).is_some_and(|s| s > queue.fault_time.0)
    } else {
        job.attempt >= job.max_attempts
    };
    let end = !class.retryable() || used_up;
    let tries = if ours { job.faults } else { job.attempt - 1 };
    let doubled = queue.retry_first.0.saturating_mul(1 << u32::try_from(tries).unwrap_or_default().min(16));
    Settlement {
        job: job.id,
        run,
        next: if end { State::Failed } else { State::Queued },
        failure: end.then(|| Failure { class, message, next_step: class.next_step().to_owned() }),
        attempts: Some(attempts),
        delay: doubled.min(queue.retry_longest.0),
        give_back: ours && !end,
        fault: ours,
    }
}

/// Stores an end, again and again while the lease holds.
async fn settle(tools: &Tools, job: &Job, run: Uuid, mut end: Settlement) -> bool {
    let start = clock::monotonic();
    while start.elapsed() < tools.settings.queue.lease.0 {
        match tools.store.settle(&end).await {
            Ok(true) => return true,
            Ok(false) if end.next != State::Canceled => {
                // A cancel came between, or the job is another run's.
                match tools.store.job(job.id).await {
                    Ok(Some(now)) if now.run == Some(run) && now.state == State::Processing => {
                        end = stopped(job, run, Stop::Cancel);
                    }
                    Ok(_) => return true,
                    Err(_) => tokio::time::sleep(Duration::from_millis(250)).await,
                }
            }
            Ok(false) => return true,
            Err(error) => {
                tracing::warn!(%error, job = %job.id, "an end was not stored");
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        }
    }
    false
}
