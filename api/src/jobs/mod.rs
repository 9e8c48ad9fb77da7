//! Jobs: submit, list, one, actions, files, events, explanations.

pub mod act;
pub mod bulk;
pub mod events;
pub mod explain;
pub mod files;
pub mod list;
pub mod one;
pub mod submit;

use axum::http::header::{ETAG, HeaderMap, IF_NONE_MATCH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::job::Job;
use uuid::Uuid;

use crate::auth::Who;
use crate::problem::Problem;
use crate::state::Api;
use crate::view::JobView;

/// A job that the caller may see.
///
/// # Errors
/// 404 when there is none, or it is another tenant's.
pub async fn visible(api: &Api, who: &Who, id: &str) -> Result<Job, Problem> {
    let missing = || Problem::missing("job");
    let id = Uuid::parse_str(id).map_err(|_| missing())?;
    let job = api.store.job(id).await?.filter(|job| who.covers(&job.tenant)).ok_or_else(missing)?;
    if !who.sees(&job) {
        let (right, tool) = if job.submitter == who.name {
            ("R", shared::job::rights::tool_of(&job.extract))
        } else {
            ("R", shared::job::rights::BATCH_QUEUE_ADMIN)
        };
        return Err(Problem::right(right, tool));
    }
    Ok(job)
}

/// The tag of a job; position and estimates do not count.
fn etag(job: &Job) -> String {
    format!("\"{}\"", job.version)
}

/// Whether a header names this tag.
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).any(|v| v.trim().trim_start_matches("W/") == tag || v.trim() == "*")
}

/// A job as the answer.
fn answer(status: StatusCode, job: &Job, who: &Who) -> Response {
    let mut response = (status, axum::Json(JobView::of(job, who))).into_response();
    if let Ok(tag) = HeaderValue::from_str(&etag(job)) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}
