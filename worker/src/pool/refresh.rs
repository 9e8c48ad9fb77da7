//! The LEAD refresh: it names the tenant's newest good snapshot the LEAD snapshot (batch-queue, section 6). No file is
//! read or made; all of it is the fenced statement that ends the job.

use shared::clock;
use shared::job::{FailureClass, Job, ResultSet, Schedule};
use shared::store::{Done, Refreshed};
use tokio::sync::watch;
use uuid::Uuid;

use super::job::{Ending, Made, Tools, ours_after_all, why_not};
use super::lease::Stop;

/// Runs a refresh.
pub(super) async fn run(
    tools: &Tools,
    job: &Job,
    run: Uuid,
    stop: &watch::Receiver<Stop>,
) -> Result<Made, Ending> {
    let expiry = tools.settings.retention.result.0;
    let done = Done { job: job.id, run, result: ResultSet::default(), expiry };
    let attempts = i64::from(tools.settings.queue.attempts);
    loop {
        match tools.store.complete_refresh(&done, &job.tenant, attempts).await {
            Ok(Refreshed::Named) => return Ok(Made::Committed),
            Ok(Refreshed::Lost) => return Err(why_not(tools, job, run).await),
            Ok(Refreshed::NoSnapshot) => {
                let message = "The district has no snapshot that could be the LEAD snapshot.".to_owned();
                return Err(Ending::Failed(FailureClass::Request, message));
            }
            Err(error) => {
                if ours_after_all(tools, job, run, &error, stop).await? {
                    return Ok(Made::Committed);
                }
            }
        }
    }
}

/// The weekly refresh that the first good import of a Kentucky tenant makes; its owner is who imports.
pub(super) async fn weekly(tools: &Tools, job: &Job, state: &str) -> Result<Option<Schedule>, Ending> {
    if !state.trim().eq_ignore_ascii_case("KY") {
        return Ok(None);
    }
    let now = tools.store.now().await?;
    let zone = tools.settings.zone(&job.tenant);
    Ok(Some(Schedule::weekly(clock::new_id(), &job.tenant, &job.submitter, zone, now)))
}
