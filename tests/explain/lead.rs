//! KECS LEAD: P1 to P15 of sections and students, D17 to D39, P20 to P33 of staff.

use serde_json::{Value, json};

use crate::asked::{Change, Imported};

fn request() -> Value {
    json!({"reports": ["detail"], "calendars": {"all": true}})
}

fn dropped(changes: &[Change<'_>], subject: &str) -> Vec<String> {
    Imported::changed("kecs-lead", changes).dropped("kecs-lead", &request(), subject)
}

fn text(changes: &[Change<'_>], subject: &str) -> String {
    Imported::changed("kecs-lead", changes).text("kecs-lead", &request(), subject)
}

#[test]
fn p1_to_p6_a_section_names_the_rule_that_left_its_calendar_out() {
    let example = Imported::changed("kecs-lead", &[]);
    let of = |request: &Value| example.dropped("kecs-lead", request, "section:702");
    assert_eq!(of(&json!({"reports": ["detail"], "calendars": [101]})), ["P7", "P1"]);
    let early = json!({"reports": ["detail"], "calendars": [100], "end_date": "2025-01-01"});
    assert_eq!(of(&early), ["P7", "P4"]);
    let last_year = [("SchoolYear", "2026-06-30,1", "2026-06-30,0\n2025,2024-07-01,2025-06-30,1")];
    assert_eq!(dropped(&last_year, "section:702"), ["P7", "P2"]);
    let summer = [
        ("Calendar", "startDate,endDate", "startDate,endDate,summerSchool"),
        ("Calendar", "2026-05-22\n101", "2026-05-22,1\n101"),
        ("Calendar", "25-26 Beta,2025-08-13,2026-05-22", "25-26 Beta,2025-08-13,2026-05-22,0"),
    ];
    assert_eq!(dropped(&summer, "section:702"), ["P7", "P3"]);
    let excluded = [
        ("School", "stateClassification", "stateClassification,exclude"),
        ("School", "Alpha High,A1", "Alpha High,A1,1"),
        ("School", "Beta Elementary,", "Beta Elementary,,0"),
    ];
    assert_eq!(dropped(&excluded, "section:702"), ["P7", "P5"]);
    assert_eq!(dropped(&[("School", "Alpha High,A1", "Alpha High,F1")], "section:702"), ["P7", "P6"]);
    let told = text(&[("School", "Alpha High,A1", "Alpha High,F1")], "student:1000000001");
    assert!(told.contains("P6 dropped") && told.contains("It is F1."), "{told}");
}

#[test]
fn p7_to_p10_a_section_names_its_own_rule() {
    let of = |changes: &[Change<'_>]| dropped(changes, "section:702");
    assert_eq!(of(&[("Course", "909999,1,0,01", "909999,0,0,01")]), ["P7"]);
    let other_trial = [
        ("Trial", "300,200,100,1", "300,200,100,1\n301,200,100,0"),
        ("Section", "702,601,300", "702,601,301"),
    ];
    assert_eq!(of(&other_trial), ["P8"]);
    assert!(text(&other_trial, "section:702").contains("the active trial of structure 200 is 300"));
    assert_eq!(of(&[("SectionPlacement", "\n702,300,401,501", "")]), ["P9"]);
    let undated = [("Term", "2025-08-13,2025-12-19", "2025-08-13,")];
    assert_eq!(of(&undated), ["P10"]);
    assert!(text(&undated, "section:702").contains("Term \"S1\" runs 08/13/2025 to open."));
}

#[test]
fn p11_to_p15_a_student_names_the_rule_of_each_section() {
    assert_eq!(dropped(&[], "student:1000000003"), ["P11"]);
    assert!(text(&[], "student:1000000003").contains("Roster 5: open to 01/09/2026"));
    let over = [("Enrollment", "901,1,100,200,9,P,2025-08-13,,", "901,1,100,200,9,P,2025-08-13,2025-12-01,")];
    assert_eq!(dropped(&over, "student:1000000001"), ["P12"]);
    assert_eq!(dropped(&[], "student:1000000005"), ["P14"]);
    let alone = [("Roster", "", "rosterID,sectionID,trialID,personID,startDate,endDate\n8,701,300,5,,\n")];
    assert_eq!(dropped(&alone, "section:701"), ["P15", "P14"]);
    let chosen = text(&[], "student:1000000002");
    assert!(
        chosen.contains("Enrollment 902: 08/13/2025 to open, service type P; chosen of 2 by P12 and P13")
    );
    let empty =
        text(&[("Roster", "", "rosterID,sectionID,trialID,personID,startDate,endDate\n")], "section:702");
    assert!(empty.contains("1 line of Detail without a student (P16)"), "{empty}");
}

#[test]
fn d17_to_d23_a_section_says_where_each_comes_from() {
    let told = text(&[], "section:702");
    for expected in [
        "D18 Section Special Type is 05: Section.specialType",
        "D21 Person ID is 13: SectionStaffHistory.personID",
        "SectionStaffHistory 2: Jay, Jon (personID 13, no State ID), open to 11/30/2025: the primary teacher: ended \
         before 12/19/2025, and no P row covers that day",
        "SectionStaffHistory 3: Ives, Ida (personID 12, no State ID), open to open: staff type T is not P",
        "D23 Section End Date is 12/19/2025",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}

#[test]
fn d34_to_d39_name_the_rows_in_force_and_those_that_are_not() {
    let ash = text(&[], "student:1000000001");
    for expected in [
        "D34 Primary Disability Section is 09: Plan 1 is in force; latest start, then highest planID",
        "Plan 1 (specialed, disability 09), 03/10/2025 to 03/09/2026: covers 02/01/2026",
        "D36 Case Manager PersonID is 12: personID 12 is the case manager on 02/01/2026",
        "D37 English Learner is False: no EL or LEP record covers 12/19/2025",
    ] {
        assert!(ash.contains(expected), "{expected}\n{ash}");
    }
    let birch = text(&[], "student:1000000002");
    assert!(birch.contains("Lep with program status LEP, 09/01/2024 to open: covers 12/19/2025"), "{birch}");
    let cole = text(&[], "student:1000000003");
    assert!(
        cole.contains("Plan 2 (specialed, disability 04), 02/01/2025 to 01/31/2026: not locked"),
        "{cole}"
    );
    assert!(cole.contains("D36 Case Manager PersonID is 0: no case manager on 12/19/2025"), "{cole}");
    let dale = text(&[], "person:4");
    assert!(
        dale.contains("Gifted with category 12, 01/10/2025 to open: category 12 does not count"),
        "{dale}"
    );
    assert!(dale.contains("no State ID (P30, P40)"), "{dale}");
    let ilpa = [
        ("PlanType", "1,specialed,IEP", "1,specialed,IEP\n2,ILPA,Alternative"),
        ("Plan", "2,3,1,9,2025-02-01", "3,3,2,9,2025-09-01,,0,\n2,3,1,9,2025-02-01"),
    ];
    let told = text(&ilpa, "student:1000000003");
    assert!(told.contains("D39 Alternative Education ILPA is True: one ILPA covers 12/19/2025"), "{told}");
}

#[test]
fn schoolwide_and_caseload_say_which_line_counts() {
    let ash = text(&[], "student:1000000001");
    assert!(
        ash.contains("Order Q Schoolwide: counts in Alpha High, 2026, by the line of section 701"),
        "{ash}"
    );
    assert!(
        ash.contains("Order Q Caseload: counts with Ives, Ida (personID 12, no State ID), 2026"),
        "{ash}"
    );
    assert_eq!(dropped(&[], "student:1000000002"), ["P30"], "no disability on the enrollment");
    let shared = [("Person", "2,1000000002", "2,1000000001")];
    let birch = text(&shared, "person:2");
    assert!(
        birch.contains("of Ash, Ann (personID 1, State ID 1000000001) with the same State ID"),
        "{birch}"
    );
}

#[test]
fn p20_to_p23_each_assignment_names_its_rule_or_its_line() {
    assert_eq!(dropped(&[], "person:11"), ["P21"], "the first assignment ended in 2023");
    assert_eq!(dropped(&[], "person:13"), ["P20", "P6"]);
    let over = [("Employment", "1,11,9,2020-07-01,,", "1,11,9,2020-07-01,2024-06-30,")];
    assert_eq!(dropped(&over, "person:11"), ["P21", "P22"]);
    let ives = text(&[], "person:12");
    assert!(ives.contains("1 line of Staff: Alpha High, 2026") && ives.contains("S11 Teacher Role is True"));
    assert!(ives.contains("case manager on 2 Detail lines, of which 2 pass P30"), "{ives}");
}

#[test]
fn a_word_that_is_two_ids_is_answered_for_both() {
    let both = [("Person", "1,1000000001", "1,702")];
    let told = text(&both, "702");
    assert!(told.starts_with("Section 702") && told.contains("\nStudent Ash, Ann"), "{told}");
    assert!(!text(&both, "section:702").contains("\nStudent"));
}
