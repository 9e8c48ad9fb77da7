//! Staff: P20 to P23 and the EPSB ID.

use crate::bundle::Change;
use crate::report;

/// Person, school, EPSB ID, Type, Alt Type and Teacher Role of each line.
fn staff(changes: &[Change<'_>]) -> Vec<String> {
    report("staff", changes, &["PersonID", "School Number", "EPSB ID", "Type", "Alt Type", "Teacher Role"])
}

const HOLT: &str = "11 010 000111111 01  True";
const IVES: &str = "12 010  01  True";

/// The second assignment of Holt, with the columns that the example leaves out.
fn assignment(row: &str) -> Vec<String> {
    staff(&[("EmploymentAssignment", "2,11,1,2023-07-01,,01,1", row)])
}

/// The employment of Holt.
fn employment(rows: &str) -> Vec<String> {
    staff(&[("Employment", "1,11,9,2020-07-01,,000111111", rows)])
}

#[test]
fn p20_a_school_counts_whose_calendar_is_left_even_without_sections() {
    assert_eq!(staff(&[]), [HOLT, IVES], "Beta has no classification, so Jay has no line");
    let beta: Change<'_> = ("School", "Beta Elementary,", "Beta Elementary,A1");
    assert_eq!(staff(&[beta]), [HOLT, IVES, "13 020 000333333 01  True"], "Beta has no section");
}

#[test]
fn p21_an_assignment_counts_that_overlaps_the_year_window() {
    let ended = |day: &str| assignment(&format!("2,11,1,2023-07-01,{day},01,1"));
    assert_eq!(ended("2025-07-01"), [HOLT, IVES], "the first day of the window");
    assert_eq!(ended("2025-06-30"), [IVES]);
    let starts = |day: &str| assignment(&format!("2,11,1,{day},,01,1"));
    assert_eq!(starts("2026-06-30"), [HOLT, IVES], "the last day of the window");
    assert_eq!(starts("2026-07-01"), [IVES]);
    assert_eq!(assignment("2,11,2,2023-07-01,,01,1"), [IVES], "at another school");
}

#[test]
fn p22_an_employment_counts_that_overlaps_the_year_window() {
    assert_eq!(employment("1,11,9,2020-07-01,2025-07-01,000111111"), [HOLT, IVES]);
    assert_eq!(employment("1,11,9,2020-07-01,2025-06-30,000111111"), [IVES]);
    assert_eq!(employment("1,11,9,2026-06-30,,000111111"), [HOLT, IVES]);
    assert_eq!(employment("1,11,9,2026-07-01,,000111111"), [IVES]);
}

#[test]
fn p23_records_of_one_type_are_one_line_and_a_missing_type_keeps_its_line() {
    let two = |kind: &str| assignment(&format!("2,11,1,2023-07-01,,01,1\n9,11,1,2025-08-01,,{kind},0"));
    assert_eq!(two("01"), [HOLT, IVES]);
    assert_eq!(two("02"), [HOLT, "11 010 000111111 02  False", IVES]);
    assert_eq!(two(""), ["11 010 000111111   False", HOLT, IVES], "nothing before something");
    assert_eq!(two(" 01"), ["11 010 000111111  01  False", HOLT, IVES], "types are compared as stored");
    let alt = [
        ("EmploymentAssignment", "type,teacher", "type,teacher,altType"),
        ("EmploymentAssignment", "2020-07-01,2023-06-30,02,0", "2020-07-01,2023-06-30,02,0,"),
        ("EmploymentAssignment", "2023-07-01,,01,1", "2023-07-01,,01,1,06"),
        ("EmploymentAssignment", "3,12,1,2019-07-01,,01,1", "3,12,1,2019-07-01,,01,1,"),
        ("EmploymentAssignment", "4,12,1,2025-09-01,,01,0", "4,12,1,2025-09-01,,01,0,02"),
        ("EmploymentAssignment", "5,13,2,2024-07-01,,01,1", "5,13,2,2024-07-01,,01,1,"),
    ];
    assert_eq!(staff(&alt), ["11 010 000111111 01 06 True", IVES, "12 010  01 02 False"]);
}

#[test]
fn s6_the_license_of_the_open_record_else_of_the_latest_in_the_window() {
    let license = |rows: &str| employment(rows)[0].split(' ').nth(2).expect("an EPSB ID").to_owned();
    let open = "1,11,9,2020-07-01,,OPEN\n9,11,9,2025-08-01,2026-05-01,ENDED";
    assert_eq!(license(open), "OPEN", "without an end, whenever it starts");
    assert_eq!(license("1,11,9,2020-07-01,2026-05-01,EARLY\n9,11,9,2025-08-01,2026-05-02,LATE"), "LATE");
    let outside = "1,11,9,2020-07-01,2026-05-01,INSIDE\n9,11,9,2026-07-01,2026-08-01,OUTSIDE";
    assert_eq!(license(outside), "INSIDE", "an ended record must overlap the year window");
    let future = "1,11,9,2020-07-01,2026-05-01,ENDED\n9,11,9,2027-07-01,,FUTURE";
    assert_eq!(license(future), "FUTURE", "an open record may start later");
    assert_eq!(license("1,11,9,2020-07-01,,ONE\n9,11,9,2020-07-01,,TWO"), "TWO", "the highest id of one day");
    assert_eq!(license("1,11,9,2020-07-01,,ONE\n9,11,9,2021-07-01,,"), "", "the record has none");
}

#[test]
fn s11_the_role_on_any_record_of_the_year_counts() {
    let role = |first: &str, second: &str| {
        let rows = format!("2,11,1,2023-07-01,{first}\n9,11,1,2025-08-01,{second}");
        assignment(&rows)[0].rsplit(' ').next().expect("a role").to_owned()
    };
    assert_eq!(role(",01,0", ",01,1"), "True");
    assert_eq!(role(",01,0", ",01,0"), "False");
    assert_eq!(role("2025-06-30,01,1", ",01,0"), "False", "a record outside of the window does not count");
}
