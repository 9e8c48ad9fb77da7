//! `registrar schedules`: list, add, edit, enable, disable, run, next, delete.

use std::path::PathBuf;

use api::schedules::{NextTimes, ScheduleList, ScheduleView};
use api::view::JobView;
use reqwest::Method;
use serde_json::{Value, json};

use super::Server;
use super::submit::request;
use crate::commands::Failure;

/// Arguments of `registrar schedules`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists schedules.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Makes a schedule and prints its id.
    Add(Add),
    /// Changes a schedule, which is yours then.
    Edit(Edit),
    /// Lets a schedule fire.
    Enable {
        /// The schedule's id.
        id: String,
    },
    /// Stops a schedule from firing.
    Disable {
        /// The schedule's id.
        id: String,
    },
    /// Makes a job at once and prints its id; the next fire time stays.
    Run {
        /// The schedule's id.
        id: String,
    },
    /// Prints the next fire times in UTC.
    Next {
        /// The schedule's id.
        id: String,
        /// How many.
        #[arg(long, default_value_t = 5)]
        count: u32,
    },
    /// Takes a schedule away; its jobs stay.
    Delete {
        /// The schedule's id.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Code of the extract, or lead-refresh.
    extract: String,
    /// File of the request, `-` for standard input; lead-refresh has none.
    #[arg(long)]
    request: Option<PathBuf>,
    /// Cron line of five fields, such as "0 6 * * 1".
    #[arg(long, required_unless_present = "after")]
    cron: Option<String>,
    /// IANA time zone of the line; the district's own without it.
    #[arg(long)]
    time_zone: Option<String>,
    /// Runs after each lead-refresh instead.
    #[arg(long, conflicts_with = "cron")]
    after: Option<String>,
    /// District; needed where the token has several.
    #[arg(long)]
    tenant: Option<String>,
    /// Free text, at most 80 characters.
    #[arg(long)]
    label: Option<String>,
    /// Goes before other jobs.
    #[arg(long)]
    high_priority: bool,
    /// The results do not expire.
    #[arg(long)]
    keep: bool,
    /// Fire times that nobody saw in time: skip, once or all.
    #[arg(long, default_value = "once")]
    missed: String,
    /// Fire times while a job is not finished: skip or queue.
    #[arg(long, default_value = "skip")]
    overlap: String,
    /// Jobs start up to so many seconds later.
    #[arg(long, default_value_t = 0)]
    jitter: u32,
}

#[derive(Debug, clap::Args)]
struct Edit {
    /// The schedule's id.
    id: String,
    /// File of another request, `-` for standard input.
    #[arg(long)]
    request: Option<PathBuf>,
    /// Another cron line of five fields; it no longer follows a job then.
    #[arg(long, conflicts_with = "after")]
    cron: Option<String>,
    /// Another IANA time zone of the line.
    #[arg(long)]
    time_zone: Option<String>,
    /// Runs after each lead-refresh instead of at fixed times.
    #[arg(long)]
    after: Option<String>,
    /// Another label.
    #[arg(long)]
    label: Option<String>,
    /// Fire times that nobody saw in time: skip, once or all.
    #[arg(long)]
    missed: Option<String>,
    /// Fire times while a job is not finished: skip or queue.
    #[arg(long)]
    overlap: Option<String>,
    /// Jobs start up to so many seconds later.
    #[arg(long)]
    jitter: Option<u32>,
}

/// Runs the command.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let server = &args.server;
    let at = |id: &str, rest: &str| format!("/schedules/{}{rest}", api::view::encoded(id));
    match &args.command {
        Command::List { json } => list(server, *json).await,
        Command::Add(new) => add(server, new).await,
        Command::Edit(changes) => edit(server, &at(&changes.id, ""), changes).await,
        Command::Enable { id } => change(server, &at(id, ""), true).await,
        Command::Disable { id } => change(server, &at(id, ""), false).await,
        Command::Run { id } => {
            let job: JobView = server.json(server.call(Method::POST, &at(id, "/run"))).await?;
            println!("{}", job.id);
            Ok(())
        }
        Command::Next { id, count } => {
            let address = at(id, &format!("/next?count={count}"));
            let times: NextTimes = server.json(server.call(Method::GET, &address)).await?;
            times.next.iter().for_each(|time| println!("{time}"));
            Ok(())
        }
        Command::Delete { id } => {
            let gone: ScheduleView = server.json(server.call(Method::DELETE, &at(id, ""))).await?;
            println!("{} is deleted", gone.id);
            Ok(())
        }
    }
}

