//! Groups and columns 1 to 27 (ks-kias, sections 4 to 6).

use crate::case::Case;
use crate::{DAYS, ISS};

#[test]
fn section_4_groups() {
    let rows = |resolutions: &[&str], numbers| Case::new(resolutions).columns(numbers);
    assert_eq!(rows(&["510,,,,,3,,,", "510,,,,,2,,,"], DAYS), [" 5.00  "]);
    assert_eq!(rows(&["510,,,,,2,,,", "520,,,,,30,,,"], DAYS), [" 32.00  "]);
    let three = rows(&["510,,,,,3,,,", "450,,,,,1,,,", "750,,,,,,,,"], &[13, 23, 14, 15]);
    assert_eq!(three, ["N N 1.00 ", "N N  3.00", "Y Y  "]);
    let referral = rows(&["450,,,,,1,01,,", "510,,,,,1,,,"], &[13, 23, 14, 15]);
    assert_eq!(referral, ["Y Y 1.00 ", "N N  1.00"]);
    let expelled = rows(&["565,,,,,50,,,", "550,,,,,9,,,"], &[16, 17, 19]);
    assert_eq!(expelled, ["9.00 Y N", "50.00 N Y"]);
    assert_eq!(rows(&["470,,,,,1,,,"], DAYS), [""; 0]);
    let all = ["750", "730", "002", "001", "565", "560", "555", "550", "520", "510", "450"]
        .map(|c| format!("{c},,,,,1,,,"));
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let order = rows(&all, &[14, 15, 16, 17, 19, 20, 24, 23]);
    assert_eq!(
        order,
        [
            "1.00      N N",
            " 2.00     N N",
            "  1.00 Y N  N N",
            "  1.00 Y Y  N N",
            "  1.00 N N  N N",
            "  1.00 N Y  N N",
            "     2.00 N N",
            "      Y N",
            "      N Y",
        ]
    );
}

#[test]
fn section_4_two_students_and_two_events() {
    let two =
        Case::new(&[ISS]).add("BehaviorRole", "52,41,2004,V,").add("BehaviorResolution", "9,52,450,,,,,2,,,");
    assert_eq!(two.columns(&[2, 14]), ["1000000001 1.00", "1000000004 2.00"]);
    let events = Case::new(&[ISS])
        .add("BehaviorEvent", "42,31,E2,,2310")
        .add("BehaviorRole", "52,42,2001,W,")
        .add("BehaviorResolution", "9,52,450,,,,,2,,,");
    assert_eq!(events.columns(&[2, 6, 14]), ["1000000001 N 1.00", "1000000001 Y 2.00"]);
    let roles =
        Case::new(&[ISS]).add("BehaviorRole", "52,41,2001,W,").add("BehaviorResolution", "9,52,450,,,,,2,,,");
    assert_eq!(roles.columns(&[2, 14]), ["1000000001 3.00"], "two roles on one event are one student-event");
}

#[test]
fn columns_1_and_2_building_and_kids_id() {
    let number = |to: &str| Case::new(&[ISS]).change("School", "21,9,123,", to).only(&[1]);
    assert_eq!(
        ["21,9,7,", "21,9,99,", "21,9,1234,", "21,9,12345,", "21,9,A1,"].map(number),
        ["0007", "0099", "1234", "12345", "A1"]
    );
    let made = Case::new(&[ISS]).change("Person", ",1000000001", ",").kias();
    assert_eq!((made.columns(&[2]), made.warned("V1")), (vec![String::new()], 1));
}

/// Columns 4 and 5 after changes to the records of person 2001: `(table, row)`.
fn statuses(records: &[(&str, &str)]) -> String {
    let case = Case::new(&[ISS])
        .table("Gifted", "giftedID,personID,districtID,category,startDate,endDate\n")
        .table("Section504", "section504ID,personID,districtID,startDate,endDate\n")
        .column("Enrollment", "section504", &["1"]);
    records.iter().fold(case, |case, (table, row)| case.add(table, row)).only(&[4, 5])
}

