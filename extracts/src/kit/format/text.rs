//! A cell as text (kecs-lead, section 2, "Value types"), without allocation.

use campus::date::Date;

use crate::kit::cell::{Cell, Type};

/// Room for what is not stored as text; the longest is a stamp.
pub type Scratch = [u8; 48];

/// An empty [`Scratch`].
pub const SCRATCH: Scratch = [0; 48];

/// The printed value of a cell in a column: text as stored, everything else made in `scratch`.
pub fn print<'a>(cell: Cell<'a>, kind: Type, scratch: &'a mut Scratch) -> &'a [u8] {
    match cell {
        Cell::Empty => b"",
        Cell::Text(text) if kind == Type::Num3 => padded::<3>(text.as_bytes(), scratch),
        Cell::Text(text) if kind == Type::Num4 => padded::<4>(text.as_bytes(), scratch),
        Cell::Text(text) | Cell::Link(text, _) => text.as_bytes(),
        Cell::Number(n) => {
            let width = match kind {
                Type::Num3 if n >= 0 => 3,
                Type::Num4 if n >= 0 => 4,
                _ => 1,
            };
            let mut back = Back::new(scratch);
            back.digits(n.unsigned_abs(), width);
            if n < 0 {
                back.byte(b'-');
            }
            back.done()
        }
        Cell::Hundredths(n) => {
            let mut back = Back::new(scratch);
            back.digits(n % 100, 2);
            back.byte(b'.');
            back.digits(n / 100, 1);
            back.done()
        }
        Cell::Date(date) => {
            let mut back = Back::new(scratch);
            back.date(date);
            back.done()
        }
        Cell::Stamp(date, minutes) => {
            let mut back = Back::new(scratch);
            back.digits(u64::from(minutes % 60), 2);
            back.byte(b':');
            back.digits(u64::from(minutes / 60), 2);
            back.byte(b' ');
            back.date(date);
            back.done()
        }
        Cell::Flag(true) => b"True",
        Cell::Flag(false) => b"False",
    }
}

/// As stored, but fewer than `WIDTH` ASCII digits get zeros in front to it.
fn padded<'a, const WIDTH: usize>(text: &'a [u8], scratch: &'a mut Scratch) -> &'a [u8] {
    if text.is_empty() || text.len() >= WIDTH || !text.iter().all(u8::is_ascii_digit) {
        return text;
    }
    let zeros = WIDTH - text.len();
    scratch[..zeros].fill(b'0');
    scratch[zeros..WIDTH].copy_from_slice(text);
    &scratch[..WIDTH]
}

/// Writes from the right end of the scratch to the left.
struct Back<'a> {
    bytes: &'a mut Scratch,
    at: usize,
}

