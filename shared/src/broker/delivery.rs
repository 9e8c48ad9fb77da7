//! A message in somebody's hands.

use std::fmt;

use async_trait::async_trait;

use super::{Error, Lane, Malformed, Pointer};

/// A stream of deliveries of one lane, one at a time.
#[async_trait]
pub trait Subscription: Send {
    /// The next delivery; waits while the last one is not settled. `None`: the subscription is over (connection lost,
    /// queue gone, canceled or closed); subscribe again. A call that is dropped loses nothing.
    async fn next(&mut self) -> Option<Delivery>;

    /// Ends the subscription; what it holds but has not handed out goes back to the queue. A delivery that was
    /// handed out can still be settled.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer. The subscription is over all the same.
    async fn cancel(&mut self) -> Result<(), Error>;
}

/// What an engine does with a message in somebody's hands. Its `Drop` gives the message back when it is not settled.
#[async_trait]
pub(super) trait Settle: Send + Sync {
    async fn ack(self: Box<Self>) -> Result<bool, Error>;
    async fn reject(self: Box<Self>) -> Result<bool, Error>;
}

/// One message. Acknowledge or reject it; dropped without either it goes back to the front of its queue.
pub struct Delivery {
    /// The pointer, or why it is none; a malformed message is to be rejected.
    pub body: Result<Pointer, Malformed>,
    /// Whether it may have been delivered before.
    pub redelivered: bool,
    settle: Box<dyn Settle>,
}

impl Delivery {
    pub(super) fn new(bytes: &[u8], redelivered: bool, settle: impl Settle + 'static) -> Self {
        Delivery { body: Pointer::from_bytes(bytes), redelivered, settle: Box::new(settle) }
    }

    /// Done with: the message is gone. `false`: the broker had taken it back already and will deliver it again.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer; it will deliver the message again.
    pub async fn ack(self) -> Result<bool, Error> {
        self.settle.ack().await
    }

    /// Of no use: the message becomes a dead letter. `false` as for [`Delivery::ack`].
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer; it will deliver the message again.
    pub async fn reject(self) -> Result<bool, Error> {
        self.settle.reject().await
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("body", &self.body)
            .field("redelivered", &self.redelivered)
            .finish_non_exhaustive()
    }
}

/// A message that nobody could use. Dropped without acknowledgement it stays a dead letter.
pub struct DeadLetter {
    /// The pointer, or why it is none.
    pub body: Result<Pointer, Malformed>,
    /// The broker's word for why: `rejected`, `delivery_limit`, or another of its `x-death` reasons.
    pub reason: String,
    /// The lane it was in, when that is known.
    pub lane: Option<Lane>,
    settle: Box<dyn Settle>,
}

impl DeadLetter {
    pub(super) fn new(
        bytes: &[u8],
        reason: String,
        lane: Option<Lane>,
        settle: impl Settle + 'static,
    ) -> Self {
        DeadLetter { body: Pointer::from_bytes(bytes), reason, lane, settle: Box::new(settle) }
    }

    /// Dealt with: the letter is gone. `false`: the broker had taken it back already.
    ///
    /// # Errors
    ///
    /// When the broker is away or does not answer; the letter stays.
    pub async fn ack(self) -> Result<bool, Error> {
        self.settle.ack().await
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("body", &self.body)
            .field("reason", &self.reason)
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}
