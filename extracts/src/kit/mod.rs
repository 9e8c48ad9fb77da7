//! The extract kit: requests, rules, columns, cells and the formats that print them.

pub mod cell;
pub mod code;
pub mod extract;
pub mod format;
pub mod index;
pub mod option;
pub mod problem;
pub mod rules;
