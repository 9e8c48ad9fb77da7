//! Schoolwide: P40 to P42.

use crate::bundle::Change;
use crate::report;

/// School, Total, General, SLI, SLD and Race Other of each line.
fn schoolwide(changes: &[Change<'_>]) -> Vec<String> {
    report("schoolwide", changes, &["School Number", "Total", "General", "SLI", "SLD", "Race Other"])
}

#[test]
fn p40_students_without_a_state_id_do_not_count() {
    assert_eq!(schoolwide(&[]), ["010 3 1 1 1 0"]);
    assert_eq!(schoolwide(&[("Person", "4,\n", "4,1000000004\n")]), ["010 4 2 1 1 1"]);
    let nobody = [
        ("Person", "1,1000000001", "1,"),
        ("Person", "2,1000000002", "2,"),
        ("Person", "3,1000000003", "3,"),
    ];
    assert_eq!(schoolwide(&nobody), [""; 0], "a school without a counted student has no line");
}

#[test]
fn p41_a_state_id_counts_once_also_of_two_persons() {
    assert_eq!(schoolwide(&[("Person", "4,\n", "4,1000000001\n")]), ["010 3 2 1 0 1"], "the latest start");
    assert_eq!(schoolwide(&[("Person", "4,\n", "4,1000000001x\n")]), ["010 4 2 1 1 1"], "as stored");
}

#[test]
fn p42_schools_of_one_number_and_name_are_two_lines() {
    let same: [Change<'_>; 12] = [
        ("School", "2,9,20,Beta Elementary,", "2,9,10,Alpha High,A1"),
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
        (
            "Enrollment",
            "901,1,100,200,9,P,2025-08-13,,0,09",
            "901,1,100,200,9,P,2025-08-13,,0,09\n\
            951,1,101,201,9,P,2025-08-13,,0,09",
        ),
    ];
    assert_eq!(schoolwide(&same), ["010 3 1 1 1 0", "010 1 0 0 1 0"], "then by schoolID");
}
