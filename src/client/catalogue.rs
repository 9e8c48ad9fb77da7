//! `registrar catalogue`, `registrar snapshots`, `registrar me`: what the server offers, holds and knows of the caller.

use reqwest::Method;
use serde_json::Value;

use super::{Server, table};
use crate::commands::Failure;

/// Arguments of `registrar catalogue`.
#[derive(Debug, clap::Args)]
pub struct Catalogue {
    /// One extract with its options, their defaults and what the district offers for them, as JSON.
    code: Option<String>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar snapshots`.
#[derive(Debug, clap::Args)]
pub struct Snapshots {
    /// What the import of this snapshot found, instead of the list.
    #[arg(long, value_name = "ID")]
    findings: Option<String>,
    /// The findings as CSV.
    #[arg(long, requires = "findings", conflicts_with = "json")]
    csv: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Arguments of `registrar me`.
#[derive(Debug, clap::Args)]
pub struct Me {
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Lists the server's catalogue, or shows one extract.
pub async fn catalogue(args: &Catalogue) -> Result<(), Failure> {
    let server = &args.server;
    if let Some(code) = &args.code {
        let address = format!("/extracts/{}", api::view::encoded(code));
        return table::pretty(&server.json(server.call(Method::GET, &address)).await?);
    }
    let all: Value = server.json(server.call(Method::GET, "/extracts")).await?;
    if args.json {
        table::lines(&all["extracts"]);
    } else {
        table::print(&["code", "title"], &table::rows(&all["extracts"], &["code", "title"]));
    }
    Ok(())
}

/// Lists snapshots, or what one's import found.
pub async fn snapshots(args: &Snapshots) -> Result<(), Failure> {
    let server = &args.server;
    if let Some(id) = &args.findings {
        let call = server.call(Method::GET, &format!("/snapshots/{}/findings", api::view::encoded(id)));
        if args.csv {
            let answer = server.send(call.header("Accept", "text/csv")).await?;
            let text =
                answer.text().await.map_err(|_| Failure::new(1, "the findings broke off; ask again"))?;
            print!("{text}");
            return Ok(());
        }
        return table::pretty(&server.json(call).await?);
    }
    let all: Value = server.json(server.call(Method::GET, "/snapshots")).await?;
    if args.json {
        table::lines(&all["snapshots"]);
        return Ok(());
    }
    let snapshots = all["snapshots"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<Vec<String>> = snapshots
        .iter()
        .map(|one| {
            let marks = ["current", "lead"].into_iter().filter(|mark| one[*mark] == true);
            let cell = |member: &str| table::cell(&one[member]);
            vec![
                cell("id"),
                cell("tenant"),
                cell("as_of"),
                cell("imported_at"),
                marks.collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    table::print(&["id", "district", "as of", "imported", "named"], &rows);
    Ok(())
}

/// Who the token belongs to.
pub async fn me(args: &Me) -> Result<(), Failure> {
    let me: Value = args.server.json(args.server.call(Method::GET, "/me")).await?;
    if args.json {
        return table::pretty(&me);
    }
    let list =
        |list: &Value| list.as_array().into_iter().flatten().map(table::cell).collect::<Vec<_>>().join(", ");
    println!("{} of {}", table::cell(&me["name"]), list(&me["tenants"]));
    for (tool, letters) in me["rights"].as_object().into_iter().flatten() {
        let tool = match tool.as_str() {
            "**" => "every tool",
            "*" => "every tool but batch-queue-admin and operations",
            other => other,
        };
        println!("{} on {tool}", table::cell(letters));
    }
    let schools = list(&me["schools"]);
    if !schools.is_empty() {
        println!("only schools {schools}");
    }
    Ok(())
}
