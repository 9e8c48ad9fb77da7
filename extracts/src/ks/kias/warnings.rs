//! What a person should know of a run; a warning never changes the file (ks-kias, section 9).

use super::tables::Tables;
use crate::kit::extract::Warning;

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// V1.
    NoStateId,
    /// V2.
    NoPlace,
    /// V3.
    NoWeapon,
    /// V4.
    Negative,
    /// V5.
    Undated,
    /// V6.
    TooLong,
}

/// Code and sentence of each, in order.
#[rustfmt::skip]
const WORDS: [(&str, &str); 6] = [
    ("V1", "Rows have no KIDS ID."),
    ("V2", "Rows have no KSSSA Where: the time and location of the incident fit none of its values."),
    ("V3", "Rows have weapons as the reason for removal and no usable weapon on the event."),
    ("V4", "Resolutions have a negative duration, which is not used."),
    ("V5", "Resolutions have neither a duration nor both dates; their days are not known."),
    ("V6", "Rows have more than 99.99 days."),
];

/// Code of the warning that tables are empty.
const NO_BEHAVIOR: &str = "V0";

/// Counts of V1 to V6.
#[derive(Clone, Debug, Default)]
pub struct Warnings([u64; 6]);

impl Warnings {
    /// Counts a row or resolution.
    pub fn add(&mut self, word: Word) {
        self.0[word as usize] += 1;
    }

    /// Counts what was counted of other rows.
    pub fn join(&mut self, other: &Warnings) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    /// Those that are about something, in order.
    pub fn list(&self) -> Vec<Warning> {
        let found = WORDS.iter().zip(self.0).filter(|(_, count)| *count > 0);
        found
            .map(|((code, message), count)| Warning { code, count, message: (*message).to_owned() })
            .collect()
    }
}

/// V0: tables without which there can be no row have none; their number.
pub fn without_behavior(tables: &Tables) -> Option<Warning> {
    let needed = [&tables.incident, &tables.event, &tables.role, &tables.resolution];
    let names = ["BehaviorIncident", "BehaviorEvent", "BehaviorRole", "BehaviorResolution"];
    let empty: Vec<&str> = names.into_iter().zip(needed).filter(|n| n.1.rows() == 0).map(|n| n.0).collect();
    let message = format!("The data has no rows of {}.", empty.join(", "));
    (!empty.is_empty()).then_some(Warning { code: NO_BEHAVIOR, count: empty.len() as u64, message })
}

/// A page's sentences.
pub fn sentences(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(|w| format!("{} ({}): {}", w.code, w.count, w.message)).collect()
}
