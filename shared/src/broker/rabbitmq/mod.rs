//! Dispatch over RabbitMQ 3.10 or later.
//!
//! Durable quorum queues, one for each lane and one for dead letters. Two connections: a broker in alarm stops reading
//! from those that publish, and acknowledgements must go on.

mod address;
mod consume;
mod dead;
mod errors;
mod link;
mod publish;
mod server;
mod topology;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lapin::options::QueueDeclareOptions;
use lapin::types::FieldTable;
use tokio::sync::watch;

use self::consume::Consumer;
use self::link::{Link, Live, State};
use self::publish::Publisher;
use super::{Broker, DeadLetter, Depths, Error, Health, Lane, Pointer, PublishError, Subscription};

/// Time to connect.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Time for an answer; without one the connection is given up.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A RabbitMQ server or cluster.
pub struct RabbitMq {
    publishing: Link,
    consuming: Link,
    publisher: Publisher,
    generation: Arc<watch::Sender<u64>>,
}

impl RabbitMq {
    /// Connects to `amqp://user:password@host:port/vhost`, or `amqps://…`, and keeps the connections from then on. A
    /// broker that is away is no error: the connections are made as soon as it is back.
    ///
    /// # Errors
    ///
    /// When the address is not one, the broker refuses the account, the virtual host or a queue, or it is a server that
    /// would ignore an argument of our queues.
    pub async fn open(address: &str) -> Result<RabbitMq, Error> {
        let uri = address::parse(address)?;
        let generation = Arc::new(watch::Sender::new(0));
        let publishing = Link::start("publish", uri.clone(), Arc::clone(&generation), true).await?;
        let consuming = Link::start("consume", uri, Arc::clone(&generation), false).await?;
        Ok(RabbitMq { publishing, consuming, publisher: Publisher::default(), generation })
    }

    /// Declares the queues again after one was found missing. Its messages are lost, so the generation grows.
    async fn redeclare(&self, live: &Live) -> Result<(), Error> {
        tracing::warn!("A queue is gone; declaring the queues again.");
        live.call("declaring the queues", async {
            let channel = live.connection.create_channel().await?;
            topology::declare(&channel).await
        })
        .await?;
        self.generation.send_modify(|generation| *generation += 1);
        Ok(())
    }
}

#[async_trait]
impl Broker for RabbitMq {
    async fn publish(&self, batch: &[(Lane, Pointer)]) -> Vec<Result<(), PublishError>> {
        let live = match self.publishing.live() {
            Ok(live) => live,
            Err(Error::Closed) => return vec![Err(PublishError::Closed); batch.len()],
            Err(_) => return vec![Err(PublishError::Away); batch.len()],
        };
        let answers = self.publisher.publish(&live, batch).await;
        if answers.iter().any(|answer| matches!(answer, Err(PublishError::Returned { .. })))
            && let Err(error) = self.redeclare(&live).await
        {
            tracing::warn!(error = %errors::chain(&error), "The queues could not be declared.");
        }
        answers
    }

    async fn subscribe(&self, lane: Lane) -> Result<Box<dyn Subscription>, Error> {
        let live = self.consuming.live_soon().await?;
        let mut started = Consumer::start(&live, self.consuming.watch(), lane).await?;
        if started.as_ref().is_err_and(errors::is_not_found) {
            self.redeclare(&live).await?;
            started = Consumer::start(&live, self.consuming.watch(), lane).await?;
        }
        match started {
            Ok(consumer) => Ok(Box::new(consumer)),
            Err(error) => Err(errors::explain("subscribing", error)),
        }
    }

    async fn depths(&self) -> Result<Depths, Error> {
        let live = self.consuming.live()?;
        let counted = live
            .call("counting messages", async {
                match count(&live).await {
                    Err(error) if errors::is_not_found(&error) => Ok(None),
                    counted => counted.map(Some),
                }
            })
            .await?;
        match counted {
            Some(depths) => Ok(depths),
            None => {
                self.redeclare(&live).await?;
                live.call("counting messages", count(&live)).await
            }
        }
    }

    async fn take_dead(&self, limit: usize) -> Result<Vec<DeadLetter>, Error> {
        dead::take(&self.consuming.live()?, limit).await
    }

    fn health(&self) -> Health {
        let links = [self.publishing.current(), self.consuming.current()];
        let mut blocked = None;
        let mut lasting = links.iter().map(|link| link.since.elapsed()).min().unwrap_or_default();
        if let State::Up(live) = &links[0].state {
            let (reason, since) = live.blocked.borrow().clone();
            blocked = reason;
            lasting = lasting.min(since.elapsed());
        }
        let failure = links.iter().find_map(|link| match &link.state {
            State::Up(_) => None,
            State::Down(Some(error)) => Some(errors::chain(error)),
            State::Down(None) => Some("the first connection is being made".to_owned()),
            State::Closed => Some(Error::Closed.to_string()),
        });
        let server = self.publishing.server().map(|server| server.to_string());
        Health { connected: failure.is_none(), blocked, server, lasting, failure }
    }

    fn reconnected(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    async fn close(&self) {
        tokio::join!(self.publishing.close(), self.consuming.close());
    }
}

async fn count(live: &Live) -> lapin::Result<Depths> {
    let channel = live.connection.create_channel().await?;
    let ready = async |queue: String| {
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(queue.into(), passive, FieldTable::default()).await?;
        lapin::Result::Ok(u64::from(queue.message_count()))
    };
    Ok(Depths {
        interactive: ready(topology::queue(Lane::Interactive)).await?,
        batch: ready(topology::queue(Lane::Batch)).await?,
        dead: ready(topology::dead_queue()).await?,
    })
}
