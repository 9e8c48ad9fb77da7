//! Tells webhooks how jobs ended (batch-queue, section 7). What is to be told was written in the transaction that ended the
//! job; here it is taken for a lease, sent, and noted under the lease's token. A process that dies in between leaves it to
//! the next one, which sends it under the same id: at least once, and a receiver drops what it has seen.

pub mod send;

use std::collections::BTreeMap;
use std::time::Duration;

use shared::clock;
use shared::store::{Delivery, Signal, woken};
use shared::webhook::Allowed;
use tokio::task::JoinSet;
use uuid::Uuid;

use self::send::{Answer, Sender};
use super::Parts;

/// Calls of one webhook and of all webhooks at once. A receiver that hangs must not take all of them.
const EACH: usize = 4;
const MOST: usize = 256;

/// Looks at each tick of the timer, when jobs change, and when a call ends.
pub async fn run(parts: Parts) {
    let settings = &parts.settings.webhooks;
    // Settings were checked when they were read.
    let allowed = Allowed::of(settings).unwrap_or_default();
    let sender = match Sender::new(allowed, settings.time_out.0) {
        Ok(sender) => sender,
        Err(error) => return tracing::error!(%error, "webhooks cannot be called"),
    };
    let mut jobs = parts.signals.watch(Signal::Jobs);
    let mut calls = Calls::default();
    loop {
        tokio::select! {
            () = woken(&mut jobs, parts.settings.queue.timer.0) => {}
            () = calls.ended() => {}
        }
        // A lease outlives its call.
        let lease = parts.settings.webhooks.time_out.0 + Duration::from_secs(10);
        let room = MOST.saturating_sub(calls.running.len());
        if room == 0 {
            continue;
        }
        match parts.store.take_deliveries(lease, &calls.busy(), EACH as i64, room as i64).await {
            Ok(taken) => taken.into_iter().for_each(|one| calls.start(&parts, &sender, one)),
            Err(error) => tracing::warn!(%error, "deliveries were not looked for"),
        }
    }
}

/// Calls under way.
#[derive(Default)]
struct Calls {
    running: JoinSet<Uuid>,
    each: BTreeMap<Uuid, usize>,
}

impl Calls {
    /// Webhooks that have as many calls as they may.
    fn busy(&self) -> Vec<Uuid> {
        self.each.iter().filter(|(_, calls)| **calls >= EACH).map(|(webhook, _)| *webhook).collect()
    }

    fn start(&mut self, parts: &Parts, sender: &Sender, delivery: Delivery) {
        let webhook = delivery.told.webhook;
        *self.each.entry(webhook).or_default() += 1;
        let (parts, sender) = (parts.clone(), sender.clone());
        self.running.spawn(async move {
            deliver(&parts, &sender, &delivery).await;
            webhook
        });
    }

    /// Waits for the end of a call; for ever when there is none.
    async fn ended(&mut self) {
        match self.running.join_next().await {
            Some(Ok(webhook)) => {
                if let Some(calls) = self.each.get_mut(&webhook) {
                    *calls -= 1;
                }
                self.each.retain(|_, calls| *calls > 0);
            }
            // A call does not panic; if one did, its webhook would stay busy until the next start.
            Some(Err(error)) => tracing::error!(%error, "a call of a webhook broke"),
            None => std::future::pending().await,
        }
    }
}

async fn deliver(parts: &Parts, sender: &Sender, delivery: &Delivery) {
    let settings = &parts.settings.webhooks;
    let told = &delivery.told;
    let Answer { status, fault } = sender.send(delivery).await;
    let noted = match fault {
        None => parts.store.delivered(delivery, status.unwrap_or_default()).await,
        Some(fault) => {
            tracing::info!(webhook = %told.webhook, delivery = %told.id, attempts = told.attempts, fault, "a webhook was not told");
            let delay = pause(settings.retry_first.0, settings.retry_longest.0, told.attempts);
            parts.store.not_delivered(delivery, status, &fault, delay, settings.give_up.0).await
        }
    };
    match noted {
        Ok(true) => {}
        Ok(false) => {
            tracing::info!(webhook = %told.webhook, delivery = %told.id, "a delivery was noted by somebody else")
        }
        Err(error) => tracing::warn!(%error, delivery = %told.id, "a delivery was not noted; it comes again"),
    }
}

/// The first pause doubled for each try up to the longest, and up to a tenth more by chance.
fn pause(first: Duration, longest: Duration, attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(30);
    first.saturating_mul(1 << doublings).min(longest).mul_f64(1.0 + clock::jitter() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let (first, longest) = (Duration::from_secs(10), Duration::from_secs(3600));
        for (attempts, least) in [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (99, 3600)] {
            let least = Duration::from_secs(least);
            let paused = pause(first, longest, attempts);
            assert!(paused >= least && paused <= least.mul_f64(1.1), "{attempts}: {paused:?}");
        }
    }
}
