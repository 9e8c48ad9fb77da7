//! Jobs as server-sent events: `event: job`, `data:` the job (api, "Calls").

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use chrono::DateTime;
use shared::job::Job;
use shared::stop::stopped;
use shared::store::{Filter, Signal, Time, woken};
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use super::list::{PARAMETERS, filter, shown};
use super::visible;
use crate::auth::Who;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::state::Api;
use crate::view::JobView;

/// How often changes are looked for without a signal.
const LOOK: Duration = Duration::from_secs(1);
/// Changes are read again this far back: commits need not come in the order of their times. Repeats rather than gaps.
const BACK: Duration = Duration::from_secs(5);
const EACH: i64 = 500;

type Events = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

fn stream(receiver: tokio::sync::mpsc::Receiver<Result<Event, Infallible>>) -> Events {
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn event(job: &Job, who: &Who) -> Event {
    let id = job.changed_at.timestamp_micros().to_string();
    let data = serde_json::to_string(&JobView::of(job, who)).unwrap_or_default();
    Event::default().event("job").id(id).data(data)
}

/// Where a stream goes on: the time of the last event that was seen.
fn last(headers: &HeaderMap) -> Option<Time> {
    let id = headers.get("last-event-id")?.to_str().ok()?;
    DateTime::from_timestamp_micros(id.parse().ok()?)
}

/// One job: as it is now, and at each change; ends when the job does.
#[utoipa::path(get, path = "/jobs/{id}/events", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, description = "text/event-stream"), (status = 404, body = ProblemBody)))]
pub async fn job_events(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Events, Problem> {
    let mut changes = api.signals.watch(Signal::Jobs);
    let mut job = visible(&api, &who, &id).await?;
    let (send, receiver) = tokio::sync::mpsc::channel(16);
    tokio::spawn(async move {
        let mut ending = api.ending.subscribe();
        loop {
            if send.send(Ok(event(&job, &who))).await.is_err() || job.state.finished() {
                return;
            }
            let version = (job.version, job.position);
            while (job.version, job.position) == version {
                tokio::select! {
                    () = woken(&mut changes, LOOK) => {}
                    () = send.closed() => return,
                    () = stopped(&mut ending) => return,
                }
                match visible(&api, &who, &id).await {
                    Ok(now) => job = now,
                    Err(_) => return,
                }
            }
        }
    });
    Ok(stream(receiver))
}

/// The list: every change of a job that its filter shows.
#[utoipa::path(get, path = "/jobs/events", tag = "jobs",
    params(("view" = Option<String>, Query), ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, description = "text/event-stream"), (status = 400, body = ProblemBody)))]
pub async fn list_events(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Events, Problem> {
    let filter = filter(&who, Query::read(raw.as_deref(), PARAMETERS))?;
    let changes = api.signals.watch(Signal::Jobs);
    let now = api.store.now().await?;
    let since = last(&headers).unwrap_or(now).min(now);
    let (send, receiver) = tokio::sync::mpsc::channel(64);
    tokio::spawn(follow(api, who, filter, changes, since, send));
    Ok(stream(receiver))
}

async fn follow(
    api: Api,
    who: Who,
    filter: Filter,
    mut changes: tokio::sync::watch::Receiver<u64>,
    mut since: Time,
    send: tokio::sync::mpsc::Sender<Result<Event, Infallible>>,
) {
    let mut ending = api.ending.subscribe();
    let mut sent: HashMap<Uuid, (i64, Time)> = HashMap::new();
    let back = chrono::Duration::from_std(BACK).unwrap_or_default();
    loop {
        let mut from = since - back;
        loop {
            // A database that is away for a while leaves the stream open.
            let Ok(changed) = api.store.changed(from, &filter.tenants, EACH).await else { break };
            for job in &changed {
                since = since.max(job.changed_at);
                let known =
                    sent.insert(job.id, (job.version, job.changed_at)).is_some_and(|(v, _)| v == job.version);
                if !known
                    && matches(&filter, job)
                    && shown(&who, job)
                    && send.send(Ok(event(job, &who))).await.is_err()
                {
                    return;
                }
            }
            match changed.last() {
                Some(last) if changed.len() as i64 == EACH => from = last.changed_at,
                _ => break,
            }
        }
        sent.retain(|_, (_, at)| *at >= since - back * 2);
        tokio::select! {
            () = woken(&mut changes, LOOK) => {}
            () = send.closed() => return,
            () = stopped(&mut ending) => return,
        }
    }
}

/// Whether the list's filter shows a job.
fn matches(filter: &Filter, job: &Job) -> bool {
    let label =
        |text: &String| job.label.as_ref().is_some_and(|l| l.to_lowercase().contains(&text.to_lowercase()));
    filter.owner.as_ref().is_none_or(|owner| *owner == job.submitter)
        && filter.deleted == job.deleted_at.is_some()
        && (filter.states.is_empty() || filter.states.contains(&job.state))
        && (filter.extracts.is_empty() || filter.extracts.contains(&job.extract))
        && (filter.submitters.is_empty() || filter.submitters.contains(&job.submitter))
        && filter.label.as_ref().is_none_or(label)
        && filter.school_year.is_none_or(|year| job.school_year == Some(year))
        && filter.submitted_after.is_none_or(|at| job.submitted_at > at)
        && filter.submitted_before.is_none_or(|at| job.submitted_at < at)
}
