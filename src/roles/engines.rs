//! Engines by address: the only place where they are chosen.

use std::sync::Arc;

use shared::broker::{Broker, InProcess, Limits, RabbitMq};
use shared::files::Files;
use shared::settings::Settings;
use shared::store::{Opening, Signals, Store};

use crate::commands::Failure;

/// Everything a role works with.
pub struct Engines {
    /// The database.
    pub store: Store,
    /// Wake-up calls.
    pub signals: Signals,
    /// Dispatch.
    pub broker: Arc<dyn Broker>,
    /// Bundles, snapshots, results.
    pub files: Files,
}

/// The database.
pub async fn store(settings: &Settings, connections: u32) -> Result<Store, Failure> {
    let opening = Opening { connections, time_out: settings.database.time_out.0 };
    Store::open(&settings.database.url, opening)
        .await
        .map_err(|e| Failure::new(1, format!("database.url: {e}; `registrar doctor` looks closer")))
}

/// Dispatch.
pub async fn broker(settings: &Settings) -> Result<Arc<dyn Broker>, Failure> {
    let address = &settings.broker.url;
    if address.starts_with("in-process:") {
        return Ok(Arc::new(InProcess::new(Limits::default())));
    }
    let opened = RabbitMq::open(address).await.map_err(|e| Failure::new(1, format!("broker.url: {e}")))?;
    Ok(Arc::new(opened))
}

/// Storage.
pub fn files(settings: &Settings) -> Result<Files, Failure> {
    Files::open(&settings.storage.url, settings.storage.allow_http)
        .map_err(|e| Failure::new(1, format!("storage.url: {e}")))
}

/// Opens everything; the tables must be there unless `migrate`.
pub async fn open(settings: &Settings, migrate: bool) -> Result<Engines, Failure> {
    let store = store(settings, settings.database.connections).await?;
    if migrate {
        store.migrate().await.map_err(|e| Failure::new(1, e))?;
    }
    if let Err(error) = store.totals().await {
        let line = if error.away() {
            format!("database.url: {error}")
        } else {
            "the database has no tables of this program; run `registrar migrate`".to_owned()
        };
        return Err(Failure::new(1, line));
    }
    let signals = Signals::start(&store).await.map_err(|e| Failure::new(1, e))?;
    Ok(Engines { signals, broker: broker(settings).await?, files: files(settings)?, store })
}
