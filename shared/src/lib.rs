//! The job and its adapters: job model, store, broker, files, settings, clock, telemetry.

pub mod broker;
pub mod clock;
pub mod job;
pub mod store;
