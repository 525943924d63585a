//! The claims against what the caller expects: product, nonce, time.

use alloc::string::{String, ToString};

use super::claims::Claims;
use super::walk::Walk;
use super::{ExpectedNonce, VerifyError};
use crate::Timestamp;

impl Walk<'_> {
    pub(super) fn check_product_code(&self, actual: &str) -> Result<(), VerifyError> {
        let expected = &self.verifier.product_code;
        if actual == expected.as_str() {
            return Ok(());
        }
        Err(VerifyError::ProductCode { actual: actual.to_string(), expected: expected.clone() })
    }

    pub(super) fn check_nonce(&self, actual: Option<&str>) -> Result<Option<String>, VerifyError> {
        match (actual, self.nonce) {
            (None, ExpectedNonce::NotSent) => Ok(None),
            (Some(actual), ExpectedNonce::NotSent) => {
                Err(VerifyError::NonceUnexpected { actual: actual.to_string() })
            }
            (None, ExpectedNonce::Exactly(expected)) => {
                Err(VerifyError::NonceMissing { expected: expected.as_str().to_string() })
            }
            (Some(actual), ExpectedNonce::Exactly(expected)) if actual == expected.as_str() => {
                Ok(Some(actual.to_string()))
            }
            (Some(actual), ExpectedNonce::Exactly(expected)) => Err(VerifyError::NonceMismatch {
                actual: actual.to_string(),
                expected: expected.as_str().to_string(),
            }),
        }
    }

    pub(super) fn check_times(&self, times: &Times) -> Result<Option<Timestamp>, VerifyError> {
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

/// The claims about time, all three read.
pub(super) struct Times {
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
}

impl Times {
    pub(super) fn of(claims: &Claims<'_>) -> Result<Self, VerifyError> {
        Ok(Self {
            issued_at: claims.issued_at.clone()?,
            expires_at: claims.expires_at.clone()?,
            not_before: claims.not_before.clone()?,
        })
    }
}
