//! What can be wrong with an event: one variant for each thing to mend.

use std::fmt;

use meterproof::TimestampError;
use meterproof::json::JsonError;
use meterproof::usage::limits::MAX_ALLOCATIONS;
use meterproof::usage::{AllocationError, QuantityError, ValueError};

use crate::text::OneOf;

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventProblem {
    /// The event is not JSON; places are counted from the body's beginning.
    NotJson(JsonError),
    /// More bytes than one event may have.
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A value of another JSON type.
    WrongType {
        /// What it is.
        actual: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// A required member is absent or null.
    MissingMember {
        /// The shape that lacks it.
        shape: &'static str,
        /// The members of which one is required.
        members: &'static [&'static str],
    },
    /// A member that the shape does not have, perhaps misspelt.
    UnknownMember {
        /// Its name, cut where it is long.
        name: String,
        /// The shape.
        shape: &'static str,
        /// The members that the shape has.
        members: &'static [&'static str],
    },
    /// A text that may not be empty.
    Empty {
        /// The member.
        member: &'static str,
    },
    /// An id or a source longer than a ledger keeps.
    IdTooLong {
        /// The member.
        member: &'static str,
        /// Characters given.
        characters: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Another version of CloudEvents.
    SpecVersion {
        /// As written, cut where it is long.
        actual: String,
    },
    /// Data of another media type than JSON.
    ContentType {
        /// As written, cut where it is long.
        actual: String,
    },
    /// Data as binary.
    BinaryData,
    /// No point in time.
    Time {
        /// The member.
        member: &'static str,
        /// As written, cut where it is long.
        actual: String,
        /// Why not.
        error: TimestampError,
    },
    /// Nothing names a customer.
    MissingIdentity,
    /// The customer is named in two ways.
    ConflictingIdentity {
        /// One way.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A license without the account it was granted to.
    LicenseWithoutAccount,
    /// A product code beside a license.
    ProductCodeWithLicense,
    /// A customer without a product.
    MissingProductCode {
        /// The member that names the customer.
        customer: &'static str,
    },
    /// A text that AWS refuses for this member.
    Value {
        /// The member.
        member: &'static str,
        /// Why.
        error: ValueError,
    },
    /// A whole and a decimal quantity at once.
    TwoQuantities {
        /// The member of the whole one.
        whole: &'static str,
        /// The member of the decimal one.
        decimal: &'static str,
    },
    /// A whole quantity in quotation marks.
    QuantityIsText {
        /// The member.
        whole: &'static str,
        /// The member that takes a text.
        decimal: &'static str,
    },
    /// A decimal quantity without quotation marks.
    DecimalIsNumber {
        /// The member.
        decimal: &'static str,
    },
    /// No quantity that AWS takes.
    Quantity(QuantityError),
    /// Tags for the whole quantity and allocations at once.
    TagsWithAllocations,
    /// An empty list of allocations.
    NoAllocations,
    /// An empty list of tags.
    NoTags,
    /// One key twice in a set of tags.
    RepeatedTagKey {
        /// The first place of the key, from 0.
        first: usize,
        /// The second place of the key, from 0.
        second: usize,
    },
    /// Allocations that do not fit each other or the quantity.
    Allocation(AllocationError),
}

impl EventProblem {
    /// The codes of all variants but those that hold an error with codes of its own:
    /// [`JsonError::ALL`], [`TimestampError::ALL`], [`QuantityError::ALL`] and
    /// [`AllocationError::ALL`].
    pub const ALL: &'static [&'static str] = &[
        "event_too_large",
        "wrong_type",
        "missing_member",
        "unknown_member",
        "empty_member",
        "id_too_long",
        "unsupported_specversion",
        "unsupported_content_type",
        "binary_data",
        "missing_identity",
        "conflicting_identity",
        "license_without_account",
        "product_code_with_license",
        "missing_product_code",
        "invalid_license_arn",
        "invalid_product_code",
        "invalid_account_id",
        "invalid_customer_identifier",
        "invalid_dimension",
        "invalid_tag_key",
        "invalid_tag_value",
        "two_quantities",
        "quantity_is_text",
        "decimal_is_number",
        "tags_with_allocations",
        "no_allocations",
        "no_tags",
        "repeated_tag_key",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson(error) => error.code(),
            Self::TooLarge { .. } => "event_too_large",
            Self::WrongType { .. } => "wrong_type",
            Self::MissingMember { .. } => "missing_member",
            Self::UnknownMember { .. } => "unknown_member",
            Self::Empty { .. } => "empty_member",
            Self::IdTooLong { .. } => "id_too_long",
            Self::SpecVersion { .. } => "unsupported_specversion",
            Self::ContentType { .. } => "unsupported_content_type",
            Self::BinaryData => "binary_data",
            Self::Time { error, .. } => error.code(),
            Self::MissingIdentity => "missing_identity",
            Self::ConflictingIdentity { .. } => "conflicting_identity",
            Self::LicenseWithoutAccount => "license_without_account",
            Self::ProductCodeWithLicense => "product_code_with_license",
            Self::MissingProductCode { .. } => "missing_product_code",
            Self::Value { member, .. } => match *member {
                "LicenseArn" => "invalid_license_arn",
                "ProductCode" => "invalid_product_code",
                "CustomerAWSAccountId" => "invalid_account_id",
                "CustomerIdentifier" => "invalid_customer_identifier",
                "Key" => "invalid_tag_key",
                "Value" => "invalid_tag_value",
                _ => "invalid_dimension",
            },
            Self::TwoQuantities { .. } => "two_quantities",
            Self::QuantityIsText { .. } => "quantity_is_text",
            Self::DecimalIsNumber { .. } => "decimal_is_number",
            Self::Quantity(error) => error.code(),
            Self::TagsWithAllocations => "tags_with_allocations",
            Self::NoAllocations => "no_allocations",
            Self::NoTags => "no_tags",
            Self::RepeatedTagKey { .. } => "repeated_tag_key",
            Self::Allocation(error) => error.code(),
        }
    }
}

