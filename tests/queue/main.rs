//! The queue from end to end: real processes, real services, real data.

mod api;
mod bad_input;
mod command_line;
mod explain;
mod fleet;
mod operations;
mod progress;
mod refusals;
mod rights;
mod schedules;
mod scope;
#[path = "../support/mod.rs"]
mod support;
mod webhooks;
mod whole_path;
