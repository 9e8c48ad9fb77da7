//! The command line (extract-contract, "Command line").

mod extract;
mod extracts;
mod import;
mod progress;
mod synth;

use clap::{Parser, Subcommand};

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
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Import(args) => import::run(&args),
            Command::Extract(args) => extract::run(&args),
            Command::Synth(args) => synth::run(&args),
            Command::Extracts(args) => extracts::run(&args),
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
