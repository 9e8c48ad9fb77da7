//! The school scope of whoever submitted a job, looked at again when it starts (batch-queue, section 4).

use std::path::Path;

use campus::snapshot::manifest::Manifest;
use extracts::catalogue;
use extracts::kit::extract::{Edition, Known};
use shared::job::rights::Caller;
use shared::job::{FailureClass, Job};

use super::job::Ending;

/// Refuses a request that covers a school outside the submitter's scope. A request that no longer passes its check is
/// left to the executor, which says what is wrong with it.
pub(super) fn covered(job: &Job, caller: &Caller, snapshot: &Path) -> Result<(), Ending> {
    let Some(entry) = catalogue::find(&job.extract).filter(|_| !caller.schools.is_empty()) else {
        return Ok(());
    };
    let manifest = Manifest::open(snapshot)
        .map_err(|_| Ending::Failed(FailureClass::Data, "The snapshot cannot be read.".to_owned()))?;
    let names = ["current", "lead", manifest.id.as_str()];
    let known = Known { districts: &[&manifest.choices], snapshots: &names, edition: Edition::District };
    match entry.check(&job.request, &known) {
        Ok(checked) if !caller.covers_calendars(&manifest.choices, checked.calendars()) => {
            let message = "The request covers a school outside the submitter's scope.".to_owned();
            Err(Ending::Failed(FailureClass::Request, message))
        }
        _ => Ok(()),
    }
}
