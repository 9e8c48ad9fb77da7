//! How the values of a bundle are written (campus-data, "File rules").

use crate::date::Date;
use crate::tables::Kind;

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// `int`.
    Int(i32),
    /// `text`, never empty.
    Text(&'a str),
    /// `bool`; never null.
    Bool(bool),
    /// `date`, days since 1970-01-01.
    Date(i32),
    /// `time`, seconds since midnight.
    Time(i32),
    /// `datetime`, seconds since 1970-01-01T00:00:00.
    DateTime(i64),
    /// `decimal`, as written.
    Decimal(&'a str),
}

/// Reads a field; `None` when it does not parse.
#[inline]
pub fn parse(kind: Kind, field: &str, quoted: bool) -> Option<Value<'_>> {
    if let Some(value) = usual(kind, field) {
        return Some(value);
    }
    let null = if kind == Kind::Bool { Value::Bool(false) } else { Value::Null };
    if field.is_empty() || (!quoted && field == "NULL") {
        return Some(null);
    }
    if kind == Kind::Text {
        let text = field.trim_end();
        return Some(if text.is_empty() { Value::Null } else { Value::Text(text) });
    }
    let text = field.trim();
    if text.is_empty() {
        return Some(null);
    }
    match kind {
        Kind::Int => int(text).map(Value::Int),
        Kind::Bool => bool(text).map(Value::Bool),
        Kind::Date => date(text).map(Value::Date),
        Kind::Time => time(text).map(Value::Time),
        Kind::DateTime => datetime(text).map(Value::DateTime),
        Kind::Decimal => is_decimal(text).then_some(Value::Decimal(text)),
        Kind::Text => None,
    }
}

/// An `int` that is written as nearly all are: one to nine digits.
#[inline]
pub(crate) fn digits(field: &str) -> Option<i32> {
    if field.is_empty() || field.len() > 9 {
        return None;
    }
    field.bytes().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

/// The value of a field that is written as nearly all are; `None` says nothing of any other.
#[inline]
fn usual(kind: Kind, field: &str) -> Option<Value<'_>> {
    let bytes = field.as_bytes();
    match (kind, bytes) {
        (Kind::Int, _) => digits(field).map(Value::Int),
        (Kind::Date, [_, _, _, _, b'-', _, _, b'-', _, _]) => {
            Date::parse_iso(field).map(|d| Value::Date(d.0))
        }
        (Kind::Bool, [b'0']) => Some(Value::Bool(false)),
        (Kind::Bool, [b'1']) => Some(Value::Bool(true)),
        // Neither a blank nor part of one, and not the end of `NULL`.
        (Kind::Text, [.., b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'K' | b'M'..=b'Z']) => Some(Value::Text(field)),
        _ => None,
    }
}

/// The word of a kind, for findings.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "int",
        Kind::Text => "text",
        Kind::Bool => "bool",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::DateTime => "datetime",
        Kind::Decimal => "decimal",
    }
}

fn int(text: &str) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut n = 0i64;
    for c in digits.bytes() {
        if !c.is_ascii_digit() {
            return None;
        }
        n = n * 10 + i64::from(c - b'0');
        if n > 1 << 31 {
            return None;
        }
    }
    i32::try_from(if negative { -n } else { n }).ok()
}

fn bool(text: &str) -> Option<bool> {
    match text {
        "1" => return Some(true),
        "0" => return Some(false),
        _ => {}
    }
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("y") {
        Some(true)
    } else if is("false") || is("n") {
        Some(false)
    } else {
        None
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|c| c.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        Some((whole, rest)) => digits(whole) && digits(rest),
        None => digits(text),
    }
}

/// A number of `least` to `most` digits at the start, and the rest.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let n = text.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
    if n < least || n > most {
        return None;
    }
    let value = text.bytes().take(n).fold(0, |sum, c| sum * 10 + u32::from(c - b'0'));
    Some((value, &text[n..]))
}

/// A date at the start, and the rest.
fn date_start(text: &str) -> Option<(i32, &str)> {
    if let (Some(date), Some(rest)) = (text.get(..10), text.get(10..))
        && date.as_bytes()[4] == b'-'
    {
        return Date::parse_iso(date).map(|d| (d.0, rest));
    }
    let (month, rest) = number(text, 1, 2)?;
    let (day, rest) = number(rest.strip_prefix('/')?, 1, 2)?;
    let (year, rest) = number(rest.strip_prefix('/')?, 4, 4)?;
    Date::of(year as i32, month, day).map(|d| (d.0, rest))
}

/// What follows the one blank or `T` between a date and a time.
fn after_gap(text: &str) -> Option<&str> {
    text.strip_prefix(|c: char| c == 'T' || c.is_whitespace())
}

fn date(text: &str) -> Option<i32> {
    let (day, rest) = date_start(text)?;
    (rest.is_empty() || time(after_gap(rest)?)? == 0).then_some(day)
}

fn datetime(text: &str) -> Option<i64> {
    let (day, rest) = date_start(text)?;
    Some(i64::from(day) * 86_400 + i64::from(time(after_gap(rest)?)?))
}

