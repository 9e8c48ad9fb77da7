//! `registrar cancel`, `restart`, `delete`, `edit`, `submitted`, `bulk`: what people do with jobs.

use api::view::JobView;
use clap::ValueEnum;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::Server;
use super::filter::Filter;
use crate::commands::Failure;

/// Arguments of `registrar cancel`, `restart` and `delete`.
#[derive(Debug, clap::Args)]
pub struct One {
    /// The job's id.
    id: String,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar edit`.
#[derive(Debug, clap::Args)]
#[group(id = "changes", required = true, multiple = true, args = ["label", "no_label", "run_at", "run_now", "keep", "no_keep"])]
pub struct Edit {
    /// The job's id.
    id: String,
    /// A new label, at most 80 characters.
    #[arg(long, conflicts_with = "no_label")]
    label: Option<String>,
    /// Takes the label away.
    #[arg(long)]
    no_label: bool,
    /// Not before this time, such as 2026-07-01T10:00:00Z; only while the job waits.
    #[arg(long, value_name = "TIME", conflicts_with = "run_now")]
    run_at: Option<String>,
    /// Run now; only while the job waits.
    #[arg(long)]
    run_now: bool,
    /// The result does not expire.
    #[arg(long, conflicts_with = "no_keep")]
    keep: bool,
    /// The result expires as usual.
    #[arg(long)]
    no_keep: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar submitted`.
#[derive(Debug, clap::Args)]
pub struct Submitted {
    /// The job's id.
    id: String,
    /// Takes the mark away.
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    server: Server,
}

/// What is done with all jobs that match.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Action {
    /// Stops them.
    Cancel,
    /// Runs them again.
    Restart,
    /// Takes them out of the queue, with their files.
    Delete,
}

/// Arguments of `registrar bulk`.
#[derive(Debug, clap::Args)]
pub struct Bulk {
    /// What is done with each of them.
    action: Action,
    /// Only one's own jobs.
    #[arg(long)]
    own: bool,
    #[command(flatten)]
    filter: Filter,
    /// The answer as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

async fn change(server: &Server, id: &str, body: &Map<String, Value>) -> Result<JobView, Failure> {
    let address = format!("/jobs/{}", api::view::encoded(id));
    server.json(server.call(Method::PATCH, &address).json(body)).await
}

/// Cancels a job.
pub async fn cancel(args: &One) -> Result<(), Failure> {
    let address = format!("/jobs/{}/cancel", api::view::encoded(&args.id));
    let job: JobView = args.server.json(args.server.call(Method::POST, &address)).await?;
    let words = if job.state.finished() { "is canceled" } else { "was asked to stop" };
    println!("{} {words}", job.id);
    Ok(())
}

/// Restarts a job.
pub async fn restart(args: &One) -> Result<(), Failure> {
    let address = format!("/jobs/{}/restart", api::view::encoded(&args.id));
    let job: JobView = args.server.json(args.server.call(Method::POST, &address)).await?;
    println!("{} waits again", job.id);
    Ok(())
}

/// Deletes a job.
pub async fn delete(args: &One) -> Result<(), Failure> {
    let address = format!("/jobs/{}", api::view::encoded(&args.id));
    let job: JobView = args.server.json(args.server.call(Method::DELETE, &address)).await?;
    let words = if job.deleted_at.is_some() { "is deleted" } else { "was asked to stop and is deleted then" };
    println!("{} {words}", job.id);
    Ok(())
}

/// Changes a job.
pub async fn edit(args: &Edit) -> Result<(), Failure> {
    let mut body = Map::new();
    if args.no_label || args.label.is_some() {
        body.insert("label".to_owned(), args.label.clone().into());
    }
    if args.run_now || args.run_at.is_some() {
        body.insert("run_at".to_owned(), args.run_at.clone().into());
    }
    if args.keep || args.no_keep {
        body.insert("keep_until_deleted".to_owned(), args.keep.into());
    }
    let job = change(&args.server, &args.id, &body).await?;
    println!("{} is changed; it is {}", job.id, job.state.label());
    Ok(())
}

/// Marks a job as submitted to the state.
pub async fn submitted(args: &Submitted) -> Result<(), Failure> {
    let body = Map::from_iter([("submitted_to_state".to_owned(), (!args.undo).into())]);
    let job = change(&args.server, &args.id, &body).await?;
    match job.submitted_to_state_at {
        Some(at) => println!("{} is marked as submitted to the state at {}", job.id, api::view::moment(at)),
        None => println!("{} is not marked as submitted to the state", job.id),
    }
    Ok(())
}

/// One action on all jobs that match; jobs that it did not change make the exit status 1.
pub async fn bulk(args: &Bulk) -> Result<(), Failure> {
    let mut filter = args.filter.object();
    if args.own {
        filter.insert("view".to_owned(), "own".into());
    }
    let action = match args.action {
        Action::Cancel => "cancel",
        Action::Restart => "restart",
        Action::Delete => "delete",
    };
    let body = json!({"action": action, "filter": filter});
    let done: Value = args.server.json(args.server.call(Method::POST, "/jobs/bulk").json(&body)).await?;
    if args.json {
        println!("{done}");
    } else {
        println!("{} of {} jobs that match", done["done"], done["matched"]);
    }
    let refused = done["refused"].as_array().map(Vec::as_slice).unwrap_or_default();
    if refused.is_empty() {
        return Ok(());
    }
    let line = |one: &Value| {
        format!("{}: {}", one["id"].as_str().unwrap_or_default(), one["reason"].as_str().unwrap_or_default())
    };
    Err(Failure { lines: refused.iter().map(line).collect(), status: 1 })
}
