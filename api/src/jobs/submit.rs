//! Submit to Batch and Generate Extract (batch-queue, section 1; api, "Submit").

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use extracts::kit::extract::{Edition, Known, snapshot_of};
use extracts::{catalogue, probe};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use shared::clock;
use shared::job::rights::{BATCH_QUEUE, Right};
use shared::job::{Job, Lane, Submission};
use shared::store::{Signal, Submitted, woken};

use super::answer;
use crate::auth::Who;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::{Body, prefer_wait};
use crate::state::Api;
use crate::view::JobView;

const FIELDS: &[&str] =
    &["extract", "request", "tenant", "label", "high_priority", "keep_until_deleted", "run_at"];

/// Letters of a label.
pub const LABEL: usize = 80;

/// What a submit holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct SubmitBody {
    /// Code of the extract.
    extract: String,
    /// Editor options.
    #[schema(value_type = Object)]
    request: Map<String, Value>,
    /// District; may be left out where the caller has exactly one.
    tenant: Option<String>,
    /// Free text, 80 characters.
    label: Option<String>,
    /// Goes before others; needs W on batch-queue.
    high_priority: Option<bool>,
    /// The result does not expire.
    keep_until_deleted: Option<bool>,
    /// Not before this time; null is now.
    run_at: Option<String>,
}

