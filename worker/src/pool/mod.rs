//! The pool of slots of one worker process.

mod cache;
mod executor;
mod explain;
mod job;
mod lease;
mod refresh;
mod scope;
mod slot;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use shared::batch::Batcher;
use shared::broker::Broker;
use shared::clock;
use shared::files::Files;
use shared::job::Lane;
use shared::settings::Settings;
use shared::stop::stopped;
use shared::store::{Ask, Beat, Done, Signals, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use self::cache::Scratch;
use self::executor::Spawner;
use self::job::{FilesTool, Tools};
use self::lease::{Leases, Stop};
use self::slot::{Claims, Gauges, Slot};

/// Program and version, as workers and results name it.
pub const PROGRAM: &str = concat!("registrar ", env!("CARGO_PKG_VERSION"));

/// Why a worker does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The scratch folder cannot be used.
    #[error("worker.scratch: {path} cannot be used: {source}")]
    Scratch {
        /// The folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What a worker works with.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The database again, with connections of its own for the leases.
    pub lease_store: Store,
    /// Wake-up calls.
    pub signals: Signals,
    /// Dispatch.
    pub broker: Arc<dyn Broker>,
    /// Bundles, snapshots, results.
    pub files: Files,
    /// Settings.
    pub settings: Arc<Settings>,
}

/// Slots, from the setting or the machine.
fn slots(settings: &Settings) -> usize {
    match settings.worker.slots {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        slots => slots,
    }
}

/// Three quarters of the machine's memory, or of the container's, in bytes.
fn machine_memory() -> u64 {
    let kib = |text: &str| -> Option<u64> {
        let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    };
    let machine =
        std::fs::read_to_string("/proc/meminfo").ok().and_then(|t| kib(&t)).unwrap_or(4 << 20) * 1024;
    let container: Option<u64> =
        std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|t| t.trim().parse().ok());
    machine.min(container.unwrap_or(u64::MAX)) / 4 * 3
}

/// Works until `stop` is true, then lets running jobs end, or gives them back when that takes too long.
///
/// # Errors
/// When the scratch folder cannot be used.
pub async fn work(parts: Parts, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
    let Parts { store, lease_store, signals, broker, files, settings } = parts;
    let id = clock::new_id();
    let scratch = Scratch::open(&settings.worker.scratch, id, settings.worker.cache.0)
        .map_err(|source| Error::Scratch { path: settings.worker.scratch.display().to_string(), source })?;
    let scratch = Arc::new(scratch);
    let memory = Some(settings.worker.memory.0).filter(|m| *m > 0).unwrap_or_else(machine_memory);
    let (batch_slots, interactive_slots) = (slots(&settings), settings.worker.interactive_slots);
    // One more for explanations.
    let share = memory / (batch_slots + interactive_slots + 1) as u64;
    let job_memory = Some(settings.worker.job_memory.0).filter(|m| *m > 0).unwrap_or(share);
    let leases = Leases::start(lease_store, signals.clone(), settings.queue.lease.0, settings.queue.renew.0);
    let tools = Tools {
        finishes: finishes(&store),
        files: FilesTool(files),
        signals,
        settings: Arc::clone(&settings),
        scratch: Arc::clone(&scratch),
        leases: leases.clone(),
        program: PROGRAM,
        job_memory,
        store: store.clone(),
    };
    let claims = claims(&store, &settings, id);
    let (drain, draining) = watch::channel(false);
    let (spawner, gauges) = (Spawner::start(), Arc::new(Gauges::default()));
    let mut running = JoinSet::new();
    for (lane, count) in [(Lane::Interactive, interactive_slots), (Lane::Batch, batch_slots)] {
        for _ in 0..count {
            let slot = Slot {
                lane,
                broker: Arc::clone(&broker),
                tools: tools.clone(),
                claims: claims.clone(),
                spawner: spawner.clone(),
                gauges: Arc::clone(&gauges),
                draining: draining.clone(),
            };
            running.spawn(slot.work());
        }
    }
    running.spawn(explain::answer(tools.clone(), spawner.clone(), draining.clone()));
    let beat = |gauges: &Gauges| Beat {
        id,
        host: host(),
        program: PROGRAM.to_owned(),
        batch_slots: batch_slots as i64,
        interactive_slots: interactive_slots as i64,
        batch_free: gauges.batch.load(Ordering::Relaxed),
        interactive_free: gauges.interactive.load(Ordering::Relaxed),
        memory: i64::try_from(memory).unwrap_or(i64::MAX),
        memory_free: i64::try_from(memory.saturating_sub(job_memory * leases.count() as u64))
            .unwrap_or(i64::MAX),
        started: gauges.started.load(Ordering::Relaxed),
    };
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = every.tick() => match store.worker_seen(&beat(&gauges)).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the worker was not noted as alive"),
            },
            () = stopped(&mut stop) => break,
        }
    }
    tracing::info!("draining: running jobs end, no more are taken");
    drain.send_replace(true);
    let all = async { while running.join_next().await.is_some() {} };
    tokio::pin!(all);
    if tokio::time::timeout(settings.worker.drain.0, &mut all).await.is_err() {
        tracing::info!("running jobs go back to the queue");
        leases.stop_all(Stop::Shutdown);
        // Their ends are stored, or the rescuer sees to them.
        let _late = tokio::time::timeout(settings.queue.lease.0, &mut all).await;
    }
    if let Err(error) = store.worker_gone(id).await {
        tracing::warn!(%error, "the worker was not noted as gone");
    }
    scratch.remove();
    // A drained worker stays, without slots, until it is told to stop.
    stopped(&mut stop).await;
    Ok(())
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "unknown".to_owned(), |h| h.trim().to_owned())
}

fn claims(store: &Store, settings: &Arc<Settings>, worker: Uuid) -> Claims {
    let (store, settings) = (store.clone(), Arc::clone(settings));
    Batcher::start(move |asks: Vec<Ask>| {
        let (store, settings) = (store.clone(), Arc::clone(&settings));
        async move {
            let claimed =
                store.claim(&asks, worker, settings.queue.lease.0, PROGRAM, &settings.zones()).await;
            match claimed {
                Ok(claimed) => {
                    let mut by_run: HashMap<Uuid, _> = claimed.into_iter().map(|c| (c.run, c)).collect();
                    asks.iter().map(|ask| Some(by_run.remove(&ask.run))).collect()
                }
                Err(error) => {
                    tracing::warn!(%error, "a claim had no answer");
                    asks.iter().map(|_| None).collect()
                }
            }
        }
    })
}

fn finishes(store: &Store) -> Batcher<Arc<Done>, Option<bool>> {
    let store = store.clone();
    Batcher::start(move |done: Vec<Arc<Done>>| {
        let store = store.clone();
        async move {
            match store.complete(&done).await {
                Ok(runs) => done.iter().map(|d| Some(runs.contains(&d.run))).collect(),
                Err(error) => {
                    tracing::warn!(%error, "a finish had no answer");
                    done.iter().map(|_| None).collect()
                }
            }
        }
    })
}