impl fmt::Display for EventProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(error) => write!(f, "not JSON: {error} (byte {})", error.at()),
            Self::TooLarge { bytes, limit } => write!(
                f,
                "the event has {bytes} bytes; at most {limit} are taken, split its usage over several events"
            ),
            Self::WrongType { actual, expected } => {
                write!(f, "found {actual}; write {expected}")
            }
            Self::MissingMember { shape, members } => {
                write!(f, "{shape} has no {}; add it", OneOf(members))
            }
            Self::UnknownMember { name, shape, members } => write!(
                f,
                "{name} is no member of {shape}; write {} as spelt here, or leave it out",
                OneOf(members)
            ),
            Self::Empty { member } => write!(f, "{member} is empty; give at least 1 character"),
            Self::IdTooLong { member, characters, limit } => write!(
                f,
                "{member} has {characters} characters; a ledger keeps at most {limit}, shorten it"
            ),
            Self::SpecVersion { actual } => {
                write!(f, "specversion is {actual}; write \"1.0\", the version that is read here")
            }
            Self::ContentType { actual } => write!(
                f,
                "datacontenttype is {actual:?}; give data as JSON and write \"application/json\""
            ),
            Self::BinaryData => f.write_str(
                "data_base64 holds binary data; give the members of the usage as a JSON object in data",
            ),
            Self::Time { member, actual, error } => write!(f, "{member} is {actual}: {error}"),
            Self::MissingIdentity => f.write_str(
                "nothing names the customer; give LicenseArn and CustomerAWSAccountId, or CustomerAWSAccountId or CustomerIdentifier with a ProductCode",
            ),
            Self::ConflictingIdentity { one, other } => write!(
                f,
                "{one} and {other} both name the customer; keep the one that your product is metered by"
            ),
            Self::LicenseWithoutAccount => f.write_str(
                "LicenseArn without CustomerAWSAccountId; add the account that the license was granted to",
            ),
            Self::ProductCodeWithLicense => f.write_str(
                "ProductCode beside LicenseArn; the license names the product and AWS bills twice under both, leave ProductCode out",
            ),
            Self::MissingProductCode { customer } => write!(
                f,
                "{customer} without a product; add ProductCode, or LicenseArn where the product is metered by license"
            ),
            Self::Value { error, .. } => error.fmt(f),
            Self::TwoQuantities { whole, decimal } => {
                write!(f, "{whole} and {decimal} are both given; keep one")
            }
            Self::QuantityIsText { whole, decimal } => write!(
                f,
                "{whole} is a string; write the number without quotation marks, or use {decimal}"
            ),
            Self::DecimalIsNumber { decimal } => write!(
                f,
                "{decimal} is a number; write it in quotation marks, so that no reader rounds it"
            ),
            Self::Quantity(error) => error.fmt(f),
            Self::TagsWithAllocations => f.write_str(
                "Tags and UsageAllocations are both given; give Tags for the whole quantity, or UsageAllocations with tags of their own",
            ),
            Self::NoAllocations => write!(
                f,
                "UsageAllocations is empty; leave it out, or give 1 to {MAX_ALLOCATIONS}"
            ),
            Self::NoTags => f.write_str("Tags is empty; leave it out, or give 1 to 5"),
            Self::RepeatedTagKey { first, second } => write!(
                f,
                "tags {first} and {second} have the same Key; give each key once"
            ),
            Self::Allocation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EventProblem {}
