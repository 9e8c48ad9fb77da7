//! Data Validation Report of KIAS: students whose resolutions have an invalid discipline method (ks-kias, section 10).

pub mod details;
pub mod explain;
pub mod extract;
pub mod occurrences;
pub mod request;
#[cfg(test)]
mod request_tests;

use super::codes::{METHODS_OTHERS, METHODS_SPECIAL_EDUCATION};

/// The catalogue's code.
pub const CODE: &str = "kias-validation";
/// The catalogue's name.
pub const TITLE: &str = "KIAS Data Validation Report";
/// The only validation group.
pub const GROUP: &str = "Students with Invalid Discipline Method";

/// A validation rule. Rules are fixed and read-only.
#[derive(Debug)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// It is about students with this value of column 4.
    pub disability: bool,
    /// Methods that it allows.
    pub allowed: &'static [u16],
    /// The same as they print.
    pub allowed_words: &'static str,
    /// Id of its table on a page.
    pub id: &'static str,
}

/// The two rules of the group.
#[rustfmt::skip]
pub const CHECKS: [Check; 2] = [
    Check { name: "Special Education Students with Invalid Discipline Method on Behavior Resolution",
        disability: true, allowed: METHODS_SPECIAL_EDUCATION, allowed_words: "1; 2; 3; 4; 5", id: "special-education" },
    Check { name: "Non-Special Education Students with Invalid Discipline Method on Behavior Resolution",
        disability: false, allowed: METHODS_OTHERS, allowed_words: "6; 7; 8; 9; 10; 11; 12", id: "others" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_methods_print_as_they_are_tested() {
        for check in &CHECKS {
            let words: Vec<String> = check.allowed.iter().map(u16::to_string).collect();
            assert_eq!(words.join("; "), check.allowed_words);
        }
    }
}
