//! Operations: how the queue is, pause, resume, drain (batch-queue, section 4; api, "Calls").

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use serde::Serialize;
use shared::job::LEAD_REFRESH;
use shared::job::rights::{OPERATIONS, Right};
use shared::store::{Signal, Worker};
use uuid::Uuid;

use crate::auth::Who;
use crate::jobs::submit::offered;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::Body;
use crate::state::Api;
use crate::view::moment;

/// How the queue is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Queue {
    /// Jobs not finished, by where they stand.
    counts: Vec<CountView>,
    /// How long the first of the jobs that may start has waited.
    oldest_wait_seconds: f64,
    /// Workers seen lately.
    workers: Vec<WorkerView>,
    /// How long the first of the jobs that may start waits to be handed out, over all tenants.
    relay_lag_seconds: f64,
    /// Messages that died, so far.
    dead_letters: i64,
    /// What is paused.
    paused: PausedView,
}

/// Jobs of one state, lane, tenant and extract.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CountView {
    /// State.
    state: String,
    /// Lane.
    lane: String,
    /// District.
    tenant: String,
    /// Extract.
    extract: String,
    /// How many.
    jobs: i64,
    /// The earliest `run_at` of them.
    oldest_run_at: Option<String>,
}

/// A worker.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkerView {
    /// Its id, new at each start.
    id: Uuid,
    /// Its machine.
    host: String,
    /// Program and version.
    version: String,
    /// Slots for batch jobs.
    batch_slots: i64,
    /// Of them free.
    batch_free: i64,
    /// Slots for people who wait.
    interactive_slots: i64,
    /// Of them free.
    interactive_free: i64,
    /// Bytes for jobs.
    memory: i64,
    /// Of them free.
    memory_free: i64,
    /// It takes no more jobs.
    draining: bool,
    /// When it started.
    started_at: String,
    /// When it was last seen.
    last_seen_at: String,
}

/// What is paused.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PausedView {
    /// Districts.
    tenants: Vec<String>,
    /// Extracts, for all tenants.
    extracts: Vec<String>,
}

/// A worker that drains.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Draining {
    /// Its id.
    worker: Uuid,
    /// Always true.
    draining: bool,
}

/// What pause and resume hold: one of them.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct PauseBody {
    /// An extract, for all tenants.
    extract: Option<String>,
    /// A district.
    tenant: Option<String>,
}

/// What drain holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct DrainBody {
    /// Id of a worker.
    worker: String,
}

/// Needs a right on `operations`.
pub fn needs(who: &Who, right: Right) -> Result<(), Problem> {
    if who.rights.has(OPERATIONS, right) {
        Ok(())
    } else {
        Err(Problem::right(&format!("{right:?}"), OPERATIONS))
    }
}

/// Waiting and running jobs of the caller's tenants, workers, lag, dead letters, pauses.
#[utoipa::path(get, path = "/queue", tag = "operations",
    responses((status = 200, body = Queue), (status = 403, body = ProblemBody)))]
pub async fn queue(Shared(api): Shared<Api>, who: Who) -> Result<Json<Queue>, Problem> {
    needs(&who, Right::R)?;
    let counts = api.store.counts(&who.tenants).await?;
    let ages = api.store.line_ages(&who.tenants).await?;
    let workers = api.store.workers(api.settings.queue.alive.0).await?;
    let counts = counts.into_iter().map(|count| CountView {
        state: count.state,
        lane: count.lane,
        tenant: count.tenant,
        extract: count.extract,
        jobs: count.jobs,
        oldest_run_at: count.oldest.map(moment),
    });
    Ok(Json(Queue {
        counts: counts.collect(),
        oldest_wait_seconds: ages.oldest_wait.as_secs_f64(),
        workers: workers.iter().map(worker).collect(),
        relay_lag_seconds: ages.relay_lag.as_secs_f64(),
        dead_letters: api.store.dead_letters().await?,
        paused: paused(&api, &who).await?,
    }))
}

fn worker(worker: &Worker) -> WorkerView {
    let beat = &worker.beat;
    WorkerView {
        id: beat.id,
        host: beat.host.clone(),
        version: beat.program.clone(),
        batch_slots: beat.batch_slots,
        batch_free: beat.batch_free,
        interactive_slots: beat.interactive_slots,
        interactive_free: beat.interactive_free,
        memory: beat.memory,
        memory_free: beat.memory_free,
        draining: worker.draining,
        started_at: moment(worker.started_at),
        last_seen_at: moment(worker.seen_at),
    }
}

async fn paused(api: &Api, who: &Who) -> Result<PausedView, Problem> {
    let paused = api.store.paused().await?;
    let tenants = paused.tenants.into_iter().filter(|tenant| who.covers(tenant)).collect();
    Ok(PausedView { tenants, extracts: paused.extracts })
}

/// Nothing of an extract or a tenant starts; what runs goes on.
#[utoipa::path(post, path = "/operations/pause", tag = "operations", request_body = PauseBody,
    responses((status = 200, body = PausedView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn pause(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Json<PausedView>, Problem> {
    set(&api, &who, &bytes, true).await
}

/// What was paused starts again.
#[utoipa::path(post, path = "/operations/resume", tag = "operations", request_body = PauseBody,
    responses((status = 200, body = PausedView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn resume(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Json<PausedView>, Problem> {
    set(&api, &who, &bytes, false).await
}

async fn set(api: &Api, who: &Who, bytes: &[u8], pausing: bool) -> Result<Json<PausedView>, Problem> {
    let mut body = Body::read(bytes, &["extract", "tenant"])?;
    let (extract, tenant) = (body.text("extract"), body.text("tenant"));
    body.done()?;
    needs(who, Right::W)?;
    let action = if pausing { "pause" } else { "resume" };
    match (extract, tenant) {
        (Some(extract), None) => {
            if !offered(api, &extract) && !matches!(extract.as_str(), "import" | LEAD_REFRESH) {
                return Err(Problem::missing("extract"));
            }
            api.store.pause_extract(&extract, pausing).await?;
            api.store.audit(None, None, &who.name, action, Some(&extract)).await?;
        }
        (None, Some(tenant)) => {
            if !who.covers(&tenant) {
                return Err(Problem::missing("tenant"));
            }
            api.store.pause_tenant(&tenant, pausing).await?;
            api.store.audit(None, Some(&tenant), &who.name, action, None).await?;
        }
        _ => {
            let message = "Name either an extract or a tenant.";
            return Err(Problem::malformed(vec![FieldError::new("extract", "required", message)]));
        }
    }
    api.signals.send(Signal::Line);
    paused(api, who).await.map(Json)
}

/// A worker takes no more jobs and ends those that run; then it has no slots until it is stopped.
#[utoipa::path(post, path = "/operations/drain", tag = "operations", request_body = DrainBody,
    responses((status = 200, body = Draining), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn drain(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Json<Draining>, Problem> {
    let mut body = Body::read(&bytes, &["worker"])?;
    let worker = body.text("worker");
    if worker.is_none() {
        body.required("worker");
    }
    body.done()?;
    needs(&who, Right::W)?;
    let missing = || Problem::missing("worker");
    let worker = Uuid::parse_str(&worker.unwrap_or_default()).map_err(|_| missing())?;
    if !api.store.drain(worker).await? {
        return Err(missing());
    }
    api.store.audit(None, None, &who.name, "drain", Some(&worker.to_string())).await?;
    Ok(Json(Draining { worker, draining: true }))
}
