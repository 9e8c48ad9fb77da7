//! Adapters against real servers: one behavior suite for each trait, run on every engine, and the faults.

mod dispatch;
mod faults;
mod store;
mod files;
mod harness;
mod storage_faults;
#[path = "../support/mod.rs"]
mod support;
