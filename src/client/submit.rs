//! `registrar submit`.

use std::io::Read;
use std::path::PathBuf;

use api::view::JobView;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Server, watch};
use crate::commands::Failure;
use crate::commands::progress::Show;

/// Arguments of `registrar submit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code of the extract.
    extract: String,
    /// File of the request, `-` for standard input.
    #[arg(long)]
    request: PathBuf,
    /// District; needed where the token has several.
    #[arg(long)]
    tenant: Option<String>,
    /// Free text, at most 80 characters.
    #[arg(long)]
    label: Option<String>,
    /// Goes before other jobs.
    #[arg(long)]
    high_priority: bool,
    /// The result does not expire.
    #[arg(long)]
    keep: bool,
    /// Not before this time, such as 2026-07-01T10:00:00Z.
    #[arg(long)]
    run_at: Option<String>,
    /// The same key within 24 hours makes no second job.
    #[arg(long)]
    key: Option<String>,
    /// Generate Extract: run at once and wait, this many seconds at most.
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Watch the job until it ends.
    #[arg(long)]
    watch: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value = "bar")]
    progress: Show,
    #[command(flatten)]
    server: Server,
}

/// Runs the command; prints the job's id.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let mut body = json!({
        "extract": args.extract,
        "request": request(&args.request)?,
        "high_priority": args.high_priority,
        "keep_until_deleted": args.keep,
    });
    for (field, value) in [("tenant", &args.tenant), ("label", &args.label), ("run_at", &args.run_at)] {
        if let Some(value) = value {
            body[field] = value.as_str().into();
        }
    }
    let mut call = args.server.call(Method::POST, "/jobs").json(&body);
    if let Some(key) = &args.key {
        call = call.header("Idempotency-Key", key);
    }
    if let Some(seconds) = args.wait {
        call = call.header("Prefer", format!("wait={seconds}"));
    }
    let job: JobView = args.server.json(call).await?;
    println!("{}", job.id);
    if args.watch {
        return watch::ended(&watch::follow(&args.server, &job.id.to_string(), args.progress).await?);
    }
    Ok(())
}

/// Reads the file of a request.
pub fn request(path: &std::path::Path) -> Result<Value, Failure> {
    let name = path.display();
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text =
        text.map_err(|e| Failure::new(Failure::USAGE, format!("{name}: the request cannot be read: {e}")))?;
    serde_json::from_str(&text)
        .map_err(|e| Failure::new(Failure::USAGE, format!("{name}: the request is not JSON: {e}")))
}
