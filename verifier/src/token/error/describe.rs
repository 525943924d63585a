//! The words of a [`VerifyError`]: the thing, what it is, what it should be, what to do.

use alloc::string::String;

use super::super::{KeyVersion, Segment};
use super::{EncodingFault, VerifyError};
use crate::json::JsonError;
use crate::text::{Piece, Quoted, beginning, text};

impl VerifyError {
    /// What was found, where there is something to name.
    #[must_use]
    pub fn actual(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::Critical | Self::UnencodedPayload => return None,
            Self::TooLong { actual, .. } => text!(*actual, " bytes long"),
            Self::WrapperNotJson(error)
            | Self::HeaderNotJson(error)
            | Self::PayloadNotJson(error) => not_json(error),
            Self::WrapperSignature { actual }
            | Self::HeaderNotObject { actual }
            | Self::PayloadNotObject { actual }
            | Self::ClaimType { actual, .. } => (*actual).into(),
            Self::SegmentCount { actual } => text!(*actual),
            Self::EmptySegment { .. } => "empty".into(),
            Self::Encoding { fault, at, .. } => fault.found(*at),
            Self::Algorithm { actual: None } | Self::ClaimMissing { .. } => "absent".into(),
            Self::Algorithm { actual: Some(actual) }
            | Self::Type { actual }
            | Self::ClaimValue { actual, .. } => actual.clone(),
            Self::MixedClaimStyles { camel_case, pascal_case } => {
                text!("mixed: ", *camel_case, " beside ", *pascal_case)
            }
            Self::UnknownKeyVersion { actual, .. } => text!(*actual),
            Self::Signature { key_version } => {
                text!("not valid under the key of version ", *key_version)
            }
            Self::ProductCode { actual, .. }
            | Self::NonceMismatch { actual, .. }
            | Self::NonceUnexpected { actual } => quoted(actual),
            Self::NonceMissing { .. } => "absent".into(),
            Self::IssuedInFuture { issued_at, .. } => text!(*issued_at),
            Self::Expired { expires_at, .. } => text!(*expires_at),
            Self::NotYetValid { not_before, .. } => text!(*not_before),
        })
    }

    /// What was expected, where that can be named.
    #[must_use]
    pub fn expected(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::Signature { .. } => return None,
            Self::TooLong { limit, .. } => text!("at most ", *limit, " bytes"),
            Self::WrapperNotJson(JsonError::DuplicateName { .. })
            | Self::HeaderNotJson(JsonError::DuplicateName { .. })
            | Self::PayloadNotJson(JsonError::DuplicateName { .. }) => "each name once".into(),
            Self::WrapperNotJson(_) => "a JSON object".into(),
            Self::WrapperSignature { .. } => "a string".into(),
            Self::SegmentCount { .. } => "3".into(),
            Self::EmptySegment { .. } => "at least one character".into(),
            Self::Encoding { .. } => "base64url without padding".into(),
            Self::HeaderNotJson(_)
            | Self::HeaderNotObject { .. }
            | Self::PayloadNotJson(_)
            | Self::PayloadNotObject { .. } => "a JSON object".into(),
            Self::Algorithm { .. } => "\"PS256\"".into(),
            Self::Type { .. } => "\"JWT\" or nothing".into(),
            Self::Critical => "no crit".into(),
            Self::UnencodedPayload => "no b64".into(),
            Self::MixedClaimStyles { .. } => "one of camelCase and PascalCase".into(),
            Self::ClaimMissing { .. } => "present".into(),
            Self::ClaimType { expected, .. } | Self::ClaimValue { expected, .. } => {
                (*expected).into()
            }
            Self::UnknownKeyVersion { trusted, .. } => match trusted.as_slice() {
                [] => "a version in the key set, which is empty".into(),
                versions => {
                    text!("one of ", KeyVersions(versions))
                }
            },
            Self::ProductCode { expected, .. } => quoted(expected.as_str()),
            Self::NonceMismatch { expected, .. } | Self::NonceMissing { expected } => {
                quoted(expected)
            }
            Self::NonceUnexpected { .. } => "none, since none was sent".into(),
            Self::IssuedInFuture { now, leeway_seconds, .. }
            | Self::NotYetValid { now, leeway_seconds, .. } => {
                text!("at most ", *leeway_seconds, " s after ", *now)
            }
            Self::Expired { now, .. } => text!("later than ", *now),
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
            Self::Empty => "no token was given".into(),
            Self::TooLong { .. } => "the input".into(),
            Self::WrapperNotJson(_) => "the response".into(),
            Self::WrapperSignature { .. } => "the response's Signature".into(),
            Self::SegmentCount { .. } => "the number of segments".into(),
            Self::EmptySegment { segment } => text!("the ", *segment, " segment"),
            Self::Encoding { segment, .. } => text!("the ", *segment, " segment"),
            Self::HeaderNotJson(_) | Self::HeaderNotObject { .. } => "the header".into(),
            Self::Algorithm { .. } => "the header's alg".into(),
            Self::Type { .. } => "the header's typ".into(),
            Self::Critical => "the header has crit, which asks for unknown extensions".into(),
            Self::UnencodedPayload => {
                "the header has b64, which is about unencoded payloads".into()
            }
            Self::PayloadNotJson(_) | Self::PayloadNotObject { .. } => "the payload".into(),
            Self::MixedClaimStyles { .. } => "the spelling of claims".into(),
            Self::ClaimMissing { claim }
            | Self::ClaimType { claim, .. }
            | Self::ClaimValue { claim, .. } => text!("the claim ", *claim),
            Self::UnknownKeyVersion { .. } => "the public key version".into(),
            Self::Signature { .. } => "the signature".into(),
            Self::ProductCode { .. } => "the product code".into(),
            Self::NonceMismatch { .. }
            | Self::NonceMissing { .. }
            | Self::NonceUnexpected { .. } => "the nonce".into(),
            Self::IssuedInFuture { .. } => "the issue time iat".into(),
            Self::Expired { .. } => "the expiry exp".into(),
            Self::NotYetValid { .. } => "the start nbf".into(),
        }
    }
}

