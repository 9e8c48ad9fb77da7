//! `registrar upload`: an archive as it is, a folder as an archive.

use std::fs::File;
use std::path::{Path, PathBuf};

use api::view::JobView;
use reqwest::{Body, Method};

use super::{Server, watch};
use crate::commands::Failure;
use crate::commands::import::minute;
use crate::commands::progress::Show;

/// Arguments of `registrar upload`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder, .zip, .tar.gz or .tar.zst of CSV files.
    bundle: PathBuf,
    /// As-of time, YYYY-MM-DDTHH:MM; else the newest file time in the bundle, in UTC.
    #[arg(long, value_parser = minute)]
    as_of: Option<String>,
    /// District; needed where the token has several.
    #[arg(long)]
    tenant: Option<String>,
    /// Do not wait for the import.
    #[arg(long)]
    no_watch: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value = "bar")]
    progress: Show,
    #[command(flatten)]
    server: Server,
}

/// Runs the command; prints the id of the import job.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let job = send(&args.server, &args.bundle, args.as_of.as_deref(), args.tenant.as_deref()).await?;
    println!("{}", job.id);
    if args.no_watch {
        return Ok(());
    }
    watch::ended(&watch::follow(&args.server, &job.id.to_string(), args.progress).await?)
}

/// Uploads a bundle and returns its import job.
pub async fn send(
    server: &Server,
    bundle: &Path,
    as_of: Option<&str>,
    tenant: Option<&str>,
) -> Result<JobView, Failure> {
    let packed;
    let path = if bundle.is_dir() {
        packed =
            pack(bundle).map_err(|e| Failure::new(Failure::DATA, format!("{}: {e}", bundle.display())))?;
        packed.path()
    } else {
        bundle
    };
    let name = path.to_string_lossy();
    let media_type = match &*name {
        n if n.ends_with(".zip") => "application/zip",
        n if n.ends_with(".tar.gz") || n.ends_with(".tgz") => "application/gzip",
        n if n.ends_with(".tar.zst") => "application/zstd",
        _ => {
            let line = format!("{name}: a bundle is a folder, .zip, .tar.gz or .tar.zst");
            return Err(Failure::new(Failure::USAGE, line));
        }
    };
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|e| Failure::new(Failure::DATA, format!("{name} cannot be read: {e}")))?;
    let mut query = Vec::new();
    query.extend(as_of.map(|t| format!("as_of={}", api::view::encoded(t))));
    query.extend(tenant.map(|t| format!("tenant={}", api::view::encoded(t))));
    let call = server
        .call(Method::POST, &format!("/bundles?{}", query.join("&")))
        .timeout(std::time::Duration::from_secs(24 * 3600))
        .header("Content-Type", media_type)
        .body(Body::from(file));
    server.json(call).await
}

/// Packs a folder of CSV files; their times go along, as they may be the as-of time.
fn pack(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let file = tempfile::Builder::new().suffix(".tar.zst").tempfile()?;
    let mut tar = tar::Builder::new(zstd::Encoder::new(file.reopen()?, 1)?);
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    names.sort();
    for path in names.iter().filter(|p| p.is_file()) {
        let name = path.file_name().unwrap_or_default();
        tar.append_file(name, &mut File::open(path)?)?;
    }
    tar.into_inner()?.finish()?;
    Ok(file)
}
