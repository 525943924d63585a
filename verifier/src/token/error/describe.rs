//! The words of a [`VerifyError`]: the thing, what it is, what it should be, what to do.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};

use super::{EncodingFault, VerifyError};
use crate::json::JsonError;

impl VerifyError {
    /// What was found, where there is something to name.
    #[must_use]
    pub fn actual(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::Critical | Self::UnencodedPayload => return None,
            Self::TooLong { actual, .. } => format!("{actual} bytes long"),
            Self::WrapperNotJson(error)
            | Self::HeaderNotJson(error)
            | Self::PayloadNotJson(error) => not_json(error),
            Self::WrapperSignature { actual }
            | Self::HeaderNotObject { actual }
            | Self::PayloadNotObject { actual }
            | Self::ClaimType { actual, .. } => (*actual).to_owned(),
            Self::SegmentCount { actual } => actual.to_string(),
            Self::EmptySegment { .. } => "empty".to_owned(),
            Self::Encoding { fault, at, .. } => fault.found(*at),
            Self::Algorithm { actual: None } | Self::ClaimMissing { .. } => "absent".to_owned(),
            Self::Algorithm { actual: Some(actual) }
            | Self::Type { actual }
            | Self::ClaimValue { actual, .. } => actual.clone(),
            Self::MixedClaimStyles { camel_case, pascal_case } => {
                format!("mixed: {camel_case} beside {pascal_case}")
            }
            Self::UnknownKeyVersion { actual, .. } => actual.to_string(),
            Self::Signature { key_version } => {
                format!("not valid under the key of version {key_version}")
            }
            Self::ProductCode { actual, .. }
            | Self::NonceMismatch { actual, .. }
            | Self::NonceUnexpected { actual } => quoted(actual),
            Self::NonceMissing { .. } => "absent".to_owned(),
            Self::IssuedInFuture { issued_at, .. } => issued_at.to_string(),
            Self::Expired { expires_at, .. } => expires_at.to_string(),
            Self::NotYetValid { not_before, .. } => not_before.to_string(),
        })
    }

    /// What was expected, where that can be named.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::Signature { .. } => return None,
            Self::TooLong { limit, .. } => format!("at most {limit} bytes"),
            Self::WrapperNotJson(JsonError::DuplicateName { .. })
            | Self::HeaderNotJson(JsonError::DuplicateName { .. })
            | Self::PayloadNotJson(JsonError::DuplicateName { .. }) => "each name once".to_owned(),
            Self::WrapperNotJson(_) => "a JSON object".to_owned(),
            Self::WrapperSignature { .. } => "a string".to_owned(),
            Self::SegmentCount { .. } => "3".to_owned(),
            Self::EmptySegment { .. } => "at least one character".to_owned(),
            Self::Encoding { .. } => "base64url without padding".to_owned(),
            Self::HeaderNotJson(_)
            | Self::HeaderNotObject { .. }
            | Self::PayloadNotJson(_)
            | Self::PayloadNotObject { .. } => "a JSON object".to_owned(),
            Self::Algorithm { .. } => "\"PS256\"".to_owned(),
            Self::Type { .. } => "\"JWT\" or nothing".to_owned(),
            Self::Critical => "no crit".to_owned(),
            Self::UnencodedPayload => "no b64".to_owned(),
            Self::MixedClaimStyles { .. } => "one of camelCase and PascalCase".to_owned(),
            Self::ClaimMissing { .. } => "present".to_owned(),
            Self::ClaimType { expected, .. } | Self::ClaimValue { expected, .. } => {
                (*expected).to_owned()
            }
            Self::UnknownKeyVersion { trusted, .. } => match trusted.as_slice() {
                [] => "a version in the key set, which is empty".to_owned(),
                versions => {
                    let names = versions.iter().map(ToString::to_string);
                    format!("one of {}", names.collect::<alloc::vec::Vec<_>>().join(", "))
                }
            },
            Self::ProductCode { expected, .. } => quoted(expected.as_str()),
            Self::NonceMismatch { expected, .. } | Self::NonceMissing { expected } => {
                quoted(expected)
            }
            Self::NonceUnexpected { .. } => "none, since none was sent".to_owned(),
            Self::IssuedInFuture { now, leeway_seconds, .. }
            | Self::NotYetValid { now, leeway_seconds, .. } => {
                format!("at most {leeway_seconds} s after {now}")
            }
            Self::Expired { now, .. } => format!("later than {now}"),
        })
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "give the Signature of a RegisterUsage response",
            Self::TooLong { .. } => "give one token alone, or raise the limit if AWS issued it",
            Self::WrapperNotJson(JsonError::DuplicateName { .. }) => {
                "do not trust it; take the response as the AWS SDK returns it"
            }
            Self::WrapperNotJson(_) => "give the whole response, or its Signature without quotes",
            Self::WrapperSignature { .. } => {
                "give the response of RegisterUsage, which has a Signature"
            }
            Self::SegmentCount { .. } | Self::EmptySegment { .. } => {
                "give the whole token: header, payload and signature, joined by dots"
            }
            Self::Encoding { fault, .. } => fault.remedy(),
            Self::Algorithm { .. } => {
                "do not trust it; RegisterUsage signs with PS256 and nothing else"
            }
            Self::Type { .. } => "do not trust it; RegisterUsage issues a JWT",
            Self::Critical | Self::UnencodedPayload => {
                "do not trust it; RegisterUsage issues no such header"
            }
            Self::HeaderNotJson(JsonError::DuplicateName { .. })
            | Self::PayloadNotJson(JsonError::DuplicateName { .. })
            | Self::MixedClaimStyles { .. } => {
                "do not trust it; two readers could see different tokens"
            }
            Self::HeaderNotJson(_)
            | Self::HeaderNotObject { .. }
            | Self::PayloadNotJson(_)
            | Self::PayloadNotObject { .. } => "give the token as RegisterUsage issued it",
            Self::ClaimMissing { .. } | Self::ClaimType { .. } | Self::ClaimValue { .. } => {
                "do not trust it; RegisterUsage issues this claim otherwise"
            }
            Self::UnknownKeyVersion { .. } => {
                "add the public key of that version to the key set, or call RegisterUsage with \
                 the PublicKeyVersion whose key you have"
            }
            Self::Signature { .. } => {
                "do not trust it; check that the key is this product's key of that version and \
                 that the token is unchanged"
            }
            Self::ProductCode { .. } => {
                "do not trust it for this product; check the configured product code"
            }
            Self::NonceMismatch { .. } | Self::NonceMissing { .. } => {
                "do not trust it; call RegisterUsage with this instance's own nonce and verify \
                 that response"
            }
            Self::NonceUnexpected { .. } => {
                "give the nonce that was sent to RegisterUsage; if none was, do not trust it"
            }
            Self::IssuedInFuture { .. } => "set this machine's clock, or do not trust the token",
            Self::Expired { .. } => "call RegisterUsage again and verify the new token",
            Self::NotYetValid { .. } => "set this machine's clock, or wait until then",
        }
    }

    /// What the error is about, to begin a sentence with.
    pub(super) fn subject(&self) -> String {
        match self {
            Self::Empty => "no token was given".to_owned(),
            Self::TooLong { .. } => "the input".to_owned(),
            Self::WrapperNotJson(_) => "the response".to_owned(),
            Self::WrapperSignature { .. } => "the response's Signature".to_owned(),
            Self::SegmentCount { .. } => "the number of segments".to_owned(),
            Self::EmptySegment { segment } => format!("the {segment} segment"),
            Self::Encoding { segment, .. } => format!("the {segment} segment"),
            Self::HeaderNotJson(_) | Self::HeaderNotObject { .. } => "the header".to_owned(),
            Self::Algorithm { .. } => "the header's alg".to_owned(),
            Self::Type { .. } => "the header's typ".to_owned(),
            Self::Critical => "the header has crit, which asks for unknown extensions".to_owned(),
            Self::UnencodedPayload => {
                "the header has b64, which is about unencoded payloads".to_owned()
            }
            Self::PayloadNotJson(_) | Self::PayloadNotObject { .. } => "the payload".to_owned(),
            Self::MixedClaimStyles { .. } => "the spelling of claims".to_owned(),
            Self::ClaimMissing { claim }
            | Self::ClaimType { claim, .. }
            | Self::ClaimValue { claim, .. } => format!("the claim {claim}"),
            Self::UnknownKeyVersion { .. } => "the public key version".to_owned(),
            Self::Signature { .. } => "the signature".to_owned(),
            Self::ProductCode { .. } => "the product code".to_owned(),
            Self::NonceMismatch { .. }
            | Self::NonceMissing { .. }
            | Self::NonceUnexpected { .. } => "the nonce".to_owned(),
            Self::IssuedInFuture { .. } => "the issue time iat".to_owned(),
            Self::Expired { .. } => "the expiry exp".to_owned(),
            Self::NotYetValid { .. } => "the start nbf".to_owned(),
        }
    }
}

impl EncodingFault {
    fn found(self, at: usize) -> String {
        match self {
            Self::Padding => format!("padded with = at byte {at}"),
            Self::Whitespace => format!("broken by white space at byte {at}"),
            Self::Alphabet => format!("broken at byte {at} by a character that is not base64url"),
            Self::Length => "of a length that base64url cannot have".to_owned(),
            Self::StrayBits => format!("ended by a character with stray bits, at byte {at}"),
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Whitespace => {
                "remove spaces and line breaks, also those before and after the token"
            }
            Self::Length => "copy the token again, a character is missing or one too many",
            Self::Padding | Self::Alphabet | Self::StrayBits => {
                "give the token as RegisterUsage issued it, unchanged"
            }
        }
    }
}

fn not_json(error: &JsonError) -> String {
    match error {
        JsonError::DuplicateName { name, at } => {
            format!("ambiguous: the name {} stands twice, again at byte {at}", quoted(name))
        }
        _ => format!("not valid JSON at byte {} ({})", error.at(), error.code()),
    }
}

/// A value of the token in quotation marks, escaped, at most [`EXCERPT`] characters of it.
pub(in super::super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// Long enough for a product code, a UUID and most values that help to find a cause.
const EXCERPT: usize = 80;
