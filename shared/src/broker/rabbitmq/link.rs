//! One connection that is made again for ever.
//!
//! The client library's own recovery hangs now and then, so connections are plain ones and this file watches over
//! them: an error, an end of events, a status that is not connected, a call without an answer or a failed probe, and
//! the connection is dropped and a new one made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use lapin::uri::AMQPUri;
use lapin::{Connection, ConnectionProperties, Event};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::server::Server;
use super::{ANSWER_WITHIN, CONNECT_WITHIN, errors, topology};
use crate::broker::Error;

/// How often the status of a connection is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a connection has to answer a question.
const PROBE_EVERY: Duration = Duration::from_secs(5);
/// Pause before a new connection: it doubles from the first to the longest, and half of it is chance.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A connection and who keeps it.
pub(super) struct Link {
    shared: Arc<Shared>,
    keeper: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    name: &'static str,
    uri: AMQPUri,
    current: watch::Sender<Current>,
    server: Mutex<Option<Server>>,
    /// Counted up at each new connection.
    generation: Arc<watch::Sender<u64>>,
    /// Whether this link asks for the server's version and counts generations.
    leads: bool,
}

/// How a link is, and since when.
#[derive(Clone)]
pub(super) struct Current {
    pub state: State,
    pub since: Instant,
}

#[derive(Clone)]
pub(super) enum State {
    Down(Option<Arc<Error>>),
    Up(Arc<Live>),
    Closed,
}

/// One connection, as long as it lives.
pub(super) struct Live {
    pub connection: Connection,
    /// Why the broker takes no messages, and since when.
    pub blocked: watch::Sender<(Option<String>, Instant)>,
    given_up: Notify,
}

impl Live {
    /// Waits for an answer, and gives the connection up when there is none in time.
    pub(super) async fn call<T>(
        &self,
        during: &'static str,
        answer: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, Error> {
        match timeout(ANSWER_WITHIN, answer).await {
            Ok(answer) => answer.map_err(|error| errors::explain(during, error)),
            Err(_) => {
                self.give_up();
                Err(Error::TimedOut { during })
            }
        }
    }

    /// The connection is of no use: make another.
    pub(super) fn give_up(&self) {
        self.given_up.notify_one();
    }

    fn channel_probe(&self, publishes: bool) -> impl Future<Output = Result<(), Error>> {
        self.call("probing the connection", async move {
            let channel = self.connection.create_channel().await?;
            if publishes {
                topology::greet(&channel).await?;
            }
            channel.close(200, "OK".into()).await
        })
    }
}

impl Link {
    /// Starts to connect, and returns once the first attempt is over: its failure, if it needs a person, is returned.
    pub(super) async fn start(
        name: &'static str,
        uri: AMQPUri,
        generation: Arc<watch::Sender<u64>>,
        leads: bool,
    ) -> Result<Link, Error> {
        let shared = Arc::new(Shared {
            name,
            uri,
            current: watch::Sender::new(Current { state: State::Down(None), since: Instant::now() }),
            server: Mutex::new(None),
            generation,
            leads,
        });
        let first = match connect(&shared).await {
            Err(error) if !error.is_passing() => return Err(error),
            first => first,
        };
        let first = first.map(|live| shared.up(live));
        let keeper = tokio::spawn(keep(Arc::clone(&shared), first));
        Ok(Link { shared, keeper: Mutex::new(Some(keeper)) })
    }

    /// The connection, if it stands now.
    pub(super) fn live(&self) -> Result<Arc<Live>, Error> {
        match &self.shared.current.borrow().state {
            State::Up(live) => Ok(Arc::clone(live)),
            State::Closed => Err(Error::Closed),
            State::Down(_) => Err(Error::Away { during: "connecting", source: None }),
        }
    }

    /// The connection, waiting a moment for it.
    pub(super) async fn live_soon(&self) -> Result<Arc<Live>, Error> {
        let mut current = self.shared.current.subscribe();
        let settled = current.wait_for(|current| !matches!(current.state, State::Down(_)));
        // Both a time-out and an answer are seen by the next line.
        let _ = timeout(CONNECT_WITHIN, settled).await;
        self.live()
    }

    /// How the link is.
    pub(super) fn current(&self) -> Current {
        self.shared.current.borrow().clone()
    }

    /// Ready once this connection is no longer the current one.
    pub(super) fn watch(&self) -> watch::Receiver<Current> {
        self.shared.current.subscribe()
    }

