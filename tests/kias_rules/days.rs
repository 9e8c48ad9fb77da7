//! Days (ks-kias, section 7; campus-data, convention 7).

use crate::case::Case;
use crate::{DAYS, ENROLLMENT};

/// The days of the only row and its warnings.
fn days(resolutions: &[&str]) -> String {
    let made = Case::new(resolutions).kias();
    let warnings: String = made.warnings.iter().map(|w| format!(" {}={}", w.0, w.1)).collect();
    assert_eq!(made.lines.len(), 1);
    format!("{}{warnings}", made.columns(DAYS)[0].trim())
}

#[test]
fn section_7_the_table_of_days() {
    assert_eq!(days(&["450,,,,,0.5,,,", "450,,,,,1.255,,,"]), "1.76");
    assert_eq!(days(&["450,2025-09-09,09:00,2025-09-09,10:30,,,,"]), "0.21");
    assert_eq!(days(&["450,2025-09-13,,2025-09-14,,,,,"]), "0.00");
    assert_eq!(days(&["510,2025-09-08,,2025-09-10,,,,,"]), "3.00");
    assert_eq!(days(&["510,2025-09-08,10:30,2025-09-10,11:00,,,,"]), "2.07");
    assert_eq!(days(&["510,2025-09-08,10:30,2025-09-10,,,,,"]), "3.00");
    assert_eq!(days(&["550,2025-10-13,,2025-10-24,,,,,", "550,,,,,4.335,,,"]), "13.34");
    assert_eq!(days(&["565,,,,,120,,,"]), "120.00 V6=1");
    assert_eq!(days(&["565,,,,,99.99,,,"]), "99.99");
    assert_eq!(days(&["550,,,,,0,,,"]), "");
    assert_eq!(days(&["001,,,,,10,,,", "002,2025-09-11,09:15,2025-09-12,10:00,,,,"]), "11.32");
    assert_eq!(days(&["001,2025-09-11,,,,,,,"]), " V5=1");
}

#[test]
fn section_7_steps_1_to_4() {
    assert_eq!(days(&["450,2025-09-08,,2025-09-08,,-1,,,"]), "1.00 V4=1", "a negative duration is as none");
    assert_eq!(days(&["450,,,,,-1,,,"]), " V4=1 V5=1");
    assert_eq!(days(&["450,2025-09-08,,2025-09-08,,-0.0,,,"]), "0.00", "minus zero is not negative");
    assert_eq!(days(&["450,,,2025-09-08,,,,,"]), " V5=1");
    assert_eq!(days(&["450,,,,,,,,", "450,,,,,2,,,"]), "2.00 V5=1", "what is not known is left out");
    assert_eq!(days(&["450,2025-09-10,,2025-09-08,,,,,"]), "0.00", "start after end");
    assert_eq!(days(&["450,2025-09-10,09:00,2025-09-08,10:00,,,,"]), "0.00");
    assert_eq!(days(&["450,2025-09-10,14:00,2025-09-10,09:00,,,,"]), "0.00");
    assert_eq!(days(&["450,2025-09-13,09:00,2025-09-15,09:00,,,,"]), "0.14", "a Saturday adds nothing");
    assert_eq!(
        days(&["450,2025-10-16,,2025-10-20,,,,,"]),
        "2.00",
        "17 October no school; 18 and 19 a weekend"
    );
    assert_eq!(days(&["730,,,,,5,,,"]), "", "law enforcement has no days");
}

#[test]
fn section_7_days_are_those_of_the_calendar_and_structure() {
    let none = |case: Case| {
        case.change("Enrollment", ENROLLMENT, "4001,2001,210,311,7,P,2025-07-01,")
            .add("ScheduleStructure", "311,210,Other")
    };
    let week = "450,2025-10-13,,2025-10-19,,,,,";
    assert_eq!(Case::new(&[week]).only(DAYS).trim(), "4.00");
    assert_eq!(none(Case::new(&[week])).only(DAYS).trim(), "5.00", "no Day row at all: Monday to Friday");
    let half = "450,2025-09-12,08:00,2025-09-12,11:30,,,,";
    assert_eq!(Case::new(&[half]).only(DAYS).trim(), "0.88", "the short day's own hours");
    assert_eq!(none(Case::new(&[half])).only(DAYS).trim(), "0.50", "08:00 to 15:00");
    let beyond = "450,2025-10-30,,2025-11-05,,,,,";
    assert_eq!(Case::new(&[beyond]).only(DAYS).trim(), "2.00", "no Day rows in November");
    let limits = |case: Case| case.change("Calendar", "2025-08-13,2026-05-22", "2025-10-14,2025-10-15");
    assert_eq!(limits(Case::new(&[week])).only(DAYS).trim(), "2.00", "outside the calendar no date counts");
    assert_eq!(limits(none(Case::new(&[week]))).only(DAYS).trim(), "2.00");
    let one = Case::new(&[week])
        .table("Day", "dayID,calendarID,structureID,date,schoolDay,instruction\n1,210,310,2026-01-05,0,0\n");
    assert_eq!(one.only(DAYS).trim(), "0.00", "one Day row is enough for no fallback");
}

#[test]
fn convention_7_day_windows() {
    let header =
        "dayID,calendarID,structureID,periodScheduleID,date,schoolDay,instruction,startTime,endTime\n";
    let window = |row: &str| {
        let days = Case::new(&["450,2025-09-08,08:00,2025-09-08,10:00,,,,"])
            .table("Day", &format!("{header}{row}\n"));
        days.only(DAYS).trim().to_owned()
    };
    assert_eq!(window("1,210,310,510,2025-09-08,1,1,08:00,12:00"), "0.50");
    assert_eq!(window("1,210,310,510,2025-09-08,1,1,08:00,"), "0.29", "one time alone: the periods");
    assert_eq!(window("1,210,310,510,2025-09-08,1,1,12:00,08:00"), "0.29", "turned round: the usual hours");
    assert_eq!(window("1,210,310,,2025-09-08,1,1,,"), "0.29");
    assert_eq!(window("1,210,310,510,2025-09-08,0,1,,"), "0.00");
    assert_eq!(window("1,210,310,510,2025-09-08,1,0,,"), "0.00");
    let twice = "2,210,310,510,2025-09-08,1,1,,\n1,210,310,510,2025-09-08,0,0,,";
    assert_eq!(window(twice), "0.00", "the lowest dayID counts");
    let periods = |from: &str, to: &str| {
        Case::new(&["450,2025-09-08,08:00,2025-09-08,10:00,,,,"])
            .change("Period", from, to)
            .only(DAYS)
            .trim()
            .to_owned()
    };
    assert_eq!(
        periods("613,510,2,3,12:00,15:00,0", "613,510,2,3,12:00,15:00,1"),
        "0.57",
        "lunch and after do not count"
    );
    assert_eq!(
        periods("611,510,1,1,08:00,11:30,0", "611,510,1,1,,11:30,0"),
        "0.00",
        "a null time is left out"
    );
}
