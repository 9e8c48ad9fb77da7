//! The queue from end to end: real processes, real services, real data.

mod api;
mod bad_input;
mod fleet;
mod operations;
mod schedules;
#[path = "../support/mod.rs"]
mod support;
mod whole_path;
