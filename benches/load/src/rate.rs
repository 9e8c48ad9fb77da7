//! An open loop: each request goes out when its time has come, and its reply is measured from that time, so that a
//! slow reply does not hide the ones behind it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::connection::{Address, Connection, Failure};

/// Connections that take requests in turn.
const CONNECTIONS: usize = 64;

/// Sends `rate` requests a second; quantiles of the replies in milliseconds.
pub async fn replies(
    address: &Address,
    rate: u32,
    seconds: u32,
    status: u16,
    request: impl Fn(usize) -> (&'static str, String, String),
) -> Result<Value, Failure> {
    let (free, mut frees) = mpsc::unbounded_channel();
    for _ in 0..CONNECTIONS {
        free.send(Connection::open(address).await?)?;
    }
    let (done, mut took) = mpsc::unbounded_channel::<Result<Duration, Failure>>();
    let (count, start) = ((rate * seconds) as usize, Instant::now());
    for number in 0..count {
        let due = start + Duration::from_secs_f64(number as f64 / f64::from(rate));
        sleep_until(due).await;
        let mut connection = frees.recv().await.ok_or("no connection is left")?;
        let ((method, path, body), free, done) = (request(number), free.clone(), done.clone());
        tokio::spawn(async move {
            let answer = connection.expect(status, method, &path, &body).await;
            let took = answer.map(|_| due.elapsed());
            // The receivers outlive all requests.
            let _end = (done.send(took), free.send(connection));
        });
    }
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        times.push(took.recv().await.ok_or("a request is gone")??);
    }
    times.sort_unstable();
    let quantile = |share: f64| times[((count as f64 * share) as usize).min(count - 1)].as_secs_f64() * 1e3;
    Ok(json!({
        "requests": count,
        "p50_ms": quantile(0.5),
        "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99),
        "worst_ms": quantile(1.0),
    }))
}
