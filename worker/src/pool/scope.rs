//! The submitter's schools at this moment (batch-queue, section 4).

use extracts::kit::choices::Choices;
use extracts::kit::extract::Edition;
use shared::job::rights::Caller;
use shared::job::scope::in_scope;
use shared::job::{FailureClass, Job};

use super::job::{Ending, Tools};

/// Refuses a job whose calendars the submitter's scope no longer covers. What does not fit the snapshot is the executor's to
/// say.
pub(super) async fn check(tools: &Tools, job: &Job, grants: Option<&str>) -> Result<(), Ending> {
    let caller: Option<Caller> = grants.and_then(|g| serde_json::from_str(g).ok());
    let (Some(caller), Some(snapshot)) = (caller.filter(|c| !c.schools.is_empty()), &job.snapshot) else {
        return Ok(());
    };
    let tenants = [job.tenant.clone()];
    let Some(stored) = tools.store.snapshots(&tenants, Some(snapshot.id), 1).await?.pop() else {
        return Ok(());
    };
    let choices: Choices = stored.choices()?;
    let edition = if tools.settings.edition == "state" { Edition::State } else { Edition::District };
    match in_scope(&caller, job, snapshot.id, &choices, edition) {
        Some(false) => {
            let message = "The submitter's scope no longer covers the school of a calendar that is selected.";
            Err(Ending::Failed(FailureClass::Request, message.to_owned()))
        }
        _ => Ok(()),
    }
}
