//! Schedules: list, one, next fire times, run now, delete (batch-queue, section 6).

pub mod edit;
mod view;

use axum::Json;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use shared::job::Schedule;
use shared::job::rights::{BATCH_QUEUE, Right, SCHEDULES, right_to_run, tool_of};
use shared::store::{Signal, Submitted};
use uuid::Uuid;

pub use self::view::{NextTimes, ScheduleList, ScheduleView};
use crate::auth::Who;
use crate::jobs::submit::limits;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::JobView;

fn needs(who: &Who, right: Right) -> Result<(), Problem> {
    if who.rights.has(SCHEDULES, right) {
        Ok(())
    } else {
        Err(Problem::right(&format!("{right:?}"), SCHEDULES))
    }
}

/// What running the extract of a schedule needs.
fn may_run(who: &Who, extract: &str, high_priority: bool) -> Result<(), Problem> {
    let (tool, right) = (tool_of(extract), right_to_run(extract));
    if !who.rights.has(tool, right) {
        return Err(Problem::right(&format!("{right:?}"), tool));
    }
    if high_priority && !who.rights.has(BATCH_QUEUE, Right::W) {
        return Err(Problem::right("W", BATCH_QUEUE));
    }
    Ok(())
}

/// A schedule of the caller's tenants.
async fn visible(api: &Api, who: &Who, id: &str) -> Result<Schedule, Problem> {
    let missing = || Problem::missing("schedule");
    let id = Uuid::parse_str(id).map_err(|_| missing())?;
    api.store.schedules(&who.tenants, Some(id)).await?.pop().ok_or_else(missing)
}

/// Schedules of the caller's tenants, the oldest first.
#[utoipa::path(get, path = "/schedules", tag = "schedules", params(("tenant" = Option<String>, Query)),
    responses((status = 200, body = ScheduleList), (status = 403, body = ProblemBody)))]
pub async fn list(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Json<ScheduleList>, Problem> {
    let query = Query::read(raw.as_deref(), &["tenant"]);
    query.done()?;
    needs(&who, Right::R)?;
    let asked = query.list("tenant");
    if asked.iter().any(|tenant| !who.covers(tenant)) {
        return Err(Problem::missing("tenant"));
    }
    let tenants = if asked.is_empty() { who.tenants.clone() } else { asked };
    let schedules = api.store.schedules(&tenants, None).await?;
    Ok(Json(ScheduleList { schedules: view::all(&schedules, &api).await? }))
}

/// One schedule.
#[utoipa::path(get, path = "/schedules/{id}", tag = "schedules", params(("id" = String, Path)),
    responses((status = 200, body = ScheduleView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn one(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<ScheduleView>, Problem> {
    needs(&who, Right::R)?;
    let schedule = visible(&api, &who, &id).await?;
    let mut views = view::all(&[schedule], &api).await?;
    views.pop().map(Json).ok_or_else(|| Problem::missing("schedule"))
}

/// Takes a schedule away; its jobs stay.
#[utoipa::path(delete, path = "/schedules/{id}", tag = "schedules", params(("id" = String, Path)),
    responses((status = 200, body = ScheduleView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn delete(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<ScheduleView>, Problem> {
    needs(&who, Right::D)?;
    let schedule = visible(&api, &who, &id).await?;
    let gone = api.store.delete_schedule(schedule.id, &who.name).await?;
    let gone = gone.ok_or_else(|| Problem::missing("schedule"))?;
    Ok(Json(ScheduleView::of(&gone, &api)))
}

/// Makes a job at once, the caller's own; the next fire time stays.
#[utoipa::path(post, path = "/schedules/{id}/run", tag = "schedules", params(("id" = String, Path)),
    responses((status = 202, body = JobView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn run(Shared(api): Shared<Api>, who: Who, Path(id): Path<String>) -> Result<Response, Problem> {
    needs(&who, Right::W)?;
    let schedule = visible(&api, &who, &id).await?;
    may_run(&who, &schedule.extract, schedule.high_priority)?;
    let checked = edit::check(&api, &who, &schedule.tenant, &schedule.extract, &schedule.request).await?;
    let school_year = checked.map_err(Problem::unprocessable)?;
    limits(&api, &schedule.tenant).await?;
    let mut new = schedule.submission(None, None, i64::from(api.settings.queue.attempts));
    new.submitter.clone_from(&who.name);
    new.school_year = school_year;
    let Submitted::New(job) = api.store.submit(&new).await? else {
        return Err(Problem::new(StatusCode::CONFLICT, "The job was made before."));
    };
    api.signals.send(Signal::Line);
    api.signals.send(Signal::Jobs);
    let mut response = (StatusCode::ACCEPTED, Json(JobView::of(&job, &who))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// The next fire times; none of a schedule that follows another job.
#[utoipa::path(get, path = "/schedules/{id}/next", tag = "schedules",
    params(("id" = String, Path), ("count" = Option<i64>, Query, description = "5, at most 100")),
    responses((status = 200, body = NextTimes), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn next(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<NextTimes>, Problem> {
    let mut query = Query::read(raw.as_deref(), &["count"]);
    let read = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=100).contains(n));
    let count = query.parsed("count", "a number from 1 to 100", read).unwrap_or(5);
    query.done()?;
    needs(&who, Right::R)?;
    let schedule = visible(&api, &who, &id).await?;
    let now = api.store.now().await?;
    let times = schedule.times(api.settings.zone(&schedule.tenant)).ok().flatten();
    Ok(Json(NextTimes::of(&times.map(|t| t.upcoming(now, count)).unwrap_or_default())))
}
