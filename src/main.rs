//! The binary `registrar`: commands and their exit status.

mod client;
mod commands;
mod roles;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Two providers are compiled in; every TLS connection of the program uses this one.
    let _first = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match commands::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.lines.iter().for_each(|line| eprintln!("{line}"));
            ExitCode::from(failure.status)
        }
    }
}
