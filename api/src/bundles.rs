//! Uploads: the archive is the body, and becomes an import job (api, "Calls").

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use serde_json::json;
use shared::clock;
use shared::job::rights::{Right, SNAPSHOTS};
use shared::job::{Lane, Submission, bundle_key};
use shared::store::{RunUploads, Signal, Submitted};

use crate::auth::Who;
use crate::jobs::submit::{label_problem, limits};
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::JobView;

/// Archive by media type.
fn archive(headers: &HeaderMap) -> Option<&'static str> {
    let media_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    match media_type.split(';').next()?.trim().to_ascii_lowercase().as_str() {
        "application/zip" | "application/x-zip-compressed" => Some("zip"),
        "application/gzip" | "application/x-gzip" => Some("tar.gz"),
        "application/zstd" => Some("tar.zst"),
        _ => None,
    }
}

/// `YYYY-MM-DDTHH:MM`; a date alone is its midnight.
fn minute(text: &str) -> Option<String> {
    let whole = if text.len() == 10 { format!("{text}T00:00") } else { text.to_owned() };
    chrono::NaiveDateTime::parse_from_str(&whole, "%Y-%m-%dT%H:%M").ok().filter(|_| whole.len() == 16)?;
    Some(whole)
}

/// Stores a bundle and makes its import job.
#[utoipa::path(post, path = "/bundles", tag = "data",
    params(("as_of" = Option<String>, Query, description = "YYYY-MM-DDTHH:MM; else the newest file time in the bundle"),
        ("tenant" = Option<String>, Query), ("label" = Option<String>, Query)),
    request_body(content = String, content_type = "application/zip", description = "also application/gzip, application/zstd"),
    responses((status = 202, body = JobView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 413, body = ProblemBody), (status = 415, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn upload(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut query = Query::read(raw.as_deref(), &["as_of", "tenant", "label"]);
    let as_of = query.parsed("as_of", "a time such as 2026-02-01T12:00", minute);
    let label = query.text("label");
    query.errors.extend(label.as_deref().and_then(label_problem));
    query.done()?;
    let tenant = who.tenant(query.text("tenant").as_deref())?;
    if !who.rights.has(SNAPSHOTS, Right::A) {
        return Err(Problem::right("A", SNAPSHOTS));
    }
    let archive = archive(&headers).ok_or_else(|| {
        let detail = "Send the bundle as application/zip, application/gzip or application/zstd.";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    })?;
    limits(&api, &tenant).await?;
    let id = clock::new_id();
    let stream = body.into_data_stream().map_err(std::io::Error::other);
    let kept = RunUploads::of(&api.store, id, None);
    let limit = api.settings.api.bundle.0;
    let stored = api.files.put_stream(&bundle_key(&tenant, id), stream, limit, &kept).await?;
    kept.over().await?;
    if stored.bytes == 0 {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "The bundle is empty."));
    }
    let request = json!({"archive": archive, "as_of": as_of, "bytes": stored.bytes, "sha256": stored.sha256});
    let new = Submission {
        id,
        tenant,
        extract: "import".to_owned(),
        request: request.as_object().cloned().unwrap_or_default(),
        label,
        lane: Lane::Batch,
        high_priority: false,
        keep_until_deleted: false,
        run_at: None,
        school_year: None,
        submitter: who.name.clone(),
        idempotency: None,
        schedule: None,
        max_attempts: i64::from(api.settings.queue.attempts),
        estimate: 0,
    };
    let Submitted::New(job) = api.store.submit(&new).await? else {
        return Err(Problem::new(StatusCode::CONFLICT, "The job was made before."));
    };
    api.signals.send(Signal::Line);
    api.signals.send(Signal::Jobs);
    let mut response = (StatusCode::ACCEPTED, axum::Json(JobView::of(&job, &who))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}
