//! One job: look, wait, change.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::clock;
use shared::job::{Action, State};
use shared::store::{Acted, Patch, Signal, woken};

use super::act::conflict;
use super::submit::{label_problem, run_at_problem};
use super::{answer, etag, matches, visible};
use crate::auth::Who;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::{Body, prefer_wait};
use crate::state::Api;
use crate::view::JobView;

/// One job, also a deleted one. `Prefer: wait=N` waits until it changes.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs",
    params(("id" = String, Path), ("If-None-Match" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    responses((status = 200, body = JobView), (status = 304, description = "not changed"),
        (status = 404, body = ProblemBody)))]
pub async fn get(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut changes = api.signals.watch(Signal::Jobs);
    let mut job = visible(&api, &who, &id).await?;
    let start = clock::monotonic();
    let at_most = Duration::from_secs(prefer_wait(&headers).unwrap_or_default());
    // With a tag the caller waits for another version than that; without one, for another than now.
    let known = headers.contains_key("if-none-match");
    let first = job.version;
    let same =
        |job: &shared::job::Job| if known { matches(&headers, &etag(job)) } else { job.version == first };
    while same(&job) && !job.state.finished() && !*api.ending.borrow() {
        let Some(rest) = at_most.checked_sub(start.elapsed()).filter(|rest| !rest.is_zero()) else { break };
        woken(&mut changes, rest.min(Duration::from_millis(500))).await;
        job = visible(&api, &who, &id).await?;
    }
    if matches(&headers, &etag(&job)) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        if let Ok(tag) = HeaderValue::from_str(&etag(&job)) {
            response.headers_mut().insert(ETAG, tag);
        }
        return Ok(response);
    }
    Ok(answer(StatusCode::OK, &job, &who))
}

/// What an edit holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct PatchBody {
    /// Free text, 80 characters; null takes it away.
    label: Option<String>,
    /// Not before this time; null is now.
    run_at: Option<String>,
    /// The result does not expire.
    keep_until_deleted: Option<bool>,
    /// Marks a completed job as submitted to the state.
    submitted_to_state: Option<bool>,
}

const FIELDS: &[&str] = &["label", "run_at", "keep_until_deleted", "submitted_to_state"];

/// Changes any of label, run_at, keep_until_deleted, submitted_to_state.
#[utoipa::path(patch, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path)), request_body = PatchBody,
    responses((status = 200, body = JobView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn patch(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let job = visible(&api, &who, &id).await?;
    let mut body = Body::read(&bytes, FIELDS)?;
    let label = body.text("label");
    let run_at = body.moment("run_at");
    let patch = Patch {
        label: body.has("label").then(|| label.clone()),
        run_at: body.has("run_at").then_some(run_at),
        keep_until_deleted: body.flag("keep_until_deleted"),
        submitted_to_state: body.flag("submitted_to_state"),
    };
    body.done()?;
    if !who.may(&job, Action::Edit) {
        return Err(Problem::right("W", who.tool_for(&job)));
    }
    let mut errors: Vec<FieldError> = label.as_deref().and_then(label_problem).into_iter().collect();
    errors.extend(run_at.and_then(|at| run_at_problem(&api, at)));
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    if job.deleted_at.is_some() {
        return Err(conflict(&job, "changed"));
    }
    if patch.run_at.is_some() && !job.state.reschedulable() {
        return Err(conflict(&job, "moved to another time"));
    }
    if patch.submitted_to_state.is_some() && job.state != State::Completed {
        return Err(conflict(&job, "marked as submitted to the state"));
    }
    let expiry = api.settings.retention.result.0;
    let acted = api.store.patch(job.id, &patch, expiry, &who.name).await?;
    let now = visible(&api, &who, &id).await?;
    if acted == Acted::Refused {
        return Err(conflict(&now, "changed so"));
    }
    api.signals.send(Signal::Line);
    api.signals.send(Signal::Jobs);
    Ok(answer(StatusCode::OK, &now, &who))
}
