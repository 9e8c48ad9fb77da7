//! `registrar queue`, `pause`, `resume`, `drain`, `audit`: for those who keep the queue running.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::{Server, table};
use crate::commands::Failure;

/// Arguments of `registrar queue`.
#[derive(Debug, clap::Args)]
pub struct Queue {
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar pause` and `registrar resume`.
#[derive(Debug, clap::Args)]
#[group(id = "what", required = true, multiple = false, args = ["tenant", "extract"])]
pub struct Pause {
    /// A district: none of its jobs starts.
    #[arg(long)]
    tenant: Option<String>,
    /// An extract: none of its jobs starts, of any district.
    #[arg(long)]
    extract: Option<String>,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar drain`.
#[derive(Debug, clap::Args)]
pub struct Drain {
    /// The worker's id, as `registrar queue` shows it.
    worker: String,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar audit`.
#[derive(Debug, clap::Args)]
pub struct Audit {
    /// Only this job.
    #[arg(long)]
    job: Option<String>,
    /// Only what this person, or part of the program, did.
    #[arg(long)]
    person: Option<String>,
    /// Only this action, such as submit, cancel, download.
    #[arg(long)]
    action: Option<String>,
    /// Only this district; may be repeated.
    #[arg(long)]
    tenant: Vec<String>,
    /// Later than this time, such as 2026-07-01T10:00:00Z.
    #[arg(long, value_name = "TIME")]
    after: Option<String>,
    /// Earlier than this time.
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
    /// CSV instead of one JSON object a line.
    #[arg(long)]
    csv: bool,
    /// A file instead of standard output.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

/// Shows how the queue is.
pub async fn queue(args: &Queue) -> Result<(), Failure> {
    let queue: Value = args.server.json(args.server.call(Method::GET, "/queue")).await?;
    if args.json {
        return table::pretty(&queue);
    }
    let seconds = |member: &str| queue[member].as_f64().unwrap_or_default();
    println!("oldest wait    {:.1} s", seconds("oldest_wait_seconds"));
    println!("relay lag      {:.1} s", seconds("relay_lag_seconds"));
    println!("dead letters   {}", queue["dead_letters"]);
    let names = |list: &Value| {
        let names: Vec<String> = list.as_array().into_iter().flatten().map(table::cell).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    println!("paused         districts: {}", names(&queue["paused"]["tenants"]));
    println!("               extracts: {}", names(&queue["paused"]["extracts"]));
    println!();
    let members = ["state", "lane", "tenant", "extract", "jobs", "oldest_run_at"];
    table::print(
        &["state", "lane", "district", "extract", "jobs", "oldest run at"],
        &table::rows(&queue["counts"], &members),
    );
    println!();
    let workers = queue["workers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<Vec<String>> = workers
        .iter()
        .map(|w| {
            let free =
                |lane: &str| format!("{} of {}", w[format!("{lane}_free")], w[format!("{lane}_slots")]);
            let memory = |member: &str| w[member].as_i64().unwrap_or_default() / (1 << 20);
            vec![
                table::cell(&w["id"]),
                table::cell(&w["host"]),
                table::cell(&w["version"]),
                free("batch"),
                free("interactive"),
                format!("{} of {} MiB", memory("memory_free"), memory("memory")),
                table::cell(&w["last_seen_at"]),
                if w["draining"] == true { "draining".to_owned() } else { String::new() },
            ]
        })
        .collect();
    table::print(
        &["worker", "host", "program", "batch free", "interactive free", "memory free", "last seen", ""],
        &rows,
    );
    Ok(())
}

async fn set(args: &Pause, call: &str) -> Result<(), Failure> {
    let body = match (&args.tenant, &args.extract) {
        (Some(tenant), _) => json!({"tenant": tenant}),
        (None, extract) => json!({"extract": extract}),
    };
    let address = format!("/operations/{call}");
    let paused: Value = args.server.json(args.server.call(Method::POST, &address).json(&body)).await?;
    println!("{paused}");
    Ok(())
}

/// Nothing of a district or an extract starts.
pub async fn pause(args: &Pause) -> Result<(), Failure> {
    set(args, "pause").await
}

/// What was paused starts again.
pub async fn resume(args: &Pause) -> Result<(), Failure> {
    set(args, "resume").await
}

/// A worker takes no more jobs.
pub async fn drain(args: &Drain) -> Result<(), Failure> {
    let body = json!({"worker": args.worker});
    let told: Value =
        args.server.json(args.server.call(Method::POST, "/operations/drain").json(&body)).await?;
    println!("{} takes no more jobs", table::cell(&told["worker"]));
    Ok(())
}

/// Exports the audit log, oldest first.
pub async fn audit(args: &Audit) -> Result<(), Failure> {
    let single = [
        ("job", &args.job),
        ("person", &args.person),
        ("action", &args.action),
        ("after", &args.after),
        ("before", &args.before),
    ];
    let single = single.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let pairs: Vec<String> = single
        .chain(args.tenant.iter().map(|tenant| ("tenant", tenant)))
        .map(|(name, value)| format!("{name}={}", api::view::encoded(value)))
        .collect();
    let call = args.server.call(Method::GET, &format!("/audit?{}", pairs.join("&")));
    let call = call.header("Accept", if args.csv { "text/csv" } else { "application/x-ndjson" });
    let answer = args.server.send(call.timeout(std::time::Duration::from_secs(24 * 3600))).await?;
    match &args.out {
        None => copy(answer, &mut tokio::io::stdout(), "standard output").await,
        Some(path) => {
            let name = path.display().to_string();
            let failed = |e: std::io::Error| Failure::new(1, format!("{name} cannot be written: {e}"));
            let mut file = tokio::fs::File::create(path).await.map_err(failed)?;
            copy(answer, &mut file, &name).await?;
            file.sync_all().await.map_err(failed)
        }
    }
}

async fn copy(
    mut answer: reqwest::Response,
    to: &mut (impl tokio::io::AsyncWrite + Unpin),
    name: &str,
) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(1, format!("{name} cannot be written: {e}"));
    let broken = |_| Failure::new(1, "the log broke off; start the export again");
    while let Some(bytes) = answer.chunk().await.map_err(broken)? {
        to.write_all(&bytes).await.map_err(failed)?;
    }
    to.flush().await.map_err(failed)
}
