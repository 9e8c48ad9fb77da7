//! The load generator of the queue benchmarks: requests at a rate, and how long their replies took.
//!
//! It takes little of the machine that it shares with what it measures. It prints one JSON line and judges nothing.

mod connection;
mod rate;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{Parser, Subcommand};
use serde_json::{Value, json};
use tokio::time::Instant;

use self::connection::{Address, Connection, Failure};

#[derive(Parser)]
struct Arguments {
    /// Address of the API, host:port.
    #[arg(long, env = "LOAD_API")]
    api: String,
    /// Bearer token.
    #[arg(long, env = "LOAD_TOKEN")]
    token: String,
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// Submits at a steady rate, whatever the replies do; quantiles of the replies in milliseconds.
    Submits {
        #[arg(long)]
        rate: u32,
        #[arg(long)]
        seconds: u32,
        /// Body of each submit.
        #[arg(long, default_value = PROBE)]
        body: String,
    },
    /// Reads the status of these jobs in turn at a steady rate.
    Polls {
        #[arg(long)]
        rate: u32,
        #[arg(long)]
        seconds: u32,
        /// File with one job id a line.
        #[arg(long)]
        jobs: std::path::PathBuf,
    },
    /// Submits so many jobs over so many connections and waits until none is waiting or running; jobs a second.
    Jobs {
        #[arg(long)]
        count: u64,
        #[arg(long, default_value_t = 64)]
        connections: usize,
        #[arg(long, default_value = PROBE)]
        body: String,
    },
}

/// A job that does nothing.
const PROBE: &str = r#"{"extract":"probe","request":{}}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let Arguments { api, token, work } = Arguments::parse();
    let address = Address::new(api, token);
    let line = match work {
        Work::Submits { rate, seconds, body } => {
            let request = |_| ("POST", "/api/v1/jobs".to_owned(), body.clone());
            rate::replies(&address, rate, seconds, 202, request).await?
        }
        Work::Polls { rate, seconds, jobs } => {
            let text = std::fs::read_to_string(&jobs)?;
            let ids: Vec<&str> = text.lines().collect();
            let request = |n: usize| ("GET", format!("/api/v1/jobs/{}", ids[n % ids.len()]), String::new());
            rate::replies(&address, rate, seconds, 200, request).await?
        }
        Work::Jobs { count, connections, body } => jobs(&address, count, connections, &body).await?,
    };
    println!("{line}");
    Ok(())
}

async fn jobs(address: &Address, count: u64, connections: usize, body: &str) -> Result<Value, Failure> {
    let (next, start) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, next, body) = (address.clone(), Arc::clone(&next), body.to_owned());
        sending.spawn(async move {
            let mut connection = Connection::open(&address).await?;
            while next.fetch_add(1, Ordering::Relaxed) < count {
                connection.expect(202, "POST", "/api/v1/jobs", &body).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    let submitted = start.elapsed();
    let mut connection = Connection::open(address).await?;
    loop {
        let page = connection
            .expect(200, "GET", "/api/v1/jobs?state=scheduled,queued,processing&limit=1", "")
            .await?;
        let page: Value = serde_json::from_slice(&page)?;
        if page["jobs"].as_array().is_some_and(Vec::is_empty) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let all = start.elapsed();
    Ok(json!({
        "jobs": count,
        "submitted_s": submitted.as_secs_f64(),
        "completed_s": all.as_secs_f64(),
        "per_second": count as f64 / all.as_secs_f64(),
    }))
}
