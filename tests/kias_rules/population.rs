//! P1 to P9, the chosen enrollment and the order of rows (ks-kias, sections 3 and 9).

use serde_json::json;

use crate::case::Case;
use crate::{ENROLLMENT, ISS};

/// The rule that drops the only student-event of a case; nothing when it stays.
fn dropped(case: Case) -> String {
    let made = case.kias();
    assert_eq!(made.lines.is_empty(), !made.dropped.is_empty());
    made.dropped_by().to_owned()
}

#[test]
fn p1_only_complete_incidents() {
    let status = |to| dropped(Case::new(&[ISS]).change("BehaviorIncident", ",CM,", to));
    assert_eq!([",CM,", ",\" CM \","].map(status), ["", ""]);
    assert_eq!([",SB,", ",IP,", ",DF,", ",cm,"].map(status), ["P1"; 4]);
}

#[test]
fn p2_both_ends_of_the_range_count() {
    let range =
        |from, to| dropped(Case::new(&[ISS]).ask("start_date", json!(from)).ask("end_date", json!(to)));
    assert_eq!(range("2025-09-08", "2025-09-08"), "");
    assert_eq!(range("2025-09-09", "2026-06-30"), "P2");
    assert_eq!(range("2025-07-01", "2025-09-07"), "P2");
}

#[test]
fn p3_a_resolution_of_the_row_list() {
    for code in
        ["450", "510", "520", "001", "002", "1", "02", "550", "555", "560", "565", "730", "750", "\" 450\""]
    {
        assert_eq!(dropped(Case::new(&[&format!("{code},,,,,1,,,")])), "", "{code}");
    }
    for code in ["460", "470", "710", "770", "850", "860", "870", "0450", "45", "450.0", "ISS", ""] {
        assert_eq!(dropped(Case::new(&[&format!("{code},,,,,1,,,")])), "P3", "{code}");
    }
}

#[test]
fn p4_an_enrollment_in_a_selected_calendar_covers_the_incident_date() {
    let ends = |to: &str| dropped(Case::new(&[ISS]).change("Enrollment", ENROLLMENT, to));
    assert_eq!(ends("4001,2001,210,310,7,P,2025-09-08,2025-09-08"), "");
    assert_eq!(ends("4001,2001,210,310,7,S,2025-09-08,2025-09-08"), "", "any service type");
    assert_eq!(ends("4001,2001,210,310,7,P,2025-07-01,2025-09-07"), "P4");
    assert_eq!(ends("4001,2001,210,310,7,P,2025-09-09,"), "P4");
    let other = Case::new(&[ISS])
        .add("Calendar", "211,21,2026,Other,2025-08-13,2026-05-22")
        .add("ScheduleStructure", "311,211,Main")
        .change("Enrollment", ENROLLMENT, "4001,2001,211,311,7,P,2025-07-01,");
    assert_eq!(dropped(other), "P4", "its calendar is not selected");
}

#[test]
fn p5_state_exclude_and_no_show_are_left_out() {
    let marked = |header| Case::new(&[ISS]).column("Enrollment", header, &["1"]);
    assert_eq!(dropped(marked("stateExclude")), "P5");
    assert_eq!(dropped(marked("noShow")), "P5");
    let second = marked("noShow").add("Enrollment", "4009,2001,210,310,7,N,2025-07-01,,0");
    assert_eq!(dropped(second), "", "one of two is enough");
}

#[test]
fn p6_an_excluded_grade_level_is_left_out() {
    let level = Case::new(&[ISS]).column("GradeLevel", "stateExclude", &["1"]);
    assert_eq!(dropped(level), "P6");
    let none = Case::new(&[ISS]).change("GradeLevel", "210,310,7,1,07\n", "");
    assert_eq!(dropped(none), "", "no grade level, no exclude");
}

#[test]
fn p7_an_excluded_calendar_or_school_is_left_out() {
    assert_eq!(dropped(Case::new(&[ISS]).column("Calendar", "exclude", &["1"])), "P7");
    assert_eq!(dropped(Case::new(&[ISS]).column("School", "exclude", &["1"])), "P7");
    assert_eq!(dropped(Case::new(&[ISS]).column("School", "exclude", &["0"])), "");
}

