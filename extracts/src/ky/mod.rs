//! Kentucky.

pub mod kecs_lead;
pub mod lead_data;
mod reports;
