//! Dispatch inside one process: the engine of the embedded mode, gone when the process ends.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

use super::delivery::Settle;
use super::{
    Broker, DELIVERY_LIMIT, DeadLetter, Delivery, Depths, Error, Health, Lane, Pointer, PublishError,
    Subscription,
};

/// How much an in-process broker holds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Waiting messages of a lane; beyond it a message is refused.
    pub lane: usize,
    /// Dead letters; beyond it the oldest is dropped.
    pub dead: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { lane: 100_000, dead: 10_000 }
    }
}

/// A broker in memory.
pub struct InProcess {
    shared: Arc<Shared>,
    generation: watch::Sender<u64>,
    since: Instant,
}

struct Shared {
    limits: Limits,
    state: Mutex<State>,
    /// One for each lane.
    arrived: [Notify; 2],
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    lanes: [VecDeque<Message>; 2],
    dead: VecDeque<Dead>,
}

struct Message {
    bytes: Vec<u8>,
    /// Earlier deliveries.
    returned: u32,
}

struct Dead {
    bytes: Vec<u8>,
    reason: &'static str,
    lane: Lane,
}

impl InProcess {
    /// An empty broker.
    pub fn new(limits: Limits) -> Self {
        InProcess {
            shared: Arc::new(Shared {
                limits,
                state: Mutex::default(),
                arrived: [Notify::new(), Notify::new()],
                closed: watch::Sender::new(false),
            }),
            generation: watch::Sender::new(1),
            since: Instant::now(),
        }
    }
}

impl Default for InProcess {
    fn default() -> Self {
        InProcess::new(Limits::default())
    }
}

impl Shared {
    /// Nothing under this lock can panic half-way, so a poisoned state is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> bool {
        *self.closed.borrow()
    }

    fn arrived(&self, lane: Lane) -> &Notify {
        &self.arrived[lane as usize]
    }

    /// Takes the first message; wakes the next subscriber when there are more, as wake-ups do not add up.
    fn pop(&self, lane: Lane) -> Option<Message> {
        let mut state = self.state();
        let queue = &mut state.lanes[lane as usize];
        let message = queue.pop_front()?;
        if !queue.is_empty() {
            self.arrived(lane).notify_one();
        }
        Some(message)
    }

    fn give_back(&self, lane: Lane, mut message: Message) {
        message.returned += 1;
        if message.returned > DELIVERY_LIMIT {
            return self.bury(lane, message, "delivery_limit");
        }
        self.state().lanes[lane as usize].push_front(message);
        self.arrived(lane).notify_one();
    }

    fn bury(&self, lane: Lane, message: Message, reason: &'static str) {
        let mut state = self.state();
        state.dead.push_back(Dead { bytes: message.bytes, reason, lane });
        while state.dead.len() > self.limits.dead {
            state.dead.pop_front();
        }
    }
}

#[async_trait]
impl Broker for InProcess {
    async fn publish(&self, batch: &[(Lane, Pointer)]) -> Vec<Result<(), PublishError>> {
        let mut state = self.shared.state();
        batch
            .iter()
            .map(|(lane, pointer)| {
                if self.shared.closed() {
                    return Err(PublishError::Closed);
                }
                let queue = &mut state.lanes[*lane as usize];
                if queue.len() >= self.shared.limits.lane {
                    return Err(PublishError::Nacked);
                }
                queue.push_back(Message { bytes: pointer.to_bytes(), returned: 0 });
                self.shared.arrived(*lane).notify_one();
                Ok(())
            })
            .collect()
    }

    async fn subscribe(&self, lane: Lane) -> Result<Box<dyn Subscription>, Error> {
        if self.shared.closed() {
            return Err(Error::Closed);
        }
        Ok(Box::new(Consumer {
            shared: Arc::clone(&self.shared),
            lane,
            prefetch: Arc::new(Semaphore::new(1)),
            canceled: false,
        }))
    }

