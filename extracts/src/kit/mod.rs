//! The extract kit: requests, rules, columns, cells and the formats that print them.

pub mod ad_hoc;
pub mod both;
pub mod cell;
pub mod code;
pub mod column;
pub mod dated;
pub mod days;
pub mod dictionary;
pub mod explain;
pub mod extract;
pub mod format;
pub mod grade;
pub mod index;
pub mod option;
pub mod people;
pub mod problem;
pub mod request;
pub mod rules;
mod tables;

pub(crate) use tables::tables;

/// What a request may name in a snapshot, for those who check requests without reading one.
pub mod choices {
    pub use campus::snapshot::manifest::{Calendar, Choices, District, Filter, School, Year};
}
