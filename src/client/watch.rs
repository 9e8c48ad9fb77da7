//! `registrar watch`: a progress bar on a terminal, plain lines or JSON otherwise.

use std::io::IsTerminal;

use api::view::JobView;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use shared::job::State;

use super::Server;
use crate::commands::Failure;
use crate::commands::progress::Show;

/// Arguments of `registrar watch`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The job's id.
    id: String,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value = "bar")]
    progress: Show,
    #[command(flatten)]
    server: Server,
}

/// Runs the command; exit status 0 when the job completed.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let job = follow(&args.server, &args.id, args.progress).await?;
    for file in job.result.iter().flat_map(|r| &r.files) {
        println!("{}: {} rows, {} bytes", file.name, file.rows, file.bytes);
    }
    ended(&job)
}

/// A job that did not complete is a failure.
pub fn ended(job: &JobView) -> Result<(), Failure> {
    match (job.state, &job.failure) {
        (State::Completed, _) => Ok(()),
        (_, Some(failure)) => Err(Failure {
            lines: vec![format!("{} ({})", failure.message, failure.class), failure.next_step.clone()],
            status: 1,
        }),
        (state, None) => Err(Failure::new(1, format!("The job is {}.", state.word()))),
    }
}

/// Where a job stands, in one line.
pub fn words(job: &JobView) -> String {
    let phase = job.progress.as_ref().and_then(|p| p.phase.clone());
    match (job.state, phase, job.position) {
        (State::Processing, Some(phase), _) => phase,
        (State::Queued, _, Some(position)) => format!("Queued, about number {position}"),
        (state, _, _) => state.label().to_owned(),
    }
}

/// Shows a job until it ends.
pub async fn follow(server: &Server, id: &str, show: Show) -> Result<JobView, Failure> {
    let bar = (show == Show::Bar && std::io::stderr().is_terminal()).then(|| {
        let style = ProgressStyle::with_template("{spinner} {msg:32} {bar:40} {pos}/{len} {elapsed}");
        ProgressBar::new(100).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    });
    let mut tag: Option<String> = None;
    let mut said = String::new();
    loop {
        let mut call = server.call(Method::GET, &format!("/jobs/{id}")).header("Prefer", "wait=20");
        if let Some(tag) = &tag {
            call = call.header("If-None-Match", tag);
        }
        let response = server.send(call).await?;
        if response.status().as_u16() == 304 {
            continue;
        }
        tag = response.headers().get("etag").and_then(|t| t.to_str().ok()).map(str::to_owned);
        let job: JobView =
            response.json().await.map_err(|e| Failure::new(1, format!("the job cannot be read: {e}")))?;
        let now = words(&job);
        match (&bar, show) {
            (Some(bar), _) => {
                bar.set_message(now);
                if let Some(progress) = &job.progress
                    && let (Some(done), Some(total)) = (progress.done, progress.total)
                {
                    bar.set_length(total.unsigned_abs());
                    bar.set_position(done.unsigned_abs());
                }
            }
            (None, Show::Json) => {
                let line = serde_json::json!({"id": job.id, "state": job.state, "progress": job.progress});
                eprintln!("{line}");
            }
            (None, Show::Bar) if now != said => {
                eprintln!("{now}");
                said = now;
            }
            _ => {}
        }
        if job.state.finished() {
            if let Some(bar) = &bar {
                bar.finish_and_clear();
            }
            return Ok(job);
        }
    }
}
