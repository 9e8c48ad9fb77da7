//! Scheduled jobs whose time has come enter the line.

use shared::store::Signal;

use super::Parts;

/// Looks at each tick of the timer.
pub async fn run(parts: Parts) {
    let mut timer = tokio::time::interval(parts.settings.queue.timer.0);
    loop {
        timer.tick().await;
        match parts.store.due().await {
            Ok(0) => {}
            Ok(due) => {
                tracing::debug!(due, "scheduled jobs are due");
                parts.signals.send(Signal::Line);
                parts.signals.send(Signal::Jobs);
            }
            Err(error) => tracing::warn!(%error, "due jobs were not looked for"),
        }
    }
}
