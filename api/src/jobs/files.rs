//! Downloads (batch-queue, section 7; api, "Calls"). Rights are checked at each of them.

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use extracts::kit::extract::Edition;
use sha2::{Digest, Sha256};
use shared::job::rights::{Right, tool_of};
use shared::job::{Job, ResultFile, State, scope};

use super::visible;
use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::state::Api;
use crate::zip::Archive;

/// One file of a result.
#[utoipa::path(get, path = "/jobs/{id}/files/{name}", tag = "jobs",
    params(("id" = String, Path), ("name" = String, Path), ("Range" = Option<String>, Header)),
    responses((status = 200, description = "the file"), (status = 206, description = "a part of it"),
        (status = 404, body = ProblemBody), (status = 410, body = ProblemBody)))]
pub async fn file(
    Shared(api): Shared<Api>,
    who: Who,
    method: Method,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = offered(&api, &who, &id).await?;
    let files = job.result.as_ref().map(|r| r.files.as_slice()).unwrap_or_default();
    let file = files.iter().find(|f| f.name == name).ok_or_else(|| Problem::missing("file"))?;
    let size = u64::try_from(file.bytes).unwrap_or_default();
    let answer = Answer::of(&headers, &file.sha256, size)?;
    let body = match &answer.range {
        Some(range) if method != Method::HEAD && !range.is_empty() => {
            let key = job.object_key(&file.name).ok_or_else(|| Problem::missing("file"))?;
            let range = (range.end - range.start < size).then(|| range.clone());
            Body::from_stream(api.files.stream(&key, range).await?.body)
        }
        _ => Body::empty(),
    };
    downloaded(&api, &who, &job, &method, &answer, &file.name).await?;
    Ok(answer.respond(body, &file.media_type, &file.name))
}

/// All files of a result in one archive, stored without compressing.
#[utoipa::path(get, path = "/jobs/{id}/files.zip", tag = "jobs",
    params(("id" = String, Path), ("Range" = Option<String>, Header)),
    responses((status = 200, description = "the archive"), (status = 206, description = "a part of it"),
        (status = 404, body = ProblemBody), (status = 410, body = ProblemBody)))]
pub async fn zip(
    Shared(api): Shared<Api>,
    who: Who,
    method: Method,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = offered(&api, &who, &id).await?;
    let files = job.result.as_ref().map(|r| r.files.as_slice()).unwrap_or_default();
    let archive = Archive::of(files, job.finished_at.unwrap_or(job.submitted_at));
    let answer = Answer::of(&headers, &tag(files), archive.size())?;
    let body = match &answer.range {
        Some(range) if method != Method::HEAD => {
            let keys = files.iter().filter_map(|f| job.object_key(&f.name)).collect();
            Body::from_stream(archive.stream(api.files.clone(), keys, range.clone()))
        }
        _ => Body::empty(),
    };
    let name = format!("{}-{}.zip", job.extract, job.id);
    downloaded(&api, &who, &job, &method, &answer, "files.zip").await?;
    Ok(answer.respond(body, "application/zip", &name))
}

/// The tag of an archive: of the names and hashes in it.
fn tag(files: &[ResultFile]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.name.as_bytes());
        hash.update([0]);
        hash.update(file.sha256.as_bytes());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// A job whose files the caller may download now.
async fn offered(api: &Api, who: &Who, id: &str) -> Result<Job, Problem> {
    let job = visible(api, who, id).await?;
    if !who.rights.has(tool_of(&job.extract), Right::R) {
        return Err(Problem::right("R", tool_of(&job.extract)));
    }
    if !in_scope(api, who, &job).await? {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "The result holds calendars of schools outside your scope.",
        ));
    }
    if job.deleted_at.is_some() || job.expired_at.is_some() {
        return Err(Problem::new(StatusCode::GONE, "The result has expired or was deleted."));
    }
    if job.state != State::Completed {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            format!("There are no files yet: the job's state is {}.", job.state.word()),
        ));
    }
    Ok(job)
}

