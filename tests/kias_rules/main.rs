//! Both sides of the rules of KIAS and of its validation report, each as a small change to a bundle of one event.

mod case;
mod columns;
mod days;
mod population;
mod properties;
mod validation;

/// An in-school suspension of one day.
pub const ISS: &str = "450,,,,,1,,,";

/// The first enrollment of the example.
pub const ENROLLMENT: &str = "4001,2001,210,310,7,P,2025-07-01,";

/// Columns 14, 15, 16 and 20 of each row.
pub const DAYS: &[usize] = &[14, 15, 16, 20];
