//! The command line (extract-contract, "Command line").

mod extract;
mod extracts;
pub mod import;
mod interrupt;
pub mod progress;
mod synth;

use clap::{Parser, Subcommand};

use crate::client;
use crate::roles::serve::Role;
use crate::roles::{Source, all, doctor, migrate, serve, token};

/// State reports for school districts.
#[derive(Debug, Parser)]
#[command(name = "registrar", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a snapshot of a district's bundle.
    Import(import::Args),
    /// Makes the files of an extract.
    Extract(extract::Args),
    /// Writes a made-up district's bundle.
    Synth(synth::Args),
    /// Lists the catalogue, or one extract's columns and rules.
    Extracts(extracts::Args),
    /// Serves the HTTP API.
    Api(Source),
    /// Works: runs jobs in its slots.
    Worker(Source),
    /// Sweeps: relay, due jobs, schedules, rescuer, reconciler, retention, webhooks.
    Scheduler(Source),
    /// API, worker and scheduler in one process.
    All(Source),
    /// Makes or updates the tables of the database.
    Migrate(Source),
    /// Tells what is wrong with the settings and how to mend it.
    Doctor(Source),
    /// Makes tokens for the API.
    Token(token::Args),
    /// Shows the whole path on this machine with a made-up district.
    Demo(client::demo::Args),
    #[command(flatten)]
    Client(client::Command),
    /// Runs jobs for a worker, which starts it.
    #[command(hide = true)]
    Executor {
        /// Most memory, bytes.
        #[arg(long)]
        memory: u64,
    },
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Import(args) => import::run(&args),
            Command::Extract(args) => extract::run(&args),
            Command::Synth(args) => synth::run(&args),
            Command::Extracts(args) => extracts::run(&args),
            Command::Api(source) => serve::run(Role::Api, &source),
            Command::Worker(source) => serve::run(Role::Worker, &source),
            Command::Scheduler(source) => serve::run(Role::Scheduler, &source),
            Command::All(source) => all::run(&source),
            Command::Migrate(source) => migrate::run(&source),
            Command::Doctor(source) => doctor::run(&source),
            Command::Token(args) => token::run(&args),
            Command::Demo(args) => client::demo::run(&args),
            Command::Client(command) => client::run(&command),
            Command::Executor { memory } => {
                worker::child::serve(memory);
                Ok(())
            }
        }
    }
}

/// Lines for standard error and the exit status.
#[derive(Debug)]
pub struct Failure {
    /// One sentence each.
    pub lines: Vec<String>,
    /// 2 the request or arguments are wrong, 3 the data cannot be read, 1 anything else.
    pub status: u8,
}

impl Failure {
    /// The request or the arguments are wrong.
    pub const USAGE: u8 = 2;
    /// The data cannot be read.
    pub const DATA: u8 = 3;

    /// A failure of one sentence.
    pub fn new(status: u8, line: impl ToString) -> Failure {
        Failure { lines: vec![line.to_string()], status }
    }
}
