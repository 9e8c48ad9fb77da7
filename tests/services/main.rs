//! Adapters against real servers: one behavior suite for each trait, run on every engine, and the faults.

mod dispatch;
mod engines;
mod faults;
mod files;
mod harness;
mod schedules;
mod state_machine;
mod storage_faults;
mod store;
#[path = "../support/mod.rs"]
mod support;
mod trash;
mod waiting;
mod webhooks;
