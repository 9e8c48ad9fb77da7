//! R1 to R8, each side.

use serde_json::json;

use crate::bundle::{Change, Imported, lines};
use crate::{GOLDEN, files, of_schools, report};

const NONE: [&str; 0] = [];

/// Sections of Classes.
fn sections(changes: &[Change<'_>]) -> Vec<String> {
    report("classes", changes, &["SectionID"])
}

/// A second calendar with the homeroom in it, of an end year.
fn second_calendar(year: i32) -> Vec<(&'static str, &'static str, String)> {
    let days = format!("{}-08-13,{year}-05-22", year - 1);
    vec![
        ("SchoolYear", "2026,2025-07-01", "2025,2024-07-01,2025-06-30,0\n2026,2025-07-01".to_owned()),
        ("Calendar", "100,1,2026", format!("90,1,{year},Other,{days}\n100,1,2026")),
        ("ScheduleStructure", "200,100,Main", "200,100,Main\n290,90,Main".to_owned()),
        ("Trial", "300,200,100,1", "300,200,100,1\n390,290,90,1".to_owned()),
        ("TermSchedule", "400,200,Semesters", "400,200,Semesters\n490,290,Semesters".to_owned()),
        ("Term", "401,400,S1", format!("491,490,S1,1,{days}\n401,400,S1")),
        ("PeriodSchedule", "500,200,Bell", "500,200,Bell\n590,290,Bell".to_owned()),
        ("Period", "501,500,1,1", "501,500,1,1\n591,590,1,1".to_owned()),
        ("Course", "600,100,1001", "690,90,1001,Homeroom 9,909995,1,1,01\n600,100,1001".to_owned()),
        ("Section", "701,600,300,1,01", "701,600,300,1,01\n791,690,390,1,01".to_owned()),
        ("SectionPlacement", "701,300,401,501", "701,300,401,501\n791,390,491,591".to_owned()),
    ]
}

fn borrowed<'a>(changes: &'a [(&'static str, &'static str, String)]) -> Vec<Change<'a>> {
    changes.iter().map(|(file, from, to)| (*file, *from, to.as_str())).collect()
}

#[test]
fn r1_every_calendar_of_the_active_year_and_no_other() {
    assert_eq!(sections(&[]), ["701", "702"]);
    assert_eq!(sections(&borrowed(&second_calendar(2026))), ["701", "702", "791"]);
    assert_eq!(sections(&borrowed(&second_calendar(2025))), ["701", "702"]);
    let mut last_year = second_calendar(2025);
    last_year.push(("SchoolYear", "2025-06-30,0", "2025-06-30,1".to_owned()));
    last_year.push(("SchoolYear", "2026-06-30,1", "2026-06-30,0".to_owned()));
    assert_eq!(sections(&borrowed(&last_year)), ["791"], "the active year is the snapshot's");
}

