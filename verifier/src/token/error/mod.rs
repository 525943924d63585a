//! Why a token is refused: one variant for each cause, with what was found and expected.

mod describe;

pub(super) use describe::{KeyVersions, quoted};

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{CheckName, KeyVersion, Segment};
use crate::Timestamp;
use crate::json::JsonError;
use crate::text::text;
use crate::usage::ProductCode;

/// Why a token is refused.
///
/// `Display` is one line for a log: what was found, what was expected, what to do. It quotes
/// names and short values of the token, escaped and cut, but never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// Nothing was given.
    Empty,
    /// The token is longer than the limit, or the response around it has more than
    /// [`MAX_RESPONSE_OVERHEAD`](super::MAX_RESPONSE_OVERHEAD) bytes beyond it.
    TooLong {
        /// Bytes of the token, or of a response that is too long to be opened.
        actual: usize,
        /// Bytes allowed for it.
        limit: usize,
    },
    /// It begins like a RegisterUsage response but is not JSON.
    WrapperNotJson(JsonError),
    /// The RegisterUsage response has no `Signature` that is a string.
    WrapperSignature {
        /// What it is instead: `"absent"`, `"null"`, `"a number"`, ….
        actual: &'static str,
    },
    /// Not three segments joined by dots (RFC 7515 §7.1).
    SegmentCount {
        /// How many there are.
        actual: usize,
    },
    /// A segment without a character.
    EmptySegment {
        /// Which one.
        segment: Segment,
    },
    /// A segment is not canonical base64url (RFC 7515 §2).
    Encoding {
        /// Which one.
        segment: Segment,
        /// What is wrong with it.
        fault: EncodingFault,
        /// Offset of the fault in the token, in bytes.
        at: usize,
    },
    /// The header is not JSON, or has a name twice (RFC 7515 §4).
    HeaderNotJson(JsonError),
    /// The header is JSON but no object.
    HeaderNotObject {
        /// What it is instead.
        actual: &'static str,
    },
    /// `alg` is absent or anything but `PS256`.
    Algorithm {
        /// Its JSON text, or `None` where it is absent.
        actual: Option<String>,
    },
    /// `typ` is present and not `JWT`.
    Type {
        /// Its JSON text.
        actual: String,
    },
    /// `crit` is present: the token asks for extensions, and none is understood (RFC 7515
    /// §4.1.11).
    Critical,
    /// `b64` is present: the payload might be unencoded (RFC 7797).
    UnencodedPayload,
    /// The payload is not JSON, or has a name twice (RFC 7519 §4).
    PayloadNotJson(JsonError),
    /// The payload is JSON but no object (RFC 7519 §7.2).
    PayloadNotObject {
        /// What it is instead.
        actual: &'static str,
    },
    /// Claims of both spellings stand side by side.
    MixedClaimStyles {
        /// A claim in camelCase.
        camel_case: &'static str,
        /// A claim in PascalCase.
        pascal_case: &'static str,
    },
    /// A claim that must be there is not.
    ClaimMissing {
        /// Its name.
        claim: &'static str,
    },
    /// A claim is of the wrong JSON type.
    ClaimType {
        /// Its name.
        claim: &'static str,
        /// The type it must have.
        expected: &'static str,
        /// The type it has.
        actual: &'static str,
    },
    /// A claim is of the right type, with a value that cannot be.
    ClaimValue {
        /// Its name.
        claim: &'static str,
        /// What it must be.
        expected: &'static str,
        /// Its JSON text.
        actual: String,
    },
    /// The token names a key version that is not in the key set.
    UnknownKeyVersion {
        /// The version named.
        actual: KeyVersion,
        /// The versions that are trusted.
        trusted: Vec<KeyVersion>,
    },
    /// The signature does not verify under the key of the version named. No further reason is
    /// given here; [`diagnose`](super::RegistrationVerifier::diagnose) looks for one.
    Signature {
        /// The version named.
        key_version: KeyVersion,
    },
    /// A token for another product.
    ProductCode {
        /// The token's.
        actual: String,
        /// The verifier's.
        expected: ProductCode,
    },
    /// A token for another nonce.
    NonceMismatch {
        /// The token's.
        actual: String,
        /// The caller's.
        expected: String,
    },
    /// A token without a nonce, where one was sent.
    NonceMissing {
        /// The caller's.
        expected: String,
    },
    /// A token with a nonce, where none was sent.
    NonceUnexpected {
        /// The token's.
        actual: String,
    },
    /// `iat` lies in the future by more than the leeway.
    IssuedInFuture {
        /// The token's `iat`.
        issued_at: Timestamp,
        /// The caller's time.
        now: Timestamp,
        /// Seconds by which `iat` may be ahead.
        leeway_seconds: u32,
    },
    /// `exp` has come (RFC 7519 §4.1.4).
    Expired {
        /// The token's `exp`.
        expires_at: Timestamp,
        /// The caller's time.
        now: Timestamp,
    },
    /// `nbf` has not come, by more than the leeway (RFC 7519 §4.1.5).
    NotYetValid {
        /// The token's `nbf`.
        not_before: Timestamp,
        /// The caller's time.
        now: Timestamp,
        /// Seconds by which `nbf` may be ahead.
        leeway_seconds: u32,
    },
}

