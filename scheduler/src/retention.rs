//! Hides results whose time is over and forgets old notices, deliveries and idempotency keys. The reconciler removes the objects.

use std::time::Duration;

use shared::store::Signal;

use super::Parts;

/// Looks at each tenth tick of the timer.
pub async fn run(parts: Parts) {
    let mut timer = tokio::time::interval((parts.settings.queue.timer.0 * 10).min(Duration::from_secs(60)));
    loop {
        timer.tick().await;
        match parts.store.expire().await {
            Ok(0) => {}
            Ok(expired) => {
                tracing::info!(expired, "results expired");
                parts.signals.send(Signal::Jobs);
            }
            Err(error) => tracing::warn!(%error, "results were not expired"),
        }
        if let Err(error) = parts.store.forget_notices(parts.settings.retention.notice.0).await {
            tracing::warn!(%error, "old notices were not forgotten");
        }
        if let Err(error) = parts.store.forget_questions().await {
            tracing::warn!(%error, "questions that nobody waits for were not forgotten");
        }
        if let Err(error) = parts.store.forget_deliveries(parts.settings.retention.notice.0).await {
            tracing::warn!(%error, "old deliveries were not forgotten");
        }
        if let Err(error) = parts.store.forget_keys().await {
            tracing::warn!(%error, "old idempotency keys were not forgotten");
        }
    }
}
