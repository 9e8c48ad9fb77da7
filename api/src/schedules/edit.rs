//! Making and changing schedules: the request is checked as at submit, and all problems come together.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use shared::clock;
use shared::job::rights::Right;
use shared::job::schedule::{Missed, Overlap, checked, zone};
use shared::job::{LEAD_REFRESH, Schedule, Time};

use super::{ScheduleView, may_run, needs, visible};
use crate::auth::Who;
use crate::jobs::submit;
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::Body;
use crate::state::Api;

/// What a new schedule holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct ScheduleBody {
    /// Code of the extract, or `lead-refresh`.
    extract: String,
    /// Editor options; `{}` of `lead-refresh`.
    #[schema(value_type = Object)]
    request: Map<String, Value>,
    /// District; may be left out where the caller has exactly one.
    tenant: Option<String>,
    /// Cron line of five fields: minute, hour, day, month, day of the week. Either this or `after`.
    cron: Option<String>,
    /// IANA time zone of the line; the tenant's own without it.
    time_zone: Option<String>,
    /// Runs after each `lead-refresh`.
    after: Option<String>,
    /// Free text, 80 characters.
    label: Option<String>,
    /// Goes before others; needs W on batch-queue.
    high_priority: Option<bool>,
    /// The results do not expire.
    keep_until_deleted: Option<bool>,
    /// `skip`, `once` (default) or `all`, at most 24.
    missed: Option<String>,
    /// `skip` (default) or `queue`.
    overlap: Option<String>,
    /// Jobs start up to so many seconds later.
    jitter: Option<i64>,
    /// It fires; true without it.
    enabled: Option<bool>,
}

/// What a change holds: any of them.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct SchedulePatch {
    /// Editor options.
    #[schema(value_type = Option<Object>)]
    request: Option<Map<String, Value>>,
    /// Cron line of five fields; null takes it away.
    cron: Option<String>,
    /// IANA time zone of the line; null is the tenant's own.
    time_zone: Option<String>,
    /// `lead-refresh`; null takes it away.
    after: Option<String>,
    /// Free text, 80 characters; null takes it away.
    label: Option<String>,
    /// Goes before others.
    high_priority: Option<bool>,
    /// The results do not expire.
    keep_until_deleted: Option<bool>,
    /// `skip`, `once` or `all`.
    missed: Option<String>,
    /// `skip` or `queue`.
    overlap: Option<String>,
    /// Jobs start up to so many seconds later.
    jitter: Option<i64>,
    /// It fires.
    enabled: Option<bool>,
}

const CHANGES: &[&str] = &[
    "request",
    "cron",
    "time_zone",
    "after",
    "label",
    "high_priority",
    "keep_until_deleted",
    "missed",
    "overlap",
    "jitter",
    "enabled",
];

/// Longest jitter, seconds.
const JITTER: i64 = 86_400;

