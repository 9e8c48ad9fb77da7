//! Cancel, restart, delete (batch-queue, sections 2 and 4).

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use shared::job::rights::{allowed_by, offered};
use shared::job::{Action, Job};
use shared::store::{Acted, Signal};

use super::{answer, visible};
use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::state::Api;
use crate::view::JobView;

/// Names the state and what it allows.
pub fn refusal(job: &Job, done: &str) -> String {
    if job.deleted_at.is_some() {
        return format!("A deleted job cannot be {done}.");
    }
    let allowed = allowed_by(job.state).join(", ");
    format!("A job in the state {} cannot be {done}; it allows: {allowed}.", job.state.word())
}

/// 409: names the state and what it allows.
pub fn conflict(job: &Job, done: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, refusal(job, done))
}

async fn act(api: &Api, who: &Who, id: &str, action: Action, done: &str) -> Result<Response, Problem> {
    let job = visible(api, who, id).await?;
    if !who.may(&job, action) {
        let (tool, right) = who.needs(&job, action);
        return Err(Problem::right(&format!("{right:?}"), &tool));
    }
    if !offered(&job, action) {
        return Err(conflict(&job, done));
    }
    let acted = match action {
        Action::Cancel => api.store.cancel(job.id, &who.name).await?,
        Action::Restart => api.store.restart(job.id, &who.name).await?,
        _ => api.store.delete(job.id, &who.name).await?,
    };
    let now = visible(api, who, id).await?;
    if acted == Acted::Refused {
        return Err(conflict(&now, done));
    }
    api.signals.send(if action == Action::Restart { Signal::Line } else { Signal::Stop });
    api.signals.send(Signal::Jobs);
    Ok(answer(StatusCode::OK, &now, who))
}

/// Stops a job; a running one is asked to.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = JobView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn cancel(Shared(api): Shared<Api>, who: Who, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&api, &who, &id, Action::Cancel, "canceled").await
}

/// Runs a finished job again.
#[utoipa::path(post, path = "/jobs/{id}/restart", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = JobView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn restart(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    act(&api, &who, &id, Action::Restart, "restarted").await
}

/// Takes a job out of the queue, with its files; a running one is canceled first.
#[utoipa::path(delete, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = JobView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
pub async fn delete(Shared(api): Shared<Api>, who: Who, Path(id): Path<String>) -> Result<Response, Problem> {
    act(&api, &who, &id, Action::Delete, "deleted").await
}
