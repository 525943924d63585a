//! The errors of a whole request, and whose fault each is.

use alloc::string::String;
use core::fmt;

/// An error that the service answered a whole request with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// The name as on the wire (`__type`), such as `InternalServiceErrorException`.
    pub name: String,
    /// The service's own words.
    pub message: String,
}

/// Whose fault a [`ServiceError`] is, and so what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// Passes by itself: send the same bytes again, later.
    Transient,
    /// Some record of the batch is wrong: find it by halving the batch.
    BlamesRecord,
    /// Credentials, region, product or something unknown: never final for a record.
    NotTheRecord,
}

impl ErrorClass {
    /// All classes.
    pub const ALL: &'static [Self] = &[Self::Transient, Self::BlamesRecord, Self::NotTheRecord];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::BlamesRecord => "blames_record",
            Self::NotTheRecord => "not_the_record",
        }
    }
}

/// Errors that pass by themselves.
///
/// Source: service model 2016-01-14, errors of `BatchMeterUsage`; `InternalFailure` and
/// `ServiceUnavailable` from the API reference of 2019-06-13, Common Errors.
pub const TRANSIENT_ERRORS: &[&str] = &[
    "ThrottlingException",
    "InternalServiceErrorException",
    "InternalFailure",
    "ServiceUnavailable",
];

/// Errors that one record of a batch brings about.
///
/// Source: service model 2016-01-14, errors of `BatchMeterUsage`; `ValidationException` is how
/// AWS JSON services refuse a value against the model, `ValidationError` its name in the API
/// reference of 2019-06-13, Common Errors.
pub const RECORD_ERRORS: &[&str] = &[
    "InvalidUsageDimensionException",
    "InvalidTagException",
    "InvalidUsageAllocationsException",
    "InvalidCustomerIdentifierException",
    "InvalidLicenseException",
    "TimestampOutOfBoundsException",
    "ValidationException",
    "ValidationError",
];

impl ServiceError {
    /// An error by its `__type` and message. A namespace before `#` and anything after `:` are
    /// cut off, as AWS JSON clients do.
    ///
    /// ```
    /// use meterproof::usage::{ErrorClass, ServiceError};
    /// let error = ServiceError::new("com.amazonaws.metering#ThrottlingException", "slow down");
    /// assert_eq!(error.name, "ThrottlingException");
    /// assert_eq!(error.class(), ErrorClass::Transient);
    /// ```
    pub fn new(name: &str, message: impl Into<String>) -> Self {
        Self { name: short_name(name).into(), message: message.into() }
    }

    /// What to do about it, by the exact name alone: what no list holds is never final.
    pub fn class(&self) -> ErrorClass {
        let name = short_name(&self.name);
        if TRANSIENT_ERRORS.contains(&name) {
            ErrorClass::Transient
        } else if RECORD_ERRORS.contains(&name) {
            ErrorClass::BlamesRecord
        } else {
            ErrorClass::NotTheRecord
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl core::error::Error for ServiceError {}

fn short_name(name: &str) -> &str {
    let name = name.rsplit_once('#').map_or(name, |(_, name)| name);
    name.split_once(':').map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_operation_has_its_class() {
        for (name, class) in [
            ("InternalServiceErrorException", ErrorClass::Transient),
            ("ThrottlingException", ErrorClass::Transient),
            ("InvalidProductCodeException", ErrorClass::NotTheRecord),
            ("DisabledApiException", ErrorClass::NotTheRecord),
            ("InvalidUsageDimensionException", ErrorClass::BlamesRecord),
            ("InvalidTagException", ErrorClass::BlamesRecord),
            ("InvalidUsageAllocationsException", ErrorClass::BlamesRecord),
            ("InvalidCustomerIdentifierException", ErrorClass::BlamesRecord),
            ("TimestampOutOfBoundsException", ErrorClass::BlamesRecord),
            ("InvalidLicenseException", ErrorClass::BlamesRecord),
        ] {
            assert_eq!(ServiceError::new(name, "").class(), class, "{name}");
        }
    }

    #[test]
    fn a_near_miss_is_never_final() {
        for name in [
            "",
            "throttlingException",
            "InternalServerErrorException",
            "AccessDeniedException",
            "ExpiredTokenException",
            "InvalidUsageDimension",
        ] {
            assert_eq!(ServiceError::new(name, "").class(), ErrorClass::NotTheRecord, "{name}");
        }
    }
}
