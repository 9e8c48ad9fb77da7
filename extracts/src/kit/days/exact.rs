//! Exact sums that are rounded once: no binary floating point ever touches a printed number.

use num_bigint::BigUint;

/// A number that is not negative, held as a fraction; a sum of any length stays exact.
#[derive(Clone, Debug)]
pub struct Exact(Parts);

#[derive(Clone, Debug)]
enum Parts {
    /// Numerator and denominator, reduced.
    Small(u128, u128),
    /// The same where 128 bits do not do.
    Large(Box<(BigUint, BigUint)>),
}

/// A decimal as a table holds it.
#[derive(Clone, Debug)]
pub enum Decimal {
    /// Below zero.
    Negative,
    /// Zero (also `-0`) or above.
    Of(Exact),
}

/// Hundredths, rounded half up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hundredths {
    /// So many.
    Count(u64),
    /// More than 64 bits hold, printed with a point and two digits.
    Printed(Box<str>),
}

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact(Parts::Small(0, 1));

    /// A whole number.
    pub fn whole(n: u64) -> Exact {
        Exact(Parts::Small(n.into(), 1))
    }

    /// `p / q`; `q` is not 0.
    pub fn fraction(p: u32, q: u32) -> Exact {
        Exact::reduced(p.into(), q.into())
    }

    fn reduced(p: u128, q: u128) -> Exact {
        let common = gcd(p, q).max(1);
        Exact(Parts::Small(p / common, q / common))
    }

    /// Adds another number.
    pub fn add(&mut self, other: &Exact) {
        if let (Parts::Small(p, q), Parts::Small(r, s)) = (&self.0, &other.0)
            && let Some(sum) = small_sum((*p, *q), (*r, *s))
        {
            *self = sum;
            return;
        }
        let ((p, q), (r, s)) = (self.large(), other.large());
        let sum = if q == s { (p + r, q) } else { (p * &s + r * &q, q * s) };
        self.0 = Parts::Large(Box::new(sum));
    }

    /// The number in hundredths, rounded half up once: floor((200 p + q) / (2 q)).
    pub fn hundredths(&self) -> Hundredths {
        if let Parts::Small(p, q) = self.0
            && let Some(n) = p.checked_mul(200).and_then(|n| n.checked_add(q))
            && let Some(d) = q.checked_mul(2)
            && let Ok(count) = u64::try_from(n / d)
        {
            return Hundredths::Count(count);
        }
        let (p, q) = self.large();
        let count = (p * 200u32 + &q) / (q * 2u32);
        match u64::try_from(&count) {
            Ok(count) => Hundredths::Count(count),
            Err(_) => {
                let digits = count.to_string();
                let (whole, rest) = digits.split_at(digits.len() - 2);
                Hundredths::Printed(format!("{whole}.{rest}").into())
            }
        }
    }

    fn large(&self) -> (BigUint, BigUint) {
        match &self.0 {
            Parts::Small(p, q) => ((*p).into(), (*q).into()),
            Parts::Large(parts) => (**parts).clone(),
        }
    }
}

impl Decimal {
    /// Reads what a `decimal` column holds: optional minus and digits, optional point and digits.
    pub fn read(text: &str) -> Option<Decimal> {
        let (minus, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let rest = rest.trim_end_matches('0');
        let mut digits: Vec<u8> = Vec::with_capacity(whole.len() + rest.len());
        digits.extend(whole.trim_start_matches('0').bytes());
        digits.extend(rest.bytes());
        if whole.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        if minus && digits.iter().any(|&d| d != b'0') {
            return Some(Decimal::Negative);
        }
        let small = || {
            let p = digits.iter().try_fold(0u128, |n, d| n.checked_mul(10)?.checked_add((d - b'0').into()));
            Some(Exact::reduced(p?, 10u128.checked_pow(u32::try_from(rest.len()).ok()?)?))
        };
        let large = || {
            let p = BigUint::parse_bytes(&digits, 10).unwrap_or_default();
            let q = BigUint::from(10u32).pow(u32::try_from(rest.len()).ok()?);
            Some(Exact(Parts::Large(Box::new((p, q)))))
        };
        small().or_else(large).map(Decimal::Of)
    }
}

impl Hundredths {
    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        *self == Hundredths::Count(0)
    }

    /// Whether it is more than so many hundredths.
    pub fn exceeds(&self, count: u64) -> bool {
        match self {
            Hundredths::Count(own) => *own > count,
            Hundredths::Printed(_) => true,
        }
    }
}

/// The sum of two reduced fractions, when 128 bits hold every step.
fn small_sum((p, q): (u128, u128), (r, s): (u128, u128)) -> Option<Exact> {
    let (left, right) = (s / gcd(q, s), q / gcd(q, s));
    let sum = p.checked_mul(left)?.checked_add(r.checked_mul(right)?)?;
    Some(Exact::reduced(sum, q.checked_mul(left)?))
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Exact {
        match Decimal::read(text) {
            Some(Decimal::Of(exact)) => exact,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn sum(parts: &[Exact]) -> Hundredths {
        let mut sum = Exact::ZERO;
        parts.iter().for_each(|part| sum.add(part));
        sum.hundredths()
    }

    #[test]
    fn decimals_are_read_as_written() {
        for (text, count) in [
            ("0", 0),
            ("-0", 0),
            ("-0.000", 0),
            ("1.5", 150),
            ("0001.000", 100),
            ("1.255", 126),
            ("0.005", 1),
            ("0.00499999999999999999999999999999999999999999999999", 0),
            ("99.995", 10_000),
        ] {
            assert_eq!(of(text).hundredths(), Hundredths::Count(count), "{text}");
        }
        assert!(matches!(Decimal::read("-0.001"), Some(Decimal::Negative)));
        for bad in ["", "-", "x", "1x", "1.x", ".5"] {
            assert!(Decimal::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_sum_is_rounded_once_and_half_up() {
        assert_eq!(sum(&[of("0.5"), of("1.255")]), Hundredths::Count(176));
        assert_eq!(sum(&[of("0.004"), of("0.004")]), Hundredths::Count(1));
        let half = [Exact::fraction(270, 420), Exact::whole(1), Exact::fraction(180, 420)];
        assert_eq!(sum(&half), Hundredths::Count(207));
        assert_eq!(sum(&[Exact::fraction(1, 3), Exact::fraction(1, 6)]), Hundredths::Count(50));
    }

    #[test]
    fn a_number_of_any_length_prints_whole() {
        let long = "123456789012345678901234567890123456789012345.675";
        let printed = "123456789012345678901234567890123456789012345.68";
        assert_eq!(of(long).hundredths(), Hundredths::Printed(printed.into()));
        assert!(of(long).hundredths().exceeds(9_999));
        let primes: Vec<Exact> = (0..40).map(|n| Exact::fraction(1, 86_399 - n)).collect();
        assert_eq!(sum(&primes), Hundredths::Count(0));
    }

    proptest! {
        #[test]
        fn sums_in_128_bits_and_beyond_agree(parts in proptest::collection::vec((0u32..90_000, 1u32..86_401), 0..12)) {
            let exact: Vec<Exact> = parts.iter().map(|&(p, q)| Exact::fraction(p, q)).collect();
            let mut large = Exact(Parts::Large(Box::default()));
            large.0 = Parts::Large(Box::new((BigUint::ZERO, 1u32.into())));
            exact.iter().for_each(|part| large.add(part));
            prop_assert_eq!(sum(&exact), large.hundredths());
        }
    }
}
