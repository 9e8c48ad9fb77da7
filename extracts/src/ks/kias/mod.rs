//! KIAS Extract: behavior incidents of a Kansas district, as the Kansas Integrated Accountability System reads them,
//! and its Data Validation Report.
//!
//! Lay `ks-kias.md` beside these files. `events` finds student-events, `rows` applies the population and splits each
//! into rows, `removal` says what the resolutions of a row say, `columns` prints.

pub mod basis;
pub mod codes;
pub mod columns;
pub mod enrollments;
pub mod events;
pub mod explain;
pub mod extract;
pub mod groups;
pub mod length;
pub mod reasons;
pub mod removal;
pub mod request;
pub mod rows;
pub mod status;
pub mod tables;
pub mod validation;
pub mod warnings;

/// The catalogue's code.
pub const CODE: &str = "kias";
/// The catalogue's name.
pub const TITLE: &str = "KIAS Extract";
