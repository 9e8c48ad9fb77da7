//! The job and its adapters: job model, store, broker, files, settings, webhooks, clock, telemetry.

pub mod batch;
pub mod broker;
pub mod clock;
pub mod files;
pub mod job;
pub mod settings;
pub mod stop;
pub mod store;
pub mod telemetry;
pub mod webhook;
