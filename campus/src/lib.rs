//! What the data is: Campus tables, import of a district's CSV bundle, snapshot files.
//!
//! Synchronous, no network, no clock: what import needs of those is passed in.

pub mod csv;
pub mod date;
pub mod import;
pub mod snapshot;
pub mod tables;
pub mod value;
