//! Snapshots of the caller's tenants, and what their imports found.

use axum::Json;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use shared::job::rights::{Right, SNAPSHOTS};
use shared::store::StoredSnapshot;
use uuid::Uuid;

use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::moment;

/// A snapshot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SnapshotRow {
    /// Its id.
    id: Uuid,
    /// District that it belongs to.
    tenant: String,
    /// `District.number` as stored.
    district: String,
    /// Data as of.
    as_of: String,
    /// The newest good import.
    current: bool,
    /// Named by the weekly LEAD refresh.
    lead: bool,
    /// When its import was submitted.
    submitted_at: String,
    /// When it was complete.
    imported_at: String,
    /// The import job.
    job: Option<Uuid>,
    /// Bytes of its files.
    bytes: i64,
    /// Rows by table.
    #[schema(value_type = Vec<Object>)]
    tables: Value,
    /// How many findings of each kind.
    #[schema(value_type = Vec<Object>)]
    findings: Value,
}

/// A list of snapshots.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Snapshots {
    /// Newest first.
    snapshots: Vec<SnapshotRow>,
}

impl SnapshotRow {
    fn of(stored: &StoredSnapshot) -> SnapshotRow {
        let manifest: Value = serde_json::from_str(&stored.manifest).unwrap_or_default();
        SnapshotRow {
            id: stored.id,
            tenant: stored.tenant.clone(),
            district: stored.district.clone(),
            as_of: stored.as_of.clone(),
            current: stored.current,
            lead: stored.lead,
            submitted_at: moment(stored.submitted_at),
            imported_at: moment(stored.imported_at),
            job: stored.job,
            bytes: stored.bytes,
            tables: manifest["tables"].clone(),
            findings: manifest["findings"].clone(),
        }
    }
}

fn may_read(who: &Who) -> Result<(), Problem> {
    if who.rights.any(SNAPSHOTS) {
        Ok(())
    } else {
        Err(Problem::right(&format!("{:?}", Right::R), SNAPSHOTS))
    }
}

/// Snapshots of the caller's tenants, newest first.
#[utoipa::path(get, path = "/snapshots", tag = "data",
    params(("tenant" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Snapshots), (status = 403, body = ProblemBody)))]
pub async fn list(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Json<Snapshots>, Problem> {
    let mut query = Query::read(raw.as_deref(), &["tenant", "limit"]);
    let limit = query.limit();
    query.done()?;
    may_read(&who)?;
    let asked = query.list("tenant");
    if asked.iter().any(|tenant| !who.covers(tenant)) {
        return Err(Problem::missing("tenant"));
    }
    let tenants = if asked.is_empty() { who.tenants.clone() } else { asked };
    let stored = api.store.snapshots(&tenants, None, limit).await?;
    Ok(Json(Snapshots { snapshots: stored.iter().map(SnapshotRow::of).collect() }))
}

async fn visible(api: &Api, who: &Who, id: &str) -> Result<StoredSnapshot, Problem> {
    may_read(who)?;
    let missing = || Problem::missing("snapshot");
    let id = Uuid::parse_str(id).map_err(|_| missing())?;
    api.store.snapshots(&who.tenants, Some(id), 1).await?.pop().ok_or_else(missing)
}

/// One snapshot.
#[utoipa::path(get, path = "/snapshots/{id}", tag = "data", params(("id" = String, Path)),
    responses((status = 200, body = SnapshotRow), (status = 404, body = ProblemBody)))]
pub async fn one(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<SnapshotRow>, Problem> {
    Ok(Json(SnapshotRow::of(&visible(&api, &who, &id).await?)))
}

/// Findings of the import, JSON or CSV by `Accept`.
#[utoipa::path(get, path = "/snapshots/{id}/findings", tag = "data", params(("id" = String, Path)),
    responses((status = 200, description = "JSON, or CSV for Accept: text/csv"), (status = 404, body = ProblemBody)))]
pub async fn findings(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let findings = visible(&api, &who, &id).await?.findings()?;
    let accept = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !accept.contains("text/csv") {
        return Ok(Json(findings).into_response());
    }
    let mut csv = String::from("severity,file,line,column,rule,message\r\n");
    for finding in findings["first"].as_array().into_iter().flatten() {
        let cells =
            ["severity", "file", "line", "column", "rule", "message"].map(|key| match &finding[key] {
                Value::String(text) => quoted(text),
                Value::Null => String::new(),
                other => other.to_string(),
            });
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    Ok(([(CONTENT_TYPE, "text/csv")], csv).into_response())
}

/// A text as a cell for people: formulas are disarmed, quotes only where needed.
pub(crate) fn quoted(text: &str) -> String {
    let guarded =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}
