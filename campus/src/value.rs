//! Reading one value of each kind (campus-data, "File rules").

use crate::date::Date;

/// `int`: optional minus and digits, signed 32-bit.
pub fn int(text: &str) -> Option<i32> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `decimal`: optional minus, digits, optional point and digits.
pub fn decimal(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    }
}

/// `bool`: 1/0, true/false, Y/N in any case.
pub fn bool(text: &str) -> Option<bool> {
    if text == "1" || text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("y") {
        Some(true)
    } else if text == "0" || text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("n") {
        Some(false)
    } else {
        None
    }
}

/// `date`: YYYY-MM-DD or M/D/YYYY, also followed by a blank or `T` and a time of midnight.
pub fn date(text: &str) -> Option<i32> {
    let (date, rest) = date_part(text)?;
    if rest.is_empty() || time(after_date(rest)?) == Some(0) { Some(date) } else { None }
}

/// `datetime`: a date, a blank or `T`, a time. Seconds since 1970-01-01T00:00:00.
pub fn datetime(text: &str) -> Option<i64> {
    let (date, rest) = date_part(text)?;
    Some(i64::from(date) * 86_400 + i64::from(time(after_date(rest)?)?))
}

/// `time`: H:MM or H:MM:SS, fractions of a second dropped, also with AM/PM after an hour from 1 to 12.
pub fn time(text: &str) -> Option<i32> {
    let last_two = text.len().checked_sub(2).and_then(|at| text.get(at..));
    let half = last_two.and_then(|end| {
        let pm = end.eq_ignore_ascii_case("pm");
        (pm || end.eq_ignore_ascii_case("am")).then_some(pm)
    });
    let clock = match half {
        Some(_) => {
            let clock = &text[..text.len() - 2];
            clock.strip_suffix(char::is_whitespace).unwrap_or(clock)
        }
        None => text,
    };
    let (hour, rest) = clock.split_once(':')?;
    let hour = number(hour, 1, 2)?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, Some(second)),
        None => (rest, None),
    };
    let minute = number(minute, 2, 2)?;
    let second = match second.map(|s| s.split_once('.').map_or((s, None), |(s, f)| (s, Some(f)))) {
        None => 0,
        Some((second, fraction)) => {
            if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
                return None;
            }
            number(second, 2, 2)?
        }
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(pm) => hour % 12 + if pm { 12 } else { 0 },
        None => hour,
    };
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3_600 + minute * 60 + second)
}

fn after_date(rest: &str) -> Option<&str> {
    rest.strip_prefix(|c: char| c == 'T' || c.is_whitespace())
}

/// The date at the front, and what follows it.
fn date_part(text: &str) -> Option<(i32, &str)> {
    let bytes = text.as_bytes();
    if bytes.get(4) == Some(&b'-') {
        let date = Date::parse_iso(text.get(..10)?)?;
        return (date.ymd().0 > 0).then_some((date.0, &text[10..]));
    }
    let (month, rest) = text.split_once('/')?;
    let (day, rest) = rest.split_once('/')?;
    let year = number(rest.get(..4)?, 4, 4)?;
    let date = Date::of(year, number(month, 1, 2)? as u32, number(day, 1, 2)? as u32)?;
    (year > 0).then_some((date.0, &rest[4..]))
}

/// A number of between `least` and `most` digits.
fn number(text: &str, least: usize, most: usize) -> Option<i32> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.bytes().fold(0, |n, b| n * 10 + i32::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_have_no_plus_and_fit_32_bits() {
        assert_eq!(
            ["0", "-7", "007", "2147483647", "-2147483648"].map(int),
            [0, -7, 7, i32::MAX, i32::MIN].map(Some)
        );
        assert_eq!(["+1", "-", "", "1.0", "2147483648", "1 2"].map(int), [None; 6]);
    }

    #[test]
    fn decimals_need_digits_on_both_sides_of_a_point() {
        assert!(["0", "-1.50", "12"].into_iter().all(decimal));
        assert!(![".5", "5.", "+1", "-", "1e3", ""].into_iter().any(decimal));
    }

    #[test]
    fn bools_in_any_case() {
        assert_eq!(
            ["1", "TRUE", "y", "0", "False", "N", "yes", "2"].map(bool).map(|b| b.map(u8::from)),
            [Some(1), Some(1), Some(1), Some(0), Some(0), Some(0), None, None]
        );
    }

    #[test]
    fn dates_in_both_forms_with_a_midnight() {
        let day = Date::of(2026, 2, 1).map(|d| d.0);
        for good in [
            "2026-02-01",
            "2/1/2026",
            "02/01/2026",
            "2026-02-01 00:00:00.000",
            "2026-02-01T0:00",
            "2/1/2026 12:00 AM",
        ] {
            assert_eq!(date(good), day, "{good}");
        }
        for bad in
            ["2026-2-1", "2026-02-30", "2/1/26", "2026-02-01 08:00", "2026-02-01x", "2026-02-01 ", "1/2"]
        {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_with_and_without_halves_of_the_day() {
        for (good, seconds) in [
            ("8:05", 29_100),
            ("08:05:09", 29_109),
            ("08:00:00.0000000", 28_800),
            ("12:30 am", 1_800),
            ("1:00PM", 46_800),
            ("23:59", 86_340),
        ] {
            assert_eq!(time(good), Some(seconds), "{good}");
        }
        for bad in
            ["8", "8:5", "24:00", "13:00 PM", "0:30 AM", "8:00  AM", "8:00:60", "8:00:00.", "é", "8:00 XM"]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
        assert_eq!(
            datetime("2025-08-18 00:00:01.000"),
            Date::of(2025, 8, 18).map(|d| i64::from(d.0) * 86_400 + 1)
        );
    }
}
