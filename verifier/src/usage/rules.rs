//! Which rules hold: those of today, or those of an older edition of AWS's pages.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::age::Age;
use super::edition::Edition;
use super::identifiers::Dimension;
use super::limits::{
    MAX_DIMENSIONS_2019, MAX_FUTURE, MAX_WHOLE_QUANTITY, MAX_WHOLE_QUANTITY_2019, METER_USAGE_AGE,
    MONTH_END_GRACE, USAGE_RECORD_AGE, USAGE_RECORD_AGE_2019, USAGE_RECORD_AGE_2024,
};
use super::value_error::ValueError;
use super::window::Window;
use crate::Timestamp;
use crate::text::text;

/// The rules that records are checked against.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof::usage::{Rules, validate};
///
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:00:00Z").unwrap();
/// let body = br#"{"ProductCode": "p1", "UsageRecords": [{"Timestamp": "2026-11-20T09:00:00Z",
///     "CustomerIdentifier": "c1", "Dimension": "users", "Quantity": 1}]}"#;
/// let report = validate(body, &Rules::CURRENT, now);
/// assert_eq!(
///     report.violations[0].message,
///     "timestamp 2026-11-20T09:00:00Z is 25 h old; AWS refuses records 24 h old or older; \
///      this usage can no longer be metered",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    edition: Edition,
    /// Empty where the caller names none.
    dimensions: Vec<Dimension>,
}

impl Rules {
    /// The rules of today: the service model as botocore 1.44.5 ships it (November 2026).
    ///
    /// 24 hours, the month's end at 06:00 UTC on the 1st, whole quantities up to 2147483647 or
    /// decimals, allocations, all three identity forms.
    pub const CURRENT: Self = Self::of(Edition::Current);

    /// The rules of May 2024.
    ///
    /// From the API reference's welcome page of 2024-05-20: allocation tagging in BatchMeterUsage
    /// and MeterUsage, and a customer who is resolved to `CustomerIdentifier`,
    /// `CustomerAWSAccountId` and `ProductCode`. From other pages of that year: usage up to six
    /// hours old. None of these pages has a month's end, licenses, decimals or client
    /// tokens, so here they are refused or do not apply; lengths and the largest quantity are
    /// taken as today's.
    pub const EDITION_2024: Self = Self::of(Edition::Of2024);

    /// The rules of the API reference of 2019-06-13.
    ///
    /// From its `UsageRecord`: `CustomerIdentifier` alone, quantities up to 1000000, usage up to
    /// one hour old, up to eight dimensions. From its `BatchMeterUsage` and `MeterUsage`:
    /// `ProductCode` required; no allocations, decimals, accounts, licenses or client tokens. It
    /// states no age for MeterUsage: `UsageRecord`'s hour is taken. It lists `Quantity` and
    /// `DryRun` as required and gives a default for each in the same breath: the default is
    /// taken.
    pub const EDITION_2019: Self = Self::of(Edition::Of2019);

    const fn of(edition: Edition) -> Self {
        Self { edition, dimensions: Vec::new() }
    }

