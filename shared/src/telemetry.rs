//! Logs: text on a terminal, JSON otherwise (setting `log.format`). No student's data goes in: ids, states, classes.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::Log;

/// Starts logging to standard error.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(log: &Log) -> Result<(), String> {
    // Two libraries tell of every connection that they lose and that our supervisor makes again.
    let quiet = "lapin=off,sqlx=warn,object_store=error,hyper=warn";
    let filter = EnvFilter::try_new(format!("{},{quiet}", log.level))
        .map_err(|error| format!("log.level: `{}` cannot be read: {error}", log.level))?;
    let json = match log.format.as_str() {
        "json" => true,
        "text" => false,
        _ => !std::io::stderr().is_terminal(),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first.
    let _started = if json { builder.json().flatten_event(true).try_init() } else { builder.try_init() };
    Ok(())
}
