//! The binary `registrar`: commands and their exit status.

mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.lines.iter().for_each(|line| eprintln!("{line}"));
            ExitCode::from(failure.status)
        }
    }
}