    /// The same rules for a product with these dimensions only: records with another are
    /// refused, as AWS would by `InvalidUsageDimensionException`.
    ///
    /// # Errors
    /// [`RulesError`] where a name cannot be a dimension's, where none is given, or where the
    /// edition of 2019 is given more than eight. That limit is the product's, not a record's, so
    /// it is told here once and not in each report.
    pub fn with_dimensions(mut self, names: &[impl AsRef<str>]) -> Result<Self, RulesError> {
        if names.is_empty() {
            return Err(RulesError::NoDimensions);
        }
        if self.edition == Edition::Of2019 && names.len() > MAX_DIMENSIONS_2019 {
            return Err(RulesError::TooManyDimensions { actual: names.len() });
        }
        self.dimensions = names
            .iter()
            .map(|name| {
                Dimension::parse(name.as_ref()).map_err(|error| RulesError::Dimension {
                    name: name.as_ref().to_string(),
                    error,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// The edition.
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// The product's dimensions, where the caller named them.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The largest whole quantity.
    pub fn max_whole_quantity(&self) -> u64 {
        match self.edition {
            Edition::Of2019 => MAX_WHOLE_QUANTITY_2019,
            Edition::Of2024 | Edition::Current => MAX_WHOLE_QUANTITY,
        }
    }

    /// The times that BatchMeterUsage takes at `now`.
    pub fn window(&self, now: Timestamp) -> Window {
        let grace = (self.edition == Edition::Current).then_some(MONTH_END_GRACE);
        Window::new(now, self.record_age(), grace, MAX_FUTURE)
    }

    /// The times that MeterUsage takes at `now`.
    pub fn meter_usage_window(&self, now: Timestamp) -> Window {
        Window::new(now, self.meter_usage_age(), None, MAX_FUTURE)
    }

    /// Whether the edition knows allocations.
    pub fn has_allocations(&self) -> bool {
        self.edition >= Edition::Of2024
    }

    /// Whether the edition knows `CustomerAWSAccountId`.
    pub fn has_accounts(&self) -> bool {
        self.edition >= Edition::Of2024
    }

    /// Whether the edition knows `LicenseArn`.
    pub fn has_licenses(&self) -> bool {
        self.edition >= Edition::Current
    }

    /// Whether the edition knows decimal quantities.
    pub fn has_decimals(&self) -> bool {
        self.edition >= Edition::Current
    }

    /// Whether the edition knows `ClientToken`.
    pub fn has_client_tokens(&self) -> bool {
        self.edition >= Edition::Current
    }

    /// The age that BatchMeterUsage refuses, in words.
    pub(super) fn refused_age(&self) -> String {
        self.record_age().refused()
    }

    /// The age that MeterUsage refuses, in words.
    pub(super) fn refused_meter_usage_age(&self) -> String {
        self.meter_usage_age().refused()
    }

    fn record_age(&self) -> Age {
        match self.edition {
            Edition::Of2019 => Age::UpTo(USAGE_RECORD_AGE_2019),
            Edition::Of2024 => Age::UpTo(USAGE_RECORD_AGE_2024),
            Edition::Current => Age::Below(USAGE_RECORD_AGE),
        }
    }

    fn meter_usage_age(&self) -> Age {
        match self.edition {
            Edition::Of2019 => Age::UpTo(USAGE_RECORD_AGE_2019),
            Edition::Of2024 | Edition::Current => Age::UpTo(METER_USAGE_AGE),
        }
    }

    /// The page that sets the age of a usage record.
    pub(super) fn age_source(&self) -> &'static str {
        match self.edition {
            Edition::Of2019 => "API reference 2019-06-13, UsageRecord.Timestamp",
            Edition::Of2024 => "AWS's pages of 2024",
            Edition::Current => "service model 2016-01-14, UsageRecord.Timestamp",
        }
    }

    /// The page that sets the age of a MeterUsage request.
    pub(super) fn meter_age_source(&self) -> &'static str {
        match self.edition {
            Edition::Of2019 => self.age_source(),
            _ => "service model 2016-01-14, MeterUsageRequest.Timestamp",
        }
    }

    /// The page that sets the largest whole quantity.
    pub(super) fn quantity_source(&self) -> &'static str {
        match self.edition {
            Edition::Of2019 => "API reference 2019-06-13, UsageRecord.Quantity",
            _ => "service model 2016-01-14, UsageQuantity",
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::CURRENT
    }
}

/// Why rules cannot be set so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RulesError {
    /// No dimension was named.
    NoDimensions,
    /// More than eight under the edition of 2019.
    TooManyDimensions {
        /// Dimensions named.
        actual: usize,
    },
    /// A name that no dimension can have.
    Dimension {
        /// The name.
        name: String,
        /// What is wrong with it.
        error: ValueError,
    },
}

impl RulesError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["no_dimensions", "too_many_dimensions", "invalid_dimension"];

    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDimensions => "no_dimensions",
            Self::TooManyDimensions { .. } => "too_many_dimensions",
            Self::Dimension { .. } => "invalid_dimension",
        }
    }
}

impl RulesError {
    /// What `Display` shows.
    pub fn message(&self) -> String {
        match self {
            Self::NoDimensions => {
                "no dimension is named; name the product's, or leave them out".into()
            }
            Self::TooManyDimensions { actual } => text!(
                *actual,
                " dimensions; under the edition of 2019 a product has at most ",
                MAX_DIMENSIONS_2019
            ),
            Self::Dimension { name, error } => {
                text!("dimension ", super::text::quote(name), " cannot be: ", error.message())
            }
        }
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for RulesError {}