#[test]
fn r1_cross_site_homerooms_are_left_out_and_cannot_be_asked_for() {
    let only_elm = [
        ("Roster", "1,701,300,1,,\n", ""),
        ("Roster", "3,701,300,2,,\n", ""),
        ("Roster", "7,701,300,4,2025-08-20,\n", ""),
    ];
    let known = |changes: &[Change<'_>]| Imported::changed(GOLDEN, changes).lead_sections();
    assert_eq!(known(&[]), [701, 702]);
    assert_eq!(known(&only_elm), [702], "P15: its last student was cross-site");
    assert_eq!(sections(&only_elm), ["702"]);
    let elsewhere = [only_elm[0], only_elm[1], only_elm[2], ("District", "KY,1", "KY,0")];
    assert_eq!(known(&elsewhere), [701, 702], "no cross-site enrollment in the district");
    assert_eq!(sections(&elsewhere), ["701", "702"]);
    assert_eq!(known(&[("Course", "909999,1,0,01", "909999,0,0,01")]), [701], "P7");
    assert_eq!(known(&[("School", "Alpha High,A1", "Alpha High,")]), [0; 0], "no school is reported");
}

#[test]
fn a1_the_date_is_that_of_the_snapshot() {
    assert_eq!(report("schoolwide", &[], &["Data As Of", "End Year"]), ["02/01/2026 2026"]);
}

#[test]
fn r2_r3_and_r5_schools_narrow_classes_staff_and_schoolwide() {
    let beta: [Change<'_>; 1] = [("School", "Beta Elementary,", "Beta Elementary,A1")];
    let of = |name, schools, column| of_schools(name, schools, &beta, &[column]);
    for (name, column, alpha) in
        [("classes", "SectionID", vec!["701", "702"]), ("schoolwide", "School Number", vec!["010"])]
    {
        assert_eq!(of(name, json!([1]), column), alpha);
        assert_eq!(of(name, json!([1, 2]), column), alpha);
        assert_eq!(of(name, json!([2]), column), NONE);
    }
    assert_eq!(of("staff", json!([1]), "Person ID"), ["11", "12"]);
    assert_eq!(of("staff", json!([2]), "Person ID"), ["13"]);
    assert_eq!(of("staff", json!({"all": true}), "Person ID"), ["11", "12", "13"]);
}

#[test]
fn r4_and_r6_caseload_and_detail_look_at_no_school() {
    let managers = ["Case Manager Person ID"];
    assert_eq!(of_schools("caseload", json!([2]), &[], &managers), ["0", "12", "14"]);
    assert_eq!(of_schools("detail", json!([2]), &[], &["Student Person ID"]), ["1", "2", "3"]);
}

/// Case manager, Total, General and SLD.
fn caseload(changes: &[Change<'_>]) -> Vec<String> {
    report("caseload", changes, &["Case Manager Person ID", "Total", "General", "SLD"])
}

/// Birch's case manager, and Ash's.
const KERN: &str = "2,2,14,specialed,Case Manager,2026-01-12";
const IVES: &str = "1,1,12,specialed,Case Manager,2025-03-10";

#[test]
fn r4_a_case_manager_with_or_without_a_disability() {
    assert_eq!(caseload(&[]), ["0 1 0 0", "12 1 0 1", "14 1 1 0"], "Birch is general population");
    let dale = format!("{KERN}\n3,4,14,specialed,Case Manager,2026-01-12");
    assert_eq!(caseload(&[("TeamMember", KERN, &dale)])[2], "14 1 1 0", "Dale has no State ID");
    assert_eq!(caseload(&[("TeamMember", KERN, "2,2,14,specialed,Case Manager,2026-02-02")]).len(), 2);
}

#[test]
fn r4_without_a_case_manager_a_disability_of_the_enrollment() {
    assert_eq!(caseload(&[("TeamMember", IVES, "")]), ["0 2 0 1", "14 1 1 0"]);
    let only_iep = ("Enrollment", "901,1,100,200,9,P,2025-08-13,,0,09", "901,1,100,200,9,P,2025-08-13,,0,");
    let changes = [("TeamMember", IVES, ""), only_iep];
    assert_eq!(caseload(&changes), ["0 1 0 0", "14 1 1 0"], "a disability in the section only");
    let with_manager = [only_iep];
    assert_eq!(caseload(&with_manager), ["0 1 0 0", "12 1 1 0", "14 1 1 0"], "General: D35 is empty");
}

#[test]
fn r4_then_p31_a_student_counts_once() {
    // Birch has Ives in 702 and Kern in 701, which ends later.
    let two = format!("{KERN}\n3,2,12,specialed,Case Manager,2025-08-13");
    assert_eq!(caseload(&[("TeamMember", KERN, &two)]), ["0 1 0 0", "12 1 0 1", "14 1 1 0"]);
    let same_id: Change<'_> = ("Person", "2,1000000002", "2,1000000001");
    assert_eq!(caseload(&[same_id]), ["0 1 0 0", "14 1 1 0"], "two persons of one State ID: the highest id");
}

#[test]
fn r6_the_students_of_the_section_or_one_line() {
    let detail = |changes: &[Change<'_>]| report("detail", changes, &["SectionID", "Student Person ID"]);
    assert_eq!(detail(&[]), ["702 1", "702 2", "702 3"]);
    let nobody =
        [("Roster", "2,702,300,1,,", ""), ("Roster", "4,702,300,2,,", ""), ("Roster", "6,702,300,3,,", "")];
    assert_eq!(detail(&nobody), ["702 "]);
    let names = [("Identity", "3,3,Cole,Cy", "3,3,ash,Ann"), ("Identity", "2,2,Birch,Ben,1\n", "")];
    assert_eq!(detail(&names), ["702 2", "702 1", "702 3"], "by name in text order, then by State ID");
}

/// SectionID and the teacher's names.
fn teachers(changes: &[Change<'_>]) -> Vec<String> {
    let columns =
        ["SectionID", "Primary Teacher Person ID", "Primary Teacher Last Name", "Primary Teacher First Name"];
    report("classes", changes, &columns)
}

#[test]
fn r7_a_teacher_is_named_who_has_a_staff_record_at_the_school() {
    let (holt, jay) = ("701 11 Holt Hal", "702 13  ");
    assert_eq!(teachers(&[]), [holt, jay], "Jay is assigned to another school");
    let assigned = |row: &str| teachers(&[("EmploymentAssignment", "5,13,2,2024-07-01,,01,1", row)]);
    assert_eq!(assigned("5,13,1,2024-07-01,,01,1"), [holt, "702 13 Jay Jon"]);
    assert_eq!(assigned("5,13,1,2024-07-01,2025-07-01,,0"), [holt, "702 13 Jay Jon"], "the first day counts");
    assert_eq!(assigned("5,13,1,2024-07-01,2025-06-30,01,1"), [holt, jay]);
    assert_eq!(assigned("5,13,1,2026-07-01,,01,1"), [holt, jay]);
    let employed = |to| teachers(&[("Employment", "1,11,9,2020-07-01,,", to)])[0].clone();
    assert_eq!(employed("1,11,9,2020-07-01,2025-06-30,"), "701 11  ");
    assert_eq!(employed("1,11,9,2026-06-30,,"), holt);
    let nobody = teachers(&[("SectionStaffHistory", "1,701,300,11,P,,", "1,701,300,11,T,,")]);
    assert_eq!(nobody[0], "701   ");
    let nameless = teachers(&[("Identity", "11,11,Holt,Hal,\n", "")]);
    assert_eq!(nameless[0], "701 11  ", "no identity, no name");
}

#[test]
fn r8_a_case_manager_is_named_who_has_a_staff_record_at_any_school() {
    let managers = |changes: &[Change<'_>]| {
        report(
            "caseload",
            changes,
            &["Case Manager Person ID", "Case Manager Last Name", "Case Manager First Name"],
        )
    };
    assert_eq!(managers(&[]), ["0  ", "12 Ives Ida", "14  "]);
    let (third, fourth) = ("3,12,1,2019-07-01,,01,1", "4,12,1,2025-09-01,,01,0");
    let beta =
        [("EmploymentAssignment", third, "3,12,2,2019-07-01,,01,1"), ("EmploymentAssignment", fourth, "")];
    assert_eq!(managers(&beta)[1], "12 Ives Ida", "also at a school without a classification");
    let none = [("EmploymentAssignment", third, ""), ("EmploymentAssignment", fourth, "")];
    assert_eq!(managers(&none)[1], "12  ");
    let employment = [("Employment", "2,12,9,2019-07-01,,", "2,12,9,2019-07-01,2025-06-30,")];
    assert_eq!(managers(&employment)[1], "12  ");
    let zero = [
        ("Person", "14,", "14,\n0,"),
        ("Identity", "14,14,Kern,Kim,", "14,14,Kern,Kim,\n15,0,Nobody,Ned,"),
        ("Employment", "2,12,9", "9,0,9,2019-07-01,,\n2,12,9"),
        ("EmploymentAssignment", "3,12,1", "9,0,1,2019-07-01,,01,0\n3,12,1"),
    ];
    assert_eq!(managers(&zero)[0], "0  ", "nobody is named for 0, not even a person with that id");
}

#[test]
fn staff_columns_follow_the_school_and_the_sort_is_by_person_id_as_a_number() {
    let person: [Change<'_>; 4] = [
        ("Person", "11,", "9,\n11,"),
        ("Identity", "11,11,Holt", "9,9,Zorn,Zed,\n11,11,Holt"),
        ("Employment", "1,11,9", "9,9,9,2019-07-01,,=1+1\n1,11,9"),
        ("EmploymentAssignment", "3,12,1", "9,9,1,2019-07-01,,04,1\n3,12,1"),
    ];
    let columns = ["Person ID", "Last Name", "EPSB ID", "State Classification", "School Name"];
    let alpha = |front: &str| format!("{front} A1 Alpha High");
    assert_eq!(
        report("staff", &person, &columns),
        [alpha("9 Zorn '=1+1"), alpha("11 Holt 000111111"), alpha("12 Ives ")],
        "all csv is for people: a formula is guarded"
    );
}

#[test]
fn csv_and_the_default_format() {
    let (_kept, out) = files(&[], &json!({"reports": ["staff"]}));
    assert!(out.join("LEAD_Data.xlsx").exists());
    let (_kept, out) = files(&[], &json!({"reports": ["staff"], "format": "csv"}));
    assert_eq!(lines(&out.join("LEAD_Data_Staff.csv"), &["Person ID"]).len(), 2);
}
