//! A slot: subscribe, claim, run, acknowledge (reliability, section 2).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use shared::batch::Batcher;
use shared::broker::{Broker, Delivery, Subscription};
use shared::clock;
use shared::job::Lane;
use shared::stop::stopped;
use shared::store::{Ask, Claimed};
use tokio::sync::watch;

use super::executor::{Seat, Spawner};
use super::job::{Tools, run};

/// Asks of one moment share a statement; `None` is no answer.
pub type Claims = Batcher<Ask, Option<Option<Claimed>>>;

/// Slots that are free, by lane, and jobs started so far.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Free batch slots.
    pub batch: AtomicI64,
    /// Free interactive slots.
    pub interactive: AtomicI64,
    /// Jobs started.
    pub started: AtomicI64,
}

impl Gauges {
    fn free(&self, lane: Lane) -> &AtomicI64 {
        match lane {
            Lane::Batch => &self.batch,
            Lane::Interactive => &self.interactive,
        }
    }
}

/// One slot of a lane.
pub struct Slot {
    /// Its lane.
    pub lane: Lane,
    /// Dispatch.
    pub broker: Arc<dyn Broker>,
    /// What it works with.
    pub tools: Tools,
    /// How it claims.
    pub claims: Claims,
    /// How it gets a child.
    pub spawner: Spawner,
    /// What it counts.
    pub gauges: Arc<Gauges>,
    /// True when it takes no more jobs.
    pub draining: watch::Receiver<bool>,
}

/// Pause after a failed subscription.
const PAUSE: Duration = Duration::from_millis(250);

impl Slot {
    /// Works until it drains.
    pub async fn work(mut self) {
        let mut seat = Seat::new(self.spawner.clone());
        seat.warm(self.tools.job_memory).await;
        self.gauges.free(self.lane).fetch_add(1, Ordering::Relaxed);
        while !*self.draining.borrow() {
            match self.broker.subscribe(self.lane).await {
                Ok(subscription) => self.take(subscription, &mut seat).await,
                Err(error) => {
                    tracing::debug!(%error, lane = self.lane.word(), "no subscription");
                    let mut draining = self.draining.clone();
                    let _either = tokio::time::timeout(PAUSE, draining.changed()).await;
                }
            }
        }
        self.gauges.free(self.lane).fetch_sub(1, Ordering::Relaxed);
    }

    /// Takes deliveries of one subscription until it ends, or a long job ends it.
    async fn take(&mut self, mut subscription: Box<dyn Subscription>, seat: &mut Seat) {
        loop {
            let mut draining = self.draining.clone();
            let next = tokio::select! {
                delivery = subscription.next() => Some(delivery),
                () = stopped(&mut draining) => None,
            };
            let Some(next) = next else {
                // The broker takes back what was not handed out, also when it does not answer now.
                let _away = subscription.cancel().await;
                return;
            };
            let Some(delivery) = next else { return };
            if !self.deliver(delivery, subscription.as_mut(), seat).await {
                return;
            }
        }
    }

    /// Works one delivery off; false when the subscription is over.
    async fn deliver(
        &mut self,
        delivery: Delivery,
        subscription: &mut dyn Subscription,
        seat: &mut Seat,
    ) -> bool {
        let pointer = match &delivery.body {
            Ok(pointer) => pointer.clone(),
            Err(error) => {
                tracing::warn!(%error, "a message was rejected");
                return delivery.reject().await.is_ok();
            }
        };
        let ask = Ask { job: pointer.job, dispatch: pointer.dispatch, run: clock::new_run() };
        let asked = clock::monotonic();
        let Some(claimed) = self.claim(ask).await else {
            // Stale, doubled, too early, canceled: nothing to do. A lost acknowledgement brings it once more.
            return delivery.ack().await.is_ok();
        };
        self.gauges.free(self.lane).fetch_sub(1, Ordering::Relaxed);
        self.gauges.started.fetch_add(1, Ordering::Relaxed);
        let goes_on = self.run(claimed, asked, delivery, subscription, seat).await;
        self.gauges.free(self.lane).fetch_add(1, Ordering::Relaxed);
        goes_on
    }

    async fn run(
        &self,
        claimed: Claimed,
        asked: Instant,
        delivery: Delivery,
        subscription: &mut dyn Subscription,
        seat: &mut Seat,
    ) -> bool {
        let work = run(&self.tools, seat, claimed, asked);
        tokio::pin!(work);
        let patience = self.tools.settings.queue.acknowledge_after.0;
        if tokio::time::timeout(patience, &mut work).await.is_ok() {
            return delivery.ack().await.is_ok();
        }
        // So that nothing is parked behind a long job. A delivery that comes again meanwhile claims nothing. A broker that
        // does not answer must not keep the job from hearing that it is to stop.
        let letting_go = async {
            let _away = subscription.cancel().await;
            let _again = delivery.ack().await;
        };
        tokio::join!(letting_go, work);
        false
    }

    /// Claims; after a lost answer the row says whether it was ours.
    async fn claim(&self, ask: Ask) -> Option<Claimed> {
        if let Some(answered) = self.claims.ask(ask).await? {
            return answered;
        }
        let start = clock::monotonic();
        while start.elapsed() < self.tools.settings.queue.lease.0 / 2 {
            tokio::time::sleep(PAUSE).await;
            match self.tools.store.job(ask.job).await {
                Ok(Some(job)) if job.run == Some(ask.run) => {
                    let grants = self.tools.store.grants(&job.tenant, &job.submitter).await.ok().flatten();
                    return Some(Claimed { job, run: ask.run, grants });
                }
                Ok(_) => return None,
                Err(_) => {}
            }
        }
        None
    }
}
