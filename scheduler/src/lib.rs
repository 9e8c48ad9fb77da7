//! The sweepers: relay, due jobs, schedules, rescuer, reconciler, retention, webhooks. One file each, no input, idempotent, woken by
//! a signal and by a timer (reliability, section 6). Any number of processes may run them side by side.

mod due;
pub mod reconciler;
mod relay;
mod rescuer;
mod retention;
mod schedules;
pub mod webhooks;

use std::sync::Arc;

use shared::broker::Broker;
use shared::files::Files;
use shared::settings::Settings;
use shared::stop::stopped;
use shared::store::{Signals, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What sweepers work with.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Wake-up calls.
    pub signals: Signals,
    /// Dispatch.
    pub broker: Arc<dyn Broker>,
    /// Bundles, snapshots, results.
    pub files: Files,
    /// Settings.
    pub settings: Arc<Settings>,
}

/// Sweeps until `stop` is true.
pub async fn sweep(parts: Parts, mut stop: watch::Receiver<bool>) {
    let mut sweepers = JoinSet::new();
    sweepers.spawn(relay::run(parts.clone(), stop.clone()));
    sweepers.spawn(due::run(parts.clone()));
    sweepers.spawn(rescuer::run(parts.clone()));
    sweepers.spawn(reconciler::run(parts.clone()));
    sweepers.spawn(schedules::run(parts.clone()));
    sweepers.spawn(webhooks::run(parts.clone()));
    sweepers.spawn(retention::run(parts));
    stopped(&mut stop).await;
    // Every sweep is one statement or safe to leave in the middle; only the relay has something to hand back.
    let relay_resigns = std::time::Duration::from_secs(2);
    let _late = tokio::time::timeout(relay_resigns, sweepers.join_next()).await;
    sweepers.shutdown().await;
}
