//! `registrar doctor`: what is wrong with the settings and how to mend it.

use std::path::Path;
use std::time::Duration;

use api::auth::Tokens;
use shared::settings::Settings;
use tokio::net::TcpListener;

use super::{Source, block_on, engines};
use crate::commands::Failure;

/// Longest time for a part to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was found of one part.
struct Finding {
    part: &'static str,
    fault: Option<String>,
    mend: &'static str,
}

/// Runs the command.
pub fn run(source: &Source) -> Result<(), Failure> {
    let settings = source.read()?;
    println!("settings  ok: no unknown key, every value can be read");
    let findings = block_on(async move { Ok(look(&settings).await) })?;
    let mut faults = 0;
    for Finding { part, fault, mend } in findings {
        match fault {
            None => println!("{part:<9} ok"),
            Some(fault) => {
                faults += 1;
                println!("{part:<9} {fault}\n          {mend}");
            }
        }
    }
    if faults == 0 {
        return Ok(());
    }
    Err(Failure::new(1, format!("{faults} of these parts must be mended before Registrar can work")))
}

async fn look(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![
        Finding {
            part: "database",
            fault: in_time(database(settings)).await,
            mend: "Set database.url to a database that answers (postgres://user:password@host/name), then run `registrar migrate`.",
        },
        Finding {
            part: "broker",
            fault: in_time(broker(settings)).await,
            mend: "Set broker.url to a RabbitMQ of 3.10 or later (amqp://user:password@host:5672/vhost), or to in-process:.",
        },
        Finding {
            part: "storage",
            fault: in_time(storage(settings)).await,
            mend: "Set storage.url to a folder that this user may write (file:///path), or to s3://bucket/prefix with the AWS_ variables.",
        },
        Finding {
            part: "scratch",
            fault: scratch(&settings.worker.scratch),
            mend: "Set worker.scratch to a folder on a disk with room that this user may write.",
        },
        Finding {
            part: "listen",
            fault: listen(settings).await,
            mend: "Set api.listen to a free HOST:PORT.",
        },
        Finding {
            part: "tokens",
            fault: tokens(settings).await,
            mend: "Make one with `registrar token new --tenant T --rights all --name you`.",
        },
    ];
    if !settings.embedded() && settings.storage.url.starts_with("file:") {
        findings.push(Finding {
            part: "note",
            fault: Some(
                "storage is a folder while the database and the broker serve several machines".to_owned(),
            ),
            mend: "Every process must see the same folder; s3:// is the usual choice.",
        });
    }
    findings
}

async fn in_time(look: impl Future<Output = Result<(), String>>) -> Option<String> {
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(result) => result.err(),
        Err(_) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn words(failure: Failure) -> String {
    failure.lines.join("; ")
}

async fn database(settings: &Settings) -> Result<(), String> {
    let store = engines::store(settings, 2).await.map_err(words)?;
    if store.embedded() {
        return Ok(());
    }
    store.totals().await.map(drop).map_err(|error| {
        if error.away() { error.to_string() } else { "it has no tables of this program".to_owned() }
    })
}

async fn broker(settings: &Settings) -> Result<(), String> {
    let broker = engines::broker(settings).await.map_err(words)?;
    let looked = broker.depths().await.map(drop).map_err(|e| e.to_string());
    broker.close().await;
    looked
}

async fn storage(settings: &Settings) -> Result<(), String> {
    let files = engines::files(settings).map_err(words)?;
    files.check().await.map_err(|e| e.to_string())
}

fn scratch(folder: &Path) -> Option<String> {
    let probe = folder.join(".doctor");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    written.err().map(|e| format!("{} cannot be written: {e}", folder.display()))
}

async fn listen(settings: &Settings) -> Option<String> {
    let address = &settings.api.listen;
    TcpListener::bind(address).await.err().map(|e| format!("{address} cannot be used: {e}"))
}

async fn tokens(settings: &Settings) -> Option<String> {
    match Tokens::count(&settings.tokens.file) {
        Ok(0) => Some(format!("{} holds no token, so nobody can call", settings.tokens.file.display())),
        Ok(_) => None,
        Err(error) => Some(error.to_string()),
    }
}
