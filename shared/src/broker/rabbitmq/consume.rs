//! Subscriptions: a channel each on the one consuming connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::{FutureExt, StreamExt};
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
    BasicRejectOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Acker, Channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::link::{Current, Live, State};
use super::topology;
use crate::broker::delivery::Settle;
use crate::broker::{Delivery, Error, Lane, Subscription};

/// How long a subscription may be silent before the queue is asked whether it should be.
const SILENCE: Duration = Duration::from_secs(20);

/// A subscription.
pub(super) struct Consumer {
    live: Arc<Live>,
    link: watch::Receiver<Current>,
    channel: Channel,
    deliveries: lapin::Consumer,
    queue: String,
    /// Whether a delivery that was handed out is not settled.
    out: Arc<AtomicBool>,
    ask_at: Instant,
    /// Whether the queue had messages for a free subscription when it was asked last.
    missed: bool,
    over: bool,
}

impl Consumer {
    /// Subscribes. The inner error is the library's, so that the caller can tell a queue that is gone.
    pub(super) async fn start(
        live: &Arc<Live>,
        link: watch::Receiver<Current>,
        lane: Lane,
    ) -> Result<lapin::Result<Consumer>, Error> {
        let queue = topology::queue(lane);
        let started = live
            .call("subscribing", async {
                let channel = live.connection.create_channel().await?;
                channel.basic_qos(1, BasicQosOptions::default()).await?;
                let options = BasicConsumeOptions::default();
                let name = queue.as_str().into();
                match channel.basic_consume(name, "".into(), options, FieldTable::default()).await {
                    Ok(deliveries) => Ok(Ok((channel, deliveries))),
                    Err(error) => Ok(Err(error)),
                }
            })
            .await?;
        Ok(started.map(|(channel, deliveries)| Consumer {
            live: Arc::clone(live),
            link,
            channel,
            deliveries,
            queue,
            out: Arc::default(),
            ask_at: Instant::now() + SILENCE,
            missed: false,
            over: false,
        }))
    }

    /// Whether the stream is silent though the queue has a message for it, twice in a row.
    async fn is_stuck(&mut self) -> bool {
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let asked = self.channel.queue_declare(self.queue.as_str().into(), passive, FieldTable::default());
        let Ok(queue) = self.live.call("asking a silent queue", asked).await else { return true };
        self.ask_at = Instant::now() + SILENCE;
        let missed = queue.message_count() > 0 && !self.out.load(Ordering::Acquire);
        std::mem::replace(&mut self.missed, missed) && missed
    }

    fn hand_out(&mut self, delivery: lapin::message::Delivery) -> Delivery {
        self.ask_at = Instant::now() + SILENCE;
        self.missed = false;
        self.out.store(true, Ordering::Release);
        let held = Held {
            live: Arc::clone(&self.live),
            _channel: self.channel.clone(),
            acker: Some(delivery.acker),
            out: Arc::clone(&self.out),
        };
        Delivery::new(&delivery.data, delivery.redelivered, held)
    }
}

#[async_trait]
impl Subscription for Consumer {
    async fn next(&mut self) -> Option<Delivery> {
        while !self.over {
            tokio::select! {
                biased;
                () = replaced(&mut self.link, &self.live) => self.over = true,
                delivery = self.deliveries.next() => match delivery {
                    Some(Ok(delivery)) => return Some(self.hand_out(delivery)),
                    Some(Err(error)) => {
                        tracing::debug!(queue = self.queue, %error, "A subscription ended.");
                        self.over = true;
                    }
                    None => self.over = true,
                },
                () = sleep_until(self.ask_at) => if self.is_stuck().await {
                    tracing::warn!(queue = self.queue, "A subscription is silent though messages wait; subscribe again.");
                    self.over = true;
                },
            }
        }
        None
    }

    async fn cancel(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.over, true) {
            return Ok(());
        }
        let canceled = self.channel.basic_cancel(self.deliveries.tag(), BasicCancelOptions::default());
        let canceled = self.live.call("canceling a subscription", canceled).await;
        while let Some(Some(Ok(delivery))) = self.deliveries.next().now_or_never() {
            give_back(&delivery.acker);
        }
        canceled
    }
}

/// Ready once this connection is no longer the link's, or the link is gone.
async fn replaced(link: &mut watch::Receiver<Current>, live: &Arc<Live>) {
    let is_other = |now: &Current| !matches!(&now.state, State::Up(current) if Arc::ptr_eq(current, live));
    let _ = link.wait_for(is_other).await;
}

/// Puts the request on its way at the first poll; the broker's answer is not waited for.
fn give_back(acker: &Acker) {
    let _ = acker.nack(BasicNackOptions { requeue: true, ..Default::default() }).now_or_never();
}

/// A message in somebody's hands. It holds the channel, as a closed channel gives its messages back.
pub(super) struct Held {
    live: Arc<Live>,
    _channel: Channel,
    acker: Option<Acker>,
    out: Arc<AtomicBool>,
}

impl Held {
    /// Holds a message that no subscription handed out.
    pub(super) fn fetched(live: &Arc<Live>, channel: &Channel, acker: Acker) -> Held {
        Held { live: Arc::clone(live), _channel: channel.clone(), acker: Some(acker), out: Arc::default() }
    }
}

#[async_trait]
impl Settle for Held {
    async fn ack(mut self: Box<Self>) -> Result<bool, Error> {
        let Some(acker) = self.acker.take() else { return Ok(false) };
        self.live.call("acknowledging", acker.ack(BasicAckOptions::default())).await
    }

    async fn reject(mut self: Box<Self>) -> Result<bool, Error> {
        let Some(acker) = self.acker.take() else { return Ok(false) };
        self.live.call("rejecting", acker.reject(BasicRejectOptions { requeue: false })).await
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(acker) = &self.acker {
            give_back(acker);
        }
        self.out.store(false, Ordering::Release);
    }
}
