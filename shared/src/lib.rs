//! The job and its adapters.
