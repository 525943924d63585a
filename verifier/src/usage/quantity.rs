//! A quantity of usage: exact, from the text to the bill.

use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::limits::{
    MAX_DECIMAL_DIGITS, MAX_DECIMAL_MICROS, MAX_DECIMAL_PLACES, MAX_WHOLE_QUANTITY,
};
use super::quantity_error::QuantityError;
use super::text::clip;
use crate::json::digits;
use crate::text::{Piece, push_padded, text};

const MICROS_PER_UNIT: u64 = 1_000_000;

/// A quantity of usage, never a float: a whole number up to 2147483647 (`Quantity`) or a decimal
/// of up to ten digits and six places (`QuantityAsDecimal`).
///
/// Equality, order and hash are by value, as AWS compares quantities: 17, 17.0 and 17.00 are one
/// quantity. The form in which it was written stays, so a resend has the same bytes.
///
/// Source: service model 2016-01-14, `UsageQuantity` and `UsageQuantityAsDecimalString`.
///
/// ```
/// use meterproof::usage::Quantity;
/// let whole = Quantity::whole(17)?;
/// let decimal = Quantity::parse_decimal("17.00")?;
/// assert_eq!(whole, decimal);
/// assert_eq!(decimal.to_string(), "17.00");
/// assert_eq!(Quantity::parse_decimal("0.1")?.micros(), 100_000);
/// # Ok::<(), meterproof::usage::QuantityError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    micros: u64,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Whole,
    Decimal { places: u8 },
}

impl Quantity {
    /// Nothing used, as a whole number.
    pub const ZERO: Self = Self { micros: 0, form: Form::Whole };

    /// A whole number of units.
    ///
    /// # Errors
    /// [`QuantityError::TooLarge`] above 2147483647.
    pub fn whole(units: u64) -> Result<Self, QuantityError> {
        if units > MAX_WHOLE_QUANTITY {
            return Err(QuantityError::TooLarge { actual: units.to_string() });
        }
        Ok(Self { micros: units * MICROS_PER_UNIT, form: Form::Whole })
    }

    /// Reads a whole number from the text of a JSON number.
    ///
    /// # Errors
    /// One [`QuantityError`] for each way to be wrong: a sign, a fraction, an exponent, a leading
    /// zero, other text, a number above 2147483647.
    pub fn parse_whole(text: &str) -> Result<Self, QuantityError> {
        let units = digits::number(text.as_bytes()).filter(|_| !has_leading_zero(text));
        units.and_then(Self::right_whole).ok_or_else(|| wrong_whole(text))
    }

    /// A whole number of units, unless that is too many.
    #[inline]
    pub(super) fn right_whole(units: u64) -> Option<Self> {
        let micros = units.wrapping_mul(MICROS_PER_UNIT);
        (units <= MAX_WHOLE_QUANTITY).then_some(Self { micros, form: Form::Whole })
    }

    /// Reads a decimal of the form `^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$`.
    ///
    /// # Errors
    /// One [`QuantityError`] for each way to be wrong.
    pub fn parse_decimal(text: &str) -> Result<Self, QuantityError> {
        Self::right_decimal(text).ok_or_else(|| wrong_decimal(text))
    }

    /// The decimal that a text is, unless something is wrong with it.
    pub(super) fn right_decimal(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let point = bytes.iter().position(|byte| *byte == b'.').unwrap_or(bytes.len());
        let (units, rest) = bytes.split_at_checked(point)?;
        let places = rest.get(1..).unwrap_or_default();
        let fraction = if rest.is_empty() { 0 } else { digits::number(places)? };
        let is_short = point <= MAX_DECIMAL_DIGITS && places.len() <= MAX_DECIMAL_PLACES;
        if !is_short || (point > 1 && has_leading_zero(text)) {
            return None;
        }
        // At most 10 + 6 digits: below 10^16, far inside 64 bits.
        let scale = 10_u64.pow((MAX_DECIMAL_PLACES - places.len()) as u32);
        Some(Self {
            micros: digits::number(units)? * MICROS_PER_UNIT + fraction * scale,
            form: Form::Decimal { places: places.len() as u8 },
        })
    }

    /// The value in millionths of a unit.
    pub fn micros(self) -> u64 {
        self.micros
    }

