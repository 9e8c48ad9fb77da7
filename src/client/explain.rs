//! `registrar explain`: why somebody or something is in a job's result or not.

use reqwest::Method;
use reqwest::header::ACCEPT;

use super::Server;
use crate::commands::Failure;

/// Arguments of `registrar explain`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("subject").required(true).args(["student", "person", "section"])))]
pub struct Args {
    /// The job's id.
    id: String,
    /// A student's State ID.
    #[arg(long, value_name = "ID")]
    student: Option<String>,
    /// A personID.
    #[arg(long, value_name = "ID")]
    person: Option<i32>,
    /// A sectionID.
    #[arg(long, value_name = "ID")]
    section: Option<i32>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

/// Runs the command; prints what `registrar extract --explain` would.
pub async fn run(args: &Args) -> Result<(), Failure> {
    let (kind, id) = match (&args.student, args.person, args.section) {
        (Some(student), _, _) => ("student", student.clone()),
        (_, Some(person), _) => ("person", person.to_string()),
        (_, _, section) => ("section", section.unwrap_or_default().to_string()),
    };
    let path = format!("/jobs/{}/explain?{kind}={}", args.id, api::view::encoded(&id));
    let media_type = if args.json { "application/json" } else { "text/plain" };
    let call = args.server.call(Method::GET, &path).header(ACCEPT, media_type);
    let told = args.server.send(call).await?.text().await;
    print!("{}", told.map_err(|_| Failure::new(1, "the call did not end"))?);
    Ok(())
}
