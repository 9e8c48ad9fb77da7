//! Webhooks of tenants: list, add, delete, test, what they were told (batch-queue, section 7). They belong to
//! administrators: each call needs a right on `batch-queue-admin`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::clock;
use shared::job::rights::{BATCH_QUEUE_ADMIN, Right};
use shared::store::{MOST_WEBHOOKS, Signal, Told, Webhook};
use shared::webhook::message::new_secret;
use shared::webhook::{Allowed, Refused};
use uuid::Uuid;

use crate::auth::Who;
use crate::jobs::list::{cursor, place};
use crate::problem::{FieldError, Problem, ProblemBody};
use crate::query::{Body, Query};
use crate::state::Api;
use crate::view::moment;

/// A webhook. A key is always there; what does not apply is null.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookView {
    /// Id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Where it is told.
    pub url: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// Deliveries that have not arrived yet.
    pub waiting: i64,
    /// What signs its calls; shown once, when it is made, and null ever after.
    pub secret: Option<String>,
}

/// All webhooks in scope.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookList {
    /// The oldest first.
    pub webhooks: Vec<WebhookView>,
}

/// What a webhook was told, or is to be told.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// Its id, the header `webhook-id` of each try.
    pub id: Uuid,
    /// `waiting`, `delivered` or `given up`.
    pub state: String,
    /// The job; null of a test.
    pub job: Option<Uuid>,
    /// How it ended: `completed`, `failed` or `canceled`; null of a test.
    pub job_state: Option<String>,
    /// When the job ended, or the test was asked for.
    pub at: String,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried next.
    pub next_try_at: Option<String>,
    /// When it was tried last.
    pub tried_at: Option<String>,
    /// When it arrived.
    pub delivered_at: Option<String>,
    /// What the receiver answered last.
    pub last_status: Option<i64>,
    /// Why it did not arrive, one sentence.
    pub last_error: Option<String>,
}

/// A page of what a webhook was told.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deliveries {
    /// Newest first.
    pub deliveries: Vec<DeliveryView>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// What a new webhook holds.
#[derive(Debug, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read field by field so that all problems come together"
)]
pub struct WebhookBody {
    /// Where it is told: https, and a host that an operator allows.
    url: String,
    /// District; may be left out where the caller has exactly one.
    tenant: Option<String>,
}

impl WebhookView {
    fn of(webhook: Webhook, secret: Option<String>) -> WebhookView {
        WebhookView {
            id: webhook.id,
            tenant: webhook.tenant,
            url: webhook.url,
            made_by: webhook.made_by,
            made_at: moment(webhook.made_at),
            waiting: webhook.waiting,
            secret,
        }
    }
}

impl DeliveryView {
    fn of(told: Told) -> DeliveryView {
        let state = match (told.delivered_at, told.due_at) {
            (Some(_), _) => "delivered",
            (None, Some(_)) => "waiting",
            (None, None) => "given up",
        };
        let (job, job_state) = told.job.unzip();
        DeliveryView {
            id: told.id,
            state: state.to_owned(),
            job,
            job_state,
            at: moment(told.at),
            attempts: told.attempts,
            next_try_at: told.due_at.map(moment),
            tried_at: told.tried_at.map(moment),
            delivered_at: told.delivered_at.map(moment),
            last_status: told.last_status,
            last_error: told.last_error,
        }
    }
}

fn needs(who: &Who, right: Right) -> Result<(), Problem> {
    if who.rights.has(BATCH_QUEUE_ADMIN, right) {
        Ok(())
    } else {
        Err(Problem::right(&format!("{right:?}"), BATCH_QUEUE_ADMIN))
    }
}

/// A webhook of the caller's tenants.
async fn visible(api: &Api, who: &Who, id: &str) -> Result<Webhook, Problem> {
    let missing = || Problem::missing("webhook");
    let id = Uuid::parse_str(id).map_err(|_| missing())?;
    api.store.webhooks(&who.tenants, Some(id)).await?.pop().ok_or_else(missing)
}

/// Webhooks of the caller's tenants, the oldest first.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", params(("tenant" = Option<String>, Query)),
    responses((status = 200, body = WebhookList), (status = 403, body = ProblemBody)))]
