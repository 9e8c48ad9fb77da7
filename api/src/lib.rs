//! The thin front: HTTP only. Meaning and shapes: api. No worker, no scheduler, no extract runs here.

mod audit;
pub mod auth;
mod bundles;
mod catalogue;
mod health;
mod jobs;
mod notices;
pub mod openapi;
mod operations;
mod people;
mod problem;
mod query;
pub mod schedules;
mod snapshots;
mod state;
pub mod view;
pub mod webhooks;
mod zip;

use std::future::Future;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Request;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tower_http::trace::TraceLayer;

pub use self::state::{Api, Parts};

/// All routes.
pub fn router(api: Api) -> Router {
    let body = usize::try_from(api.settings.api.body.0).unwrap_or(usize::MAX);
    let v1 = Router::new()
        .route("/jobs", get(jobs::list::list).post(jobs::submit::submit))
        .route("/jobs/events", get(jobs::events::list_events))
        .route("/jobs/bulk", post(jobs::bulk::bulk))
        .route("/jobs/{id}", get(jobs::one::get).patch(jobs::one::patch).delete(jobs::act::delete))
        .route("/jobs/{id}/cancel", post(jobs::act::cancel))
        .route("/jobs/{id}/restart", post(jobs::act::restart))
        .route("/jobs/{id}/events", get(jobs::events::job_events))
        .route("/jobs/{id}/explain", get(jobs::explain::explain))
        .route("/jobs/{id}/files.zip", get(jobs::files::zip))
        .route("/jobs/{id}/files/{name}", get(jobs::files::file))
        .route("/extracts", get(catalogue::list))
        .route("/extracts/{code}", get(catalogue::one))
        .route("/bundles", post(bundles::upload).layer(DefaultBodyLimit::disable()))
        .route("/snapshots", get(snapshots::list))
        .route("/snapshots/{id}", get(snapshots::one))
        .route("/snapshots/{id}/findings", get(snapshots::findings))
        .route("/schedules", get(schedules::list).post(schedules::edit::add))
        .route("/schedules/{id}", get(schedules::one).patch(schedules::edit::patch).delete(schedules::delete))
        .route("/schedules/{id}/run", post(schedules::run))
        .route("/schedules/{id}/next", get(schedules::next))
        .route("/queue", get(operations::queue))
        .route("/operations/pause", post(operations::pause))
        .route("/operations/resume", post(operations::resume))
        .route("/operations/drain", post(operations::drain))
        .route("/audit", get(audit::audit))
        .route("/notices", get(notices::list))
        .route("/notices/{id}/read", post(notices::read))
        .route("/webhooks", get(webhooks::list).post(webhooks::add))
        .route("/webhooks/{id}", axum::routing::delete(webhooks::delete))
        .route("/webhooks/{id}/test", post(webhooks::test))
        .route("/webhooks/{id}/deliveries", get(webhooks::deliveries))
        .route("/me", get(people::me))
        .route("/openapi.json", get(openapi::serve))
        .layer(DefaultBodyLimit::max(body));
    // Only the route's template goes into logs: an address may hold a person's number or a label.
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
        let route = request.extensions().get::<axum::extract::MatchedPath>().map_or("none", |m| m.as_str());
        tracing::info_span!("http", method = %request.method(), route)
    });
    Router::new()
        .nest("/api/v1", v1)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(from_fn(problem::instance))
        .layer(trace)
        .with_state(api)
}

/// Serves until `stop` ends; requests that run then may end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let ending = api.ending.clone();
    let stopping = async move {
        stop.await;
        // Streams and waits end, so that connections close.
        ending.send_replace(true);
    };
    axum::serve(listener, router(api)).with_graceful_shutdown(stopping).await
}
