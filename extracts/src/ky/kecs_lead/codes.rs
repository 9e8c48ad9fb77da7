//! The code lists of kecs-lead, section 10.

use crate::kit::code;

/// State Classifications that are reported (P6).
pub const REPORTED_CLASSIFICATIONS: &[&str] =
    &["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "B1", "B2", "C1", "C2", "D1"];

/// State Classifications that are known and not reported.
pub const KNOWN_CLASSIFICATIONS: &[&str] = &["F1", "F2", "F3", "J1", "M1", "M2", "R1"];

/// Course codes that require core content.
pub const CORE_CONTENT_REQUIRED: &[&str] =
    &["165698", "230168", "230170", "230171", "499901", "499910", "499915", "909999"];

/// Course codes of placeholder courses.
pub const PLACEHOLDER_COURSES: &[&str] = &["800500", "909995", "950001", "960001"];

/// Core content that matches no certificate: 507 non-instructional, 509 varies.
pub const CORE_CONTENT_WITHOUT_CERTIFICATE: &[&str] = &["507", "509"];

/// Disability codes and their abbreviations, in the order of N3 to N16.
pub const DISABILITIES: &[(&str, &str)] = &[
    ("01", "MMD"),
    ("02", "FMD"),
    ("03", "HI"),
    ("04", "SLI"),
    ("05", "VI"),
    ("06", "EBD"),
    ("07", "OI"),
    ("08", "OHI"),
    ("09", "SLD"),
    ("10", "DB"),
    ("11", "MD"),
    ("12", "AUT"),
    ("13", "TBI"),
    ("14", "DD"),
];

/// Race/ethnicity codes, in the order of N21 to N27.
pub const RACES: &[&str] = &["1", "2", "3", "4", "5", "6", "7"];

/// State grades, in the order of N29 to N45.
pub const GRADES: &[&str] =
    &["97", "98", "99", "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "14"];

/// Place of a disability among General, N3 to N16 and Disability Other: 0 to 15.
pub fn disability_place(stored: Option<&str>) -> u8 {
    let Some(stored) = stored else { return 0 };
    let code = code::comparable(stored);
    place(DISABILITIES.iter().position(|(number, name)| *number == code || *name == code), DISABILITIES.len())
        + 1
}

/// Place of a race among N21 to N28: 0 to 7.
pub fn race_place(stored: Option<&str>) -> u8 {
    place(stored.and_then(|s| RACES.iter().position(|r| *r == code::comparable(s))), RACES.len())
}

/// Place of a state grade among N29 to N46: 0 to 17.
pub fn grade_place(stored: Option<&str>) -> u8 {
    place(stored.and_then(|s| GRADES.iter().position(|g| *g == code::comparable(s))), GRADES.len())
}

fn place(found: Option<usize>, other: usize) -> u8 {
    found.unwrap_or(other) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n2_to_n17_an_abbreviation_is_read_as_its_code() {
        assert_eq!(
            [None, Some("01"), Some(" mmd "), Some("14"), Some("1"), Some("77")].map(disability_place),
            [0, 1, 1, 14, 15, 15]
        );
    }

    #[test]
    fn n21_to_n46_other_takes_what_is_not_listed_also_empty() {
        assert_eq!([Some("1"), Some("7"), Some("8"), None].map(race_place), [0, 6, 7, 7]);
        assert_eq!([Some("97"), Some("14"), Some("9"), None].map(grade_place), [0, 16, 17, 17]);
    }
}
