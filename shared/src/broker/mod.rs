//! Dispatch: pointers to queued jobs on their way to free slots.
//!
//! The database is the truth. A broker may lose, repeat and reorder messages; whoever takes one claims the job by
//! its dispatch number and forgets the message when there is nothing to claim. Engines are chosen by address and
//! behave the same; one suite in `tests/services` runs on all of them.

mod delivery;
mod error;
mod in_process;
mod pointer;
mod rabbitmq;

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

pub use delivery::{DeadLetter, Delivery, Subscription};
pub use error::{Error, PublishError};
pub use in_process::{InProcess, Limits};
pub use pointer::{Malformed, Pointer};
pub use rabbitmq::RabbitMq;

pub use crate::job::Lane;

/// Deliveries of one message after which it becomes a dead letter: the first, and this many more.
pub const DELIVERY_LIMIT: u32 = 20;

/// A way to hand out pointers.
#[async_trait]
pub trait Broker: Send + Sync {
    /// Publishes a batch and waits for the broker's word on each message; the answers are in the order of the batch.
    ///
    /// `Ok` means stored and in its queue. Anything else means: publish it again later, it may arrive twice.
    async fn publish(&self, batch: &[(Lane, Pointer)]) -> Vec<Result<(), PublishError>>;

    /// Subscribes to a lane with prefetch 1: the next delivery comes only after the last one is settled.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer; try again after a pause.
    async fn subscribe(&self, lane: Lane) -> Result<Box<dyn Subscription>, Error>;

    /// Counts the messages that wait: ready ones, without those that a subscription holds.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer.
    async fn depths(&self) -> Result<Depths, Error>;

    /// Takes up to `limit` dead letters. Each is gone once it is acknowledged and comes back when it is dropped.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer.
    async fn take_dead(&self, limit: usize) -> Result<Vec<DeadLetter>, Error>;

    /// How the broker is, without asking it.
    fn health(&self) -> Health;

    /// Grows whenever messages may have been lost: at each new connection, and when queues had to be declared again.
    /// Whoever publishes then admits its jobs again. It is 0 before the first connection.
    fn reconnected(&self) -> watch::Receiver<u64>;

    /// Ends all subscriptions and connections. What is not acknowledged will be delivered again.
    async fn close(&self);
}

/// Messages that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depths {
    /// Ready in the interactive lane.
    pub interactive: u64,
    /// Ready in the batch lane.
    pub batch: u64,
    /// Dead letters.
    pub dead: u64,
}

impl Depths {
    /// Ready messages of a lane.
    pub fn of(&self, lane: Lane) -> u64 {
        match lane {
            Lane::Interactive => self.interactive,
            Lane::Batch => self.batch,
        }
    }
}

/// How the broker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether all connections stand.
    pub connected: bool,
    /// Why the broker takes no messages at the moment (a memory or disk alarm).
    pub blocked: Option<String>,
    /// Product and version of the server, once known.
    pub server: Option<String>,
    /// How long `connected` and `blocked` have been as they are.
    pub lasting: Duration,
    /// The last failure, in one sentence without addresses or secrets; none while connected.
    pub failure: Option<String>,
}

impl Health {
    /// Whether messages can be published now.
    pub fn ready(&self) -> bool {
        self.connected && self.blocked.is_none()
    }
}
