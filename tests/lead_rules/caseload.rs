//! Caseload: P30 to P33.

use crate::bundle::Change;
use crate::report;

/// Case manager, Total, SLI, SLD and Grade 10 of each line.
fn caseload(changes: &[Change<'_>]) -> Vec<String> {
    report("caseload", changes, &["Case Manager Person ID", "Total", "SLI", "SLD", "Grade 10"])
}

const NOBODY: &str = "0 1 1 0 1";
const IVES: &str = "12 1 0 1 0";
/// Ash's enrollment.
const ASH: &str = "901,1,100,200,9,P,2025-08-13,,0,09";
/// The case manager of Ash.
const MANAGER: &str = "1,1,12,specialed,Case Manager,2025-03-10";

#[test]
fn p30_a_line_needs_state_id_disability_of_the_enrollment_and_case_manager() {
    assert_eq!(caseload(&[]), [NOBODY, IVES], "0 is not empty");
    assert_eq!(caseload(&[("Person", "1,1000000001", "1,")]), [NOBODY], "no State ID");
    let birch = ("TeamMember", MANAGER, &*format!("{MANAGER}\n2,2,12,specialed,Case Manager,2025-03-10"));
    assert_eq!(caseload(&[birch]), [NOBODY, IVES], "a manager and no disability");
    let only_iep = ("Enrollment", ASH, "901,1,100,200,9,P,2025-08-13,,0,");
    assert_eq!(caseload(&[only_iep]), [NOBODY], "a disability in the section only");
    assert_eq!(caseload(&[("TeamMember", MANAGER, "")]), ["0 2 1 1 1"], "without one, 0");
}

#[test]
fn p31_of_one_school_the_first_line_by_order_q_stays() {
    // The manager of 701 (reference day 02/01) is another one than that of 702 (12/19).
    let two = format!("{MANAGER}\n2,1,11,specialed,Case Manager,2026-01-10");
    let changes = [("TeamMember", MANAGER, two.as_str())];
    assert_eq!(caseload(&changes), [NOBODY, "11 1 0 1 0"], "one school: the section that ends last");
}

/// A second school with a calendar and a section that Ash is in.
fn second_school<'a>(enrollment: &'a str) -> Vec<Change<'a>> {
    vec![
        ("School", "Beta Elementary,", "Beta Elementary,A1"),
        ("ScheduleStructure", "200,100,Main", "200,100,Main\n201,101,Main"),
        ("Trial", "300,200,100,1", "300,200,100,1\n301,201,101,1"),
        ("TermSchedule", "400,200,Semesters", "400,200,Semesters\n450,201,Semesters"),
        ("Term", "401,400,S1", "451,450,S1,1,2025-08-13,2025-11-28\n401,400,S1"),
        ("PeriodSchedule", "500,200,Bell", "500,200,Bell\n550,201,Bell"),
        ("Period", "501,500,1,1", "501,500,1,1\n551,550,1,1"),
        ("Course", "600,100,1001", "650,101,3001,Art,,1,0,01\n600,100,1001"),
        ("Section", "701,600,300,1,01", "701,600,300,1,01\n751,650,301,1,01"),
        ("SectionPlacement", "701,300,401,501", "701,300,401,501\n751,301,451,551"),
        ("Roster", "1,701,300,1,,", "1,701,300,1,,\n51,751,301,1,,"),
        ("Enrollment", ASH, enrollment),
    ]
}

#[test]
fn p31_and_p32_a_student_of_two_schools_counts_once_for_each_manager() {
    let both = format!("{ASH}\n951,1,101,201,9,S,2025-08-13,,0,04");
    assert_eq!(caseload(&second_school(&both)), [NOBODY, IVES], "one manager: the P enrollment comes first");
    let mut changes = second_school(&both);
    let two = format!("{MANAGER}\n2,1,11,specialed,Case Manager,2025-12-01");
    changes.push(("TeamMember", MANAGER, two.as_str()));
    assert_eq!(caseload(&changes), [NOBODY, "11 1 0 1 0", "12 1 1 0 0"], "two managers: once for each");
}

#[test]
fn p33_one_line_for_each_year_and_manager() {
    let cole = ("TeamMember", MANAGER, &*format!("{MANAGER}\n2,3,12,specialed,Case Manager,2025-03-10"));
    assert_eq!(caseload(&[cole]), ["12 2 1 1 1"]);
}

#[test]
fn order_q_service_type_then_open_then_start_then_id() {
    // Both enrollments are Ash's; the second one is at Beta, in the section that ends first.
    let chosen = |second: &str| {
        let both = format!("{ASH}\n{second}");
        caseload(&second_school(&both)).contains(&"12 1 1 0 0".to_owned())
    };
    assert!(!chosen("951,1,101,201,9,S,2025-09-13,,0,04"), "P before S");
    assert!(chosen("951,1,101,201,9,p,2025-09-13,,0,04"), "the latest start");
    assert!(!chosen("951,1,101,201,9,P,2025-08-12,,0,04"));
    assert!(chosen("951,1,101,201,9,P,2025-08-13,,0,04"), "the highest id");
    assert!(!chosen("951,1,101,201,9,P,2025-09-13,2026-05-21,0,04"), "closed before Beta's last day");
    assert!(chosen("951,1,101,201,9,P,2025-09-13,2026-05-22,0,04"), "to the last day of its calendar");
}
