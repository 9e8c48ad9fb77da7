//! The audit log by job, person, action and dates, as JSON lines or CSV.

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::json;
use shared::job::rights::Right;
use shared::store::{AuditEntry, AuditFilter};
use uuid::Uuid;

use crate::auth::Who;
use crate::operations::needs;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::snapshots::quoted;
use crate::state::Api;
use crate::view::moment;

/// Rows of one look.
const EACH: i64 = 1000;
/// First line of the CSV.
const HEADER: &str = "seq,at,job,tenant,person,action,state_from,state_to,detail\r\n";

/// The audit log of the caller's tenants, oldest first.
#[utoipa::path(get, path = "/audit", tag = "operations",
    params(("tenant" = Option<String>, Query), ("job" = Option<String>, Query), ("person" = Option<String>, Query),
        ("action" = Option<String>, Query), ("after" = Option<String>, Query), ("before" = Option<String>, Query),
        ("seq" = Option<i64>, Query, description = "only rows behind this one")),
    responses((status = 200, description = "JSON lines, or CSV for Accept: text/csv"), (status = 400, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub async fn audit(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = ["tenant", "job", "person", "action", "after", "before", "seq"];
    let mut query = Query::read(raw.as_deref(), &known);
    let asked = query.list("tenant");
    let filter = AuditFilter {
        tenants: if asked.is_empty() { who.tenants.clone() } else { asked },
        job: query.parsed("job", "the id of a job", |text| Uuid::parse_str(text).ok()),
        person: query.text("person"),
        action: query.text("action"),
        after: query.moment("after"),
        before: query.moment("before"),
        seq: query.parsed("seq", "a whole number", |text| text.parse().ok()).unwrap_or_default(),
        limit: EACH,
    };
    query.done()?;
    needs(&who, Right::R)?;
    if filter.tenants.iter().any(|tenant| !who.covers(tenant)) {
        return Err(Problem::missing("tenant"));
    }
    let accept = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let csv = accept.contains("text/csv");
    // The first rows are read before the answer begins, so that an error is still one.
    let first = api.store.audit_log(&filter).await?;
    let mut head = if csv { HEADER.to_owned() } else { String::new() };
    head.push_str(&lines(&first, csv));
    let rest = stream::try_unfold((api, behind(filter, &first)), move |(api, filter)| async move {
        let Some(filter) = filter else { return Ok::<_, shared::store::Error>(None) };
        let page = api.store.audit_log(&filter).await?;
        let text = Bytes::from(lines(&page, csv));
        let next = behind(filter, &page);
        Ok(Some((text, (api, next))))
    });
    let media_type = if csv { "text/csv" } else { "application/x-ndjson" };
    let head = stream::once(async move { Ok(Bytes::from(head)) });
    let body = Body::from_stream(futures::StreamExt::chain(head, rest));
    Ok(([(CONTENT_TYPE, media_type)], body).into_response())
}

/// The filter of the rows behind a page; none when it was the last.
fn behind(filter: AuditFilter, page: &[AuditEntry]) -> Option<AuditFilter> {
    let last = page.last().filter(|_| page.len() as i64 == EACH)?;
    Some(AuditFilter { seq: last.seq, ..filter })
}

fn lines(page: &[AuditEntry], csv: bool) -> String {
    let mut text = String::new();
    for entry in page {
        if csv {
            let job = entry.job.map(|id| id.to_string()).unwrap_or_default();
            let word = |value: &Option<String>| quoted(value.as_deref().unwrap_or_default());
            let cells = [
                entry.seq.to_string(),
                moment(entry.at),
                job,
                word(&entry.tenant),
                quoted(&entry.person),
                quoted(&entry.action),
                word(&entry.state_from),
                word(&entry.state_to),
                word(&entry.detail),
            ];
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        } else {
            let line = json!({"seq": entry.seq, "at": moment(entry.at), "job": entry.job, "tenant": entry.tenant,
                "person": entry.person, "action": entry.action, "state_from": entry.state_from,
                "state_to": entry.state_to, "detail": entry.detail});
            text.push_str(&line.to_string());
            text.push('\n');
        }
    }
    text
}
