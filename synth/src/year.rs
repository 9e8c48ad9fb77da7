//! The dates of a school year.

use campus::date::Date;

/// End year of the active school year: 2025-26.
pub const ACTIVE: i32 = 2026;

/// A date that the calendar has.
pub fn date(year: i32, month: u32, day: u32) -> Date {
    Date::of(year, month, day).unwrap_or(Date(0))
}

/// A date some days later.
pub fn later(date: Date, days: u32) -> Date {
    Date(date.0 + days as i32)
}

/// Monday is 0, Sunday 6.
pub fn weekday(date: Date) -> i32 {
    (date.0 + 3).rem_euclid(7)
}

/// The date itself on a weekday, else the Monday after it.
fn on_weekday(date: Date) -> Date {
    Date(date.0 + (7 - weekday(date)) % 7 * i32::from(weekday(date) > 4))
}

/// First and last day of a calendar.
pub fn span(end_year: i32, summer: bool) -> (Date, Date) {
    if summer {
        (on_weekday(date(end_year, 6, 3)), on_weekday(date(end_year, 6, 25)))
    } else {
        (on_weekday(date(end_year - 1, 8, 13)), on_weekday(date(end_year, 5, 22)))
    }
}

/// First and last day of each term: one, two or four of them.
pub fn terms(end_year: i32, summer: bool, count: u32) -> Vec<(Date, Date)> {
    let (first, last) = span(end_year, summer);
    let fall = (date(end_year - 1, 10, 10), date(end_year - 1, 10, 14));
    let winter = (on_weekday(date(end_year - 1, 12, 19)), on_weekday(date(end_year, 1, 5)));
    let spring = (date(end_year, 3, 12), date(end_year, 3, 13));
    match count {
        1 => vec![(first, last)],
        2 => vec![(first, winter.0), (winter.1, last)],
        _ => vec![(first, fall.0), (fall.1, winter.0), (winter.1, spring.0), (spring.1, last)],
    }
}

/// What a weekday of a calendar is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// No school.
    Holiday,
    /// Staff only.
    Training,
    /// Instruction with hours of its own.
    Early,
    /// Instruction.
    Regular,
}

/// The kind of a date; a pure function of the date, so that every school of a district agrees.
pub fn kind(day: Date) -> DayKind {
    let (_, month, of_month) = day.ymd();
    match (month, of_month) {
        (12, 20..) | (1, 1..=4) | (11, 26..=28) | (9, 1) | (1, 19) => DayKind::Holiday,
        (10, 13) | (3, 16) => DayKind::Training,
        (_, 1..=7) if weekday(day) == 4 => DayKind::Early,
        _ => DayKind::Regular,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_year() {
        assert_eq!(span(2026, false), (date(2025, 8, 13), date(2026, 5, 22)));
        assert_eq!(weekday(date(2026, 2, 2)), 0);
        assert_eq!(on_weekday(date(2026, 2, 1)), date(2026, 2, 2));
    }
}