fn time(text: &str) -> Option<i32> {
    let (mut hour, rest) = number(text, 1, 2)?;
    let (minute, mut rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let mut second = 0;
    if let Some(seconds) = rest.strip_prefix(':') {
        (second, rest) = number(seconds, 2, 2)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            let n = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if n == 0 {
                return None;
            }
            rest = &fraction[n..];
        }
    }
    if !rest.is_empty() {
        let half = rest.strip_prefix(char::is_whitespace).unwrap_or(rest);
        if !(1..=12).contains(&hour) {
            return None;
        }
        if half.eq_ignore_ascii_case("am") {
            hour %= 12;
        } else if half.eq_ignore_ascii_case("pm") {
            hour = hour % 12 + 12;
        } else {
            return None;
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(kind: Kind, cases: &[(&str, Value<'_>)]) {
        for (text, value) in cases {
            assert_eq!(parse(kind, text, false), Some(*value), "{text:?}");
        }
    }

    fn bad(kind: Kind, cases: &[&str]) {
        for text in cases {
            assert_eq!(parse(kind, text, false), None, "{text:?}");
        }
    }

    #[test]
    fn nulls() {
        for kind in [Kind::Int, Kind::Text, Kind::Date, Kind::Time, Kind::DateTime, Kind::Decimal] {
            good(kind, &[("", Value::Null), ("NULL", Value::Null), (" \u{a0}\u{3000}", Value::Null)]);
            assert_eq!(parse(kind, "", true), Some(Value::Null));
        }
        good(
            Kind::Bool,
            &[("", Value::Bool(false)), ("NULL", Value::Bool(false)), (" ", Value::Bool(false))],
        );
        assert_eq!(parse(Kind::Text, "NULL", true), Some(Value::Text("NULL")));
        good(Kind::Text, &[("Null", Value::Text("Null")), ("NULL ", Value::Text("NULL"))]);
        assert_eq!(parse(Kind::Int, "NULL", true), None);
        bad(Kind::Int, &[" NULL", "NULL ", "null"]);
        bad(Kind::Bool, &[" NULL", "null"]);
    }

    #[test]
    fn texts_are_trimmed_at_the_right_end() {
        let zero_width = "a\u{200b}";
        good(Kind::Text, &[(" a b \t\u{2003}", Value::Text(" a b")), (zero_width, Value::Text(zero_width))]);
    }

    #[test]
    fn ints() {
        let (min, max) = (Value::Int(i32::MIN), Value::Int(i32::MAX));
        good(
            Kind::Int,
            &[(" 7\u{a0}", Value::Int(7)), ("-0", Value::Int(0)), ("00000000000012", Value::Int(12))],
        );
        good(Kind::Int, &[("-2147483648", min), ("2147483647", max)]);
        bad(
            Kind::Int,
            &["2147483648", "-2147483649", "+1", "1.0", "- 1", "-", "1 2", "٣", "99999999999999999999"],
        );
    }

    #[test]
    fn decimals_keep_their_text() {
        for text in ["1", "-1.50", "0001.000", "123456789012345678901234567890.5"] {
            good(Kind::Decimal, &[(text, Value::Decimal(text))]);
        }
        bad(Kind::Decimal, &["1.", ".5", "-.5", "+1", "1,5", "1e3", "1.2.3", "-", "."]);
    }

    #[test]
    fn bools() {
        for text in ["1", "true", "TRUE", "True", "y", "Y", " 1 "] {
            good(Kind::Bool, &[(text, Value::Bool(true))]);
        }
        for text in ["0", "false", "False", "n", "N"] {
            good(Kind::Bool, &[(text, Value::Bool(false))]);
        }
        bad(Kind::Bool, &["yes", "t", "2", "01", "-1"]);
    }

    #[test]
    fn dates() {
        let day = Value::Date(Date::of(2025, 8, 1).expect("a day").0);
        for text in [
            "2025-08-01",
            "8/1/2025",
            "08/01/2025",
            " 2025-08-01 ",
            "2025-08-01T00:00",
            "2025-08-01 00:00:00.000",
            "8/1/2025 12:00:00 AM",
            "8/1/2025\u{a0}0:00",
        ] {
            good(Kind::Date, &[(text, day)]);
        }
        bad(Kind::Date, &["2025-8-1", "2025-08-32", "2/29/2025", "08/01/25", "008/1/2025", "8/1/02025"]);
        bad(
            Kind::Date,
            &["2025-08-01 08:00", "2025-08-01  00:00", "2025-08-01t00:00", "2025-08-01T", "20250801"],
        );
        bad(Kind::Date, &["2025-08-01 12:00:00 PM", "2025-08-0é", "éééééé", "2025-08-0100:00", "8-1-2025"]);
    }

    #[test]
    fn times() {
        for (text, seconds) in [
            ("8:05", 29_100),
            ("08:05:07", 29_107),
            ("08:05:07.9999999", 29_107),
            ("12:00 AM", 0),
            ("12:30pm", 45_000),
            ("1:00 Pm", 46_800),
            ("01:00:00.000 PM", 46_800),
            ("23:59:59", 86_399),
            ("0:00", 0),
        ] {
            good(Kind::Time, &[(text, Value::Time(seconds))]);
        }
        bad(
            Kind::Time,
            &["24:00", "8:60", "8:5", "8", "008:00", "13:00 PM", "0:00 AM", "8:00  AM", "8:00:60"],
        );
        bad(Kind::Time, &["8:00:00.", "8:00.5", "8:00 A", "-8:00", "8:00:00 XM", "2025-08-01 08:00"]);
    }

    #[test]
    fn datetimes() {
        for text in
            ["1970-01-02T00:01", "1/2/1970 0:01", "1970-01-02 12:01 AM", "1970-01-02 00:01:00.0000000"]
        {
            good(Kind::DateTime, &[(text, Value::DateTime(86_460))]);
        }
        bad(Kind::DateTime, &["1970-01-02", "1970-01-02T", "1970-01-02  00:01", "1970-01-02 00:01Z"]);
    }
}
