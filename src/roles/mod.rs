//! The roles: processes that serve. Composition only; engines are chosen by address in [`engines`].

pub mod all;
pub mod doctor;
pub mod engines;
pub mod migrate;
pub mod serve;
pub mod token;

use std::path::PathBuf;
use std::sync::Arc;

use shared::settings::Settings;
use shared::telemetry;
use tokio::sync::watch;

use crate::commands::Failure;

/// Where settings come from.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Source {
    /// File of settings; also REGISTRAR_CONFIG.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// A setting as key=value; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl Source {
    /// Reads the settings and starts logging.
    pub fn settings(&self) -> Result<Arc<Settings>, Failure> {
        let settings = self.read()?;
        telemetry::start(&settings.log).map_err(|e| Failure::new(Failure::USAGE, e))?;
        Ok(Arc::new(settings))
    }

    /// Reads the settings.
    pub fn read(&self) -> Result<Settings, Failure> {
        let file = self.config.clone().or_else(|| std::env::var_os("REGISTRAR_CONFIG").map(PathBuf::from));
        Settings::read(file.as_deref(), std::env::vars(), &self.set)
            .map_err(|e| Failure::new(Failure::USAGE, e))
    }
}

/// Runs a role on as many threads as the machine has processors.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(1, format!("the runtime cannot start: {e}")))?
        .block_on(work)
}

/// True once the process is asked to stop: Ctrl-C or SIGTERM.
pub fn stopping() -> watch::Receiver<bool> {
    let (send, stop) = watch::channel(false);
    tokio::spawn(async move {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(error) => return tracing::error!(%error, "signals cannot be heard"),
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        send.send_replace(true);
        // A second signal ends the process at once.
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        std::process::exit(130);
    });
    stop
}
