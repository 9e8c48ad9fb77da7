//! The Batch Queue List (batch-queue, section 3).

use axum::Json;
use axum::extract::{RawQuery, State as Shared};
use chrono::DateTime;
use serde::Serialize;
use shared::job::State;
use shared::job::rights::{BATCH_QUEUE_ADMIN, tool_of};
use shared::store::{Filter, View};
use uuid::Uuid;

use crate::auth::Who;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::JobView;

/// Parameters of the list.
pub const PARAMETERS: &[&str] = &[
    "view",
    "state",
    "extract",
    "tenant",
    "submitter",
    "label",
    "school_year",
    "submitted_after",
    "submitted_before",
    "limit",
    "cursor",
];

/// A page of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page {
    /// Newest first.
    pub jobs: Vec<JobView>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// The list, newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs",
    params(("view" = Option<String>, Query, description = "own (default), all, deleted"),
        ("state" = Option<String>, Query), ("extract" = Option<String>, Query), ("tenant" = Option<String>, Query),
        ("submitter" = Option<String>, Query), ("label" = Option<String>, Query, description = "contains"),
        ("school_year" = Option<i64>, Query), ("submitted_after" = Option<String>, Query),
        ("submitted_before" = Option<String>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Page), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn list(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Json<Page>, Problem> {
    let filter = filter(&who, Query::read(raw.as_deref(), PARAMETERS))?;
    let mut jobs = api.store.jobs(&Filter { limit: filter.limit + 1, ..filter.clone() }).await?;
    let more = jobs.len() as i64 > filter.limit;
    jobs.truncate(usize::try_from(filter.limit).unwrap_or(usize::MAX));
    let next = jobs.last().filter(|_| more).map(|last| cursor(last.submitted_at.timestamp_micros(), last.id));
    let jobs = jobs.iter().filter(|job| shown(&who, job)).map(|job| JobView::of(job, &who)).collect();
    Ok(Json(Page { jobs, next }))
}

/// One's own jobs need any right on their extract, others' any right on batch-queue-admin.
pub fn shown(who: &Who, job: &shared::job::Job) -> bool {
    who.rights.any(BATCH_QUEUE_ADMIN) || (job.submitter == who.name && who.rights.any(tool_of(&job.extract)))
}

/// The place behind a row, for the next page.
pub fn cursor(micros: i64, id: Uuid) -> String {
    format!("{micros:x}-{}", id.simple())
}

/// Reads such a place.
pub fn place(text: &str) -> Option<(DateTime<chrono::Utc>, Uuid)> {
    let (micros, id) = text.split_once('-')?;
    let micros = i64::from_str_radix(micros, 16).ok()?;
    Some((DateTime::from_timestamp_micros(micros)?, Uuid::parse_str(id).ok()?))
}

/// Reads the list's filter.
///
/// # Errors
/// 400 with all problems, 403 for a view without its right, 404 for a tenant out of scope.
pub fn filter(who: &Who, mut query: Query) -> Result<Filter, Problem> {
    let view = query.parsed("view", "own, all or deleted", |text| match text {
        "own" => Some(View::Own),
        "all" => Some(View::All),
        "deleted" => Some(View::Deleted),
        _ => None,
    });
    let mut states = Vec::new();
    for word in query.list("state") {
        match State::parse(&word) {
            Some(state) => states.push(state),
            None => {
                query.errors.push(FieldError::new("state", "invalid", format!("There is no state {word}.")))
            }
        }
    }
    let filter = Filter {
        states,
        extracts: query.list("extract"),
        submitters: query.list("submitter"),
        label: query.text("label"),
        school_year: query.parsed("school_year", "a year", |text| text.parse().ok()),
        submitted_after: query.moment("submitted_after"),
        submitted_before: query.moment("submitted_before"),
        after: query.parsed("cursor", "the next of a page", place),
        limit: query.limit(),
        ..Filter::default()
    };
    let asked = query.list("tenant");
    query.done()?;
    if asked.iter().any(|tenant| !who.covers(tenant)) {
        return Err(Problem::missing("tenant"));
    }
    let tenants = if asked.is_empty() { who.tenants.clone() } else { asked };
    let admin = who.rights.any(BATCH_QUEUE_ADMIN);
    let view = view.unwrap_or_default();
    if view == View::All && !admin {
        return Err(Problem::right("R", BATCH_QUEUE_ADMIN));
    }
    // The deleted history shows everybody's to those who may see it, and their own to all others.
    let owner = (view == View::Own || !admin).then(|| who.name.clone());
    Ok(Filter { tenants, owner, deleted: view == View::Deleted, ..filter })
}