    async fn depths(&self) -> Result<Depths, Error> {
        let state = self.shared.state();
        let ready = |lane: Lane| state.lanes[lane as usize].len() as u64;
        Ok(Depths {
            interactive: ready(Lane::Interactive),
            batch: ready(Lane::Batch),
            dead: state.dead.len() as u64,
        })
    }

    async fn take_dead(&self, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        let mut state = self.shared.state();
        if self.shared.closed() {
            return Err(Error::Closed);
        }
        let taken = limit.min(state.dead.len());
        let letters = state.dead.drain(..taken).map(|dead| {
            let bytes = dead.bytes.clone();
            let (reason, lane) = (dead.reason.to_owned(), dead.lane);
            let held = HeldLetter { shared: Arc::clone(&self.shared), dead: Some(dead) };
            DeadLetter::new(&bytes, reason, Some(lane), held)
        });
        Ok(letters.collect())
    }

    fn health(&self) -> Health {
        let closed = self.shared.closed();
        Health {
            connected: !closed,
            blocked: None,
            server: Some("in-process".to_owned()),
            lasting: self.since.elapsed(),
            failure: closed.then(|| Error::Closed.to_string()),
        }
    }

    fn reconnected(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    async fn close(&self) {
        self.shared.closed.send_replace(true);
    }
}

struct Consumer {
    shared: Arc<Shared>,
    lane: Lane,
    /// Its one permit is with the delivery that is not settled.
    prefetch: Arc<Semaphore>,
    canceled: bool,
}

#[async_trait]
impl Subscription for Consumer {
    async fn next(&mut self) -> Option<Delivery> {
        if self.canceled {
            return None;
        }
        let mut closed = self.shared.closed.subscribe();
        let (permit, message) = tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => return None,
            taken = take(&self.shared, self.lane, &self.prefetch) => taken?,
        };
        let redelivered = message.returned > 0;
        let bytes = message.bytes.clone();
        let held = Held {
            shared: Arc::clone(&self.shared),
            lane: self.lane,
            message: Some(message),
            _permit: permit,
        };
        Some(Delivery::new(&bytes, redelivered, held))
    }

    async fn cancel(&mut self) -> Result<(), Error> {
        self.canceled = true;
        Ok(())
    }
}

/// The next message, once the last one is settled.
async fn take(
    shared: &Shared,
    lane: Lane,
    prefetch: &Arc<Semaphore>,
) -> Option<(OwnedSemaphorePermit, Message)> {
    let permit = Arc::clone(prefetch).acquire_owned().await.ok()?;
    loop {
        let arrived = shared.arrived(lane).notified();
        match shared.pop(lane) {
            Some(message) => return Some((permit, message)),
            None => arrived.await,
        }
    }
}

/// A message in somebody's hands.
struct Held {
    shared: Arc<Shared>,
    lane: Lane,
    message: Option<Message>,
    _permit: OwnedSemaphorePermit,
}

#[async_trait]
impl Settle for Held {
    async fn ack(mut self: Box<Self>) -> Result<bool, Error> {
        Ok(self.message.take().is_some())
    }

    async fn reject(mut self: Box<Self>) -> Result<bool, Error> {
        let Some(message) = self.message.take() else { return Ok(false) };
        self.shared.bury(self.lane, message, "rejected");
        Ok(true)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(message) = self.message.take() {
            self.shared.give_back(self.lane, message);
        }
    }
}

/// A dead letter in somebody's hands.
struct HeldLetter {
    shared: Arc<Shared>,
    dead: Option<Dead>,
}

#[async_trait]
impl Settle for HeldLetter {
    async fn ack(mut self: Box<Self>) -> Result<bool, Error> {
        Ok(self.dead.take().is_some())
    }

    async fn reject(self: Box<Self>) -> Result<bool, Error> {
        Ok(true)
    }
}

impl Drop for HeldLetter {
    fn drop(&mut self) {
        if let Some(dead) = self.dead.take() {
            self.shared.state().dead.push_front(dead);
        }
    }
}
