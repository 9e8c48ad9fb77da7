//! The role `all`: front, hands and sweepers in one process. The embedded mode is this role with other addresses.

use std::sync::Arc;

use shared::settings::Settings;
use tokio::sync::watch;

use super::engines;
use super::serve::{front, hands, sweep};
use super::{Source, block_on, stopping};
use crate::commands::Failure;

/// Runs everything until it is told to stop.
pub fn run(source: &Source) -> Result<(), Failure> {
    let settings = source.settings()?;
    block_on(async move { everything(&settings, stopping(), |_| {}).await })
}

/// Runs everything until `stop`; `ready` hears the address of the API.
pub async fn everything(
    settings: &Arc<Settings>,
    stop: watch::Receiver<bool>,
    ready: impl FnOnce(std::net::SocketAddr),
) -> Result<(), Failure> {
    let engines = engines::open(settings, true).await?;
    // The front stops first; hands and sweepers go on until its last request is answered.
    let (end, ended) = watch::channel(false);
    let serving = async {
        let served = front(&engines, settings, stop, ready).await;
        end.send_replace(true);
        served
    };
    let sweeping = async {
        sweep(&engines, settings, ended.clone()).await;
        Ok(())
    };
    let (served, worked, swept) =
        tokio::join!(serving, working(&engines, settings, &end, ended.clone()), sweeping);
    engines.broker.close().await;
    engines.store.close().await;
    served.and(worked).and(swept)
}

/// A worker that cannot start ends the others too.
async fn working(
    engines: &engines::Engines,
    settings: &Arc<Settings>,
    end: &watch::Sender<bool>,
    ended: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let worked = hands(engines, settings, ended).await;
    if worked.is_err() {
        end.send_replace(true);
    }
    worked
}
