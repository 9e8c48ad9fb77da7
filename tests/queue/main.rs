//! The queue from end to end: real processes, real services, real data.

mod api;
mod bad_input;
mod checker;
mod explain;
mod faults;
mod fleet;
mod operations;
mod progress;
mod schedules;
mod scope;
#[path = "../support/mod.rs"]
mod support;
mod whole_path;
