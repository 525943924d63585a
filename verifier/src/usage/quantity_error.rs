//! Why a text is no quantity: one variant for each way to be wrong.

use alloc::string::String;
use core::fmt;

use super::text::debug;
use crate::text::text;

/// Why a text is no quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuantityError {
    /// Below zero, `-0` included.
    Negative {
        /// As written.
        actual: String,
    },
    /// A point where a whole number is needed, even in `17.0`.
    Fraction {
        /// As written.
        actual: String,
    },
    /// Written with a power of ten.
    Exponent {
        /// As written.
        actual: String,
    },
    /// A zero before the first digit.
    LeadingZero {
        /// As written.
        actual: String,
    },
    /// More than six digits after the point.
    TooManyPlaces {
        /// As written.
        actual: String,
        /// Digits after the point.
        places: usize,
    },
    /// More than the service takes.
    TooLarge {
        /// As written.
        actual: String,
    },
    /// No number at all.
    Malformed {
        /// As written.
        actual: String,
    },
}

impl QuantityError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "quantity_negative",
        "quantity_fraction",
        "quantity_exponent",
        "quantity_leading_zero",
        "quantity_too_many_places",
        "quantity_too_large",
        "quantity_malformed",
    ];

    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Negative { .. } => "quantity_negative",
            Self::Fraction { .. } => "quantity_fraction",
            Self::Exponent { .. } => "quantity_exponent",
            Self::LeadingZero { .. } => "quantity_leading_zero",
            Self::TooManyPlaces { .. } => "quantity_too_many_places",
            Self::TooLarge { .. } => "quantity_too_large",
            Self::Malformed { .. } => "quantity_malformed",
        }
    }
}

impl QuantityError {
    /// What `Display` shows.
    pub(super) fn message(&self) -> String {
        let of = |actual: &String, what: &str| text!("quantity ", actual.as_str(), what);
        match self {
            Self::Negative { actual } => {
                of(actual, " is negative; AWS takes 0 or more, usage cannot be taken back")
            }
            Self::Fraction { actual } => {
                of(actual, " has a fraction; write a whole number, or use the AsDecimal member")
            }
            Self::Exponent { actual } => of(actual, " has an exponent; write out all digits"),
            Self::LeadingZero { actual } => of(actual, " has a leading zero; leave it out"),
            Self::TooManyPlaces { actual, places } => {
                of(actual, &text!(" has ", *places, " decimal places; AWS takes at most 6"))
            }
            Self::TooLarge { actual } => of(
                actual,
                " is too large; AWS takes at most 2147483647 as a whole number and 9999999999.999999 as a decimal",
            ),
            Self::Malformed { actual } => {
                of(&debug(actual), " is no number; write digits, such as 17 or 17.42")
            }
        }
    }
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for QuantityError {}
