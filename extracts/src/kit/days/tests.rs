use campus::date::Date;
use proptest::prelude::*;

use super::*;

const HOUR: i32 = 3_600;

fn day(year: i32, month: u32, day: u32) -> i32 {
    Date::of(year, month, day).expect("a date that exists").0
}

fn rows<'a>(dates: &'a [i32], windows: &'a [Window]) -> Days<'a> {
    Days(Source::Rows { dates, windows })
}

#[test]
fn weekdays_are_monday_to_friday_inside_the_limits() {
    let (monday, sunday) = (day(2025, 9, 8), day(2025, 9, 14));
    let days = Days::weekdays(monday, day(2025, 9, 30));
    assert_eq!(days.count(monday, sunday), 5);
    assert_eq!(days.count(day(2025, 9, 1), monday), 1, "days before the first never count");
    assert_eq!(days.count(day(2025, 9, 30), day(2030, 1, 1)), 1);
    assert_eq!(days.count(sunday, monday), 0, "start after end");
    assert_eq!((days.window(monday), days.window(sunday)), (Some(Window::USUAL), None));
    for from in monday..monday + 40 {
        let slow = (from..from + 17).filter(|&d| days.window(d).is_some()).count();
        assert_eq!(days.count(from, from + 16), slow as u64);
    }
}

#[test]
fn a_span_counts_its_part_of_each_day() {
    let (first, dates) = (day(2025, 9, 8), [0, 1, 2]);
    let dates = dates.map(|d| first + d);
    let days = rows(&dates, &[Window::USUAL; 3]);
    let length = |from, to| days.length(from, to).hundredths();
    assert_eq!(length((first, 37_800), (first + 2, 39_600)), Hundredths::Count(207));
    assert_eq!(length((first, 9 * HOUR), (first, 10 * HOUR + HOUR / 2)), Hundredths::Count(21));
    assert_eq!(length((first, 12 * HOUR), (first, 9 * HOUR)), Hundredths::Count(0), "ends before it starts");
    assert_eq!(length((first, 0), (first, 86_399)), Hundredths::Count(100), "never more than the day");
    assert_eq!(length((first - 1, 0), (first + 1, 8 * HOUR)), Hundredths::Count(100));
    assert_eq!(length((first + 1, 0), (first, 0)), Hundredths::Count(0));
}

/// The sum day by day, with one denominator for all windows.
fn slow(dates: &[i32], windows: &[Window], from: (i32, i32), to: (i32, i32)) -> u64 {
    let seconds = |w: &Window| u128::from((w.end - w.start).unsigned_abs());
    let mut lengths: Vec<u128> = windows.iter().map(seconds).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let all: u128 = lengths.iter().product();
    let mut sum = 0;
    for date in from.0..=to.0 {
        let Some(at) = dates.iter().position(|&d| d == date) else { continue };
        let w = windows[at];
        let start = if date == from.0 { from.1.max(w.start).min(w.end) } else { w.start };
        let end = if date == to.0 { to.1.max(w.start).min(w.end) } else { w.end };
        sum += u128::from((end - start).max(0).unsigned_abs()) * (all / seconds(&w));
    }
    ((200 * sum + all) / (2 * all)) as u64
}

proptest! {
    #[test]
    fn a_length_is_the_sum_of_its_days(
        taught in proptest::collection::vec((any::<bool>(), 0usize..3), 30),
        from in (0i32..32, 0i32..86_400), to in (0i32..32, 0i32..86_400),
    ) {
        let kinds = [(8, 15), (8, 12), (7, 16)].map(|(a, b)| Window { start: a * HOUR, end: b * HOUR });
        let dates: Vec<i32> = (0..30).filter(|&d| taught[d as usize].0).collect();
        let windows: Vec<Window> = dates.iter().map(|&d| kinds[taught[d as usize].1]).collect();
        let length = rows(&dates, &windows).length(from, to).hundredths();
        prop_assert_eq!(length, Hundredths::Count(slow(&dates, &windows, from, to)));
    }

    #[test]
    fn a_count_is_the_number_of_its_days(
        taught in proptest::collection::vec(any::<bool>(), 30), from in -2i32..32, to in -2i32..32,
    ) {
        let dates: Vec<i32> = (0..30).filter(|&d| taught[d as usize]).collect();
        let windows = vec![Window::USUAL; dates.len()];
        let slow = (from..=to).filter(|d| dates.contains(d)).count() as u64;
        prop_assert_eq!(rows(&dates, &windows).count(from, to), slow);
    }
}
