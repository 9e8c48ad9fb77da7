//! Schools: a right holds for the schools in its holder's scope (batch-queue, section 4).

use extracts::catalogue;
use extracts::kit::choices::Choices;
use extracts::kit::extract::{Edition, Known};
use uuid::Uuid;

use super::Job;
use super::rights::Caller;

/// Whether every calendar that a job selects in a snapshot lies in the caller's schools; none when its request does not
/// fit the snapshot. What reads no calendars is in everybody's scope.
pub fn in_scope(
    caller: &Caller,
    job: &Job,
    snapshot: Uuid,
    choices: &Choices,
    edition: Edition,
) -> Option<bool> {
    let Some(entry) = catalogue::find(&job.extract) else { return Some(true) };
    if caller.schools.is_empty() {
        return Some(true);
    }
    let id = snapshot.to_string();
    let names = ["current", "lead", id.as_str()];
    let known = Known { districts: &[choices], snapshots: &names, edition };
    let checked = entry.check(&job.request, &known).ok()?;
    Some(caller.covers_calendars(choices, checked.calendars()))
}
