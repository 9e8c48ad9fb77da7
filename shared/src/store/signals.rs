//! Wake-up calls between processes: after a commit, coalesced, on a connection of its own, never inside a transaction.
//! A signal that is lost costs a timer's period, nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::db::{Db, Safety, args, sql};
use super::{Error, Store};
use crate::clock;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Signal {
    /// Jobs wait that did not wait before.
    Line = 1,
    /// A running job was asked to stop.
    Stop = 2,
    /// Jobs changed that somebody may watch.
    Jobs = 4,
    /// Somebody asked for an explanation, or one was given.
    Explain = 8,
}

const CHANNEL: &str = "registrar";
/// The first signal goes out at once; those within this time after it go out as one.
const COALESCE: Duration = Duration::from_millis(4);
/// A listener that hears nothing for this long is made anew: its line may have fallen silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Sends and receives signals. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Signals {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    waiting: AtomicU8,
    wake: Notify,
    line: watch::Sender<u64>,
    stop: watch::Sender<u64>,
    jobs: watch::Sender<u64>,
    explain: watch::Sender<u64>,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Ok(tasks) = self.tasks.lock() {
            tasks.iter().for_each(JoinHandle::abort);
        }
    }
}

impl Signals {
    /// Begins to send and to listen.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn start(store: &Store) -> Result<Signals, Error> {
        let inner = Arc::new(Inner {
            waiting: AtomicU8::new(0),
            wake: Notify::new(),
            line: watch::Sender::new(0),
            stop: watch::Sender::new(0),
            jobs: watch::Sender::new(0),
            explain: watch::Sender::new(0),
            tasks: std::sync::Mutex::default(),
        });
        let signals = Signals { inner };
        if let Db::Postgres { pool, limit, .. } = &store.db {
            let mut listener = listener(pool).await?;
            let weak = Arc::downgrade(&signals.inner);
            let (again, limit) = (pool.clone(), *limit);
            let listening = tokio::spawn(async move {
                loop {
                    // An error means a lost connection; the listener makes a new one at the next call.
                    let heard = match tokio::time::timeout(SILENCE, listener.recv()).await {
                        Ok(Ok(note)) => note.payload().parse().unwrap_or(u8::MAX),
                        Ok(Err(_)) => {
                            tokio::time::sleep(Duration::from_millis(500)).await;
                            u8::MAX
                        }
                        Err(_) => {
                            if let Ok(Ok(fresh)) = tokio::time::timeout(limit, self::listener(&again)).await {
                                listener = fresh;
                            }
                            u8::MAX
                        }
                    };
                    let Some(inner) = weak.upgrade() else { return };
                    inner.hear(heard);
                }
            });
            let (weak, db) = (Arc::downgrade(&signals.inner), store.db.clone());
            let sending = tokio::spawn(async move {
                let mut sent = None::<Instant>;
                loop {
                    let Some(inner) = weak.upgrade() else { return };
                    inner.wake.notified().await;
                    if let Some(rest) = sent.and_then(|sent| COALESCE.checked_sub(sent.elapsed())) {
                        tokio::time::sleep(rest).await;
                    }
                    sent = Some(clock::monotonic());
                    let bits = inner.waiting.swap(0, Ordering::AcqRel);
                    drop(inner);
                    if bits != 0 {
                        // A signal that is not sent is made up for by the listeners' timers.
                        let _lost =
                            db.write(sql!("notify"), args![CHANNEL, bits.to_string()], Safety::Lazy).await;
                    }
                }
            });
            if let Ok(mut tasks) = signals.inner.tasks.lock() {
                tasks.extend([listening, sending]);
            }
        }
        Ok(signals)
    }

    /// Says that something happened. Never waits.
    pub fn send(&self, signal: Signal) {
        self.inner.hear(signal as u8);
        self.inner.waiting.fetch_or(signal as u8, Ordering::AcqRel);
        self.inner.wake.notify_one();
    }

    /// A counter that grows with each signal of this kind.
    pub fn watch(&self, signal: Signal) -> watch::Receiver<u64> {
        match signal {
            Signal::Line => self.inner.line.subscribe(),
            Signal::Stop => self.inner.stop.subscribe(),
            Signal::Jobs => self.inner.jobs.subscribe(),
            Signal::Explain => self.inner.explain.subscribe(),
        }
    }
}

/// A listener with a connection of its own, which is no loss to the others when it falls silent.
async fn listener(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let own = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let own = own.connect_with(pool.connect_options().as_ref().clone()).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

impl Inner {
    fn hear(&self, bits: u8) {
        for (signal, counter) in [
            (Signal::Line, &self.line),
            (Signal::Stop, &self.stop),
            (Signal::Jobs, &self.jobs),
            (Signal::Explain, &self.explain),
        ] {
            if bits & signal as u8 != 0 {
                counter.send_modify(|n| *n += 1);
            }
        }
    }
}

/// Waits for a change of any of these counters, or for the time to pass.
pub async fn woken(counter: &mut watch::Receiver<u64>, at_most: Duration) {
    // The sender lives as long as the process; a closed channel is like the timer.
    let _timer = tokio::time::timeout(at_most, counter.changed()).await;
}