pub async fn list(
    Shared(api): Shared<Api>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Json<WebhookList>, Problem> {
    let query = Query::read(raw.as_deref(), &["tenant"]);
    query.done()?;
    needs(&who, Right::R)?;
    let asked = query.list("tenant");
    if asked.iter().any(|tenant| !who.covers(tenant)) {
        return Err(Problem::missing("tenant"));
    }
    let tenants = if asked.is_empty() { who.tenants.clone() } else { asked };
    let webhooks = api.store.webhooks(&tenants, None).await?;
    Ok(Json(WebhookList { webhooks: webhooks.into_iter().map(|w| WebhookView::of(w, None)).collect() }))
}

/// Makes a webhook; the answer holds its secret, this once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = WebhookBody,
    responses((status = 201, body = WebhookView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn add(Shared(api): Shared<Api>, who: Who, bytes: Bytes) -> Result<Response, Problem> {
    let mut body = Body::read(&bytes, &["url", "tenant"])?;
    let (url, tenant) = (body.text("url"), body.text("tenant"));
    if url.is_none() {
        body.required("url");
    }
    body.done()?;
    let tenant = who.tenant(tenant.as_deref())?;
    needs(&who, Right::A)?;
    let url = url.unwrap_or_default();
    let wrong =
        |code: &str, message: String| Problem::unprocessable(vec![FieldError::new("url", code, message)]);
    if let Err(refused) = callable(&api, &url).await {
        return Err(wrong("refused", refused.to_string()));
    }
    let secret = new_secret();
    let made = api.store.add_webhook(clock::new_id(), &tenant, &url, &secret, &who.name).await?;
    let made = made.ok_or_else(|| {
        wrong("range", format!("A tenant has at most {MOST_WEBHOOKS} webhooks; delete one first."))
    })?;
    Ok((StatusCode::CREATED, Json(WebhookView::of(made, Some(secret)))).into_response())
}

/// Looks at an address as a call would. Calls look again: a name may lead elsewhere tomorrow.
async fn callable(api: &Api, url: &str) -> Result<(), Refused> {
    // Settings were checked when they were read.
    let allowed = Allowed::of(&api.settings.webhooks).unwrap_or_default();
    let url = allowed.url(url)?;
    let host = url.host_str().ok_or(Refused::NotAnAddress)?;
    allowed.resolve(host, url.port_or_known_default().unwrap_or_default()).await.map(drop)
}

/// Takes a webhook away; what it has not heard it does not hear any more.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = WebhookView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn delete(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<WebhookView>, Problem> {
    needs(&who, Right::D)?;
    let webhook = visible(&api, &who, &id).await?;
    let gone = api.store.delete_webhook(webhook.id, &who.name).await?;
    Ok(Json(WebhookView::of(gone.ok_or_else(|| Problem::missing("webhook"))?, None)))
}

/// Lets a webhook hear a test; its log says what became of it.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 202, body = DeliveryView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn test(Shared(api): Shared<Api>, who: Who, Path(id): Path<String>) -> Result<Response, Problem> {
    needs(&who, Right::W)?;
    let webhook = visible(&api, &who, &id).await?;
    let told = api.store.test_webhook(&webhook, &who.name).await?;
    api.signals.send(Signal::Jobs);
    Ok((StatusCode::ACCEPTED, Json(DeliveryView::of(told))).into_response())
}

/// What a webhook was told, newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Deliveries), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub async fn deliveries(
    Shared(api): Shared<Api>,
    who: Who,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Deliveries>, Problem> {
    let mut query = Query::read(raw.as_deref(), &["limit", "cursor"]);
    let limit = query.limit();
    let behind = query.parsed("cursor", "the next of a page", place);
    query.done()?;
    needs(&who, Right::R)?;
    let webhook = visible(&api, &who, &id).await?;
    let mut told = api.store.deliveries(webhook.id, behind, limit + 1).await?;
    let more = told.len() as i64 > limit;
    told.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = told.last().filter(|_| more).map(|last| cursor(last.at.timestamp_micros(), last.id));
    Ok(Json(Deliveries { deliveries: told.into_iter().map(DeliveryView::of).collect(), next }))
}
