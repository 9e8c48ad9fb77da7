//! `registrar demo`: the whole path on one machine, with a made-up district.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::auth::{Line, new_token};
use api::view::JobView;
use reqwest::Method;
use serde_json::json;
use shared::settings::Settings;
use shared::stop::stopped;
use shared::telemetry;
use tokio::sync::{oneshot, watch as flag};

use super::{Server, download, upload, watch};
use crate::commands::Failure;
use crate::commands::progress::Show;
use crate::roles::{all, block_on, stopping};

/// Arguments of `registrar demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of everything the demo makes; a new one under the system's temporary folder otherwise.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Go on serving until Ctrl-C.
    #[arg(long)]
    serve: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(1, format!("the demo's folder cannot be made: {e}"));
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => tempfile::Builder::new().prefix("registrar-demo-").tempdir().map_err(failed)?.keep(),
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let folder = folder.canonicalize().map_err(failed)?;
    let settings = Arc::new(settings(&folder)?);
    telemetry::start(&settings.log).map_err(|e| Failure::new(1, e))?;
    println!("Everything of this demo lies in {}", folder.display());
    let bundle = folder.join("bundle");
    if !bundle.exists() {
        println!("1. Making a small district in Kentucky …");
        synth::write(synth::Preset::Small, 2026, synth::State::Ky, None, &bundle)
            .map_err(|e| Failure::new(1, e))?;
    }
    let line = Line {
        sha256: String::new(),
        name: "dana".to_owned(),
        tenants: vec!["ky-demo".to_owned()],
        rights: "all".to_owned(),
        schools: Vec::new(),
        made_at: None,
        expires_at: None,
    };
    let token = new_token(&settings.tokens.file, line).map_err(|e| Failure::new(1, e))?;
    block_on(demo(settings, folder, token, args.serve))
}

/// SQLite, in-process dispatch, a folder, a free port.
fn settings(folder: &Path) -> Result<Settings, Failure> {
    let set = |key: &str, value: String| format!("{key}={value}");
    let at = |name: &str| folder.join(name).display().to_string();
    let flags = [
        set("database.url", format!("sqlite://{}", at("queue.db"))),
        set("broker.url", "in-process:".to_owned()),
        set("storage.url", format!("file://{}", at("storage"))),
        set("tokens.file", at("tokens.jsonl")),
        set("worker.scratch", at("scratch")),
        set("worker.slots", "2".to_owned()),
        set("api.listen", "127.0.0.1:0".to_owned()),
        set("log.level", "warn".to_owned()),
    ];
    std::fs::create_dir_all(folder.join("storage"))
        .map_err(|e| Failure::new(1, format!("the demo's folder cannot be made: {e}")))?;
    Settings::read(None, [], &flags).map_err(|e| Failure::new(1, e))
}

async fn demo(settings: Arc<Settings>, folder: PathBuf, token: String, serve: bool) -> Result<(), Failure> {
    let (end, ended) = flag::channel(false);
    let mut signals = stopping();
    let (ready, address) = oneshot::channel();
    let serving = tokio::spawn(async move {
        let ready = move |at| {
            // The demo may have been stopped before.
            let _gone = ready.send(at);
        };
        all::everything(&settings, ended, ready).await
    });
    let Ok(address) = address.await else {
        return serving.await.map_err(|e| Failure::new(1, e))?;
    };
    let server = Server { url: format!("http://{address}"), token: token.clone() };
    println!("2. The role `all` serves {} with SQLite, in-process dispatch and a folder.", server.url);
    let shown = tokio::select! {
        shown = show(&server, &folder) => shown,
        () = stopped(&mut signals) => Ok(()),
    };
    if serve && shown.is_ok() && !*signals.borrow() {
        println!("Serving until Ctrl-C. Try:");
        println!("  export REGISTRAR_URL={} REGISTRAR_TOKEN={token}", server.url);
        println!("  registrar jobs");
        stopped(&mut signals).await;
    }
    end.send_replace(true);
    let served = serving.await.map_err(|e| Failure::new(1, e))?;
    shown.and(served)
}

async fn show(server: &Server, folder: &Path) -> Result<(), Failure> {
    println!("3. Uploading the district's bundle …");
    let import = upload::send(server, &folder.join("bundle"), Some("2026-02-01T12:00"), None).await?;
    let import = watch::follow(server, &import.id.to_string(), Show::Bar).await?;
    watch::ended(&import)?;
    let rows = import.result.as_ref().map_or(0, |r| r.rows);
    println!(
        "   {rows} rows are in snapshot {}.",
        import.snapshot.map(|s| s.id.to_string()).unwrap_or_default()
    );
    let mut files = Vec::new();
    for (number, format) in [(4, "csv"), (5, "xlsx")] {
        println!("{number}. Submit to Batch: all six KECS LEAD reports as {format} …");
        let job = submit(server, format).await?;
        let job = watch::follow(server, &job.id.to_string(), Show::Bar).await?;
        watch::ended(&job)?;
        let seconds = job.duration_seconds.unwrap_or_default();
        println!("   Completed in {seconds:.2} s: job {}", job.id);
        files.extend(
            download::files(server, &job.id.to_string(), &folder.join("results"), None, false).await?,
        );
    }
    println!("6. The results:");
    for path in &files {
        println!("   {}", path.display());
    }
    if let Some(classes) = files.iter().find(|f| f.ends_with("KECS_LEAD_Classes.csv")) {
        println!("   The first lines of Classes:");
        let file = std::fs::File::open(classes).map_err(|e| Failure::new(1, e))?;
        for line in BufReader::new(file).lines().take(4) {
            let line = line.map_err(|e| Failure::new(1, e))?;
            let start: String = line.chars().take(110).collect();
            println!("   {start} …");
        }
    }
    Ok(())
}

async fn submit(server: &Server, format: &str) -> Result<JobView, Failure> {
    let reports = ["detail", "staff", "caseload", "classes", "schoolwide", "issues"];
    let body = json!({
        "extract": "kecs-lead",
        "request": {"reports": reports, "calendars": {"active_year": true}, "format": format},
        "label": "demo",
    });
    server.json(server.call(Method::POST, "/jobs").json(&body)).await
}
