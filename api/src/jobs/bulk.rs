//! One action on all jobs that match a filter (batch-queue, section 4).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::job::rights::{BATCH_QUEUE_ADMIN, Right, offered};
use shared::job::{Action, Job};
use shared::store::{Acted, Filter, Signal};
use uuid::Uuid;

use super::act::refusal;
use super::list::filter;
use crate::auth::Who;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::{Body, Query};
use crate::state::Api;

/// What an action on many holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct BulkBody {
    /// `cancel`, `restart` or `delete`.
    action: String,
    /// The list's filter: `state`, `extract`, `tenant`, `submitter`, `label`, `school_year`, `submitted_after`,
    /// `submitted_before`; at least one of them. `view` is `all` without it.
    #[schema(value_type = Object)]
    filter: Map<String, Value>,
}

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Bulk {
    /// Jobs that the filter found.
    matched: usize,
    /// Jobs that were acted on.
    done: usize,
    /// The others.
    refused: Vec<Refused>,
}

/// A job that was not acted on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Refused {
    /// The job.
    id: Uuid,
    /// One sentence.
    reason: String,
}

/// What narrows a filter.
const NARROW: &[&str] = &[
    "state",
    "extract",
    "tenant",
    "submitter",
    "label",
    "school_year",
    "submitted_after",
    "submitted_before",
];
/// Most jobs of one call.
const MOST: usize = 10_000;

/// Cancels, restarts or deletes all jobs that a filter finds.
#[utoipa::path(post, path = "/jobs/bulk", tag = "jobs", request_body = BulkBody,
    responses((status = 200, body = Bulk), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn bulk(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Json<Bulk>, Problem> {
    let mut body = Body::read(&bytes, &["action", "filter"])?;
    let action = body.word("action", "cancel, restart or delete", |word| {
        [Action::Cancel, Action::Restart, Action::Delete].into_iter().find(|a| a.word() == word)
    });
    let asked = body.object("filter");
    for (field, missing) in [("action", !body.has("action")), ("filter", !body.has("filter"))] {
        if missing {
            body.required(field);
        }
    }
    body.done()?;
    let (Some(action), Some(asked)) = (action, asked) else {
        return Err(Problem::malformed(vec![FieldError::new("filter", "required", "filter is required.")]));
    };
    if !who.rights.has(BATCH_QUEUE_ADMIN, Right::D) {
        return Err(Problem::right("D", BATCH_QUEUE_ADMIN));
    }
    let query = Query::of(&asked, &[NARROW, &["view"]].concat());
    let narrow = NARROW.iter().any(|name| !query.list(name).is_empty());
    let own = match query.text("view").as_deref() {
        Some("own") => true,
        None | Some("all") => false,
        Some(_) => {
            let message = "view must be own or all.";
            return Err(Problem::malformed(vec![FieldError::new("view", "invalid", message)]));
        }
    };
    // The right to act on everybody's jobs is D; the list's own right is not asked for.
    let found = filter(&who, query.without("view"))?;
    if !narrow {
        let message = format!("Name at least one of {}.", NARROW.join(", "));
        return Err(Problem::unprocessable(vec![FieldError::new("filter", "required", message)]));
    }
    let owner = own.then(|| who.name.clone());
    let jobs = matching(&api, Filter { owner, limit: 200, ..found }).await?;
    act(&api, &who, &jobs, action).await.map(Json)
}

async fn matching(api: &Api, mut filter: Filter) -> Result<Vec<Job>, Problem> {
    let mut all: Vec<Job> = Vec::new();
    loop {
        let page = api.store.jobs(&filter).await?;
        let last = (page.len() as i64) < filter.limit;
        filter.after = page.last().map(|job| (job.submitted_at, job.id));
        all.extend(page);
        if all.len() > MOST {
            let message = format!("More than {MOST} jobs match. Narrow the filter.");
            return Err(Problem::unprocessable(vec![FieldError::new("filter", "range", message)]));
        }
        if last {
            return Ok(all);
        }
    }
}

async fn act(api: &Api, who: &Who, jobs: &[Job], action: Action) -> Result<Bulk, Problem> {
    let words = match action {
        Action::Cancel => "canceled",
        Action::Restart => "restarted",
        _ => "deleted",
    };
    let mut bulk = Bulk { matched: jobs.len(), done: 0, refused: Vec::new() };
    for job in jobs {
        let acted = match action {
            _ if !offered(job, action) => Acted::Refused,
            Action::Cancel => api.store.cancel(job.id, &who.name).await?,
            Action::Restart => api.store.restart(job.id, &who.name).await?,
            _ => api.store.delete(job.id, &who.name).await?,
        };
        if acted == Acted::Refused {
            // It may have moved on since it was found.
            let now = api.store.job(job.id).await?;
            let reason = refusal(now.as_ref().unwrap_or(job), words);
            bulk.refused.push(Refused { id: job.id, reason });
        } else {
            bulk.done += 1;
        }
    }
    if bulk.done > 0 {
        api.signals.send(if action == Action::Restart { Signal::Line } else { Signal::Stop });
        api.signals.send(Signal::Jobs);
    }
    Ok(bulk)
}