async fn list(server: &Server, json: bool) -> Result<(), Failure> {
    let all: ScheduleList = server.json(server.call(Method::GET, "/schedules")).await?;
    if json {
        for schedule in &all.schedules {
            println!("{}", serde_json::to_string(schedule).map_err(|e| Failure::new(1, e))?);
        }
        return Ok(());
    }
    println!("{:<36}  {:<24}  {:<16}  {:<20}  {:<24}  label", "id", "extract", "when", "time zone", "next");
    for schedule in &all.schedules {
        let when = match (&schedule.cron, &schedule.after) {
            (Some(line), _) => line.clone(),
            (None, Some(job)) => format!("after {job}"),
            (None, None) => String::new(),
        };
        let next =
            if schedule.enabled { schedule.next_fire_at.as_deref().unwrap_or_default() } else { "disabled" };
        println!(
            "{}  {:<24}  {when:<16}  {:<20}  {next:<24}  {}",
            schedule.id,
            schedule.extract,
            schedule.time_zone.as_deref().unwrap_or_default(),
            schedule.label.as_deref().unwrap_or_default(),
        );
    }
    Ok(())
}

async fn add(server: &Server, new: &Add) -> Result<(), Failure> {
    let mut body = json!({
        "extract": new.extract,
        "request": new.request.as_deref().map_or(Ok(json!({})), request)?,
        "high_priority": new.high_priority,
        "keep_until_deleted": new.keep,
        "missed": new.missed,
        "overlap": new.overlap,
        "jitter": new.jitter,
    });
    for (field, value) in [
        ("cron", &new.cron),
        ("time_zone", &new.time_zone),
        ("after", &new.after),
        ("tenant", &new.tenant),
        ("label", &new.label),
    ] {
        if let Some(value) = value {
            body[field] = value.as_str().into();
        }
    }
    let made: ScheduleView = server.json(server.call(Method::POST, "/schedules").json(&body)).await?;
    println!("{}", made.id);
    Ok(())
}

async fn edit(server: &Server, address: &str, changes: &Edit) -> Result<(), Failure> {
    let mut body = json!({});
    if let Some(path) = &changes.request {
        body["request"] = request(path)?;
    }
    for (field, value) in [
        ("cron", &changes.cron),
        ("time_zone", &changes.time_zone),
        ("after", &changes.after),
        ("label", &changes.label),
        ("missed", &changes.missed),
        ("overlap", &changes.overlap),
    ] {
        if let Some(value) = value {
            body[field] = value.as_str().into();
        }
    }
    if let Some(jitter) = changes.jitter {
        body["jitter"] = jitter.into();
    }
    match (&changes.cron, &changes.after) {
        (Some(_), _) => body["after"] = Value::Null,
        (_, Some(_)) => body["cron"] = Value::Null,
        _ => {}
    }
    let changed: ScheduleView = server.json(server.call(Method::PATCH, address).json(&body)).await?;
    println!("{} is changed", changed.id);
    Ok(())
}

async fn change(server: &Server, address: &str, enabled: bool) -> Result<(), Failure> {
    let body: Value = json!({"enabled": enabled});
    let changed: ScheduleView = server.json(server.call(Method::PATCH, address).json(&body)).await?;
    match changed.next_fire_at.filter(|_| changed.enabled) {
        Some(next) => println!("{} fires next at {next}", changed.id),
        None => println!("{} is {}", changed.id, if changed.enabled { "enabled" } else { "disabled" }),
    }
    Ok(())
}
