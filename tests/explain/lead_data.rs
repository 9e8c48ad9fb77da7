//! LEAD Data: R1 in the place of P1, and R2 to R8.

use serde_json::{Value, json};

use crate::asked::Imported;

fn request(schools: Value) -> Value {
    json!({"reports": ["classes", "detail"], "section_id": 702, "schools": schools})
}

#[test]
fn r1_to_r6_a_section_says_which_reports_have_it() {
    let example = Imported::changed("lead-data", &[]);
    let all = request(json!({"all": true}));
    let told = example.text("lead-data", &all, "section:702");
    assert!(
        told.contains("R2 1 line of Classes") && told.contains("R6 the section of the Detail report"),
        "{told}"
    );
    assert!(told.contains("R7 the teacher's name is empty: no staff record at Alpha High"), "{told}");
    assert_eq!(example.dropped("lead-data", &all, "section:701"), ["P11", "P14", "R6"]);
    assert_eq!(example.dropped("lead-data", &request(json!([2])), "section:702"), ["R2"]);
    let years = [
        ("SchoolYear", "2026-06-30,1", "2026-06-30,0\n2027,2026-07-01,2027-06-30,1"),
        ("Calendar", "101,2,2026", "101,2,2027"),
        ("Calendar", "101,2,2027", "102,1,2027,26-27 Alpha,2026-08-12,2027-05-21\n101,2,2027"),
        ("ScheduleStructure", "200,100,Main", "200,100,Main\n202,102,Main"),
        ("Trial", "300,200,100,1", "300,200,100,1\n302,202,102,1"),
        ("Course", "601,100", "602,102,1,New,1,1,0,01\n601,100"),
        ("Section", "702,601,300", "703,602,302,1,01\n702,601,300"),
        ("SectionPlacement", "702,300,401,501", "702,300,401,501\n703,302,401,501"),
    ];
    let changed = Imported::changed("lead-data", &years);
    let asked = json!({"reports": ["classes"]});
    assert_eq!(changed.dropped("lead-data", &asked, "section:702"), ["P7", "R1"]);
}

#[test]
fn r3_r4_and_r8_of_persons() {
    let example = Imported::changed("lead-data", &[]);
    let all = request(json!({"all": true}));
    let birch = example.text("lead-data", &all, "student:1000000002");
    assert!(birch.contains("Caseload: counts with Kern, Kim (personID 14"), "{birch}");
    let kern = example.text("lead-data", &all, "person:14");
    assert!(kern.contains("R8 as a case manager the name is empty: no staff record at any school"), "{kern}");
    assert!(kern.contains("of which 1 pass R4"), "{kern}");
    let none = Imported::changed(
        "lead-data",
        &[("TeamMember", "2,2,14,specialed,Case Manager", "2,2,14,specialed,Teacher")],
    );
    assert_eq!(none.dropped("lead-data", &all, "student:1000000002"), ["R4"]);
    assert_eq!(example.dropped("lead-data", &request(json!([2])), "person:11"), ["P21", "R3"]);
    let holt = example.text("lead-data", &all, "person:11");
    assert!(holt.contains("R3 a staff record at Alpha High, which is asked for"), "{holt}");
}