    /// What the server called itself last.
    pub(super) fn server(&self) -> Option<Server> {
        self.shared.server.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the connection for good.
    pub(super) async fn close(&self) {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(keeper) = keeper {
            keeper.abort();
            // The end of the task is what is waited for, not its answer.
            let _ = keeper.await;
        }
        let last = self.shared.change(State::Closed);
        if let State::Up(live) = last.state {
            hang_up(live).await;
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take() {
            keeper.abort();
        }
        self.shared.change(State::Closed);
    }
}

impl Shared {
    fn up(&self, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        self.change(State::Up(Arc::clone(&live)));
        if self.leads {
            self.generation.send_modify(|generation| *generation += 1);
        }
        tracing::info!(connection = self.name, "Connected to the broker.");
        live
    }

    fn change(&self, state: State) -> Current {
        self.current.send_replace(Current { state, since: Instant::now() })
    }
}

/// Keeps the link: watches, pauses, connects again.
async fn keep(shared: Arc<Shared>, first: Result<Arc<Live>, Error>) {
    let mut attempt = Some(first);
    let mut failures = 0;
    loop {
        let made = match attempt.take() {
            Some(made) => made,
            None => connect(&shared).await.map(|live| shared.up(live)),
        };
        match made {
            Ok(live) => {
                failures = 0;
                let error = watch_over(&live, shared.leads).await;
                tracing::warn!(
                    connection = shared.name,
                    error = %errors::chain(&error),
                    "Lost the broker; connecting again."
                );
                shared.change(State::Down(Some(Arc::new(error))));
                tokio::spawn(hang_up(live));
            }
            Err(error) => {
                // Once for each outage.
                if failures == 0 {
                    tracing::warn!(
                        connection = shared.name,
                        error = %errors::chain(&error),
                        "Cannot connect to the broker; trying again."
                    );
                }
                failures += 1;
                shared.current.send_modify(|current| {
                    current.state = State::Down(Some(Arc::new(error)));
                });
            }
        }
        sleep(pause(failures)).await;
    }
}

fn pause(failures: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + crate::clock::jitter() / 2.0)
}

/// One attempt: connect, ask who it is, declare the queues.
async fn connect(shared: &Shared) -> Result<Live, Error> {
    let during = "connecting";
    if shared.leads {
        let server = timeout(CONNECT_WITHIN, Server::ask(&shared.uri))
            .await
            .map_err(|_| Error::TimedOut { during })?
            .map_err(|error| Error::Away { during, source: Some(error.into()) })?;
        let checked = topology::check(&server);
        *shared.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        checked?;
    }
    let name = format!("registrar {}", shared.name);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let connection = timeout(CONNECT_WITHIN, Connection::connect_uri(shared.uri.clone(), properties))
        .await
        .map_err(|_| Error::TimedOut { during })?
        .map_err(|error| errors::explain(during, error))?;
    let live =
        Live { connection, blocked: watch::Sender::new((None, Instant::now())), given_up: Notify::new() };
    live.call("declaring the queues", async {
        let channel = live.connection.create_channel().await?;
        topology::declare(&channel).await
    })
    .await?;
    Ok(live)
}

/// Returns when the connection is of no more use, and why.
async fn watch_over(live: &Live, publishes: bool) -> Error {
    let mut events = live.connection.events_listener();
    let mut look = interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let probes = probe_for_ever(live, publishes);
    tokio::pin!(probes);
    let lost = |why: &'static str| Error::Away { during: "waiting for events", source: Some(why.into()) };
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Event::ConnectionBlocked(reason)) => {
                    tracing::warn!(reason, "The broker takes no messages.");
                    live.blocked.send_replace((Some(reason), Instant::now()));
                }
                Some(Event::ConnectionUnblocked) => {
                    tracing::info!("The broker takes messages again.");
                    live.blocked.send_replace((None, Instant::now()));
                }
                // A channel's error is told here too; it ends the channel and not the connection.
                Some(Event::Error(error)) if !error.is_amqp_soft_error() => {
                    return errors::explain("waiting for events", error);
                }
                Some(_) => {}
                None => return lost("the events ended"),
            },
            _ = look.tick() => if !live.connection.status().connected() {
                return lost("the connection is no longer connected");
            },
            () = live.given_up.notified() => return lost("a call had no answer"),
            error = &mut probes => return error,
        }
    }
}

/// Asks again and again; returns when there is no answer. A blocked connection cannot answer and is let be.
async fn probe_for_ever(live: &Live, publishes: bool) -> Error {
    let mut blocked = live.blocked.subscribe();
    loop {
        sleep(PROBE_EVERY).await;
        tokio::select! {
            biased;
            // The sender lives as long as the connection that is borrowed here.
            _ = blocked.wait_for(|blocked| blocked.0.is_some()) => {}
            answer = live.channel_probe(publishes) => if let Err(error) = answer {
                return error;
            },
        }
    }
}

/// Says good-bye, if the other side still listens.
async fn hang_up(live: Arc<Live>) {
    // Nothing depends on the answer: a dead connection gives none.
    let _ = timeout(Duration::from_secs(2), live.connection.close(200, "OK".into())).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for _ in 0..100 {
            assert!(pause(0) <= FIRST_PAUSE);
            assert!(pause(3) >= FIRST_PAUSE * 4);
            assert!(pause(40) <= LONGEST_PAUSE);
        }
    }
}
