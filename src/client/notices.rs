//! `registrar notices`: the inbox of whoever the token belongs to.

use reqwest::Method;
use serde_json::Value;

use super::{Server, table};
use crate::commands::Failure;

/// Arguments of `registrar notices`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Only those that were not read.
    #[arg(long)]
    unread: bool,
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Marks a notice as read, or all of them.
    Read {
        /// The notice's id.
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// All that were not read.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

/// Runs the command.
pub async fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        None => list(args).await,
        Some(Command::Read { id: Some(id), .. }) => {
            mark(&args.server, id).await?;
            println!("{id} is read");
            Ok(())
        }
        Some(Command::Read { id: None, .. }) => {
            let (notices, _) = inbox(&args.server).await?;
            let unread: Vec<String> =
                notices.iter().filter(|n| n["read_at"].is_null()).map(|n| table::cell(&n["id"])).collect();
            for id in &unread {
                mark(&args.server, id).await?;
            }
            println!("{} are read", unread.len());
            Ok(())
        }
    }
}

async fn mark(server: &Server, id: &str) -> Result<Value, Failure> {
    let address = format!("/notices/{}/read", api::view::encoded(id));
    server.json(server.call(Method::POST, &address)).await
}

/// All notices, newest first, and how many were not read.
async fn inbox(server: &Server) -> Result<(Vec<Value>, i64), Failure> {
    let (mut notices, mut address) = (Vec::new(), "/notices?limit=200".to_owned());
    loop {
        let page: Value = server.json(server.call(Method::GET, &address)).await?;
        notices.extend(page["notices"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => address = format!("/notices?limit=200&cursor={}", api::view::encoded(next)),
            None => return Ok((notices, page["unread"].as_i64().unwrap_or_default())),
        }
    }
}

async fn list(args: &Args) -> Result<(), Failure> {
    let (mut notices, unread) = inbox(&args.server).await?;
    notices.retain(|notice| !args.unread || notice["read_at"].is_null());
    let notices = Value::Array(notices);
    if args.json {
        table::lines(&notices);
        return Ok(());
    }
    let members = ["id", "at", "state", "extract", "job", "read_at", "label"];
    table::print(&["id", "at", "state", "extract", "job", "read", "label"], &table::rows(&notices, &members));
    println!("{unread} not read");
    Ok(())
}
