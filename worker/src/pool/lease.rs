//! Leases of this worker's jobs: renewed in one statement from a thread of its own, watched on the monotonic clock
//! (reliability, section 3).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use shared::clock;
use shared::store::{Signal, Signals, Store, woken};
use tokio::sync::watch;
use uuid::Uuid;

/// Why a job is to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stop {
    /// It is not.
    #[default]
    No,
    /// A person asked for it.
    Cancel,
    /// The lease is over or another run has the job: publish nothing.
    Lost,
    /// The worker stops; the job goes back to the queue.
    Shutdown,
}

#[derive(Debug)]
struct Lease {
    until: Instant,
    stop: watch::Sender<Stop>,
}

impl Lease {
    fn held(&self) -> bool {
        *self.stop.borrow() != Stop::Lost
    }
}

/// All leases of a worker.
#[derive(Clone, Debug)]
pub struct Leases {
    held: Arc<Mutex<HashMap<Uuid, Lease>>>,
    ttl: Duration,
}

impl Leases {
    /// Starts the thread that renews. `store` has connections of its own.
    pub fn start(store: Store, signals: Signals, ttl: Duration, every: Duration) -> Leases {
        let leases = Leases { held: Arc::default(), ttl };
        let mine = leases.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(mine.keep(store, signals, every)),
                Err(error) => tracing::error!(%error, "leases cannot be renewed"),
            }
        });
        leases
    }

    /// Adds a lease that was taken at `asked`, before the claim was sent.
    pub fn add(&self, run: Uuid, asked: Instant) -> watch::Receiver<Stop> {
        let (stop, stopped) = watch::channel(Stop::No);
        self.lock().insert(run, Lease { until: asked + self.ttl, stop });
        stopped
    }

    /// Ends a lease, before or after the run's last write.
    pub fn remove(&self, run: Uuid) {
        self.lock().remove(&run);
    }

    /// Tells all jobs to stop.
    pub fn stop_all(&self, why: Stop) {
        for lease in self.lock().values() {
            lease.stop.send_replace(why);
        }
    }

    /// Leases held.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Lease>> {
        // A panic elsewhere leaves the map whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep(self, store: Store, signals: Signals, every: Duration) {
        let look = Duration::from_secs(1).min(every);
        let mut stops = signals.watch(Signal::Stop);
        let mut renewed = clock::monotonic();
        loop {
            woken(&mut stops, look.min(self.left())).await;
            if Arc::strong_count(&self.held) == 1 {
                return;
            }
            self.give_up_late();
            let runs: Vec<Uuid> = self.lock().iter().filter(|(_, l)| l.held()).map(|(run, _)| *run).collect();
            if runs.is_empty() {
                continue;
            }
            let due = renewed.elapsed() + look / 2 >= every;
            let asked = clock::monotonic();
            let answer =
                async { if due { store.renew(&runs, self.ttl).await } else { store.stops(&runs).await } };
            // A database that does not answer must not keep the thread from seeing that leases end.
            match tokio::time::timeout((self.ttl / 4).min(self.left()), answer).await {
                Ok(Ok(answers)) if due => {
                    renewed = asked;
                    self.settle(&runs, &answers, asked);
                }
                Ok(Ok(answers)) => self.cancel(&answers),
                Ok(Err(error)) => tracing::warn!(%error, "leases were not renewed"),
                Err(_) => tracing::warn!("leases were not renewed: the database does not answer"),
            }
            self.give_up_late();
        }
    }

    /// Runs that came back are ours for another lease; the others are lost.
    fn settle(&self, asked_for: &[Uuid], answers: &[(Uuid, bool)], asked: Instant) {
        let mut held = self.lock();
        for run in asked_for {
            let Some(lease) = held.get_mut(run) else { continue };
            match answers.iter().find(|(answer, _)| answer == run) {
                Some((_, canceled)) => {
                    lease.until = asked + self.ttl;
                    if *canceled {
                        lease.stop.send_replace(Stop::Cancel);
                    }
                }
                None => {
                    lease.stop.send_replace(Stop::Lost);
                }
            }
        }
    }

    fn cancel(&self, answers: &[(Uuid, bool)]) {
        let held = self.lock();
        for (run, _) in answers.iter().filter(|(_, canceled)| *canceled) {
            if let Some(lease) = held.get(run) {
                lease.stop.send_replace(Stop::Cancel);
            }
        }
    }

    /// Time before the first lease that is held must be given up.
    fn left(&self) -> Duration {
        let first = self.lock().values().filter(|l| l.held()).map(|l| l.until).min();
        first.map_or(self.ttl, |until| until.saturating_duration_since(clock::monotonic() + self.margin()))
    }

    /// So long before its end a lease is given up.
    fn margin(&self) -> Duration {
        (self.ttl / 10).min(Duration::from_secs(2))
    }

    /// Stops jobs whose lease is about to end.
    fn give_up_late(&self) {
        for lease in self.lock().values().filter(|l| l.held()) {
            if clock::monotonic() + self.margin() >= lease.until {
                lease.stop.send_replace(Stop::Lost);
            }
        }
    }
}
