//! Takes jobs back from leases that ran out (reliability, section 3).
//!
//! After each reconnect, and after a database restart, it first waits one lease, so that live workers can renew.

use shared::clock;
use shared::job::{Failure, FailureClass};
use shared::store::{Signal, Time};

use super::Parts;

/// Looks at each tick of the timer.
pub async fn run(parts: Parts) {
    let queue = &parts.settings.queue;
    let crashed = Failure {
        class: FailureClass::Crash,
        message: "The worker that ran the job was lost at every attempt.".to_owned(),
        next_step: FailureClass::Crash.next_step().to_owned(),
    };
    let mut timer = tokio::time::interval(queue.timer.0);
    let mut quiet_since: Option<std::time::Instant> = None;
    let mut database: Option<Time> = None;
    loop {
        timer.tick().await;
        let started = match parts.store.started_at().await {
            Ok(started) => started,
            Err(error) => {
                tracing::warn!(%error, "leases were not looked at");
                quiet_since = None;
                continue;
            }
        };
        if database != Some(started) {
            database = Some(started);
            quiet_since = None;
        }
        let since = *quiet_since.get_or_insert_with(clock::monotonic);
        if since.elapsed() < queue.lease.0 {
            continue;
        }
        match parts.store.rescue(queue.retry_first.0, queue.retry_longest.0, &crashed).await {
            Ok(rescued) if rescued.is_empty() => {}
            Ok(rescued) => {
                for (job, state) in &rescued {
                    tracing::warn!(%job, state = state.word(), "a lease ran out");
                }
                parts.signals.send(Signal::Line);
                parts.signals.send(Signal::Jobs);
            }
            Err(error) => {
                tracing::warn!(%error, "leases were not rescued");
                quiet_since = None;
            }
        }
    }
}
