//! The checks of Review on both sides, each as a change of the example's bundle.

use serde_json::json;

use crate::bundle::{Change, lines};
use crate::files;

/// Rows Found and Students Counted of a check; Detail is of section 702.
fn found(check: &str, changes: &[Change<'_>]) -> String {
    let detail = if check.starts_with("DET") { &["detail"][..] } else { &[] };
    let reports = [&["classes", "staff", "caseload", "schoolwide"], detail].concat();
    let request = json!({"reports": reports, "section_id": 702, "format": "csv"});
    let (_kept, out) = files(changes, &request);
    let review = lines(&out.join("LEAD_Data_Review.csv"), &["Check", "Rows Found", "Students Counted"]);
    let prefix = format!("{check} ");
    review.iter().find_map(|l| l.strip_prefix(&prefix)).expect("a check").to_owned()
}

const HOMEROOM: &str = "909995,1,1,01";
const NOBODY: Change<'static> = ("SectionStaffHistory", "1,701,300,11,P,,", "1,701,300,11,T,,");

/// Section 701 with special type, core content and instructional setting, and its school's classification.
fn section(special: &str, content: &str, classification: &str, check: &str) -> String {
    let (row, school) =
        (format!("701,600,300,1,{special},{content}"), format!("Alpha High,{classification}"));
    found(
        check,
        &[
            ("Section", "specialType", "specialType,coreContent"),
            ("Section", "701,600,300,1,01", &row),
            ("Section", "702,601,300,1,05", "702,601,300,1,05,"),
            ("School", "Alpha High,A1", &school),
        ],
    )
}

#[test]
fn cls1_to_cls4_look_at_the_teacher() {
    assert_eq!(found("CLS1", &[]), "1 ");
    let jay = ("EmploymentAssignment", "5,13,2,2024-07-01,,01,1", "5,13,1,2024-07-01,,01,1");
    assert_eq!(found("CLS1", &[jay]), "0 ");
    assert_eq!(found("CLS1", &[jay, NOBODY]), "0 ", "a section without a teacher is CLS2");
    assert_eq!((found("CLS2", &[]), found("CLS2", &[NOBODY])), ("0 ".to_owned(), "1 ".to_owned()));
    assert_eq!((found("CLS3", &[]), found("CLS3", &[NOBODY])), ("0 ".to_owned(), "1 ".to_owned()));
    assert_eq!(found("CLS3", &[NOBODY, ("Course", HOMEROOM, "909990,1,1,01")]), "0 ");
    assert_eq!(found("CLS4", &[NOBODY]), "0 ");
    assert_eq!(found("CLS4", &[NOBODY, ("Course", HOMEROOM, "909995,1,1,12")]), "1 ");
    assert_eq!(found("CLS4", &[("Course", HOMEROOM, "909995,1,1,12")]), "0 ");
}

#[test]
fn cls5_a_section_without_students() {
    assert_eq!(found("CLS5", &[]), "0 ");
    let empty =
        [("Roster", "2,702,300,1,,", ""), ("Roster", "4,702,300,2,,", ""), ("Roster", "6,702,300,3,,", "")];
    assert_eq!(found("CLS5", &empty), "1 ");
    assert_eq!(found("CLS11", &empty), "0 0", "no students, no hit");
    assert_eq!((found("DET1", &empty), found("DET2", &empty)), ("0 0".to_owned(), "0 0".to_owned()));
}

#[test]
fn cls6_to_cls9_look_at_course_code_and_core_content() {
    assert_eq!(found("CLS6", &[]), "1 ");
    assert_eq!(found("CLS6", &[("Course", HOMEROOM, "165698,1,1,01")]), "2 ");
    assert_eq!(found("CLS6", &[("Course", "909999,1,0,01", "909998,1,0,01")]), "0 ");
    assert_eq!(found("CLS7", &[]), "1 ");
    assert_eq!(section("01", "40", "A1", "CLS7"), "1 ", "702 still has none");
    let given = [
        ("Section", "specialType", "specialType,coreContent"),
        ("Section", "701,600,300,1,01", "701,600,300,1,01,"),
        ("Section", "702,601,300,1,05", "702,601,300,1,05,40"),
    ];
    assert_eq!((found("CLS6", &given), found("CLS7", &given)), ("1 ".to_owned(), "0 ".to_owned()));
    assert_eq!(
        (section("01", "507", "A1", "CLS8"), section("01", "509", "A1", "CLS8")),
        ("1 ".into(), "0 ".into())
    );
    assert_eq!(
        (section("01", "509", "A1", "CLS9"), section("01", "", "A1", "CLS9")),
        ("1 ".into(), "0 ".into())
    );
}

#[test]
fn cls10_and_cls11_count_general_population() {
    assert_eq!((found("CLS10", &[]), found("CLS11", &[])), ("1 2".to_owned(), "1 2".to_owned()));
    let general = ("Section", "702,601,300,1,05", "702,601,300,1,01");
    assert_eq!(
        (found("CLS10", &[general]), found("CLS11", &[general])),
        ("0 0".to_owned(), "0 0".to_owned())
    );
    // Four students, one of them without a plan.
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
    assert_eq!(found("CLS10", &quarter), "1 1");
    assert_eq!(found("CLS11", &quarter), "0 0", "exactly a quarter passes");
}

#[test]
fn cls12_and_cls13_alternative_classes_outside_of_alternative_schools() {
    assert_eq!(section("01", "", "A1", "CLS12"), "0 0");
    assert_eq!(section("02", "", "A1", "CLS12"), "1 3");
    assert_eq!(section("02", "", "a5", "CLS12"), "0 0");
    assert_eq!(section("02", "", "A6", "CLS12"), "0 0");
    assert_eq!(section("02", "", "A1", "CLS13"), "1 3");
    let special = ("Section", "701,600,300,1,01", "701,600,300,1,02");
    let ilpa = |plans: &str| {
        let (kinds, plans) = (format!("{IEP}\n2,ilpa,ILPA"), format!("{PLAN}{plans}"));
        found("CLS13", &[special, ("PlanType", IEP, &kinds), ("Plan", PLAN, &plans)])
    };
    assert_eq!(ilpa("\n5,1,2,9,2025-08-13,,0,"), "1 2");
    assert_eq!(ilpa("\n5,1,2,9,2025-08-13,,0,\n6,2,2,9,2025-08-13,,0,\n7,4,2,9,2025-08-13,,0,"), "0 0");
}

const IEP: &str = "1,specialed,IEP";
const PLAN: &str = "2,3,1,9,2025-02-01,2026-01-31,0,04";

#[test]
fn stf1_to_stf4_look_at_the_type_of_staff() {
    let ives = |kind: &str, license: &str, role: &str, check: &str| {
        let third = format!("3,12,1,2019-07-01,,{kind},{role}");
        let license = format!("2,12,9,2019-07-01,,{license}");
        found(
            check,
            &[
                ("EmploymentAssignment", "3,12,1,2019-07-01,,01,1", &third),
                ("EmploymentAssignment", "4,12,1,2025-09-01,,01,0", ""),
                ("Employment", "2,12,9,2019-07-01,,", &license),
            ],
        )
    };
    for certified in ["01", "02", "03", "06"] {
        assert_eq!(ives(certified, "", "0", "STF1"), "1 ", "{certified}");
    }
    assert_eq!(ives("05", "", "0", "STF1"), "0 ");
    assert_eq!(ives("01", "7", "0", "STF1"), "0 ");
    assert_eq!((ives("05", "7", "0", "STF2"), ives("01", "7", "0", "STF2")), ("1 ".into(), "0 ".into()));
    assert_eq!((ives("05", "", "0", "STF3"), ives("05", "7", "0", "STF3")), ("1 ".into(), "0 ".into()));
    assert_eq!((ives("04", "", "1", "STF4"), ives("07", "", "1", "STF4")), ("1 ".into(), "1 ".into()));
    assert_eq!((ives("04", "", "0", "STF4"), ives("01", "", "1", "STF4")), ("0 ".into(), "0 ".into()));
}

#[test]
fn cas1_to_cas4_look_at_the_case_manager() {
    assert_eq!(found("CAS1", &[]), "1 1");
    let kern = [
        ("Employment", "1,11,9", "9,14,9,2019-07-01,,\n1,11,9"),
        ("EmploymentAssignment", "1,11,1", "9,14,2,2019-07-01,,01,0\n1,11,1"),
    ];
    assert_eq!(found("CAS1", &kern), "0 0");
    assert_eq!(found("CAS2", &[]), "1 1");
    let cole = ("TeamMember", "2,2,14", "3,3,12,specialed,Case Manager,2025-03-10\n2,2,14");
    assert_eq!(found("CAS2", &[cole]), "0 0");
    assert_eq!(found("CAS3", &[]), "1 1");
    assert_eq!(found("CAS3", &[("TeamMember", "\n2,2,14,specialed,Case Manager,2026-01-12", "")]), "0 0");
    assert_eq!((found("CAS4", &[]), found("CAS4", &[cole])), ("2 2".to_owned(), "2 3".to_owned()));
}

#[test]
fn sch1_to_sch5_look_at_schools() {
    let alternative =
        |code: &str, check: &str| found(check, &[("School", "Alpha High,A1", &format!("Alpha High,{code}"))]);
    assert_eq!((found("SCH1", &[]), alternative("F1", "SCH1")), ("1 3".to_owned(), "0 0".to_owned()));
    assert_eq!(found("SCH2", &[]), "1 1");
    assert_eq!(found("SCH2", &[("Lep", "1,2,9,LEP", "1,2,9,Exited")]), "0 0");
    assert_eq!(found("SCH3", &[]), "0 0");
    assert_eq!(found("SCH3", &[("Gifted", "1,4,9,12", "1,1,9,01")]), "1 1");
    for (code, expected) in [("A5", "1 3"), ("A6", "1 3"), ("A1", "0 0")] {
        assert_eq!(
            (alternative(code, "SCH4"), alternative(code, "SCH5")),
            (expected.into(), expected.into())
        );
    }
    let everyone = format!("{PLAN}\n5,1,2,9,2025-08-13,,0,\n6,2,2,9,2025-08-13,,0,\n7,3,2,9,2025-08-13,,0,");
    let kinds = format!("{IEP}\n2,ilpa,ILPA");
    let changes = [
        ("School", "Alpha High,A1", "Alpha High,A5"),
        ("PlanType", IEP, kinds.as_str()),
        ("Plan", PLAN, everyone.as_str()),
    ];
    assert_eq!(found("SCH5", &changes), "0 0");
}

#[test]
fn det1_and_det2_look_at_students() {
    assert_eq!((found("DET1", &[]), found("DET2", &[])), ("2 2".to_owned(), "3 3".to_owned()));
    let locked = ("Plan", "2026-01-31,0,04", "2026-01-31,1,04");
    assert_eq!(found("DET1", &[locked]), "1 1");
}
