//! The hands: how a job's work is done.

pub mod executor;
