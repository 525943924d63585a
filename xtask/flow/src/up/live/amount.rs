//! Amounts as they are compared: exact, in millionths of a unit, and of either sign.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

const PLACES: usize = 6;
const MILLIONTHS: i128 = 1_000_000;

/// An exact amount. The largest bucket is below 10^38 millionths, a sum of them far from
/// overflow; one that overflowed would stop at the largest amount and never wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many millionths of a unit.
    pub fn from_millionths(millionths: u64) -> Self {
        Self(i128::from(millionths))
    }

    /// Reads a decimal text without an exponent, as the agent and the emulator write them; `None`
    /// for anything else, and for more than six places.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str, longest: usize| {
            (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(whole, 30) || !is_number(fraction, PLACES) {
            return None;
        }
        let whole: i128 = whole.parse().ok()?;
        let below: i128 = format!("{fraction:0<PLACES$}").parse().ok()?;
        let amount = whole.checked_mul(MILLIONTHS)?.checked_add(below)?;
        Some(Self(if negative { -amount } else { amount }))
    }
}

impl Amount {
    /// For people: with commas between thousands.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
        let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
        let mut grouped = String::from(sign);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped + fraction
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, below) = (self.0 / MILLIONTHS, self.0 % MILLIONTHS);
        let text = format!("{sign}{}.{:0>PLACES$}", whole.abs(), below.abs());
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn amounts_are_exact_and_come_back_as_they_were() {
        for text in ["0", "17", "0.000001", "-0.5", "-12.25", "99999999999999999999.999999"] {
            assert_eq!(amount(text).to_string(), text);
        }
        assert_eq!(amount("17.0"), amount("17"));
        assert_eq!(amount("0.1") + amount("0.2"), amount("0.3"));
        assert_eq!((amount("1") - amount("1.000001")).to_string(), "-0.000001");
        assert_eq!([amount("1.5"), amount("2.5")].into_iter().sum::<Amount>(), amount("4"));
        assert_eq!(amount("3") - amount("3.000"), Amount::ZERO);
        assert_eq!(Amount::from_millionths(1_500_000), amount("1.5"));
    }

    #[test]
    fn people_get_commas() {
        for (text, expected) in [
            ("0", "0"),
            ("999.5", "999.5"),
            ("1000", "1,000"),
            ("-1234567.000001", "-1,234,567.000001"),
            ("123456", "123,456"),
        ] {
            assert_eq!(amount(text).grouped(), expected);
        }
    }

    #[test]
    fn what_is_no_plain_decimal_is_no_amount() {
        for text in ["", "-", ".5", "1.", "1e3", "1.0000001", "+1", "--1", "1.-5", " 1", "1,5", "∞"]
        {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
        assert_eq!(Amount::parse(&"9".repeat(31)), None);
    }
}
