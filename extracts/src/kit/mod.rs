//! The extract kit: columns, cells and the formats that print them.

pub mod cell;
pub mod format;
