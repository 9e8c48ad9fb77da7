//! The extract kit: requests, rules, columns, cells and the formats that print them.

pub mod cell;
pub mod code;
pub mod extract;
pub mod format;
pub mod index;
pub mod option;
pub mod problem;
pub mod rules;

/// What a request may name in a snapshot, for those who check requests without reading one.
pub mod choices {
    pub use campus::snapshot::manifest::{Calendar, Choices, District, Filter, School, Year};
}