/// Whether every calendar of the result lies in the caller's schools.
async fn in_scope(api: &Api, who: &Who, job: &Job) -> Result<bool, Problem> {
    let (false, Some(snapshot)) = (who.schools.is_empty(), &job.snapshot) else { return Ok(true) };
    let Some(choices) = api.choices(&job.tenant, snapshot.id).await? else { return Ok(false) };
    let edition = if api.settings.edition == "state" { Edition::State } else { Edition::District };
    Ok(scope::in_scope(who, job, snapshot.id, &choices, edition).unwrap_or_default())
}

/// A download is a 200, or a 206 that starts at byte 0 (reliability, I9).
async fn downloaded(
    api: &Api,
    who: &Who,
    job: &Job,
    method: &Method,
    answer: &Answer,
    name: &str,
) -> Result<(), Problem> {
    if method == Method::GET && answer.range.as_ref().is_some_and(|range| range.start == 0) {
        api.store.audit(Some(job.id), Some(&job.tenant), &who.name, "download", Some(name)).await?;
    }
    Ok(())
}

/// What a request for bytes gets.
struct Answer {
    status: StatusCode,
    tag: String,
    size: u64,
    /// Bytes to send; none when nothing changed.
    range: Option<Range<u64>>,
}

impl Answer {
    fn of(headers: &HeaderMap, hash: &str, size: u64) -> Result<Answer, Problem> {
        let tag = format!("\"{hash}\"");
        let header = |name: axum::http::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        if header(IF_NONE_MATCH).is_some_and(|v| v.split(',').any(|t| t.trim() == tag || t.trim() == "*")) {
            return Ok(Answer { status: StatusCode::NOT_MODIFIED, tag, size, range: None });
        }
        let fresh = header(IF_RANGE).is_none_or(|v| v.trim() == tag);
        let asked = header(RANGE).filter(|_| fresh).and_then(|v| v.trim().strip_prefix("bytes="));
        // Several ranges at once are answered with the whole file, as RFC 9110 allows.
        match asked.filter(|r| !r.contains(',')).map(|r| read_range(r, size)) {
            Some(Some(range)) => {
                Ok(Answer { status: StatusCode::PARTIAL_CONTENT, tag, size, range: Some(range) })
            }
            Some(None) => {
                Err(Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, format!("The file has {size} bytes.")))
            }
            None => Ok(Answer { status: StatusCode::OK, tag, size, range: Some(0..size) }),
        }
    }

    fn respond(self, body: Body, media_type: &str, name: &str) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let mut set = |header, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(header, value);
            }
        };
        set(ETAG, self.tag);
        if let Some(range) = self.range {
            set(ACCEPT_RANGES, "bytes".to_owned());
            set(CONTENT_TYPE, media_type.to_owned());
            set(CONTENT_LENGTH, (range.end - range.start).to_string());
            let plain: String = name
                .chars()
                .map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' { c } else { '_' })
                .collect();
            let encoded = crate::view::encoded(name);
            set(CONTENT_DISPOSITION, format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"));
            if self.status == StatusCode::PARTIAL_CONTENT {
                set(CONTENT_RANGE, format!("bytes {}-{}/{}", range.start, range.end.max(1) - 1, self.size));
            }
        }
        response
    }
}

/// `0-99`, `100-` or `-50`; `None` when no byte of the file is in it.
fn read_range(text: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = text.split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", last) => size.saturating_sub(last.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?.min(size),
    };
    (range.start < range.end).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        for (text, range) in [
            ("0-0", Some(0..1)),
            ("2-", Some(2..10)),
            ("-3", Some(7..10)),
            ("-30", Some(0..10)),
            ("5-99", Some(5..10)),
            ("10-", None),
            ("5-4", None),
            ("x-4", None),
            ("-0", None),
        ] {
            assert_eq!(read_range(text, 10), range, "{text}");
        }
    }
}
