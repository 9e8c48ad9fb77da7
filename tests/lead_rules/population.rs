//! Detail and Classes: P1 to P17, the primary teacher, and the statuses of a student.

use serde_json::json;

use crate::bundle::{Change, Imported, lines};
use crate::{GOLDEN, report};

fn detail(changes: &[Change<'_>], columns: &[&str]) -> Vec<String> {
    report("detail", changes, columns)
}

/// Section and student of each line.
fn seats(changes: &[Change<'_>]) -> Vec<String> {
    detail(changes, &["Section ID", "Student Person ID"])
}

const ALL: [&str; 6] = ["701 1", "701 2", "701 4", "702 1", "702 2", "702 3"];

#[test]
fn p2_to_p6_a_calendar_that_fails_leaves_no_line() {
    assert_eq!(seats(&[]), ALL);
    let no = [""; 0];
    assert_eq!(
        seats(&[("SchoolYear", "2026-06-30,1", "2026-06-30,0\n2025,2024-07-01,2025-06-30,1")]),
        no,
        "P2"
    );
    let summer = [
        ("Calendar", "startDate,endDate", "startDate,endDate,summerSchool"),
        ("Calendar", "2026-05-22\n101", "2026-05-22,1\n101"),
        ("Calendar", "25-26 Beta,2025-08-13,2026-05-22", "25-26 Beta,2025-08-13,2026-05-22,0"),
    ];
    assert_eq!(seats(&summer), no, "P3");
    assert_eq!(seats(&[("School", "Alpha High,A1", "Alpha High,F1")]), no, "P6");
    assert_eq!(seats(&[("School", "Alpha High,A1", "Alpha High, a1 ")]), ALL, "P6 trims and ignores case");
}

#[test]
fn p7_to_p10_a_section_that_fails_leaves_no_line() {
    let first = ["701 1", "701 2", "701 4"];
    assert_eq!(seats(&[("Course", "909999,1,0,01", "909999,0,0,01")]), first, "P7");
    let other_trial = [
        ("Trial", "300,200,100,1", "300,200,100,1\n301,200,100,0"),
        ("Section", "702,601,300", "702,601,301"),
    ];
    assert_eq!(seats(&other_trial), first, "P8");
    let two_active = [("Trial", "300,200,100,1", "300,200,100,1\n299,200,100,1")];
    assert_eq!(seats(&two_active), ALL, "P8: of several active trials the highest trialID");
    assert_eq!(seats(&[("SectionPlacement", "\n702,300,401,501", "")]), first, "P9");
    assert_eq!(
        seats(&[("Term", "2026-01-05,2026-05-22", "2026-01-05,")]),
        ["702 1", "702 2", "702 3"],
        "P10"
    );
}

#[test]
fn p11_a_roster_counts_that_reaches_the_earlier_of_last_day_and_closing_day() {
    // The term ends 05/22, the last day of instruction is 05/21.
    let ends = |day| seats(&[("Roster", "1,701,300,1,,", day)]).contains(&"701 1".to_owned());
    assert!(ends("1,701,300,1,,2026-05-21"));
    assert!(!ends("1,701,300,1,,2026-05-20"));
    assert!(ends("1,701,300,1,2026-05-22,"));
    assert!(!ends("1,701,300,1,2026-05-23,"));
    let twice = [("Roster", "1,701,300,1,,", "1,701,300,1,,\n9,701,300,1,,\n10,701,300,1,,2025-09-01")];
    assert_eq!(seats(&twice), ALL, "several rows make one student");
}

#[test]
fn p12_an_enrollment_counts_that_is_in_force_at_the_end_and_no_no_show() {
    let ash =
        |to| seats(&[("Enrollment", "901,1,100,200,9,P,2025-08-13,,0,09", to)]).contains(&"701 1".to_owned());
    assert!(ash("901,1,100,200,9,P,2025-08-13,2026-05-21,0,09"));
    assert!(!ash("901,1,100,200,9,P,2025-08-13,2026-05-20,0,09"));
    assert!(!ash("901,1,101,200,9,P,2025-08-13,,0,09"), "another calendar");
    let no_show = [
        ("Enrollment", "disability1", "disability1,noShow"),
        ("Enrollment", "901,1,100,200,9,P,2025-08-13,,0,09", "901,1,100,200,9,P,2025-08-13,,0,09,1"),
        ("Enrollment", "902,2,100,200,9,P,2025-08-13,,0,", "902,2,100,200,9,P,2025-08-13,,0,,0"),
        (
            "Enrollment",
            "903,3,100,200,10,P,2025-08-13,2026-01-09,0,04",
            "903,3,100,200,10,P,2025-08-13,2026-01-09,0,04,0",
        ),
        ("Enrollment", "904,4,100,200,9,P,2025-08-20,,0,", "904,4,100,200,9,P,2025-08-20,,0,,0"),
        ("Enrollment", "905,5,100,200,9,S,2025-09-02,,1,", "905,5,100,200,9,S,2025-09-02,,1,,0"),
        ("Enrollment", "906,2,100,200,9,S,2025-08-13,,0,", "906,2,100,200,9,S,2025-08-13,,0,,0"),
    ];
    assert_eq!(seats(&no_show), ["701 2", "701 4", "702 2", "702 3"]);
}

#[test]
fn p13_latest_start_then_open_end_then_primary_then_highest_id() {
    let chosen = |from, to| {
        let lines =
            detail(&[("Enrollment", from, to)], &["Section ID", "Student Person ID", "Enrollment ID"]);
        lines.into_iter().find(|l| l.starts_with("701 2 ")).expect("Birch")
    };
    let (p, s) = ("902,2,100,200,9,P,2025-08-13,,0,", "906,2,100,200,9,S,2025-08-13,,0,");
    assert_eq!(chosen(p, p), "701 2 902", "service type P first");
    assert_eq!(chosen(s, "906,2,100,200,9,S,2025-08-14,,0,"), "701 2 906", "the later start");
    assert_eq!(chosen(p, "902,2,100,200,9,P,2025-08-13,2026-06-30,0,"), "701 2 906", "an open end");
    assert_eq!(chosen(s, "906,2,100,200,9,P,2025-08-13,,0,"), "701 2 906", "the highest id");
}

#[test]
fn p14_and_p15_cross_site_students_leave_homerooms_only() {
    let elm = "701 5".to_owned();
    assert!(!seats(&[]).contains(&elm));
    assert!(
        seats(&[("District", "KY,1", "KY,0")]).contains(&elm),
        "the district has no cross-site enrollment"
    );
    assert!(seats(&[("Course", "909995,1,1,01", "909995,1,0,01")]).contains(&elm), "not a homeroom");
    let only_elm = [
        ("Roster", "1,701,300,1,,\n", ""),
        ("Roster", "3,701,300,2,,\n", ""),
        ("Roster", "7,701,300,4,2025-08-20,\n", ""),
    ];
    assert_eq!(seats(&only_elm), ["702 1", "702 2", "702 3"], "P15: its last student was cross-site");
    let empty =
        [only_elm[0], only_elm[1], only_elm[2], ("Roster", "8,701,300,5,2025-09-02,", "8,702,300,1,,")];
    assert_eq!(seats(&empty)[0], "701 ", "P16: a homeroom without any student stays, with one line");
}

#[test]
fn d21_the_primary_teacher_of_the_day_and_the_one_that_ended() {
    let teacher = |to| detail(&[("SectionStaffHistory", "1,701,300,11,P,,", to)], &["Person ID"])[0].clone();
    assert_eq!(
        teacher("1,701,300,11,P,,\n9,701,300,12,P,2026-02-01,"),
        "12",
        "the latest start that covers the day"
    );
    assert_eq!(
        teacher("1,701,300,11,P,,\n9,701,300,12,P,2026-02-02,"),
        "11",
        "a later one does not cover it"
    );
    assert_eq!(teacher("1,701,300,11,P,,2026-01-31\n9,701,300,12,T,,"), "11", "an ended one is shown");
    assert_eq!(teacher("1,701,300,11,T,,"), "", "no P row, no teacher");
}

#[test]
fn d34_to_d39_are_read_on_the_reference_day() {
    let ash = |file, from, to, column| detail(&[(file, from, to)], &[column])[0].clone();
    let iep = "1,1,1,9,2025-03-10,2026-03-09,1,09";
    let section = "Primary Disability Section";
    assert_eq!(ash("Plan", iep, "1,1,1,9,2025-03-10,2026-02-01,1,09", section), "09");
    assert_eq!(ash("Plan", iep, "1,1,1,9,2025-03-10,2026-01-31,1,09", section), "");
    assert_eq!(ash("Plan", iep, "1,1,1,9,2025-03-10,2026-03-09,0,09", section), "", "not locked");
    assert_eq!(ash("PlanState", "1,A,01", "1,A,", section), "", "no setting");
    let manager = "1,1,12,specialed,Case Manager,2025-03-10";
    assert_eq!(
        ash("TeamMember", manager, "1,1,12,specialed,Provider,2025-03-10", "Case Manager PersonID"),
        "0"
    );
    assert_eq!(ash("TeamMember", manager, "1,1,12, SpecialEd,case manager,", "Case Manager PersonID"), "12");
    assert_eq!(ash("Lep", "1,2,9,LEP", "1,1,9,Exited EL", "English Learner"), "False");
    assert_eq!(ash("Lep", "1,2,9,LEP,2024-09-01", "1,1,9,el,", "English Learner"), "True");
    assert_eq!(ash("Gifted", "1,4,9,12,2025-01-10", "1,1,9,,2025-01-10", "Gifted"), "True");
    assert_eq!(ash("Gifted", "1,4,9,12,2025-01-10", "1,1,9,12,2025-01-10", "Gifted"), "False");
}

#[test]
fn d32_a_grade_without_a_level_prints_as_stored() {
    assert_eq!(detail(&[("GradeLevel", "100,200,9,09", "100,200, 9 ,09")], &["Grade"])[0], "09");
    assert_eq!(detail(&[("GradeLevel", "100,200,9,09", "100,200,8,08")], &["Grade"])[0], "9");
}

/// Lines for some calendars.
fn of_calendars(changes: &[Change<'_>], calendars: serde_json::Value) -> Vec<String> {
    let request = json!({"reports": ["detail"], "calendars": calendars});
    let imported = Imported::changed(GOLDEN, changes);
    let out = imported.run("kecs-lead", &request);
    lines(&out.join("KECS_LEAD_Detail.csv"), &["Section ID", "Student Person ID"])
}

#[test]
fn p1_only_selected_calendars_count() {
    assert_eq!(of_calendars(&[], json!([100])), ALL);
    assert_eq!(of_calendars(&[], json!([100, 101])), ALL);
    assert_eq!(of_calendars(&[], json!([101])), [""; 0]);
    assert_eq!(of_calendars(&[], json!({"school": 1})), ALL);
    assert_eq!(of_calendars(&[], json!({"school": 2})), [""; 0]);
}

#[test]
fn p5_an_excluded_school_has_no_line() {
    let excluded = |alpha: &str, beta: &str| {
        seats(&[
            ("School", "stateClassification", "stateClassification,exclude"),
            ("School", "Alpha High,A1", &format!("Alpha High,A1,{alpha}")),
            ("School", "Beta Elementary,", &format!("Beta Elementary,,{beta}")),
        ])
    };
    assert_eq!(excluded("1", "0"), [""; 0]);
    assert_eq!(excluded("0", "1"), ALL);
}