impl<'a> Back<'a> {
    fn new(bytes: &'a mut Scratch) -> Back<'a> {
        let at = bytes.len();
        Back { bytes, at }
    }

    fn byte(&mut self, byte: u8) {
        self.at -= 1;
        self.bytes[self.at] = byte;
    }

    /// Digits, with zeros in front to at least `width`.
    fn digits(&mut self, mut n: u64, width: usize) {
        let end = self.at;
        while n > 0 || end - self.at < width {
            self.byte(b'0' + (n % 10) as u8);
            n /= 10;
        }
    }

    /// MM/DD/YYYY.
    fn date(&mut self, date: Date) {
        let (year, month, day) = date.ymd();
        self.digits(u64::from(year.unsigned_abs()), 4);
        if year < 0 {
            self.byte(b'-');
        }
        self.byte(b'/');
        self.digits(u64::from(day), 2);
        self.byte(b'/');
        self.digits(u64::from(month), 2);
    }

    fn done(self) -> &'a [u8] {
        &self.bytes[self.at..]
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::day;
    use super::*;

    fn printed(cell: Cell<'_>, kind: Type) -> String {
        let mut scratch = SCRATCH;
        String::from_utf8(print(cell, kind, &mut scratch).to_vec()).unwrap()
    }

    #[test]
    fn a_link_prints_its_text() {
        assert_eq!(printed(Cell::Link("Classes", 7), Type::Text), "Classes");
    }

    #[test]
    fn numbers_print_as_digits() {
        for n in [0, 1, 9, 10, 99, 100, -1, -10, 123_456_789, i64::MAX, i64::MIN] {
            for kind in [Type::Int, Type::Id, Type::Count] {
                assert_eq!(printed(Cell::Number(n), kind), n.to_string());
            }
        }
    }

    #[test]
    fn dates_print_month_first() {
        assert_eq!(printed(Cell::Date(day(2026, 2, 1)), Type::Date), "02/01/2026");
        assert_eq!(printed(Cell::Date(day(1999, 12, 31)), Type::Date), "12/31/1999");
        assert_eq!(printed(Cell::Date(day(33, 1, 2)), Type::Date), "01/02/0033");
    }

    #[test]
    fn stamps_print_24_hours() {
        let at = |minutes| printed(Cell::Stamp(day(2026, 2, 1), minutes), Type::Stamp);
        assert_eq!(at(0), "02/01/2026 00:00");
        assert_eq!(at(510), "02/01/2026 08:30");
        assert_eq!(at(1439), "02/01/2026 23:59");
    }

    #[test]
    fn any_date_and_minute_has_room() {
        for date in [Date(i32::MAX - 719_468), Date(-800_000_000)] {
            assert!(printed(Cell::Stamp(date, u16::MAX), Type::Stamp).len() < SCRATCH.len());
        }
    }

    #[test]
    fn num3_pads_one_or_two_ascii_digits_only() {
        for (stored, expected) in [
            ("5", "005"),
            ("42", "042"),
            ("0", "000"),
            ("123", "123"),
            ("1234", "1234"),
            ("", ""),
            ("A", "A"),
            ("1A", "1A"),
            ("A1", "A1"),
            (" 5", " 5"),
            ("5 ", "5 "),
            ("-5", "-5"),
            ("\u{665}", "\u{665}"),
        ] {
            assert_eq!(printed(Cell::Text(stored), Type::Num3), expected);
        }
        assert_eq!(printed(Cell::Number(5), Type::Num3), "005");
        assert_eq!(printed(Cell::Number(-5), Type::Num3), "-5");
    }

    #[test]
    fn num4_pads_one_to_three_ascii_digits_only() {
        for (stored, expected) in
            [("5", "0005"), ("123", "0123"), ("1234", "1234"), ("12345", "12345"), ("12A", "12A"), ("", "")]
        {
            assert_eq!(printed(Cell::Text(stored), Type::Num4), expected);
        }
        assert_eq!(printed(Cell::Number(5), Type::Num4), "0005");
    }

    #[test]
    fn hundredths_print_a_digit_a_point_and_two_digits() {
        for (n, expected) in [(0, "0.00"), (5, "0.05"), (50, "0.50"), (18_600, "186.00")] {
            assert_eq!(printed(Cell::Hundredths(n), Type::Hundredths), expected);
        }
        assert_eq!(printed(Cell::Hundredths(u64::MAX), Type::Hundredths), "184467440737095516.15");
    }

    #[test]
    fn other_text_is_as_stored() {
        for kind in [Type::Text, Type::Code] {
            assert_eq!(printed(Cell::Text("5"), kind), "5");
            assert_eq!(printed(Cell::Text(" é,\r\n"), kind), " é,\r\n");
        }
    }

    #[test]
    fn null_is_nothing_and_flags_are_words() {
        assert_eq!(printed(Cell::Empty, Type::Num3), "");
        assert_eq!(printed(Cell::Empty, Type::Date), "");
        assert_eq!(printed(Cell::Flag(true), Type::Flag), "True");
        assert_eq!(printed(Cell::Flag(false), Type::Flag), "False");
    }
}
