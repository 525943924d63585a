//! One thing that AWS refuses, or takes in a way that was hardly meant.

use alloc::string::String;
use core::fmt;

use crate::json::Span;

/// How sure it is that AWS refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// AWS refuses the record or the request.
    Error,
    /// AWS's pages can be read both ways, or AWS takes it and bills what was hardly meant.
    Warning,
}

impl Severity {
    /// Both severities.
    pub const ALL: &'static [Self] = &[Self::Error, Self::Warning];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A rule broken at one place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub code: ViolationCode,
    /// How sure it is that AWS refuses.
    pub severity: Severity,
    /// The place, as a JSON pointer (RFC 6901). Where something is missing, the place of what
    /// lacks it.
    pub pointer: String,
    /// The place, in bytes of the document.
    pub span: Span,
    /// The record it belongs to, from 0; `None` where it is the whole request's.
    pub record: Option<usize>,
    /// The record before it that it repeats, contradicts or cannot be sent with, from 0: of
    /// [`RepeatedRecord`](ViolationCode::RepeatedRecord),
    /// [`ConflictingRecords`](ViolationCode::ConflictingRecords),
    /// [`DifferingAllocations`](ViolationCode::DifferingAllocations) and
    /// [`MixedIdentityForms`](ViolationCode::MixedIdentityForms), and of no other.
    pub first_record: Option<usize>,
    /// What was found.
    pub actual: String,
    /// What is allowed.
    pub limit: String,
    /// Where AWS says so.
    pub source: &'static str,
    /// What is wrong and what to do, in a sentence without a capital.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "document" } else { &self.pointer };
        write!(f, "{place}: {} {}: {}", self.severity, self.code, self.message)
    }
}

