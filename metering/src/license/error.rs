//! Why a body is no event about licenses.

use std::fmt;

use meterproof::TimestampError;
use meterproof::json::JsonError;
use meterproof::usage::ValueError;

use super::parse::SOURCE;

/// Why a body is no event of AWS Marketplace about agreements and licenses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenseEventError {
    /// More bytes than any event of EventBridge has.
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not JSON.
    NotJson(JsonError),
    /// A value of another JSON type.
    WrongType {
        /// The member, with those it lies in: `detail.license.arn`; empty for the event itself.
        member: &'static str,
        /// What it is.
        actual: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
    /// A member without which the event says nothing.
    MissingMember {
        /// The member, with those it lies in.
        member: &'static str,
    },
    /// An event of another source.
    OtherSource {
        /// As written, cut where it is long.
        actual: String,
    },
    /// A `time` that is none.
    Time {
        /// As written, cut where it is long.
        actual: String,
        /// Why not.
        error: TimestampError,
    },
    /// A license ARN that is none.
    LicenseArn(ValueError),
}

impl LicenseEventError {
    /// The codes of all variants but those that hold an error with codes of its own:
    /// [`JsonError::ALL`] and [`TimestampError::ALL`].
    pub const ALL: &'static [&'static str] = &[
        "license_event_too_large",
        "wrong_type",
        "missing_member",
        "other_event_source",
        "invalid_license_arn",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "license_event_too_large",
            Self::NotJson(error) => error.code(),
            Self::WrongType { .. } => "wrong_type",
            Self::MissingMember { .. } => "missing_member",
            Self::OtherSource { .. } => "other_event_source",
            Self::Time { error, .. } => error.code(),
            Self::LicenseArn(_) => "invalid_license_arn",
        }
    }
}

impl fmt::Display for LicenseEventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(
                f,
                "the license event has {bytes} bytes and at most {limit} are read; pass on the event alone"
            ),
            Self::NotJson(error) => {
                write!(f, "the license event is not JSON: {error} (byte {})", error.at())
            }
            Self::WrongType { member: "", actual, expected } => {
                write!(
                    f,
                    "the license event is {actual}; pass on {expected} as EventBridge sends it"
                )
            }
            Self::WrongType { member, actual, expected } => write!(
                f,
                "{member} of the license event is {actual} and not {expected}; pass the event on unchanged"
            ),
            Self::MissingMember { member } => {
                write!(f, "the license event has no {member}; pass the event on unchanged")
            }
            Self::OtherSource { actual } => write!(
                f,
                "the event comes from {actual:?}; let the rule match source {SOURCE:?} alone"
            ),
            Self::Time { actual, error } => {
                write!(f, "time of the license event is {actual:?}: {error}")
            }
            Self::LicenseArn(error) => write!(f, "detail.license.arn: {error}"),
        }
    }
}

impl std::error::Error for LicenseEventError {}
