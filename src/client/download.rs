//! `registrar download`: files appear under their names only when they are complete.

use std::path::{Path, PathBuf};

use reqwest::Method;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::Server;
use crate::commands::Failure;

/// Arguments of `registrar download`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The job's id.
    id: String,
    /// Folder of the files.
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// Only this file.
    #[arg(long)]
    file: Option<String>,
    /// All files in one archive.
    #[arg(long, conflicts_with = "file")]
    zip: bool,
    #[command(flatten)]
    server: Server,
}

/// Runs the command; prints the paths of the files.
pub async fn run(args: &Args) -> Result<(), Failure> {
    for path in files(&args.server, &args.id, &args.out, args.file.as_deref(), args.zip).await? {
        println!("{}", path.display());
    }
    Ok(())
}

/// Downloads a job's files and returns their paths.
pub async fn files(
    server: &Server,
    id: &str,
    out: &Path,
    only: Option<&str>,
    zip: bool,
) -> Result<Vec<PathBuf>, Failure> {
    let job = server.job(id).await?;
    let Some(result) = job.result.as_ref().filter(|r| !r.files.is_empty()) else {
        return Err(Failure::new(1, format!("The job offers no files; it is {}.", job.state.word())));
    };
    let failed = |e: std::io::Error| Failure::new(1, format!("{} cannot be written: {e}", out.display()));
    std::fs::create_dir_all(out).map_err(failed)?;
    if zip {
        let path = out.join(format!("{}-{}.zip", job.extract, job.id));
        fetch(server, &format!("/jobs/{id}/files.zip"), &path, None).await?;
        return Ok(vec![path]);
    }
    let wanted: Vec<_> = result.files.iter().filter(|f| only.is_none_or(|name| f.name == name)).collect();
    if wanted.is_empty() {
        return Err(Failure::new(
            Failure::USAGE,
            format!("The job has no file {}.", only.unwrap_or_default()),
        ));
    }
    let mut paths = Vec::new();
    for file in wanted {
        // A server's name must not lead out of the folder.
        let name = Path::new(&file.name).file_name().unwrap_or_default();
        let path = out.join(name);
        let address = format!("/jobs/{id}/files/{}", api::view::encoded(&file.name));
        fetch(server, &address, &path, Some(&file.sha256)).await?;
        paths.push(path);
    }
    Ok(paths)
}

async fn fetch(server: &Server, address: &str, path: &Path, sha256: Option<&str>) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(1, format!("{} cannot be written: {e}", path.display()));
    let call = server.call(Method::GET, address).timeout(std::time::Duration::from_secs(24 * 3600));
    let mut response = server.send(call).await?;
    let part = path.with_extension("part");
    let mut file = tokio::fs::File::create(&part).await.map_err(failed)?;
    let mut hash = Sha256::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => {
                hash.update(&bytes);
                file.write_all(&bytes).await.map_err(failed)?;
            }
            Ok(None) => break,
            Err(_) => {
                let _left = std::fs::remove_file(&part);
                return Err(Failure::new(1, "the download broke off; start it again"));
            }
        }
    }
    file.sync_all().await.map_err(failed)?;
    let hash: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    if sha256.is_some_and(|expected| expected != hash) {
        let _left = std::fs::remove_file(&part);
        return Err(Failure::new(
            1,
            format!("{}: other bytes came than were stored; start it again", path.display()),
        ));
    }
    std::fs::rename(&part, path).map_err(failed)
}
