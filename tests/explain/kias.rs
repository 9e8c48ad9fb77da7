//! KIAS: P1 to P9, the rows and their days; D1 to D5 of the validation report.

use serde_json::{Value, json};

use crate::asked::{Change, Imported};

fn request() -> Value {
    json!({"format": "csv", "start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": [210]})
}

fn validation() -> Value {
    json!({"group": "Students with Invalid Discipline Method", "calendars": [210], "format": "csv"})
}

fn asked(request: &Value, changes: &[Change<'_>]) -> Vec<String> {
    Imported::changed("kias", changes).dropped("kias", request, "student:1000000003")
}

fn with(field: &str, value: Value) -> Value {
    let mut request = request();
    request[field] = value;
    request
}

/// Cole's only enrollment.
const COLE: &str = "4003,2003,210,310,10,P,2025-07-01,";

#[test]
fn p1_to_p9_an_event_names_its_rule() {
    let none: [&str; 0] = [];
    assert_eq!(asked(&request(), &[]), none);
    let example = Imported::changed("kias", &[]);
    assert_eq!(example.dropped("kias", &request(), "student:1000000004"), ["P1"], "event 45 is not Complete");
    assert_eq!(asked(&with("end_date", json!("2025-10-09")), &[]), ["P2"]);
    assert_eq!(
        example.dropped("kias", &request(), "student:1000000001"),
        ["P3"],
        "no resolution on event 44"
    );
    let ended = "4003,2003,210,310,10,P,2025-07-01,2025-10-09";
    assert_eq!(asked(&request(), &[("Enrollment", COLE, ended)]), ["P4"]);
    let text = std::fs::read_to_string(format!("{}/kias/bundle/Enrollment.csv", crate::asked::GOLDEN))
        .expect("a table");
    let marked = |column: &str, of: &str| {
        let mark = |line: &str| if line.starts_with(of) { "1" } else { "0" };
        let lines = text.lines().enumerate().map(|(at, line)| {
            let value = if at == 0 { column } else { mark(line) };
            format!("{line},{value}\n")
        });
        lines.collect::<String>()
    };
    assert_eq!(asked(&request(), &[("Enrollment", "", &marked("noShow", "4003,"))]), ["P5"]);
    let levels = std::fs::read_to_string(format!("{}/kias/bundle/GradeLevel.csv", crate::asked::GOLDEN))
        .expect("a table");
    let levels = levels
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}\n", if at == 0 { "stateExclude" } else { "1" }));
    assert_eq!(asked(&request(), &[("GradeLevel", "", &levels.collect::<String>())]), ["P6"]);
    let calendars = std::fs::read_to_string(format!("{}/kias/bundle/Calendar.csv", crate::asked::GOLDEN))
        .expect("a table");
    let calendars = calendars
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}\n", if at == 0 { "exclude" } else { "1" }));
    assert_eq!(asked(&request(), &[("Calendar", "", &calendars.collect::<String>())]), ["P7"]);
    assert_eq!(asked(&with("grades", json!(["07"])), &[]), ["P8"]);
    assert_eq!(asked(&with("ad_hoc_filter", json!({"person_ids": [2001]})), &[]), ["P9"]);
}

#[test]
fn rows_say_what_was_merged_and_how_days_were_counted() {
    let example = Imported::changed("kias", &[]);
    let able = example.text("kias", &request(), "student:1000000001");
    for expected in [
        "1 row for the codes 450: 2 resolutions, merged",
        "Resolution 63: code 450, the duration 1.255 as typed: 1.26 days before the sum is rounded once",
        "14 Days of ISS is 1.76",
        "Resolution 61: code 510, 09/09/2025 to 09/10/2025, 10:30 to 11:00: each instructional day",
        "1 row for the codes 750: 1 resolution",
        "23 KSSSA Reported Felony is Y",
    ] {
        assert!(able.contains(expected), "{expected}\n{able}");
    }
    let cole = example.text("kias", &request(), "student:1000000003");
    assert!(cole.contains("whole instructional days, both ends counted: 9.00 days"), "{cole}");
    assert!(cole.contains("companion, which fills columns of every row: Resolution 68: code 460"), "{cole}");
    let outside = example.text("kias", &with("calendars", json!({"all": true})), "person:2004");
    assert!(outside.contains("1 row for the codes 510 and 520: 2 resolutions, merged"), "{outside}");
}

#[test]
fn d1_to_d5_an_event_names_its_rule() {
    let of = |changes: &[Change<'_>], subject: &str| {
        Imported::changed("kias", changes).dropped("kias-validation", &validation(), subject)
    };
    let none: [&str; 0] = [];
    assert_eq!(of(&[], "student:1000000003"), ["D5"], "method 7 is allowed");
    assert_eq!(of(&[], "student:1000000001"), ["D3"]);
    assert_eq!(
        of(
            &[("BehaviorIncident", "33,210,2025-10-10T00:00,CM", "33,210,2025-10-10T00:00,DF")],
            "person:2003"
        ),
        ["D1"]
    );
    assert_eq!(
        of(&[("BehaviorIncident", "33,210,2025-10-10T00:00", "33,210,2024-10-10T00:00")], "person:2003"),
        ["D2"]
    );
    assert_eq!(
        of(&[("Enrollment", COLE, "4003,2003,210,310,10,P,2025-07-01,2025-10-09")], "person:2003"),
        ["D4"]
    );
    assert_eq!(of(&[], "student:1000000002"), ["D3"], "event 44 has no weapon");
    let told = Imported::changed("kias", &[]).text("kias-validation", &validation(), "person:2003");
    assert!(told.contains("1 occurrence of \"Non-Special Education"), "{told}");
    assert_eq!(of(&[], "person:2004"), ["D3"]);
    assert_ne!(of(&[], "person:2004"), none);
}