#[test]
fn p8_state_grades_as_written() {
    let grades = |grades| dropped(Case::new(&[ISS]).ask("grades", grades));
    assert_eq!(grades(json!(["08", "07"])), "");
    assert_eq!(grades(json!([])), "");
    assert_eq!(grades(json!(["7"])), "P8");
    let local = Case::new(&[ISS]).change("GradeLevel", "210,310,7,1,07\n", "").ask("grades", json!(["7"]));
    assert_eq!(dropped(local), "", "without a grade level the local grade");
}

#[test]
fn p9_the_ad_hoc_filter() {
    let filter = |filter| dropped(Case::new(&[ISS]).ask("ad_hoc_filter", filter));
    assert_eq!(filter(json!({"person_ids": [5, 2001]})), "");
    assert_eq!(filter(json!({"state_ids": ["1000000001", "x"]})), "");
    assert_eq!(filter(json!({"person_ids": [2002]})), "P9");
    assert_eq!(filter(json!({"person_ids": []})), "P9");
    assert_eq!(filter(json!({"state_ids": ["1000000002"]})), "P9");
    let saved = |members: &str| {
        dropped(
            Case::new(&[ISS])
                .table("AdHocFilter", "filterID,name\n1,Some\n2,Others\n")
                .table("AdHocFilterPerson", &format!("filterID,personID\n{members}"))
                .ask("ad_hoc_filter", json!(1)),
        )
    };
    assert_eq!([saved("1,2001\n"), saved("2,2001\n"), saved("")], ["", "P9", "P9"]);
}

#[test]
fn section_3_the_chosen_enrollment() {
    // Calendars 210 and 211 are of school 21, 212 and 213 of school 22; the incident is in 210.
    let building = |enrollments: &[&str]| {
        let rows: String = enrollments.iter().map(|row| format!("{row}\n")).collect();
        let header = "enrollmentID,personID,calendarID,structureID,grade,serviceType,startDate,endDate";
        Case::new(&[ISS])
            .add("School", "22,9,7,Hills")
            .add("School", "23,9,8,Lakes")
            .add("Calendar", "211,21,2026,B,2025-08-13,2026-05-22\n212,22,2026,C,2025-08-13,2026-05-22")
            .add("Calendar", "213,23,2026,D,2025-08-13,2026-05-22")
            .add("ScheduleStructure", "311,211,Main\n312,212,Main\n313,213,Main")
            .table("Enrollment", &format!("{header}\n{rows}"))
            .ask("calendars", json!({"all": true}))
            .only(&[1])
    };
    assert_eq!(
        building(&["1,2001,212,312,7,P,2025-09-01,", "2,2001,210,310,7,S,2025-08-01,"]),
        "0123",
        "1 calendar"
    );
    assert_eq!(
        building(&["1,2001,212,312,7,P,2025-09-01,", "2,2001,211,311,7,S,2025-08-01,"]),
        "0123",
        "2 school"
    );
    assert_eq!(
        building(&["1,2001,212,312,7,S,2025-09-01,", "2,2001,213,313,7,P,2025-08-01,"]),
        "0008",
        "3 primary"
    );
    assert_eq!(
        building(&["1,2001,212,312,7,P,2025-08-01,", "2,2001,213,313,7,P,2025-09-01,"]),
        "0008",
        "4 start"
    );
    assert_eq!(
        building(&["2,2001,212,312,7,P,2025-09-01,", "1,2001,213,313,7,P,2025-09-01,"]),
        "0008",
        "5 lowest id"
    );
}

#[test]
fn section_9_order() {
    let case = Case::new(&["730,,,,,,,,", ISS])
        .add("BehaviorIncident", "32,210,2025-09-01T08:00,CM,110,120")
        .add("BehaviorEvent", "40,32,E,,2310")
        .add("BehaviorEvent", "39,31,E,,2310")
        .add("BehaviorRole", "52,40,2001,O,\n53,39,2001,O,\n54,41,2004,O,\n55,41,2003,O,")
        .add(
            "BehaviorResolution",
            "11,52,450,,,,,4,,,\n12,53,450,,,,,3,,,\n13,54,450,,,,,7,,,\n14,55,450,,,,,6,,,",
        )
        .change("Person", ",1000000004", ",");
    let rows = case.columns(&[2, 3, 14, 24]);
    assert_eq!(
        rows,
        [
            " 09/08/2025 7.00 N",
            "1000000001 09/01/2025 4.00 N",
            "1000000001 09/08/2025 3.00 N",
            "1000000001 09/08/2025 1.00 N",
            "1000000001 09/08/2025  Y",
            "1000000003 09/08/2025 6.00 N",
        ]
    );
}
