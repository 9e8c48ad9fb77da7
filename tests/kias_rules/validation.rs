//! D1 to D5 and the file of the validation report (ks-kias, section 10).

use serde_json::json;

use crate::ISS;
use crate::case::Case;

/// A suspension without a method on an event with a handgun.
fn armed(resolution: &str) -> Case {
    Case::new(&[resolution]).add("BehaviorWeapon", "1,41,100")
}

/// Occurrences of the two rules, and the rule that dropped something.
fn counts(case: &Case) -> (u64, u64, String) {
    let made = case.validation();
    let of = |line: usize| {
        let line = made.text.lines().nth(line).expect("a line");
        line.rsplit_once(',').expect("a count").1.parse().expect("a count")
    };
    let dropped: Vec<&str> = made.dropped.iter().map(|d| d.0.as_str()).collect();
    (of(2), of(3), dropped.join(" "))
}

#[test]
fn d1_drafts_are_left_out_and_other_statuses_are_not() {
    let status = |to| counts(&armed(ISS).change("BehaviorIncident", ",CM,", to));
    for kept in [",CM,", ",SB,", ",IP,"] {
        assert_eq!(status(kept), (0, 1, String::new()), "{kept}");
    }
    assert_eq!(status(",DF,"), (0, 0, "D1".into()));
}

#[test]
fn d2_the_year_of_the_incidents_calendar() {
    let date = |to: &str| {
        let case = armed(ISS).change("BehaviorIncident", "2025-09-08T13:45", to);
        counts(&case.change("Enrollment", "7,P,2025-07-01,", "7,P,2020-07-01,"))
    };
    for kept in ["2025-07-01T00:00", "2026-06-30T23:59"] {
        assert_eq!(date(kept), (0, 1, String::new()), "{kept}");
    }
    for lost in ["2025-06-30T23:59", "2026-07-01T00:00"] {
        assert_eq!(date(lost), (0, 0, "D2".into()), "{lost}");
    }
}

#[test]
fn d3_a_weapon_or_a_weapon_type() {
    assert_eq!(counts(&Case::new(&[ISS])), (0, 0, "D3".into()));
    let any = Case::new(&[ISS]).add("BehaviorWeapon", "1,41,not a code");
    assert_eq!(counts(&any), (0, 1, String::new()), "a weapon of any type");
    let kind = Case::new(&[ISS]).change("BehaviorEvent", ",2410", ",1299");
    assert_eq!(counts(&kind), (0, 1, String::new()), "an incident type of the weapon list");
}

#[test]
fn d4_the_enrollment_and_the_filter() {
    for column in ["stateExclude", "noShow"] {
        assert_eq!(counts(&armed(ISS).column("Enrollment", column, &["1"])), (0, 0, "D4".into()));
    }
    assert_eq!(counts(&armed(ISS).column("School", "exclude", &["1"])), (0, 0, "D4".into()));
    let filter = |id| counts(&armed(ISS).ask("ad_hoc_filter", json!({"person_ids": [id]})));
    assert_eq!([filter(2001), filter(2002)], [(0, 1, String::new()), (0, 0, "D4".into())]);
}

#[test]
fn d5_methods_by_disability() {
    let method = |iep: bool, method: &str| {
        let case = armed(&format!("450,,,,,1,,{method},"));
        let case = if iep { case.add("Plan", "8,2001,1,9,2025-01-15,,1") } else { case };
        let (special, others, _) = counts(&case);
        (special, others)
    };
    for allowed in ["1", "2", "3", "4", "5", "05"] {
        assert_eq!(method(true, allowed), (0, 0), "{allowed}");
        assert_eq!(method(false, allowed), (0, 1), "{allowed}");
    }
    for allowed in ["6", "7", "8", "9", "10", "11", "12", "\" 12\""] {
        assert_eq!(method(false, allowed), (0, 0), "{allowed}");
        assert_eq!(method(true, allowed), (1, 0), "{allowed}");
    }
    for never in ["", "0", "13", "x"] {
        assert_eq!((method(false, never), method(true, never)), ((0, 1), (1, 0)), "{never}");
    }
    let gifted = armed("450,,,,,1,,3,")
        .add("Plan", "8,2001,1,9,2025-01-15,,1")
        .table("Gifted", "giftedID,personID,districtID,startDate\n1,2001,9,2025-01-01\n");
    assert_eq!(counts(&gifted), (0, 1, String::new()), "gifted and an IEP is no disability");
}

#[test]
fn d5_every_resolution_with_a_code_and_none_without() {
    assert_eq!(counts(&armed("460,,,,,,,,")), (0, 1, String::new()), "not in the row list");
    assert_eq!(counts(&armed("LOCAL,,,,,,,,")), (0, 1, String::new()), "any code");
    assert_eq!(counts(&armed(",,,,,,,,")), (0, 0, String::new()));
    let two = armed(ISS).add("BehaviorResolution", "2,51,510,,,,,1,,,");
    assert_eq!(counts(&two), (0, 2, String::new()));
}

#[test]
fn details_are_protected_and_ordered_and_the_shape_is_always_the_same() {
    let case = armed(ISS)
        .change("Identity", "Able,Ann", "=Able,")
        .change("BehaviorEvent", "E1,", "E1,\"-, name\"")
        .add("BehaviorWeapon", "3,41,x\n2,41,+1")
        .add("BehaviorResolution", "9,51,510,,,,,1,,,\n8,51,510,,,,,1,,,")
        .column("BehaviorResolution", "name", &["@a"]);
    let text = case.validation().text;
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 14, "{text}");
    assert_eq!((lines[4], lines[7]), ("", ""));
    assert_eq!(
        lines[10],
        "'=Able,1000000001,07,0123,Plains Middle,09/08/2025,31,CM,41,\"'-, name\",100; +1; x,1,'@a,450,,6; 7; 8; 9; 10; 11; 12"
    );
    assert!(lines[11].contains(",8,") && lines[12].contains(",9,"));
    let none = Case::new(&[ISS]).validation().text;
    assert_eq!(none.split("\r\n").filter(|line| line.starts_with("Student Name,")).count(), 2);
    assert_eq!(none.split("\r\n").count(), 11);
}

#[test]
fn an_event_without_a_name_shows_its_code() {
    assert!(armed(ISS).validation().text.contains(",41,E1,100,1,"));
}