    /// The value as a whole number, if it was written as one (`Quantity`, not
    /// `QuantityAsDecimal`).
    pub fn as_whole(self) -> Option<u64> {
        match self.form {
            Form::Whole => Some(self.micros / MICROS_PER_UNIT),
            Form::Decimal { .. } => None,
        }
    }

    /// Whether it was written as a decimal (`QuantityAsDecimal`), be it 17 or 17.42.
    pub fn is_decimal(self) -> bool {
        matches!(self.form, Form::Decimal { .. })
    }

    /// What `Display` shows.
    pub fn to_text(self) -> String {
        text!(self)
    }

    /// The sum: whole if both are, else a decimal with the places of the longer one.
    ///
    /// `None` when the sum is beyond what the service takes in that form.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let micros = self.micros.checked_add(other.micros)?;
        let (form, limit) = match (self.places(), other.places()) {
            (None, None) => (Form::Whole, MAX_WHOLE_QUANTITY * MICROS_PER_UNIT),
            (a, b) => {
                let places = a.max(b).unwrap_or(0);
                (Form::Decimal { places }, MAX_DECIMAL_MICROS)
            }
        };
        (micros <= limit).then_some(Self { micros, form })
    }

    fn places(self) -> Option<u8> {
        match self.form {
            Form::Whole => None,
            Form::Decimal { places } => Some(places),
        }
    }
}

/// Whether a zero stands before another digit.
fn has_leading_zero(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

/// What is wrong with a text that is no whole quantity.
#[cold]
fn wrong_whole(text: &str) -> QuantityError {
    let actual = clip(text);
    let has = |wanted: &[u8]| text.bytes().any(|byte| wanted.contains(&byte));
    let begins_with_digit = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    if text.starts_with('-') {
        QuantityError::Negative { actual }
    } else if has(b"eE") && begins_with_digit {
        QuantityError::Exponent { actual }
    } else if has(b".") && begins_with_digit {
        QuantityError::Fraction { actual }
    } else if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        QuantityError::Malformed { actual }
    } else if has_leading_zero(text) {
        QuantityError::LeadingZero { actual }
    } else {
        // Digits alone. A number that 64 bits hold is shown whole; it has no more than 20 digits.
        QuantityError::TooLarge { actual }
    }
}

/// What is wrong with a text that is no decimal quantity.
#[cold]
fn wrong_decimal(text: &str) -> QuantityError {
    let actual = clip(text);
    if text.starts_with('-') {
        return QuantityError::Negative { actual };
    }
    let (units, places) = match text.split_once('.') {
        Some((units, places)) => (units, Some(places)),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(units) || !places.is_none_or(digits) {
        if units.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| matches!(byte, b'e' | b'E'))
        {
            return QuantityError::Exponent { actual };
        }
        return QuantityError::Malformed { actual };
    }
    if has_leading_zero(units) {
        return QuantityError::LeadingZero { actual };
    }
    if units.len() > MAX_DECIMAL_DIGITS {
        return QuantityError::TooLarge { actual };
    }
    QuantityError::TooManyPlaces { actual, places: places.unwrap_or_default().len() }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.micros == other.micros
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.micros.cmp(&other.micros)
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.micros.hash(state);
    }
}

impl Piece for Quantity {
    fn push_to(&self, text: &mut String) {
        push_padded(text, self.micros / MICROS_PER_UNIT, 1);
        let places = self.places().unwrap_or(0);
        if places > 0 {
            // `places` is 1 to 6 by construction.
            let scale = 10_u64.pow(MAX_DECIMAL_PLACES as u32 - u32::from(places));
            text.push('.');
            push_padded(text, self.micros % MICROS_PER_UNIT / scale, u32::from(places));
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text!(*self))
    }
}

/// An exact sum in millionths, as the text of a decimal without trailing zeros.
///
/// For messages about sums that no [`Quantity`] can hold: 2500 allocations may add up to more.
pub(crate) fn micros_to_text(micros: u128) -> String {
    let units = micros / u128::from(MICROS_PER_UNIT);
    let fraction = micros % u128::from(MICROS_PER_UNIT);
    // 2^64 allocations, more than any memory holds, come to less than 2^64 units.
    let mut text = text!(units as u64);
    if fraction > 0 {
        text.push('.');
        push_padded(&mut text, fraction as u64, 6);
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}
