//! `registrar token new`: makes a token, prints it once, keeps its hash (api, "Who calls").

use api::auth::{Line, new_token};
use shared::job::rights::Rights;

use super::Source;
use crate::commands::Failure;

/// Arguments of `registrar token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Makes a token and prints it once, alone on standard output.
    New(New),
}

#[derive(Debug, clap::Args)]
struct New {
    /// District; may be repeated.
    #[arg(long, required = true)]
    tenant: Vec<String>,
    /// `all`, letters such as `R,W`, or `tool:RWAD,tool:R`.
    #[arg(long)]
    rights: String,
    /// Only this `School.schoolID`; may be repeated.
    #[arg(long)]
    school: Vec<i32>,
    /// Name that jobs show.
    #[arg(long, default_value = "operator")]
    name: String,
    #[command(flatten)]
    source: Source,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Command::New(new) = &args.command;
    Rights::parse(&new.rights).map_err(|e| Failure::new(Failure::USAGE, e))?;
    for tenant in &new.tenant {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if tenant.is_empty() || !tenant.chars().all(plain) || tenant.starts_with('.') {
            let line = format!("`{tenant}` is no tenant: use letters, digits, -, _ and .");
            return Err(Failure::new(Failure::USAGE, line));
        }
    }
    let settings = new.source.read()?;
    let line = Line {
        sha256: String::new(),
        name: new.name.clone(),
        tenants: new.tenant.clone(),
        rights: new.rights.clone(),
        schools: new.school.clone(),
        made_at: None,
        expires_at: None,
    };
    let token = new_token(&settings.tokens.file, line).map_err(|e| Failure::new(1, e))?;
    println!("{token}");
    Ok(())
}
