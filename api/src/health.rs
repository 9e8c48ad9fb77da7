//! Alive, able to work, numbers for Prometheus.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use shared::broker::Broker;

use crate::state::Api;

/// How dispatch is. The front never publishes or takes a message.
pub type BrokerHealth = Arc<dyn Broker>;

/// Longest time for a part to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Alive.
pub async fn alive() -> &'static str {
    "ok"
}

fn part(name: &str, fault: Option<String>) -> (String, Value) {
    (name.to_owned(), json!({"ok": fault.is_none(), "detail": fault}))
}

/// Able to work: each part by name. The broker being away is no reason not to take submits.
pub async fn ready(Shared(api): Shared<Api>) -> Response {
    let database = match tokio::time::timeout(PATIENCE, api.store.now()).await {
        Ok(Ok(_)) => None,
        Ok(Err(_)) => Some("the database failed".to_owned()),
        Err(_) => Some("the database does not answer".to_owned()),
    };
    let storage = match tokio::time::timeout(PATIENCE, api.files.check()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("storage does not answer".to_owned()),
    };
    let broker = api.broker.as_ref().map(|broker| broker.health()).and_then(|health| {
        (!health.ready())
            .then(|| health.failure.or(health.blocked).unwrap_or_else(|| "the broker is away".to_owned()))
    });
    let ok = database.is_none() && storage.is_none();
    let parts: serde_json::Map<String, Value> =
        [part("database", database), part("storage", storage), part("broker", broker)].into_iter().collect();
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ok": ok, "parts": parts}))).into_response()
}

/// Name, kind, meaning and value of a number.
type Figure = (&'static str, &'static str, &'static str, f64);

/// Numbers that stand alone.
async fn figures(api: &Api) -> Result<[Figure; 4], shared::store::Error> {
    let ages = api.store.line_ages(&[]).await?;
    let (waiting, failing) = api.store.deliveries_open().await?;
    Ok([
        (
            "registrar_relay_lag_seconds",
            "gauge",
            "How long the first of the jobs that may start waits to be handed out.",
            ages.relay_lag.as_secs_f64(),
        ),
        ("registrar_dead_letters", "counter", "Messages that died.", api.store.dead_letters().await? as f64),
        ("registrar_webhooks_waiting", "gauge", "Deliveries that have not arrived.", waiting as f64),
        ("registrar_webhooks_failing", "gauge", "Of them those that were tried and failed.", failing as f64),
    ])
}

/// Numbers for Prometheus.
pub async fn metrics(Shared(api): Shared<Api>) -> Response {
    let mut text = String::new();
    let mut line = |text_line: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{text_line}");
    };
    if let Ok(figures) = figures(&api).await {
        for (name, kind, help, value) in figures {
            line(format_args!("# HELP {name} {help}"));
            line(format_args!("# TYPE {name} {kind}"));
            line(format_args!("{name} {value}"));
        }
    }
    match (api.store.totals().await, api.store.workers(api.settings.queue.alive.0).await) {
        (Ok(totals), Ok(workers)) => {
            line(format_args!("# HELP registrar_jobs Jobs not finished, by state and lane."));
            line(format_args!("# TYPE registrar_jobs gauge"));
            for (state, lane, jobs) in totals {
                line(format_args!("registrar_jobs{{state=\"{state}\",lane=\"{lane}\"}} {jobs}"));
            }
            line(format_args!("# HELP registrar_workers Workers seen lately."));
            line(format_args!("# TYPE registrar_workers gauge"));
            line(format_args!("registrar_workers {}", workers.len()));
            line(format_args!("# HELP registrar_slots Slots of live workers, by lane."));
            line(format_args!("# TYPE registrar_slots gauge"));
            let batch: i64 = workers.iter().map(|w| w.beat.batch_slots).sum();
            let interactive: i64 = workers.iter().map(|w| w.beat.interactive_slots).sum();
            line(format_args!("registrar_slots{{lane=\"batch\"}} {batch}"));
            line(format_args!("registrar_slots{{lane=\"interactive\"}} {interactive}"));
            line(format_args!("# HELP registrar_database_up Whether the database answers."));
            line(format_args!("# TYPE registrar_database_up gauge"));
            line(format_args!("registrar_database_up 1"));
        }
        _ => {
            line(format_args!("# HELP registrar_database_up Whether the database answers."));
            line(format_args!("# TYPE registrar_database_up gauge"));
            line(format_args!("registrar_database_up 0"));
        }
    }
    if let Some(broker) = &api.broker {
        line(format_args!("# HELP registrar_broker_up Whether messages can be published."));
        line(format_args!("# TYPE registrar_broker_up gauge"));
        line(format_args!("registrar_broker_up {}", i32::from(broker.health().ready())));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
