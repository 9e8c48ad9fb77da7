//! Issues 1 to 16, what is listed and what is not.

use crate::bundle::Change;
use crate::report;

/// Values of the lines of an issue.
fn of(number: u32, columns: &[&str], changes: &[Change<'_>]) -> Vec<String> {
    let columns = [&["Issue Number"], columns].concat();
    let lines = report("issues", changes, &columns);
    let prefix = format!("{number} ");
    lines.iter().filter_map(|l| l.strip_prefix(&prefix)).map(str::to_owned).collect()
}

/// Person and Value.
fn people(number: u32, changes: &[Change<'_>]) -> Vec<String> {
    of(number, &["PersonID", "Value"], changes)
}

/// Section and Value.
fn sections(number: u32, changes: &[Change<'_>]) -> Vec<String> {
    of(number, &["Section ID", "Value"], changes)
}

const NONE: [&str; 0] = [];
/// Jay's records, who teaches 702 at Alpha.
const EMPLOYED: &str = "3,13,9,2024-07-01,,000333333";
const ASSIGNED: &str = "5,13,2,2024-07-01,,01,1";

#[test]
fn issue_1_a_teacher_with_employment_and_no_assignment_at_the_school() {
    assert_eq!(people(1, &[]), ["13 "], "assigned elsewhere only");
    let assigned = |row: &str| people(1, &[("EmploymentAssignment", ASSIGNED, row)]);
    assert_eq!(assigned("5,13,1,2024-07-01,,01,1"), NONE);
    assert_eq!(assigned("5,13,1,2024-07-01,2025-06-30,01,1"), ["13 "], "ended before the year");
    let gone = [("Employment", EMPLOYED, "3,13,9,2024-07-01,2025-06-30,000333333")];
    assert_eq!(people(1, &gone), NONE, "without employment it is issue 3");
}

#[test]
fn issue_2_every_assignment_at_the_school_has_no_type() {
    let assigned = |rows: &str| people(2, &[("EmploymentAssignment", ASSIGNED, rows)]);
    assert_eq!(assigned("5,13,1,2024-07-01,,,1"), ["13 "]);
    assert_eq!(assigned("5,13,1,2024-07-01,,,1\n6,13,1,2024-07-01,,01,1"), NONE, "one has a type");
    assert_eq!(assigned("5,13,2,2024-07-01,,,1"), NONE, "at another school");
}

#[test]
fn issue_3_a_teacher_without_employment() {
    let gone: Change<'_> = ("Employment", EMPLOYED, "3,13,9,2024-07-01,2025-06-30,000333333");
    assert_eq!(people(3, &[]), NONE);
    assert_eq!(people(3, &[gone]), ["13 Employment and Assignment"]);
    let assigned = ("EmploymentAssignment", ASSIGNED, "5,13,1,2024-07-01,,01,1");
    assert_eq!(people(3, &[gone, assigned]), ["13 Employment"]);
}

#[test]
fn issue_4_sections_without_a_teacher() {
    let nobody: Change<'_> = ("SectionStaffHistory", "1,701,300,11,P,,", "1,701,300,11,T,,");
    assert_eq!(sections(4, &[]), NONE);
    assert_eq!(sections(4, &[nobody]), ["701 Placeholder course"]);
    let college = ("Course", "909995,1,1,01", "909990,1,1, 12");
    assert_eq!(sections(4, &[nobody, college]), ["701 Teaching Method 12"]);
    let both = ("Course", "909995,1,1,01", "909995,1,1,12");
    assert_eq!(sections(4, &[nobody, both]), ["701 Placeholder course"], "the placeholder comes first");
    let other = ("Course", "909995,1,1,01", "909990,1,1,01");
    assert_eq!(sections(4, &[nobody, other]), ["701 "]);
}

#[test]
fn issue_5_the_staff_history_does_not_cover_the_teacher_day() {
    let history = |row: &str| sections(5, &[("SectionStaffHistory", "2,702,300,13,P,,2025-11-30", row)]);
    assert_eq!(sections(5, &[]), ["702 ended 11/30/2025"]);
    assert_eq!(history("2,702,300,13,P,,2025-12-19"), NONE, "the teacher day is 12/19");
    assert_eq!(history("2,702,300,13,P,,2025-12-18"), ["702 ended 12/18/2025"]);
    assert_eq!(history("2,702,300,13,P,2025-12-20,"), ["702 starts 12/20/2025"]);
}

#[test]
fn issue_6_types_for_certified_staff_without_epsb_id() {
    let typed = |kind: &str| {
        let (third, fourth) =
            (format!("3,12,1,2019-07-01,,{kind},1"), format!("4,12,1,2025-09-01,,{kind},0"));
        let table = "EmploymentAssignment";
        let (from_third, from_fourth) = ("3,12,1,2019-07-01,,01,1", "4,12,1,2025-09-01,,01,0");
        people(6, &[(table, from_third, &third), (table, from_fourth, &fourth)])
    };
    for certified in ["01", "02", "03", "06"] {
        assert_eq!(typed(certified), [format!("12 {certified}")]);
    }
    for other in ["04", "05", "07", "1", ""] {
        assert_eq!(typed(other), NONE);
    }
    let license = ("Employment", "2,12,9,2019-07-01,,", "2,12,9,2019-07-01,,000222222");
    assert_eq!(people(6, &[license]), NONE);
}

/// The sections' table with a core content for 702.
fn content<'a>(row: &'a str) -> [Change<'a>; 3] {
    [
        ("Section", "specialType", "specialType,coreContent"),
        ("Section", "701,600,300,1,01", "701,600,300,1,01,"),
        ("Section", "702,601,300,1,05", row),
    ]
}

#[test]
fn issue_7_the_course_code_requires_core_content() {
    assert_eq!(sections(7, &[]), ["702 "]);
    assert_eq!(sections(7, &content("702,601,300,1,05,40")), NONE);
    assert_eq!(sections(7, &[("Course", "909999,1,0,01", "909998,1,0,01")]), NONE);
}

#[test]
fn issue_8_core_content_that_matches_no_certificate() {
    for code in ["507", "509"] {
        let row = format!("702,601,300,1,05,{code}");
        assert_eq!(sections(8, &content(&row)), [format!("702 {code}")]);
    }
    assert_eq!(sections(8, &content("702,601,300,1,05,508")), NONE);
}

#[test]
fn issue_9_more_than_a_quarter_is_general_population() {
    assert_eq!(sections(9, &[]), ["702 2 of 3"]);
    assert_eq!(sections(9, &[("Section", "702,601,300,1,05", "702,601,300,1,01")]), NONE);
    // Four students, Birch among them without a plan: exactly a quarter passes.
    let quarter = [
        (
            "Plan",
            "2,3,1,9,2025-02-01,2026-01-31,0,04",
            "2,3,1,9,2025-02-01,2026-01-31,1,04\n\
            3,4,1,9,2025-02-01,2026-01-31,1,04",
        ),
        ("PlanState", "2,A,01", "2,A,01\n3,A,01"),
        ("Roster", "6,702,300,3,,", "6,702,300,3,,\n9,702,300,4,,"),
    ];
    assert_eq!(sections(9, &quarter), NONE);
    assert_eq!(sections(9, &quarter[..2]), ["702 1 of 3"]);
}

/// The case manager of Ash.
const MANAGER: &str = "1,1,12,specialed,Case Manager,2025-03-10";

#[test]
fn issue_10_a_case_manager_without_a_staff_record() {
    let ended = |table, row: &str| {
        let to = row.replacen(",,", ",2025-06-30,", 1);
        people(10, &[(table, row, &to)])
    };
    assert_eq!(people(10, &[]), NONE);
    assert_eq!(ended("Employment", "2,12,9,2019-07-01,,"), ["12 Employment"]);
    let none = ("EmploymentAssignment", "3,12,1,2019-07-01,,01,1\n4,12,1,2025-09-01,,01,0\n", "");
    assert_eq!(people(10, &[none]), ["12 Assignment"]);
    let both = [none, ("Employment", "2,12,9,2019-07-01,,", "")];
    assert_eq!(people(10, &both), ["12 Employment and Assignment"]);
    let elsewhere = ("EmploymentAssignment", none.1, "3,12,2,2019-07-01,,01,1\n");
    assert_eq!(people(10, &[elsewhere]), NONE, "any school will do");
    let birch = format!("{MANAGER}\n2,2,1,specialed,Case Manager,2025-03-10");
    assert_eq!(people(10, &[("TeamMember", MANAGER, &birch)]), NONE, "not a line of P30");
}

#[test]
fn issue_11_a_disability_and_no_case_manager() {
    assert_eq!(people(11, &[]), ["3 "]);
    let cole = format!("{MANAGER}\n2,3,12,specialed,Case Manager,2025-03-10");
    assert_eq!(people(11, &[("TeamMember", MANAGER, &cole)]), NONE);
    assert_eq!(people(11, &[("TeamMember", MANAGER, "")]), ["1 ", "3 "]);
}

#[test]
fn issue_12_a_case_manager_and_no_disability_on_the_enrollment() {
    assert_eq!(people(12, &[]), NONE);
    let birch = format!("{MANAGER}\n2,2,12,specialed,Case Manager,2025-03-10");
    assert_eq!(people(12, &[("TeamMember", MANAGER, &birch)]), ["2 12"]);
    let only_iep = ("Enrollment", "901,1,100,200,9,P,2025-08-13,,0,09", "901,1,100,200,9,P,2025-08-13,,0,");
    assert_eq!(people(12, &[only_iep]), ["1 12"]);
}

#[test]
fn issue_13_a_school_whose_classification_is_not_known() {
    let beta = |code: &str| {
        let to = format!("Beta Elementary,{code}");
        of(13, &["School Number", "Value"], &[("School", "Beta Elementary,", &to)])
    };
    assert_eq!(beta(""), ["020 "]);
    assert_eq!(beta("X9"), ["020 X9"]);
    for known in ["F1", "F2", "F3", "J1", "M1", "M2", "R1", "A1", " r1"] {
        assert_eq!(beta(known), NONE, "{known}");
    }
}

#[test]
fn issue_14_a_student_without_a_state_id() {
    assert_eq!(people(14, &[]), ["4 "]);
    assert_eq!(people(14, &[("Person", "4,\n", "4,1000000004\n")]), NONE);
}

#[test]
fn issue_15_a_term_without_a_date() {
    assert_eq!(sections(15, &[]), NONE);
    assert_eq!(sections(15, &[("Term", "2026-01-05,2026-05-22", "2026-01-05,")]), ["701 S2"]);
    let both =
        [("Term", "2025-08-13,2025-12-19", ",2025-12-19"), ("Term", "2026-01-05,2026-05-22", "2026-01-05,")];
    assert_eq!(sections(15, &both), ["701 S1; S2", "702 S1"], "in termID order");
    let gone = ("Course", "909995,1,1,01", "909995,0,1,01");
    assert_eq!(sections(15, &[both[1], gone]), NONE, "a section that fails P7 is not looked at");
}

#[test]
fn issue_16_codes_outside_the_lists() {
    assert_eq!(people(16, &[]), ["4 Race/Ethnicity="]);
    let other = [
        ("Identity", "4,4,Dale,Dee,", "4,4,Dale,Dee,7"),
        ("GradeLevel", "100,200,9,09", "100,200,9,KG"),
        ("Enrollment", "904,4,100,200,9,", "904,4,100,200,10,"),
        ("Enrollment", "902,2,100,200,9,", "902,2,100,200,10,"),
        ("Enrollment", "906,2,100,200,9,", "906,2,100,200,10,"),
        ("Plan", "2026-03-09,1,09", "2026-03-09,1,77"),
    ];
    assert_eq!(people(16, &other), ["1 Grade=KG", "1 Primary Disability Section=77"], "by value");
    let enrollment = ("Enrollment", "2026-01-09,0,04", "2026-01-09,0,4");
    assert_eq!(people(16, &[other[0], enrollment]), ["3 Primary Disability Enrollment=4"], "4 is not 04");
    let abbreviation = ("Enrollment", "2026-01-09,0,04", "2026-01-09,0,sli");
    assert_eq!(people(16, &[other[0], abbreviation]), NONE, "an abbreviation is read as its code");
}
