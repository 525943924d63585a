//! What the caller expects of a token: a limit, a key, a product, a nonce, a time.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::claims::Times;
use super::wrapper::{self, Unwrapped};
use super::{
    ExpectedNonce, KeyVersion, MAX_RESPONSE_OVERHEAD, PublicKey, RegistrationVerifier, VerifyError,
    ps256,
};
use crate::Timestamp;

/// One question about a token: a verifier's configuration, and what changes with each call.
#[derive(Clone, Copy)]
pub(super) struct Expectations<'v> {
    pub(super) verifier: &'v RegistrationVerifier,
    pub(super) nonce: &'v ExpectedNonce,
    pub(super) now: Timestamp,
}

/// An input within its limit: the token, or the response that it could not be taken out of.
pub(super) struct Measured<'i> {
    pub(super) length: usize,
    pub(super) limit: usize,
    pub(super) unwrapped: Result<Unwrapped<'i>, VerifyError>,
}

impl<'v> Expectations<'v> {
    /// Opens a response before its length is judged, because the limit is the token's; only one
    /// that is not much longer than the limit is opened.
    pub(super) fn measure<'i>(&self, input: &'i [u8]) -> Result<Measured<'i>, VerifyError> {
        let within = |actual: usize, limit: usize| {
            if actual > limit { Err(VerifyError::TooLong { actual, limit }) } else { Ok(()) }
        };
        let limit = self.verifier.max_token_length;
        if input.is_empty() {
            return Err(VerifyError::Empty);
        }
        let overhead = if wrapper::is_response(input) { MAX_RESPONSE_OVERHEAD } else { 0 };
        let input_limit = limit.saturating_add(overhead);
        within(input.len(), input_limit)?;
        let unwrapped = wrapper::unwrap(input);
        let (length, limit) = match &unwrapped {
            Ok(unwrapped) => (unwrapped.token.len(), limit),
            Err(_) => (input.len(), input_limit),
        };
        within(length, limit)?;
        Ok(Measured { length, limit, unwrapped })
    }

    /// The trusted key of the version that the token names.
    pub(super) fn key(&self, version: KeyVersion) -> Result<&'v PublicKey, VerifyError> {
        let keys = &self.verifier.keys;
        keys.get(version).ok_or_else(|| {
            let trusted = keys.versions().collect();
            VerifyError::UnknownKeyVersion { actual: version, trusted }
        })
    }

    /// The signature, by that key and no other.
    pub(super) fn signature(
        &self,
        key_version: KeyVersion,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        ps256::verify(key, message, signature).map_err(|_| VerifyError::Signature { key_version })
    }

    /// The product.
    pub(super) fn product_code(&self, actual: &str) -> Result<(), VerifyError> {
        let expected = &self.verifier.product_code;
        if actual == expected.as_str() {
            return Ok(());
        }
        Err(VerifyError::ProductCode { actual: actual.to_owned(), expected: expected.clone() })
    }

    /// The nonce.
    pub(super) fn nonce(&self, actual: Option<&str>) -> Result<Option<String>, VerifyError> {
        let actual = actual.map(ToOwned::to_owned);
        match (actual, self.nonce) {
            (None, ExpectedNonce::NotSent) => Ok(None),
            (Some(actual), ExpectedNonce::NotSent) => Err(VerifyError::NonceUnexpected { actual }),
            (None, ExpectedNonce::Exactly(expected)) => {
                Err(VerifyError::NonceMissing { expected: expected.as_str().to_owned() })
            }
            (Some(actual), ExpectedNonce::Exactly(expected)) if actual == expected.as_str() => {
                Ok(Some(actual))
            }
            (Some(actual), ExpectedNonce::Exactly(expected)) => {
                Err(VerifyError::NonceMismatch { actual, expected: expected.as_str().to_owned() })
            }
        }
    }

    /// The time; returns when the token was issued.
    pub(super) fn times(&self, times: &Times) -> Result<Option<Timestamp>, VerifyError> {
        let (now, leeway_seconds) = (self.now, self.verifier.leeway_seconds);
        // Within i64: a Timestamp's milliseconds stay below 2^48.
        let latest = now.unix_millis() + i64::from(leeway_seconds) * 1_000;
        let is_ahead = |time: &Timestamp| time.unix_millis() > latest;
        if let Some(issued_at) = times.issued_at.filter(is_ahead) {
            return Err(VerifyError::IssuedInFuture { issued_at, now, leeway_seconds });
        }
        if let Some(expires_at) = times.expires_at.filter(|expires_at| *expires_at <= now) {
            return Err(VerifyError::Expired { expires_at, now });
        }
        if let Some(not_before) = times.not_before.filter(is_ahead) {
            return Err(VerifyError::NotYetValid { not_before, now, leeway_seconds });
        }
        Ok(times.issued_at)
    }
}