/// Declares the codes with their severity, in one list.
macro_rules! codes {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// Which rule a [`Violation`] breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ViolationCode {
            /// The document is not JSON as this crate reads it: the code is the one of
            /// [`JsonError`](crate::json::JsonError).
            Json(&'static str),
            $($(#[$meta])* $name,)*
        }

        impl ViolationCode {
            /// All codes but those of [`JsonError`](crate::json::JsonError).
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable name.
            pub fn code(self) -> &'static str {
                match self {
                    Self::Json(code) => code,
                    $(Self::$name => $code,)*
                }
            }

            /// The severity of every violation with this code.
            pub fn severity(self) -> Severity {
                match self {
                    Self::Json(_) => Severity::Error,
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// A value of another JSON type than the service takes.
    WrongType = "wrong_type", Error;
    /// A required member is absent or null.
    MissingMember = "missing_member", Error;
    /// A member that the service does not know, and ignores.
    UnknownMember = "unknown_member", Warning;
    /// A member that the chosen edition does not know.
    NotInEdition = "not_in_edition", Error;

    /// More than 25 records in a request.
    TooManyRecords = "too_many_records", Error;
    /// No record in a request.
    NoRecords = "no_records", Warning;
    /// 2²⁰ bytes or more.
    RequestTooLarge = "request_too_large", Error;
    /// 10⁶ bytes or more, which one reading of "1 MB" refuses.
    RequestMaybeTooLarge = "request_maybe_too_large", Warning;
    /// Records of two identity forms in a request.
    MixedIdentityForms = "mixed_identity_forms", Error;
    /// A request-level product code beside a license: bills twice.
    ProductCodeWithLicense = "product_code_with_license", Error;
    /// Neither a license nor a product code names the product.
    MissingProductCode = "missing_product_code", Error;
    /// One record twice.
    RepeatedRecord = "repeated_record", Warning;
    /// Two records of one customer, dimension and hour with different quantities.
    ConflictingRecords = "conflicting_records", Error;
    /// Two records of one customer, dimension, hour and quantity with different allocations.
    DifferingAllocations = "differing_allocations", Warning;

    /// A record that names no customer.
    MissingIdentity = "missing_identity", Error;
    /// A record that names its customer in two ways.
    ConflictingIdentity = "conflicting_identity", Error;
    /// A license without the account it was granted to.
    LicenseWithoutAccount = "license_without_account", Error;
    /// No product code.
    InvalidProductCode = "invalid_product_code", Error;
    /// No license ARN.
    InvalidLicenseArn = "invalid_license_arn", Error;
    /// An ARN of something else than a license.
    UnusualLicenseArn = "unusual_license_arn", Warning;
    /// No account id.
    InvalidAccountId = "invalid_account_id", Error;
    /// An account id of other than 12 digits.
    UnusualAccountId = "unusual_account_id", Warning;
    /// No customer identifier.
    InvalidCustomerIdentifier = "invalid_customer_identifier", Error;
    /// No dimension's name.
    InvalidDimension = "invalid_dimension", Error;
    /// A dimension that the product does not have.
    UnknownDimension = "unknown_dimension", Error;
    /// No client token.
    InvalidClientToken = "invalid_client_token", Error;

    /// No point in time.
    TimestampMalformed = "timestamp_malformed", Error;
    /// Older than the service takes.
    TimestampTooOld = "timestamp_too_old", Error;
    /// Of a month that is closed.
    TimestampMonthClosed = "timestamp_month_closed", Error;
    /// Ahead of the clock.
    TimestampInFuture = "timestamp_in_future", Error;
    /// Of an hour that is not over: more usage in it cannot be reported.
    HourStillOpen = "hour_still_open", Warning;

    /// A whole and a decimal quantity at once.
    TwoQuantities = "two_quantities", Error;
    /// No quantity: bills 0.
    NoQuantity = "no_quantity", Warning;
    /// A whole quantity in quotation marks.
    QuantityIsText = "quantity_is_text", Error;
    /// A decimal quantity without quotation marks.
    DecimalIsNumber = "decimal_is_number", Error;
    /// A quantity below zero.
    QuantityNegative = "quantity_negative", Error;
    /// A fraction in a whole quantity.
    QuantityFraction = "quantity_fraction", Error;
    /// A quantity with an exponent.
    QuantityExponent = "quantity_exponent", Error;
    /// A quantity with a leading zero.
    QuantityLeadingZero = "quantity_leading_zero", Error;
    /// A decimal quantity with more than six places.
    QuantityTooManyPlaces = "quantity_too_many_places", Error;
    /// A quantity above the limit.
    QuantityTooLarge = "quantity_too_large", Error;
    /// No quantity's text.
    QuantityMalformed = "quantity_malformed", Error;

    /// A list of allocations without any.
    NoAllocations = "no_allocations", Error;
    /// More than 2500 allocations.
    TooManyAllocations = "too_many_allocations", Error;
    /// An allocation without a quantity.
    AllocationWithoutQuantity = "allocation_without_quantity", Error;
    /// An allocation of another kind of quantity than its record's.
    AllocationKind = "allocation_kind", Error;
    /// Allocations that do not add up to the quantity.
    AllocationSum = "allocation_sum", Error;
    /// One tag set on two allocations.
    RepeatedTagSet = "repeated_tag_set", Error;
    /// A list of tags without any.
    NoTags = "no_tags", Error;
    /// More than 5 tags.
    TooManyTags = "too_many_tags", Error;
    /// One key twice in a tag set.
    RepeatedTagKey = "repeated_tag_key", Warning;
    /// No tag key.
    InvalidTagKey = "invalid_tag_key", Error;
    /// No tag value.
    InvalidTagValue = "invalid_tag_value", Error;
    /// A tag value that is empty or null.
    EmptyTagValue = "empty_tag_value", Warning;
    /// A character that only the literal reading of the tag pattern admits.
    UncertainTagCharacter = "uncertain_tag_character", Warning;
}

impl fmt::Display for ViolationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn each_code_is_one_of_its_kind_in_snake_case() {
        let codes: BTreeSet<_> = ViolationCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), ViolationCode::ALL.len());
        for code in codes {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code}");
        }
    }
}
