//! `registrar webhooks`: addresses of a district that hear when jobs end.

use api::webhooks::{Deliveries, DeliveryView, WebhookList, WebhookView};
use reqwest::Method;
use serde_json::json;

use super::{Server, table};
use crate::commands::Failure;

/// Arguments of `registrar webhooks`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists webhooks.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Makes a webhook; prints its id and, this once, the secret that signs its calls.
    Add {
        /// Where it is told: https, and a host that `webhooks.allow` of the server names.
        address: String,
        /// District; needed where the token has several.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Takes a webhook away.
    Delete {
        /// The webhook's id.
        id: String,
    },
    /// Lets a webhook hear a test.
    Test {
        /// The webhook's id.
        id: String,
    },
    /// Lists what a webhook was told, newest first, with the last fault.
    Deliveries {
        /// The webhook's id.
        id: String,
        /// Rows, at most 200.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

fn line(value: &impl serde::Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(value).map_err(|e| Failure::new(1, e))?);
    Ok(())
}

/// Runs the command.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let server = &args.server;
    let at = |id: &str, rest: &str| format!("/webhooks/{}{rest}", api::view::encoded(id));
    match &args.command {
        Command::List { json } => {
            let all: WebhookList = server.json(server.call(Method::GET, "/webhooks")).await?;
            if *json {
                return all.webhooks.iter().try_for_each(line);
            }
            let rows: Vec<Vec<String>> = all
                .webhooks
                .into_iter()
                .map(|w| vec![w.id.to_string(), w.tenant, w.made_at, w.made_by, w.waiting.to_string(), w.url])
                .collect();
            table::print(&["id", "district", "made", "by", "waiting", "address"], &rows);
            Ok(())
        }
        Command::Add { address, tenant } => {
            let body = json!({"url": address, "tenant": tenant});
            let made: WebhookView = server.json(server.call(Method::POST, "/webhooks").json(&body)).await?;
            println!("{}", made.id);
            println!("{}", made.secret.unwrap_or_default());
            eprintln!("The secret is not shown again.");
            Ok(())
        }
        Command::Delete { id } => {
            let gone: WebhookView = server.json(server.call(Method::DELETE, &at(id, ""))).await?;
            println!("{} is deleted", gone.id);
            Ok(())
        }
        Command::Test { id } => {
            let told: DeliveryView = server.json(server.call(Method::POST, &at(id, "/test"))).await?;
            println!(
                "{} is on its way; `registrar webhooks deliveries {id}` says what became of it",
                told.id
            );
            Ok(())
        }
        Command::Deliveries { id, limit, json } => {
            let address = at(id, &format!("/deliveries?limit={limit}"));
            let page: Deliveries = server.json(server.call(Method::GET, &address)).await?;
            if *json {
                return page.deliveries.iter().try_for_each(line);
            }
            let rows: Vec<Vec<String>> = page.deliveries.into_iter().map(row).collect();
            table::print(&["id", "at", "job", "ended", "state", "tries", "next try", "last fault"], &rows);
            Ok(())
        }
    }
}

fn row(told: DeliveryView) -> Vec<String> {
    vec![
        told.id.to_string(),
        told.at,
        told.job.map_or_else(|| "test".to_owned(), |job| job.to_string()),
        told.job_state.unwrap_or_default(),
        told.state,
        told.attempts.to_string(),
        told.next_try_at.unwrap_or_default(),
        told.last_error.unwrap_or_default(),
    ]
}
