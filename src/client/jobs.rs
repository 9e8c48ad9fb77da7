//! `registrar jobs` and `registrar cancel`.

use api::view::{JobView, moment};
use reqwest::Method;
use serde::Deserialize;

use super::Server;
use crate::commands::Failure;

/// Arguments of `registrar jobs`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// own, all or deleted.
    #[arg(long, default_value = "own")]
    view: String,
    /// Only these states.
    #[arg(long)]
    state: Vec<String>,
    /// Only these extracts.
    #[arg(long)]
    extract: Vec<String>,
    /// Only these districts.
    #[arg(long)]
    tenant: Vec<String>,
    /// Only labels that contain this.
    #[arg(long)]
    label: Option<String>,
    /// Rows, at most 200.
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar cancel`.
#[derive(Debug, clap::Args)]
pub struct Cancel {
    /// The job's id.
    id: String,
    #[command(flatten)]
    server: Server,
}

#[derive(Deserialize)]
struct Page {
    jobs: Vec<JobView>,
}

/// Lists jobs, newest first.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let mut query: Vec<(&str, String)> = vec![("view", args.view.clone()), ("limit", args.limit.to_string())];
    query.extend(args.state.iter().map(|s| ("state", s.clone())));
    query.extend(args.extract.iter().map(|e| ("extract", e.clone())));
    query.extend(args.tenant.iter().map(|t| ("tenant", t.clone())));
    query.extend(args.label.iter().map(|l| ("label", l.clone())));
    let pairs: Vec<String> = query.iter().map(|(n, v)| format!("{n}={}", api::view::encoded(v))).collect();
    let page: Page =
        args.server.json(args.server.call(Method::GET, &format!("/jobs?{}", pairs.join("&")))).await?;
    if args.json {
        for job in &page.jobs {
            let line = serde_json::to_string(job).map_err(|e| Failure::new(1, e))?;
            println!("{line}");
        }
        return Ok(());
    }
    println!("{:<36}  {:<24}  {:<10}  {:<28}  {:>9}  label", "id", "submitted", "state", "extract", "rows");
    for job in &page.jobs {
        let rows = job.result.as_ref().map(|r| r.rows.to_string()).unwrap_or_default();
        println!(
            "{}  {}  {:<10}  {:<28}  {rows:>9}  {}",
            job.id,
            moment(job.submitted_at),
            job.state.label(),
            job.extract,
            job.label.as_deref().unwrap_or_default(),
        );
    }
    Ok(())
}

/// Cancels a job.
pub async fn cancel(args: &Cancel) -> Result<(), Failure> {
    let call = args.server.call(Method::POST, &format!("/jobs/{}/cancel", args.id));
    let job: JobView = args.server.json(call).await?;
    let words = if job.state.finished() { "is canceled" } else { "was asked to stop" };
    println!("{} {words}", job.id);
    Ok(())
}