impl EncodingFault {
    fn found(self, at: usize) -> String {
        match self {
            Self::Padding => text!("padded with = at byte ", at),
            Self::Whitespace => text!("broken by white space at byte ", at),
            Self::Alphabet => {
                text!("broken at byte ", at, " by a character that is not base64url")
            }
            Self::Length => "of a length that base64url cannot have".into(),
            Self::StrayBits => text!("ended by a character with stray bits, at byte ", at),
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
            text!("ambiguous: the name ", quoted(name), " stands twice, again at byte ", *at)
        }
        _ => text!("not valid JSON at byte ", error.at(), " (", error.code(), ")"),
    }
}

/// A value of the token in quotation marks, escaped, at most [`EXCERPT`] characters of it.
pub(in super::super) fn quoted(text: &str) -> String {
    let shown = beginning(text, EXCERPT);
    text!(Quoted(shown), if shown.len() < text.len() { "…" } else { "" })
}

/// Long enough for a product code, a UUID and most values that help to find a cause.
const EXCERPT: usize = 80;

impl Piece for Segment {
    fn push_to(&self, text: &mut String) {
        text.push_str(self.as_str());
    }
}

impl Piece for KeyVersion {
    fn push_to(&self, text: &mut String) {
        self.get().push_to(text);
    }
}

/// Versions with commas between them.
pub(in super::super) struct KeyVersions<'v>(pub(in super::super) &'v [KeyVersion]);

impl Piece for KeyVersions<'_> {
    fn push_to(&self, text: &mut String) {
        for (at, version) in self.0.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { ", " });
            version.push_to(text);
        }
    }
}
