use std::fmt;

/// A quantity, compared by value: 17, 17.0 and 17.00 are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    millionths: u64,
}

/// Which of the two members a quantity was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuantityKind {
    Whole,
    Decimal,
}

const MILLIONTHS: u64 = 1_000_000;
const PLACES: usize = 6;

impl Quantity {
    /// A whole quantity; `None` when it is negative or too large to hold.
    #[must_use]
    pub fn whole(value: i64) -> Option<Self> {
        let millionths = u64::try_from(value).ok()?.checked_mul(MILLIONTHS)?;
        Some(Self { millionths })
    }

    /// A decimal as the service model's pattern allows it:
    /// `^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$`.
    #[must_use]
    pub fn decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if !(1..=10).contains(&whole.len()) || leading_zero || !digits(whole) {
            return None;
        }
        let fraction = fraction.map_or(Some("0"), |fraction| {
            ((1..=PLACES).contains(&fraction.len()) && digits(fraction)).then_some(fraction)
        })?;
        let whole: u64 = whole.parse().ok()?;
        let below: u64 = format!("{fraction:0<PLACES$}").parse().ok()?;
        Some(Self { millionths: whole * MILLIONTHS + below })
    }

    /// In millionths of a unit.
    #[must_use]
    pub fn millionths(self) -> u64 {
        self.millionths
    }
}

/// Writes a number of millionths as a decimal without needless zeros.
pub(super) fn write_millionths(millionths: u128) -> String {
    let (whole, below) = (millionths / u128::from(MILLIONTHS), millionths % u128::from(MILLIONTHS));
    let text = format!("{whole}.{below:0>PLACES$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&write_millionths(self.millionths.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_quantity() {
        for text in ["17", "17.0", "17.00", "17.000000"] {
            assert_eq!(Quantity::decimal(text), Quantity::whole(17), "{text}");
        }
        let quantity = |text| Quantity::decimal(text).map(Quantity::millionths);
        assert_eq!(quantity("17.42"), Some(17_420_000));
        assert_eq!(quantity("0.000001"), Some(1));
        assert_eq!(quantity("9999999999.999999"), Some(9_999_999_999_999_999));
    }

    #[test]
    fn what_the_pattern_excludes_is_refused() {
        let texts = [
            "",
            ".",
            "1.",
            ".5",
            "01",
            "00",
            "+1",
            "-1",
            "1e3",
            "1.0000000",
            "10000000000",
            " 1",
            "1 ",
            "1.2.3",
            "१",
            "1,5",
        ];
        for text in texts {
            assert_eq!(Quantity::decimal(text), None, "{text:?}");
        }
        assert_eq!(Quantity::whole(-1), None);
    }

    #[test]
    fn it_is_written_without_needless_zeros() {
        for (text, written) in [("17.00", "17"), ("100", "100"), ("0.10", "0.1"), ("0.0", "0")] {
            assert_eq!(Quantity::decimal(text).expect(text).to_string(), written);
        }
    }
}
