//! `registrar jobs` and `registrar show`.

use api::view::{JobView, moment};
use futures::StreamExt;
use reqwest::Method;
use serde::Deserialize;

use super::filter::Filter;
use super::{Server, table, watch};
use crate::commands::Failure;

/// Arguments of `registrar jobs`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// own, all (Batch Queue Admin) or deleted (the deleted history).
    #[arg(long, default_value = "own")]
    view: String,
    #[command(flatten)]
    filter: Filter,
    /// Rows, at most 200.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// All pages, not only the first.
    #[arg(long)]
    all: bool,
    /// Goes on printing jobs as they change, until Ctrl-C.
    #[arg(long, conflicts_with = "all")]
    follow: bool,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar show`.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// The job's id.
    id: String,
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

#[derive(Deserialize)]
struct Page {
    jobs: Vec<JobView>,
    next: Option<String>,
}

/// Lists jobs, newest first.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let mut query = vec![("view", args.view.clone()), ("limit", args.limit.to_string())];
    if !args.json {
        println!(
            "{:<36}  {:<24}  {:<10}  {:<28}  {:>9}  label",
            "id", "submitted", "state", "extract", "rows"
        );
    }
    loop {
        let address = format!("/jobs?{}", args.filter.query(&query));
        let page: Page = args.server.json(args.server.call(Method::GET, &address)).await?;
        page.jobs.iter().try_for_each(|job| line(job, args.json))?;
        match page.next.filter(|_| args.all) {
            Some(next) => {
                query.retain(|(name, _)| *name != "cursor");
                query.push(("cursor", next));
            }
            None => break,
        }
    }
    if args.follow { follow(args).await } else { Ok(()) }
}

fn line(job: &JobView, json: bool) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string(job).map_err(|e| Failure::new(1, e))?);
        return Ok(());
    }
    let rows = job.result.as_ref().map(|r| r.rows.to_string()).unwrap_or_default();
    println!(
        "{}  {}  {:<10}  {:<28}  {rows:>9}  {}",
        job.id,
        moment(job.submitted_at),
        job.state.label(),
        job.extract,
        job.label.as_deref().unwrap_or_default(),
    );
    Ok(())
}

/// Prints each change that the list's stream tells.
async fn follow(args: &Args) -> Result<(), Failure> {
    let address = format!("/jobs/events?{}", args.filter.query(&[("view", args.view.clone())]));
    let call = args.server.call(Method::GET, &address).timeout(std::time::Duration::from_secs(24 * 3600));
    let mut stream = args.server.send(call).await?.bytes_stream();
    let mut text = Vec::new();
    while let Some(bytes) = stream.next().await {
        text.extend(bytes.map_err(|_| Failure::new(1, "the stream broke off; start it again"))?);
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let whole: Vec<u8> = text.drain(..=end).collect();
            if let Some(data) = whole.strip_prefix(b"data:")
                && let Ok(job) = serde_json::from_slice(data)
            {
                line(&job, args.json)?;
            }
        }
    }
    Ok(())
}

/// Shows one job.
pub async fn show(args: &Show) -> Result<(), Failure> {
    let job = args.server.job(&args.id).await?;
    if args.json {
        return table::pretty(&serde_json::to_value(&job).map_err(|e| Failure::new(1, e))?);
    }
    let at = |time: Option<_>| time.map(moment).unwrap_or_default();
    let submitted = format!("{} by {}", moment(job.submitted_at), job.submitted_by);
    let actions: Vec<&str> = job.allowed_actions.iter().map(|action| action.word()).collect();
    let result = job.result.as_ref();
    let found = result.map(|r| format!("{} rows, {} warnings, {} errors", r.rows, r.warnings, r.errors));
    let failure = job.failure.as_ref().map(|f| format!("{} ({}) {}", f.message, f.class, f.next_step));
    let facts = [
        ("job", format!("{} of {}", job.extract, job.tenant)),
        ("label", job.label.clone().unwrap_or_default()),
        ("state", watch::words(&job)),
        ("submitted", submitted),
        ("run at", moment(job.run_at)),
        ("started", at(job.started_at)),
        ("finished", at(job.finished_at)),
        ("attempt", format!("{} of {}", job.attempt, job.max_attempts)),
        (
            "snapshot",
            job.snapshot.as_ref().map(|s| format!("{} as of {}", s.id, s.as_of)).unwrap_or_default(),
        ),
        ("result", found.unwrap_or_default()),
        ("expires", at(job.expires_at)),
        ("failure", failure.unwrap_or_default()),
        ("submitted to the state", at(job.submitted_to_state_at)),
        ("deleted", at(job.deleted_at)),
        ("allowed", actions.join(", ")),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        println!("{name:<22}  {value}");
    }
    for file in result.into_iter().flat_map(|r| &r.files) {
        println!("{:<22}  {}: {} rows, {} bytes", "file", file.name, file.rows, file.bytes);
    }
    Ok(())
}