/// Makes a schedule.
#[utoipa::path(post, path = "/schedules", tag = "schedules", request_body = ScheduleBody,
    responses((status = 201, body = ScheduleView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn add(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Response, Problem> {
    let fields: Vec<&str> = ["extract", "tenant"].into_iter().chain(CHANGES.iter().copied()).collect();
    let mut body = Body::read(&bytes, &fields)?;
    let now = api.store.now().await?;
    let extract = body.text("extract");
    let tenant = body.text("tenant");
    let mut new = Schedule {
        id: clock::new_id(),
        tenant: String::new(),
        extract: extract.clone().unwrap_or_default(),
        request: Map::new(),
        label: None,
        high_priority: false,
        keep_until_deleted: false,
        school_year: None,
        owner: who.name.clone(),
        cron: None,
        time_zone: None,
        after: None,
        missed: Missed::default(),
        overlap: Overlap::default(),
        jitter: 0,
        enabled: true,
        next_fire_at: None,
        last_fire_at: None,
        made_at: now,
        changed_at: now,
        shipped: None,
        version: 1,
    };
    read(&mut body, &mut new);
    if extract.is_none() {
        body.required("extract");
    }
    if !body.has("request") {
        body.required("request");
    }
    body.done()?;
    new.tenant = who.tenant(tenant.as_deref())?;
    needs(&who, Right::A)?;
    sound(&api, &who, &mut new, now).await?;
    plan(&api, &mut new, now);
    let made = api.store.add_schedule(&new, &who.name).await?;
    let made = made.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "The schedule was made before."))?;
    let mut response = (StatusCode::CREATED, Json(ScheduleView::of(&made, &api))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/schedules/{}", made.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Changes a schedule, which is the caller's then; only to disable it changes nothing else.
#[utoipa::path(patch, path = "/schedules/{id}", tag = "schedules", params(("id" = String, Path)),
    request_body = SchedulePatch,
    responses((status = 200, body = ScheduleView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn patch(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Json<ScheduleView>, Problem> {
    // It may fire between reading and storing.
    for _ in 0..5 {
        let old = visible(&api, &who, &id).await?;
        needs(&who, Right::W)?;
        let mut body = Body::read(&bytes, CHANGES)?;
        let mut new = old.clone();
        read(&mut body, &mut new);
        body.done()?;
        let only_disables =
            !new.enabled && CHANGES.iter().all(|field| *field == "enabled" || !body.has(field));
        if !only_disables {
            let now = api.store.now().await?;
            new.owner.clone_from(&who.name);
            sound(&api, &who, &mut new, now).await?;
            let times = |s: &Schedule| (s.enabled, s.cron.clone(), s.time_zone.clone());
            if times(&old) != times(&new) {
                plan(&api, &mut new, now);
            }
        } else {
            new.next_fire_at = None;
        }
        if let Some(stored) = api.store.put_schedule(&new, &who.name).await? {
            return Ok(Json(ScheduleView::of(&stored, &api)));
        }
    }
    Err(Problem::new(StatusCode::CONFLICT, "The schedule was changed at the same moment. Try again."))
}

/// Takes what the body names into the schedule.
fn read(body: &mut Body, schedule: &mut Schedule) {
    if let Some(request) = body.object("request") {
        schedule.request = request;
    }
    for (field, target) in [
        ("cron", &mut schedule.cron),
        ("time_zone", &mut schedule.time_zone),
        ("after", &mut schedule.after),
        ("label", &mut schedule.label),
    ] {
        let value = body.text(field);
        if body.has(field) {
            *target = value;
        }
    }
    for (field, target) in [
        ("high_priority", &mut schedule.high_priority),
        ("keep_until_deleted", &mut schedule.keep_until_deleted),
        ("enabled", &mut schedule.enabled),
    ] {
        if let Some(value) = body.flag(field) {
            *target = value;
        }
    }
    if let Some(missed) = body.word("missed", "skip, once or all", Missed::parse) {
        schedule.missed = missed;
    }
    if let Some(overlap) = body.word("overlap", "skip or queue", Overlap::parse) {
        schedule.overlap = overlap;
    }
    if let Some(jitter) = body.number("jitter", 0..=JITTER) {
        schedule.jitter = jitter;
    }
}

/// Rights, and all problems of a schedule together; notes the school year of its request.
async fn sound(api: &Api, who: &Who, schedule: &mut Schedule, now: Time) -> Result<(), Problem> {
    let known = schedule.extract == LEAD_REFRESH || submit::offered(api, &schedule.extract);
    let mut errors = Vec::new();
    if known {
        may_run(who, &schedule.extract, schedule.high_priority)?;
    } else {
        let message = format!("There is no extract {}.", schedule.extract);
        errors.push(FieldError::new("extract", "not_found", message));
    }
    errors.extend(schedule.label.as_deref().and_then(submit::label_problem));
    errors.extend(time_problems(api, schedule, now));
    if known {
        match check(api, who, &schedule.tenant, &schedule.extract, &schedule.request).await? {
            Ok(school_year) => schedule.school_year = school_year,
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::unprocessable(errors)) }
}

/// Problems of the line, the zone, and what it follows.
fn time_problems(api: &Api, schedule: &Schedule, now: Time) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let named = match schedule.time_zone.as_deref().map(zone) {
        None => Some(api.settings.zone(&schedule.tenant)),
        Some(Ok(zone)) => Some(zone),
        Some(Err(error)) => {
            errors.push(FieldError::new("time_zone", "invalid", error.to_string()));
            None
        }
    };
    match (&schedule.cron, schedule.after.as_deref()) {
        (Some(line), None) => {
            // Whether a line can be read does not depend on the zone.
            let zone = named.unwrap_or_else(|| api.settings.zone(&schedule.tenant));
            if let Err(error) = checked(line, zone, now) {
                errors.push(FieldError::new("cron", "invalid", error.to_string()));
            }
        }
        (None, Some(LEAD_REFRESH)) if schedule.extract != LEAD_REFRESH => {}
        (None, Some(LEAD_REFRESH)) => {
            errors.push(FieldError::new("after", "invalid", "A refresh cannot follow itself."));
        }
        (None, Some(_)) => {
            errors.push(FieldError::new("after", "invalid", format!("after must be {LEAD_REFRESH}.")));
        }
        (None, None) => {
            errors.push(FieldError::new("cron", "required", "Name a cron line, or what it follows."))
        }
        (Some(_), Some(_)) => {
            errors.push(FieldError::new("after", "invalid", "Name either a cron line or what it follows."));
        }
    }
    errors
}

/// Checks a request as at submit; `lead-refresh` has no options.
pub async fn check(
    api: &Api,
    who: &Who,
    tenant: &str,
    extract: &str,
    request: &Map<String, Value>,
) -> Result<Result<Option<i64>, Vec<FieldError>>, Problem> {
    if extract != LEAD_REFRESH {
        return submit::check(api, who, tenant, extract, request).await;
    }
    let unknown: Vec<FieldError> = request
        .keys()
        .map(|key| FieldError::new(key, "unknown_field", format!("Unknown field: {key}.")))
        .collect();
    Ok(if unknown.is_empty() { Ok(None) } else { Err(unknown) })
}

/// Sets the next fire time.
fn plan(api: &Api, schedule: &mut Schedule, now: Time) {
    let times = schedule.times(api.settings.zone(&schedule.tenant)).ok().flatten();
    schedule.next_fire_at = times.filter(|_| schedule.enabled).and_then(|times| times.next(now));
}