#[test]
fn section_6_1_disability() {
    let iep = ("Plan", "8,2001,1,9,2025-01-15,2026-01-14,1");
    assert_eq!(statuses(&[]), "N N");
    assert_eq!(statuses(&[iep]), "Y N", "the enrollment's own 504 box plays no part");
    assert_eq!(statuses(&[("Plan", "8,2001,1,9,2025-09-08,2025-09-08,1")]), "Y N", "both ends count");
    assert_eq!(statuses(&[("Plan", "8,2001,1,9,2025-01-15,2025-09-07,1")]), "N N");
    assert_eq!(statuses(&[("Plan", "8,2001,1,9,2025-01-15,,0")]), "N N", "not locked");
    assert_eq!(statuses(&[("Plan", "8,2001,2,9,2025-01-15,,1")]), "N N", "another module");
    assert_eq!(statuses(&[iep, ("Gifted", "1,2001,9,,2025-09-08,2025-09-08")]), "N N");
    assert_eq!(statuses(&[iep, ("Gifted", "1,2001,9,12,2025-09-09,")]), "Y N", "not on the day");
    assert_eq!(statuses(&[iep, ("Section504", "1,2001,9,2025-01-01,")]), "N N");
    assert_eq!(statuses(&[iep, ("Section504", "1,2001,9,2025-01-01,2025-09-07")]), "Y N");
    assert_eq!(statuses(&[iep, ("Plan", "9,2001,2,9,2025-01-01,,1")]), "N N", "a locked 504 plan");
    assert_eq!(statuses(&[iep, ("Plan", "9,2001,2,9,2025-01-01,,0")]), "Y N");
}

#[test]
fn section_6_1_the_plan_overlaps_the_configuration_year() {
    let year = |to: &str| {
        Case::new(&[ISS])
            .add("Plan", "8,2001,1,9,2025-01-15,2025-09-20,1")
            .add("FosterCare", "8,2001,9,2025-01-15,2025-09-20")
            .change("SchoolYear", "2026,2025-07-01,2026-06-30", to)
            .only(&[4, 5])
    };
    assert_eq!(year("2026,2025-09-20,2026-06-30"), "Y Y");
    assert_eq!(year("2026,2025-09-21,2026-06-30"), "N N");
}

#[test]
fn column_5_foster_care_on_the_incident_date() {
    assert_eq!(statuses(&[("FosterCare", "8,2001,9,2025-09-08,2025-09-08")]), "N Y");
    assert_eq!(statuses(&[("FosterCare", "8,2001,9,2025-09-09,")]), "N N");
}

#[test]
fn columns_6_to_12_the_reasons() {
    let kind = |kind: &str| {
        Case::new(&[ISS]).change("BehaviorEvent", ",2410", &format!(",{kind}")).only(&[6, 7, 10, 11, 12])
    };
    for drugs in ["2310", "2320", "2330", "2340", "2350", "2360", "2380", "2399"] {
        assert_eq!(kind(drugs), "Y N N N ", "{drugs}");
    }
    for weapons in ["1210", "1230", "1250", "1299"] {
        assert_eq!(kind(weapons), "N Y N N ", "{weapons}");
    }
    for (bullying, digit) in [("2015", 1), ("2016", 2), ("2017", 3), ("2018", 4)] {
        assert_eq!(kind(bullying), format!("N N Y Y {digit}"));
    }
    assert_eq!(["2370", "2410", "", "02310"].map(kind), ["N N Y N "; 4]);
    let injury = |role: &str| Case::new(&[ISS]).add("BehaviorRole", role).only(&[9, 10]);
    assert_eq!(injury("52,41,2004,W,4"), "Y N", "any person of the event");
    assert_eq!(injury("52,41,2004,W,04"), "Y N");
    assert_eq!(injury("52,41,2004,W,3"), "N Y");
}

#[test]
fn column_8_weapon_type_and_v3() {
    let weapons = |kind: &str, types: &[&str]| {
        let case = Case::new(&[ISS]).change("BehaviorEvent", ",2410", &format!(",{kind}"));
        let made =
            (1..).zip(types).fold(case, |c, (id, t)| c.add("BehaviorWeapon", &format!("{id},41,{t}"))).kias();
        format!("{}{}", made.columns(&[8])[0], "!".repeat(made.warned("V3") as usize))
    };
    assert_eq!(weapons("2410", &["100"]), "N", "weapons are not the reason");
    assert_eq!(weapons("1210", &["100"]), "1");
    assert_eq!(weapons("1210", &["200"]), "2");
    assert_eq!(weapons("1210", &["400"]), "3");
    assert_eq!(weapons("1210", &["100", "100"]), "4");
    assert_eq!(weapons("1210", &["700", "100"]), "4");
    assert_eq!(weapons("1210", &["600", "700"]), "5");
    assert_eq!(weapons("1210", &["800"]), "N!");
    assert_eq!(weapons("1210", &[]), "N!");
}

