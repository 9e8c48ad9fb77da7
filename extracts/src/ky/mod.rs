//! Kentucky.

pub mod kecs_lead;
