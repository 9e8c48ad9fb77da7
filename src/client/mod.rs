//! The client commands: they speak to a running API and to nothing else.

mod act;
mod catalogue;
pub mod demo;
mod download;
mod explain;
mod filter;
mod http;
mod jobs;
mod notices;
mod operations;
mod schedules;
mod submit;
mod table;
mod upload;
mod watch;
mod webhooks;

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
    /// Shows one job.
    Show(jobs::Show),
    /// Cancels a job; a running one is asked to stop.
    Cancel(act::One),
    /// Runs a finished job again.
    Restart(act::One),
    /// Changes a job's label, its time, or how long its result is kept.
    Edit(act::Edit),
    /// Marks a completed job as submitted to the state.
    Submitted(act::Submitted),
    /// Takes a job out of the queue, with its files.
    Delete(act::One),
    /// Cancels, restarts or deletes all jobs that a filter finds.
    Bulk(act::Bulk),
    /// Notices of one's own jobs that ended.
    Notices(notices::Args),
    /// Uploads a district's bundle and makes a snapshot of it.
    Upload(upload::Args),
    /// Snapshots of the district's bundles, and what their imports found.
    Snapshots(catalogue::Snapshots),
    /// The extracts of the server, and what the district offers for their options.
    Catalogue(catalogue::Catalogue),
    /// Requests that become jobs at fixed times.
    Schedules(schedules::Args),
    /// Addresses that hear when the district's jobs end.
    Webhooks(webhooks::Args),
    /// How the queue is: what waits and runs, workers, pauses.
    Queue(operations::Queue),
    /// Nothing of a district or an extract starts; what runs goes on.
    Pause(operations::Pause),
    /// What was paused starts again.
    Resume(operations::Pause),
    /// A worker ends its jobs and takes no more.
    Drain(operations::Drain),
    /// Exports the audit log.
    Audit(operations::Audit),
    /// Who the token belongs to, and what it allows.
    Me(catalogue::Me),
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
            Command::Show(args) => jobs::show(args).await,
            Command::Cancel(args) => act::cancel(args).await,
            Command::Restart(args) => act::restart(args).await,
            Command::Edit(args) => act::edit(args).await,
            Command::Submitted(args) => act::submitted(args).await,
            Command::Delete(args) => act::delete(args).await,
            Command::Bulk(args) => act::bulk(args).await,
            Command::Notices(args) => notices::run(args).await,
            Command::Upload(args) => upload::run(args).await,
            Command::Snapshots(args) => catalogue::snapshots(args).await,
            Command::Catalogue(args) => catalogue::catalogue(args).await,
            Command::Schedules(args) => schedules::run(args).await,
            Command::Webhooks(args) => webhooks::run(args).await,
            Command::Queue(args) => operations::queue(args).await,
            Command::Pause(args) => operations::pause(args).await,
            Command::Resume(args) => operations::resume(args).await,
            Command::Drain(args) => operations::drain(args).await,
            Command::Audit(args) => operations::audit(args).await,
            Command::Me(args) => catalogue::me(args).await,
        }
    })
}