/// How a segment fails to be canonical base64url: without padding, white space and stray bits
/// (RFC 7515 §2, RFC 4648 §3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EncodingFault {
    /// `=` at the end.
    Padding,
    /// A space, tab or line break.
    Whitespace,
    /// Another character outside `A-Z a-z 0-9 - _`, such as `+` and `/`.
    Alphabet,
    /// A length that no encoding has: a character is missing or one too many.
    Length,
    /// The last character has bits that encode nothing and are not zero.
    StrayBits,
}

impl VerifyError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "token_empty",
        "token_too_long",
        "wrapper_not_json",
        "wrapper_duplicate_name",
        "wrapper_without_signature",
        "segment_count",
        "segment_empty",
        "base64url_padding",
        "base64url_whitespace",
        "base64url_alphabet",
        "base64url_length",
        "base64url_stray_bits",
        "header_not_json",
        "header_duplicate_name",
        "header_not_object",
        "algorithm_not_ps256",
        "type_not_jwt",
        "critical_header",
        "unencoded_payload",
        "payload_not_json",
        "payload_duplicate_name",
        "payload_not_object",
        "claim_styles_mixed",
        "claim_missing",
        "claim_type",
        "claim_value",
        "key_version_unknown",
        "signature_invalid",
        "product_code_mismatch",
        "nonce_mismatch",
        "nonce_missing",
        "nonce_unexpected",
        "issued_in_future",
        "expired",
        "not_yet_valid",
    ];

    /// The stable code of the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "token_empty",
            Self::TooLong { .. } => "token_too_long",
            Self::WrapperNotJson(JsonError::DuplicateName { .. }) => "wrapper_duplicate_name",
            Self::WrapperNotJson(_) => "wrapper_not_json",
            Self::WrapperSignature { .. } => "wrapper_without_signature",
            Self::SegmentCount { .. } => "segment_count",
            Self::EmptySegment { .. } => "segment_empty",
            Self::Encoding { fault, .. } => match fault {
                EncodingFault::Padding => "base64url_padding",
                EncodingFault::Whitespace => "base64url_whitespace",
                EncodingFault::Alphabet => "base64url_alphabet",
                EncodingFault::Length => "base64url_length",
                EncodingFault::StrayBits => "base64url_stray_bits",
            },
            Self::HeaderNotJson(JsonError::DuplicateName { .. }) => "header_duplicate_name",
            Self::HeaderNotJson(_) => "header_not_json",
            Self::HeaderNotObject { .. } => "header_not_object",
            Self::Algorithm { .. } => "algorithm_not_ps256",
            Self::Type { .. } => "type_not_jwt",
            Self::Critical => "critical_header",
            Self::UnencodedPayload => "unencoded_payload",
            Self::PayloadNotJson(JsonError::DuplicateName { .. }) => "payload_duplicate_name",
            Self::PayloadNotJson(_) => "payload_not_json",
            Self::PayloadNotObject { .. } => "payload_not_object",
            Self::MixedClaimStyles { .. } => "claim_styles_mixed",
            Self::ClaimMissing { .. } => "claim_missing",
            Self::ClaimType { .. } => "claim_type",
            Self::ClaimValue { .. } => "claim_value",
            Self::UnknownKeyVersion { .. } => "key_version_unknown",
            Self::Signature { .. } => "signature_invalid",
            Self::ProductCode { .. } => "product_code_mismatch",
            Self::NonceMismatch { .. } => "nonce_mismatch",
            Self::NonceMissing { .. } => "nonce_missing",
            Self::NonceUnexpected { .. } => "nonce_unexpected",
            Self::IssuedInFuture { .. } => "issued_in_future",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
        }
    }

    /// The check that this error fails.
    #[must_use]
    pub fn check(&self) -> CheckName {
        match self {
            Self::Empty | Self::TooLong { .. } => CheckName::Length,
            Self::WrapperNotJson(_) | Self::WrapperSignature { .. } => CheckName::Wrapper,
            Self::SegmentCount { .. } | Self::EmptySegment { .. } => CheckName::Segments,
            Self::Encoding { .. } => CheckName::Encoding,
            Self::HeaderNotJson(_) | Self::HeaderNotObject { .. } => CheckName::Header,
            Self::Algorithm { .. } => CheckName::Algorithm,
            Self::Type { .. } => CheckName::Type,
            Self::Critical | Self::UnencodedPayload => CheckName::Critical,
            Self::PayloadNotJson(_) | Self::PayloadNotObject { .. } => CheckName::Payload,
            Self::MixedClaimStyles { .. }
            | Self::ClaimMissing { .. }
            | Self::ClaimType { .. }
            | Self::ClaimValue { .. } => CheckName::Claims,
            Self::UnknownKeyVersion { .. } => CheckName::Key,
            Self::Signature { .. } => CheckName::Signature,
            Self::ProductCode { .. } => CheckName::ProductCode,
            Self::NonceMismatch { .. }
            | Self::NonceMissing { .. }
            | Self::NonceUnexpected { .. } => CheckName::Nonce,
            Self::IssuedInFuture { .. } | Self::Expired { .. } | Self::NotYetValid { .. } => {
                CheckName::IssuedAt
            }
        }
    }
}

impl VerifyError {
    /// What `Display` shows.
    #[must_use]
    pub fn message(&self) -> String {
        let mut message = self.subject();
        if let Some(actual) = self.actual() {
            message = text!(message, " is ", actual);
            if let Some(expected) = self.expected() {
                message = text!(message, ", expected ", expected);
            }
        }
        text!(message, ": ", self.remedy())
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for VerifyError {}