/// Makes a job. `Prefer: wait=N` takes the interactive lane and waits up to N seconds.
#[utoipa::path(post, path = "/jobs", request_body = SubmitBody, tag = "jobs",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key within 24 hours returns the first job"),
        ("Prefer" = Option<String>, Header, description = "wait=N, at most 120 seconds")),
    responses((status = 202, description = "the job is accepted", body = JobView),
        (status = 200, description = "it finished while waiting, or the key made it before", body = JobView),
        (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub async fn submit(
    Shared(api): Shared<Api>,
    who: Who,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let mut body = Body::read(&bytes, FIELDS)?;
    let extract = body.text("extract");
    let request = body.object("request");
    let tenant = body.text("tenant");
    let label = body.text("label");
    let high_priority = body.flag("high_priority").unwrap_or_default();
    let keep_until_deleted = body.flag("keep_until_deleted").unwrap_or_default();
    let run_at = body.moment("run_at");
    if extract.is_none() {
        body.required("extract");
    }
    if request.is_none() {
        body.required("request");
    }
    body.done()?;
    let (extract, request) = (extract.unwrap_or_default(), request.unwrap_or_default());
    let tenant = who.tenant(tenant.as_deref())?;
    let mut errors = outside(&api, &extract, label.as_deref(), run_at);
    if !errors.iter().any(|e| e.field == "extract") && !who.rights.has(&extract, Right::R) {
        return Err(Problem::right("R", &extract));
    }
    if high_priority && !who.rights.has(BATCH_QUEUE, Right::W) {
        return Err(Problem::right("W", BATCH_QUEUE));
    }
    let wait = prefer_wait(&headers);
    let key = headers.get("idempotency-key").map(|k| String::from_utf8_lossy(k.as_bytes()).into_owned());
    if key.as_ref().is_some_and(|k| k.is_empty() || k.len() > 255) {
        errors.push(FieldError::new("Idempotency-Key", "invalid", "The key must have 1 to 255 characters."));
    }
    let checked = if errors.iter().any(|e| e.field == "extract") {
        Err(Vec::new())
    } else {
        check(&api, &who, &tenant, &extract, &request).await?
    };
    let school_year = match checked {
        Ok(school_year) if errors.is_empty() => school_year,
        Ok(_) => return Err(Problem::unprocessable(errors)),
        Err(more) => {
            errors.extend(more);
            return Err(Problem::unprocessable(errors));
        }
    };
    limits(&api, &tenant).await?;
    let hash = Sha256::digest(body.canonical().as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let new = Submission {
        id: clock::new_id(),
        tenant,
        extract,
        request,
        label,
        lane: if wait.is_some() { Lane::Interactive } else { Lane::Batch },
        high_priority,
        keep_until_deleted,
        run_at,
        school_year,
        submitter: who.name.clone(),
        idempotency: key.map(|key| (key, hash)),
        schedule: None,
        max_attempts: i64::from(api.settings.queue.attempts),
        estimate: 0,
    };
    let (mut job, mut status) = match api.submit(new).await? {
        Submitted::New(job) => (job, StatusCode::ACCEPTED),
        Submitted::Before(job) => (job, StatusCode::OK),
        Submitted::Fired => return Err(Problem::new(StatusCode::CONFLICT, "The job was made before.")),
    };
    if status == StatusCode::ACCEPTED {
        api.signals.send(Signal::Line);
        api.signals.send(Signal::Jobs);
    }
    if let Some(seconds) = wait {
        *job = finished(&api, *job, Duration::from_secs(seconds)).await?;
        if job.state.finished() {
            status = StatusCode::OK;
        }
    }
    let mut response = answer(status, &job, &who);
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Waits until a job has ended.
async fn finished(api: &Api, mut job: Job, at_most: Duration) -> Result<Job, Problem> {
    let start = clock::monotonic();
    let mut changes = api.signals.watch(Signal::Jobs);
    while !job.state.finished() && !*api.ending.borrow() {
        let Some(rest) = at_most.checked_sub(start.elapsed()) else { break };
        woken(&mut changes, rest.min(Duration::from_millis(500))).await;
        if let Some(now) = api.store.job(job.id).await? {
            job = now;
        }
    }
    Ok(job)
}

/// Problems of the fields beside `request`.
fn outside(
    api: &Api,
    extract: &str,
    label: Option<&str>,
    run_at: Option<shared::job::Time>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !offered(api, extract) {
        errors.push(FieldError::new("extract", "not_found", format!("There is no extract {extract}.")));
    }
    errors.extend(label.and_then(label_problem));
    errors.extend(run_at.and_then(|at| run_at_problem(api, at)));
    errors
}

/// Whether an extract is in the catalogue.
pub fn offered(api: &Api, extract: &str) -> bool {
    catalogue::find(extract).is_some() || (extract == probe::CODE && api.settings.catalogue.probe)
}

/// A label has at most 80 characters.
pub fn label_problem(label: &str) -> Option<FieldError> {
    if label.chars().any(char::is_control) {
        return Some(FieldError::new("label", "invalid", "A label is one line without control characters."));
    }
    let message = format!("A label has at most {LABEL} characters.");
    (label.chars().count() > LABEL).then(|| FieldError::new("label", "range", message))
}

/// A time to run lies neither in the past nor years ahead.
pub fn run_at_problem(api: &Api, at: shared::job::Time) -> Option<FieldError> {
    let now = clock::now();
    let ahead =
        chrono::Duration::from_std(api.settings.limits.run_at_ahead.0).unwrap_or(chrono::Duration::MAX);
    let message = if at < now - chrono::Duration::minutes(15) {
        "run_at lies in the past; leave it out to run now.".to_owned()
    } else if at > now + ahead {
        format!("run_at lies more than {} days ahead.", ahead.num_days())
    } else {
        return None;
    };
    Some(FieldError::new("run_at", "range", message))
}

/// Checks a request with the same code that runs it; returns the school year that the list filters by.
///
/// # Errors
/// The outer one when the database is away or a school is out of scope, the inner one with all problems.
pub async fn check(
    api: &Api,
    who: &Who,
    tenant: &str,
    extract: &str,
    request: &Map<String, Value>,
) -> Result<Result<Option<i64>, Vec<FieldError>>, Problem> {
    let field = |p: extracts::kit::problem::Problem| FieldError::new(&p.field, p.code, p.message);
    let Some(entry) = catalogue::find(extract) else {
        let checked = probe::check(request).map(|_| None);
        return Ok(checked.map_err(|problems| problems.into_iter().map(field).collect()));
    };
    let wanted = snapshot_of(entry, request);
    let named = api.store.snapshot_named(tenant, wanted).await?;
    let current = match &named {
        Some(_) => None,
        None => api.store.snapshot_named(tenant, "current").await?,
    };
    let Some(basis) = named.as_ref().or(current.as_ref()) else {
        let none = Known { districts: &[], snapshots: &[], edition: Edition::District };
        if entry.snapshot() == "lead"
            && let Err(problems) = entry.check(request, &none)
        {
            return Ok(Err(problems.into_iter().map(field).collect()));
        }
        let message = format!("Snapshot {wanted} does not exist.");
        return Ok(Err(vec![FieldError::new("snapshot", "not_found", message)]));
    };
    let choices = api.choices(tenant, basis.id).await?.ok_or_else(|| Problem::missing("snapshot"))?;
    let names: Vec<&str> = named.iter().map(|_| wanted).collect();
    let edition = if api.settings.edition == "state" { Edition::State } else { Edition::District };
    let known = Known { districts: &[&choices], snapshots: &names, edition };
    let checked = match entry.check(request, &known) {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(problems.into_iter().map(field).collect())),
    };
    let calendars = checked.calendars();
    let selected = || choices.calendars.iter().filter(|c| calendars.contains(&c.id));
    if !who.covers_calendars(&choices, calendars) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "The request covers a calendar of a school outside your scope; name your own schools or calendars.",
        ));
    }
    Ok(Ok(selected().map(|c| i64::from(c.end_year)).max()))
}

/// Limits of a tenant: jobs that wait, submissions a minute.
pub async fn limits(api: &Api, tenant: &str) -> Result<(), Problem> {
    let limits = &api.settings.limits;
    let refused = |what: &str, size: i64, seconds: u64| {
        let detail = format!("The limit of {size} {what} is reached. Try again in {seconds} s.");
        Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).retry(seconds)
    };
    let most = limits.tenant_waiting;
    if most > 0 && api.line_is_full(tenant, most).await? {
        return Err(refused("waiting jobs of a tenant", most, 30));
    }
    let most = limits.tenant_submissions;
    if most > 0 && api.store.submitted_lately(tenant, most).await? >= most {
        return Err(refused("submissions of a tenant a minute", most, 60));
    }
    Ok(())
}
