//! Properties over random resolutions of two students on two events.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::case::Case;

/// What makes rows, and the column of its days; law enforcement has none.
const CODES: [(&str, usize); 14] = [
    ("450", 14),
    ("510", 15),
    ("520", 15),
    ("550", 16),
    ("555", 16),
    ("560", 16),
    ("565", 16),
    ("001", 20),
    ("002", 20),
    ("730", 0),
    ("750", 0),
    ("460", 0),
    ("470", 0),
    ("", 0),
];

/// A resolution: role, code, hundredths of a day typed, or dates of September without times.
#[derive(Clone, Debug)]
struct Resolution {
    role: usize,
    code: usize,
    typed: Option<u32>,
    dates: (u32, u32),
}

fn resolutions() -> impl Strategy<Value = Vec<Resolution>> {
    let one = (0usize..4, 0usize..CODES.len(), proptest::option::of(1u32..3_000), (8u32..30, 8u32..30));
    let one = one.prop_map(|(role, code, typed, dates)| Resolution { role, code, typed, dates });
    proptest::collection::vec(one, 0..14)
}

/// Roles 51 and 52 of two students on event 41, 53 and 54 of the same on event 42.
fn case(resolutions: &[Resolution]) -> Case {
    let case = Case::new(&[])
        .add("BehaviorEvent", "42,31,E,,1210")
        .add("BehaviorRole", "52,41,2004,V,\n53,42,2001,O,\n54,42,2004,W,4")
        .add("BehaviorWeapon", "1,42,100\n2,42,700");
    (1..).zip(resolutions).fold(case, |case, (id, r)| {
        let (from, to) = r.dates;
        let typed = r.typed.map_or(String::new(), |n| format!("{}.{:02}", n / 100, n % 100));
        let code = CODES[r.code].0;
        let row = format!("{id},{},{code},2025-09-{from:02},,2025-09-{to:02},,{typed},,,", 51 + r.role);
        case.add("BehaviorResolution", &row)
    })
}

/// Hundredths of days, day by day: the weekdays of September 2025 from the 8th on are instructional.
fn hundredths(r: &Resolution) -> u64 {
    let weekday = |day: &u32| (day - 8) % 7 < 5;
    r.typed.map_or_else(|| (r.dates.0..=r.dates.1).filter(weekday).count() as u64 * 100, u64::from)
}

fn printed(text: &str) -> u64 {
    text.replace('.', "").parse().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn merging_counts_every_resolution_once(resolutions in resolutions()) {
        let made = case(&resolutions).kias();
        for column in [14, 15, 16, 20] {
            let of = |r: &&Resolution| CODES[r.code].1 == column;
            let expected: u64 = resolutions.iter().filter(of).map(hundredths).sum();
            let sum: u64 = made.lines.iter().map(|line| printed(&line[column - 1])).sum();
            prop_assert_eq!(sum, expected, "column {}", column);
        }
        let groups: BTreeSet<(usize, usize)> = resolutions
            .iter()
            .filter(|r| r.code < 11)
            .map(|r| (r.role, match r.code { 2 => 1, 8 => 7, code => code }))
            .collect();
        prop_assert_eq!(made.lines.len(), groups.len(), "one row for each group of a student-event");
    }

    #[test]
    fn the_order_of_input_rows_changes_no_byte(resolutions in resolutions(), turn in 0usize..9) {
        let case = case(&resolutions);
        let (kias, validation) = (case.kias().text, case.validation().text);
        let case = case.reversed(turn);
        prop_assert_eq!(case.kias().text, kias);
        prop_assert_eq!(case.validation().text, validation);
    }
}
