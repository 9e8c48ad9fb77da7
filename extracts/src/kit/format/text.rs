//! A cell as text, without an allocation.

use campus::date::Date;

use crate::kit::cell::{Cell, Type};

/// Appends what a cell prints.
pub fn print(out: &mut Vec<u8>, kind: Type, cell: Cell<'_>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            let digits = text.bytes().all(|b| b.is_ascii_digit());
            if kind == Type::Num3 && digits && (1..=2).contains(&text.len()) {
                out.extend_from_slice(&b"00"[..3 - text.len()]);
            }
            out.extend_from_slice(text.as_bytes());
        }
        Cell::Number(number) => integer(out, number),
        Cell::Date(day) => date(out, day),
        Cell::Stamp(day, minutes) => {
            date(out, day);
            out.push(b' ');
            two_digits(out, u32::from(minutes) / 60);
            out.push(b':');
            two_digits(out, u32::from(minutes) % 60);
        }
        Cell::Flag(true) => out.extend_from_slice(b"True"),
        Cell::Flag(false) => out.extend_from_slice(b"False"),
    }
}

fn integer(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut left = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// MM/DD/YYYY.
fn date(out: &mut Vec<u8>, day: Date) {
    let (year, month, day) = day.ymd();
    two_digits(out, month);
    out.push(b'/');
    two_digits(out, day);
    out.push(b'/');
    two_digits(out, year as u32 / 100);
    two_digits(out, year as u32 % 100);
}

fn two_digits(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&[b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(kind: Type, cell: Cell<'_>) -> String {
        let mut out = Vec::new();
        print(&mut out, kind, cell);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn num3_pads_one_or_two_digits_only() {
        for (stored, expected) in
            [("1", "001"), ("10", "010"), ("100", "100"), ("1000", "1000"), ("A1", "A1"), ("٣", "٣")]
        {
            assert_eq!(printed(Type::Num3, Cell::Text(stored)), expected);
            assert_eq!(printed(Type::Code, Cell::Text(stored)), stored);
        }
    }

    #[test]
    fn numbers_dates_stamps_and_flags() {
        let day = Date::of(2026, 2, 1).expect("a day");
        assert_eq!(printed(Type::Id, Cell::Number(i64::from(i32::MIN))), "-2147483648");
        assert_eq!(printed(Type::Count, Cell::Number(0)), "0");
        assert_eq!(printed(Type::Date, Cell::Date(day)), "02/01/2026");
        assert_eq!(printed(Type::Stamp, Cell::Stamp(day, 8 * 60 + 5)), "02/01/2026 08:05");
        assert_eq!(
            printed(Type::Flag, Cell::Flag(true)) + &printed(Type::Flag, Cell::Flag(false)),
            "TrueFalse"
        );
        assert_eq!(printed(Type::Text, Cell::Empty), "");
    }
}
