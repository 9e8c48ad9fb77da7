//! Why a student, a person or a section is in a job's result or not (api, "Calls"). A worker finds it out; here the
//! question is asked and the answer passed on.

use std::time::Duration;

use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use extracts::catalogue;
use shared::clock;
use shared::job::Job;
use shared::job::rights::{Right, tool_of};
use shared::store::{Answer, Question, Signal, woken};
use uuid::Uuid;

use super::act::conflict;
use super::visible;
use crate::auth::Who;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::{Query, prefer_wait};
use crate::state::Api;

/// Seconds that the answer is waited for when the caller names none.
const WAIT: u64 = 30;

/// Which rule dropped a student, a person or a section, or which lines they made and why: what
/// `registrar extract --explain` prints. `Prefer: wait=N` waits up to N seconds, 30 without it.
#[utoipa::path(get, path = "/jobs/{id}/explain", tag = "jobs",
    params(("id" = String, Path), ("student" = Option<String>, Query, description = "State ID"),
        ("person" = Option<i32>, Query, description = "personID"),
        ("section" = Option<i32>, Query, description = "sectionID; give one of the three"),
        ("Accept" = Option<String>, Header, description = "text/plain for lines, else JSON"),
        ("Prefer" = Option<String>, Header, description = "wait=N, at most 120 seconds")),
    responses((status = 200, description = "the findings", content((serde_json::Value = "application/json"), (String = "text/plain"))),
        (status = 400, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 410, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn explain(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = visible(&api, &who, &id).await?;
    let subject = subject(raw.as_deref())?;
    offered(&api, &who, &job).await?;
    let wait = Duration::from_secs(prefer_wait(&headers).unwrap_or(WAIT));
    let question = Question { id: clock::new_id(), job: job.id, subject };
    api.store.audit(Some(job.id), Some(&job.tenant), &who.name, "explain", None).await?;
    api.store.ask(&question).await?;
    api.signals.send(Signal::Explain);
    let answer = answered(&api, question.id, wait).await;
    if !matches!(answer, Ok(Some(_))) {
        // A row that is left all the same is swept.
        let _left = api.store.forget_question(question.id).await;
    }
    match answer? {
        Some(Answer::Told { json, text }) => Ok(respond(&headers, json, text)),
        Some(Answer::Nothing) => {
            Err(Problem::new(StatusCode::NOT_FOUND, "Nothing in the job's data has this id."))
        }
        Some(Answer::Failed { message }) => {
            let detail = format!("The explanation could not be made. {message}");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry(30))
        }
        None => {
            let detail = format!("No worker answered within {} s; try again later.", wait.as_secs());
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry(30))
        }
    }
}

/// The one thing asked about, as the engine reads it.
fn subject(raw: Option<&str>) -> Result<String, Problem> {
    const KINDS: [&str; 3] = ["student", "person", "section"];
    let mut query = Query::read(raw, &KINDS);
    let number = |text: &str| text.trim().parse::<i32>().ok();
    let person = query.parsed("person", "a number", number).map(|id| format!("person:{id}"));
    let section = query.parsed("section", "a number", number).map(|id| format!("section:{id}"));
    let student = query.text("student").map(|id| format!("student:{id}"));
    query.done()?;
    let mut asked = [student, person, section].into_iter().flatten();
    match (asked.next(), asked.next()) {
        (Some(subject), None) => Ok(subject),
        _ => Err(Problem::malformed(vec![FieldError::new(
            "student",
            "required",
            "Give one of student, person and section.",
        )])),
    }
}

/// Whether the caller may ask about this job now. An explanation tells of a student at every school, so it needs all of
/// them in scope.
async fn offered(api: &Api, who: &Who, job: &Job) -> Result<(), Problem> {
    if !who.rights.has(tool_of(&job.extract), Right::R) {
        return Err(Problem::right("R", tool_of(&job.extract)));
    }
    if catalogue::find(&job.extract).is_none() {
        let detail = format!("A job of {} has nothing to explain.", job.extract);
        return Err(Problem::new(StatusCode::NOT_FOUND, detail));
    }
    if job.deleted_at.is_some() {
        return Err(Problem::new(StatusCode::GONE, "The job was deleted."));
    }
    let Some(snapshot) = job.snapshot.as_ref().filter(|_| job.generated_at.is_some()) else {
        return Err(conflict(job, "explained before it has started"));
    };
    let stored = api.store.snapshots(std::slice::from_ref(&job.tenant), Some(snapshot.id), 1).await?;
    if stored.is_empty() {
        return Err(Problem::new(StatusCode::GONE, "The snapshot that the job read has expired."));
    }
    let choices = api.choices(&job.tenant, snapshot.id).await?.ok_or_else(|| Problem::missing("snapshot"))?;
    if !who.covers_schools(choices.schools.iter().map(|school| school.id)) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "An explanation tells of every school of the district, and some are outside your scope.",
        ));
    }
    Ok(())
}

/// Waits for the answer.
async fn answered(api: &Api, question: Uuid, at_most: Duration) -> Result<Option<Answer>, Problem> {
    let start = clock::monotonic();
    let mut changes = api.signals.watch(Signal::Explain);
    loop {
        if let Some(answer) = api.store.read_answer(question).await? {
            return Ok(Some(answer));
        }
        let rest = at_most.checked_sub(start.elapsed()).filter(|rest| !rest.is_zero());
        let Some(rest) = rest.filter(|_| !*api.ending.borrow()) else { return Ok(None) };
        woken(&mut changes, rest.min(Duration::from_millis(500))).await;
    }
}

/// The bytes that the command line prints.
fn respond(headers: &HeaderMap, json: String, text: String) -> Response {
    let wanted = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (media_type, body) = match wanted.starts_with("text/plain") {
        true => ("text/plain; charset=utf-8", text),
        false => ("application/json", json + "\n"),
    };
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store")], body).into_response()
}
