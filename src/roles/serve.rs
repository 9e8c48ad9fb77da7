//! The roles api, worker and scheduler, each a process of its own.

use std::sync::Arc;

use api::auth::Tokens;
use api::{Api, Parts};
use shared::settings::Settings;
use shared::stop::stopped;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::engines::{self, Engines};
use super::{Source, block_on, stopping};
use crate::commands::Failure;

/// A role of its own.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// The HTTP front.
    Api,
    /// The hands.
    Worker,
    /// The sweepers.
    Scheduler,
}

/// Runs a role until it is told to stop.
pub fn run(role: Role, source: &Source) -> Result<(), Failure> {
    let settings = source.settings()?;
    if settings.embedded() {
        let line = "a database of sqlite:// and dispatch of in-process: live in one process: run the role `all`, or set \
                    database.url to postgres://… and broker.url to amqp://…";
        return Err(Failure::new(Failure::USAGE, line));
    }
    block_on(async move {
        let engines = engines::open(&settings, false).await?;
        let stop = stopping();
        match role {
            Role::Api => front(&engines, &settings, stop, |_| {}).await,
            Role::Worker => hands(&engines, &settings, stop).await,
            Role::Scheduler => {
                sweep(&engines, &settings, stop).await;
                Ok(())
            }
        }
    })
}

/// Serves HTTP; `ready` hears the address once connections are taken.
pub async fn front(
    engines: &Engines,
    settings: &Arc<Settings>,
    mut stop: watch::Receiver<bool>,
    ready: impl FnOnce(std::net::SocketAddr),
) -> Result<(), Failure> {
    let tokens = Tokens::watch(settings.tokens.file.clone(), engines.store.clone())
        .await
        .map_err(|e| Failure::new(1, e))?;
    let address = &settings.api.listen;
    let listener = TcpListener::bind(address).await.map_err(|e| {
        let hint = match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program uses it; choose a free one with --set api.listen=HOST:PORT"
            }
            _ => "write it as HOST:PORT",
        };
        Failure::new(1, format!("api.listen: {address} cannot be used ({e}): {hint}"))
    })?;
    let at = listener.local_addr().map_err(|e| Failure::new(1, e))?;
    tracing::info!(address = %at, "the API takes requests");
    ready(at);
    let api = Api::new(Parts {
        store: engines.store.clone(),
        signals: engines.signals.clone(),
        files: engines.files.clone(),
        settings: Arc::clone(settings),
        tokens,
        broker: Some(Arc::clone(&engines.broker)),
    });
    let told = async move {
        stopped(&mut stop).await;
    };
    api::serve(listener, api, told).await.map_err(|e| Failure::new(1, e))
}

/// Works.
pub async fn hands(
    engines: &Engines,
    settings: &Arc<Settings>,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let lease_store =
        if engines.store.embedded() { engines.store.clone() } else { engines::store(settings, 2).await? };
    let parts = worker::pool::Parts {
        store: engines.store.clone(),
        lease_store,
        signals: engines.signals.clone(),
        broker: Arc::clone(&engines.broker),
        files: engines.files.clone(),
        settings: Arc::clone(settings),
    };
    worker::pool::work(parts, stop).await.map_err(|e| Failure::new(1, e))
}

/// Sweeps.
pub async fn sweep(engines: &Engines, settings: &Arc<Settings>, stop: watch::Receiver<bool>) {
    let parts = scheduler::Parts {
        store: engines.store.clone(),
        signals: engines.signals.clone(),
        broker: Arc::clone(&engines.broker),
        files: engines.files.clone(),
        settings: Arc::clone(settings),
    };
    scheduler::sweep(parts, stop).await;
}
