//! The caller's inbox: a notice for each job of theirs that ended (batch-queue, section 7).

use axum::Json;
use axum::extract::{Path, RawQuery, State as Shared};
use serde::Serialize;
use shared::store::Notice;
use uuid::Uuid;

use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::moment;

/// A notice.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NoticeView {
    /// Its id.
    id: String,
    /// District.
    tenant: String,
    /// The job.
    job: Uuid,
    /// Its extract.
    extract: String,
    /// Its label.
    label: Option<String>,
    /// How it ended: `completed`, `failed` or `canceled`.
    state: String,
    /// When.
    at: String,
    /// When it was read.
    read_at: Option<String>,
}

/// A page of the inbox.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Inbox {
    /// Newest first.
    notices: Vec<NoticeView>,
    /// How many were not read, on all pages.
    unread: i64,
    /// Where the next page starts.
    next: Option<String>,
}

impl NoticeView {
    fn of(notice: Notice) -> NoticeView {
        NoticeView {
            id: notice.seq.to_string(),
            tenant: notice.tenant,
            job: notice.job,
            extract: notice.extract,
            label: notice.label,
            state: notice.state,
            at: moment(notice.at),
            read_at: notice.read_at.map(moment),
        }
    }
}

/// The caller's notices, newest first.
#[utoipa::path(get, path = "/notices", tag = "people",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Inbox), (status = 400, body = ProblemBody)))]
pub async fn list(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Json<Inbox>, Problem> {
    let mut query = Query::read(raw.as_deref(), &["limit", "cursor"]);
    let limit = query.limit();
    let before = query.parsed("cursor", "the next of a page", |text| text.parse().ok());
    query.done()?;
    let mut notices = api.store.notices(&who.tenants, &who.name, before, limit + 1).await?;
    let more = notices.len() as i64 > limit;
    if more {
        notices.pop();
    }
    let next = notices.last().filter(|_| more).map(|last| last.seq.to_string());
    let unread = api.store.unread(&who.tenants, &who.name).await?;
    Ok(Json(Inbox { notices: notices.into_iter().map(NoticeView::of).collect(), unread, next }))
}

/// Marks a notice as read.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "people", params(("id" = String, Path)),
    responses((status = 200, body = NoticeView), (status = 404, body = ProblemBody)))]
pub async fn read(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<NoticeView>, Problem> {
    let missing = || Problem::missing("notice");
    let seq: i64 = id.parse().map_err(|_| missing())?;
    let notice = api.store.read_notice(seq, &who.tenants, &who.name).await?.ok_or_else(missing)?;
    Ok(Json(NoticeView::of(notice)))
}
