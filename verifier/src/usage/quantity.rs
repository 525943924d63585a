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
        let actual = || clip(text);
        if text.starts_with('-') {
            return Err(QuantityError::Negative { actual: actual() });
        }
        if text.contains(['e', 'E']) && text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(QuantityError::Exponent { actual: actual() });
        }
        if text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(QuantityError::Fraction { actual: actual() });
        }
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(QuantityError::Malformed { actual: actual() });
        }
        if text.len() > 1 && text.starts_with('0') {
            return Err(QuantityError::LeadingZero { actual: actual() });
        }
        match text.parse::<u64>() {
            Ok(units) => Self::whole(units),
            // Digits alone, so the only failure left is a number beyond 64 bits.
            Err(_) => Err(QuantityError::TooLarge { actual: actual() }),
        }
    }

    /// Reads a decimal of the form `^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$`.
    ///
    /// # Errors
    /// One [`QuantityError`] for each way to be wrong.
    pub fn parse_decimal(text: &str) -> Result<Self, QuantityError> {
        let actual = || clip(text);
        if text.starts_with('-') {
            return Err(QuantityError::Negative { actual: actual() });
        }
        let (units, places) = match text.split_once('.') {
            Some((units, places)) => (units, Some(places)),
            None => (text, None),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(units) || !places.is_none_or(digits) {
            if units.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['e', 'E']) {
                return Err(QuantityError::Exponent { actual: actual() });
            }
            return Err(QuantityError::Malformed { actual: actual() });
        }
        if units.len() > 1 && units.starts_with('0') {
            return Err(QuantityError::LeadingZero { actual: actual() });
        }
        if units.len() > MAX_DECIMAL_DIGITS {
            return Err(QuantityError::TooLarge { actual: actual() });
        }
        let places = places.unwrap_or_default();
        if places.len() > MAX_DECIMAL_PLACES {
            return Err(QuantityError::TooManyPlaces { actual: actual(), places: places.len() });
        }
        let number =
            |part: &str| part.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        // At most 10 + 6 digits: below 10^16, far inside 64 bits.
        let scale = 10_u64.pow((MAX_DECIMAL_PLACES - places.len()) as u32);
        Ok(Self {
            micros: number(units) * MICROS_PER_UNIT + number(places) * scale,
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

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.micros / MICROS_PER_UNIT;
        match self.places().unwrap_or(0) {
            0 => write!(f, "{units}"),
            places => {
                // `places` is 1 to 6 by construction.
                let scale = 10_u64.pow(MAX_DECIMAL_PLACES as u32 - u32::from(places));
                let fraction = self.micros % MICROS_PER_UNIT / scale;
                write!(f, "{units}.{fraction:0width$}", width = usize::from(places))
            }
        }
    }
}

/// An exact sum in millionths, as the text of a decimal without trailing zeros.
///
/// For messages about sums that no [`Quantity`] can hold: 2500 allocations may add up to more.
pub(crate) fn micros_to_text(micros: u128) -> String {
    let units = micros / u128::from(MICROS_PER_UNIT);
    let fraction = micros % u128::from(MICROS_PER_UNIT);
    if fraction == 0 {
        return units.to_string();
    }
    let text = alloc::format!("{units}.{fraction:06}");
    text.trim_end_matches('0').to_string()
}
