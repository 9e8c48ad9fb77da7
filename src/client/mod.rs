//! The client commands: they speak to a running API and to nothing else.

pub mod demo;
mod download;
mod explain;
mod http;
mod jobs;
mod schedules;
mod submit;
mod upload;
mod watch;

pub use self::http::Server;
use crate::commands::Failure;

/// A client command.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Submits a job to the batch queue.
    Submit(submit::Args),
    /// Lists jobs.
    Jobs(jobs::Args),
    /// Watches a job until it ends.
    Watch(watch::Args),
    /// Downloads a job's files.
    Download(download::Args),
    /// Says why somebody or something is in a job's result or not.
    Explain(explain::Args),
    /// Cancels a job.
    Cancel(jobs::Cancel),
    /// Uploads a district's bundle and makes a snapshot of it.
    Upload(upload::Args),
    /// Requests that become jobs at fixed times.
    Schedules(schedules::Args),
}

/// Runs a command.
pub fn run(command: &Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(1, format!("the runtime cannot start: {e}")))?;
    runtime.block_on(async {
        match command {
            Command::Submit(args) => submit::run(args).await,
            Command::Jobs(args) => jobs::run(args).await,
            Command::Watch(args) => watch::run(args).await,
            Command::Download(args) => download::run(args).await,
            Command::Explain(args) => explain::run(args).await,
            Command::Cancel(args) => jobs::cancel(args).await,
            Command::Upload(args) => upload::run(args).await,
            Command::Schedules(args) => schedules::run(args).await,
        }
    })
}
