//! Which answers say for certain that nothing was billed.

use super::state::{HoldCause, TransientCause};

/// Errors by which AWS turns a request away before it looks at its records.
///
/// Source: service model 2016-01-14, errors of `BatchMeterUsage`; Common Errors of the API
/// reference of 2019-06-13, and the same errors as AWS JSON services spell them;
/// `ConstructionFailure` is how the SDK's client names a request that it could not make.
const TURNED_AWAY: &[&str] = &[
    "DisabledApiException",
    "InvalidProductCodeException",
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "OptInRequired",
    "SubscriptionRequiredException",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidAction",
    "UnknownOperationException",
    "SerializationException",
    "ConstructionFailure",
];

impl TransientCause {
    /// Whether the answer says for certain that nothing was billed. AWS says so of every error; an
    /// internal one is not taken at its word, because usage that is billed after all must not move
    /// to another hour.
    #[must_use]
    pub fn rules_out_billing(&self) -> bool {
        match self {
            Self::Service { error } => error == "ThrottlingException",
            Self::Unprocessed => true,
            Self::Unclear | Self::Unreachable => false,
        }
    }
}

impl HoldCause {
    /// Whether the answer says for certain that nothing was billed. An error of a name that is not
    /// known does not: it may be an internal one that AWS spells in a new way.
    #[must_use]
    pub fn rules_out_billing(&self) -> bool {
        match self {
            Self::CustomerNotSubscribed | Self::Refused { .. } | Self::Oversized { .. } => true,
            Self::Setup { error } => TURNED_AWAY.contains(&error.as_str()),
        }
    }
}