#[test]
fn columns_16_to_19_expulsion() {
    let expulsion = |resolutions: &[&str]| Case::new(resolutions).only(&[16, 17, 18, 19]);
    assert_eq!(expulsion(&["550,,,,,9,,,"]), "9.00 Y 1 N");
    assert_eq!(expulsion(&["555,,,,,9,,,"]), "9.00 Y 1 Y");
    assert_eq!(expulsion(&["560,,,,,9,,,"]), "9.00 N 1 N");
    assert_eq!(expulsion(&["565,,,,,9,,,"]), "9.00 N 1 Y");
    assert_eq!(expulsion(&["550,,,,,0.004,,,"]), " Y  ", "no days");
    assert_eq!(expulsion(&["550,,,,,,,,"]), " Y  ", "not known");
    for method in ["2", "6", "07"] {
        assert_eq!(expulsion(&[&format!("550,,,,,9,,{method},")]), "9.00 Y 2 N");
        assert_eq!(expulsion(&["550,,,,,9,,,", &format!(",,,,,,,{method},")]), "9.00 Y 2 N", "a companion's");
    }
    assert_eq!(expulsion(&["550,,,,,9,,8,"]), "9.00 Y 1 N");
    assert_eq!(expulsion(&["550,,,,,9,,2,", "460,,,,,,,,"]), "9.00 Y 3 N");
    for gone in ["850", "860", "870"] {
        assert_eq!(expulsion(&["550,,,,,9,,2,", "460,,,,,,,,", &format!("{gone},,,,,,,,")]), "9.00 Y 4 N");
    }
    let other = Case::new(&["550,,,,,9,,,", "450,,,,,1,,2,"]).columns(&[18]);
    assert_eq!(other, ["", "1"], "a method of another group plays no part");
}

#[test]
fn columns_20_to_22_iaes() {
    let iaes = |resolutions: &[&str]| Case::new(resolutions).only(&[20, 21, 22]);
    assert_eq!(iaes(&["001,,,,,10,,,"]), "10.00 Y N");
    assert_eq!(iaes(&["002,,,,,10,,,", "470,,,,,,,,"]), "10.00 Y Y");
    assert_eq!(iaes(&["002,,,,,0,,,", "470,,,,,,,,"]), "  ");
}

/// Columns 23 to 27 of the first row, with a firearm on the event or not.
fn ksssa(firearm: bool, resolutions: &[&str]) -> String {
    let case = Case::new(resolutions);
    let case =
        if firearm { case.add("BehaviorWeapon", "1,41,500") } else { case.add("BehaviorWeapon", "1,41,600") };
    case.columns(&[23, 24, 25, 26, 27])[0].clone()
}

#[test]
fn columns_23_to_27_law_enforcement() {
    assert_eq!(ksssa(true, &[ISS]), "N N N  ");
    assert_eq!(ksssa(false, &["450,,,,,1,01,,"]), "Y N N 1 N");
    assert_eq!(ksssa(false, &["450,,,,,1,1,,"]), "Y N N 1 N", "a damaged list");
    assert_eq!(ksssa(false, &["450,,,,,1,02,,1"]), "N Y N 1 Y");
    assert_eq!(ksssa(false, &["450,,,,,1,03,,"]), "N N N  ", "no firearm");
    assert_eq!(ksssa(true, &["450,,,,,1,03,,"]), "N N Y 1 N");
    assert_eq!(ksssa(true, &[ISS, "710,,,,,,,,1"]), "N N Y 1 Y", "a companion's arrest");
    assert_eq!(ksssa(true, &[ISS, "770,,,,,,,,"]), "N N Y 1 N");
    assert_eq!(ksssa(true, &[ISS, "750,,,,,,,,"]), "N N N  ", "750 counts on its own row only");
    assert_eq!(ksssa(true, &["730,,,,,,,,"]), "N Y Y 1 N");
    assert_eq!(ksssa(false, &["750,,,,,,,,1"]), "Y N N 1 Y");
    assert_eq!(ksssa(false, &["450,,,,,1,,,1"]), "N N N  ", "the box alone says nothing");
    let other = Case::new(&["750,,,,,,01,,"]).change("BehaviorIncident", ",110,120", ",210,120").kias();
    assert_eq!((other.columns(&[26])[0].as_str(), other.warned("V2")), ("", 1));
}
