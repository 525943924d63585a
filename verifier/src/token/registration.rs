use alloc::string::String;

use super::claims::Claims;
use super::wrapper::Response;
use super::{KeyVersion, RegistrationVerifier};
use crate::Timestamp;
use crate::usage::ProductCode;

/// A verified registration: the container may run.
///
/// Only a [`RegistrationVerifier`](super::RegistrationVerifier) makes one, so that holding it
/// is the proof that AWS Marketplace signed these claims and that they are the expected ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    pub(super) product_code: ProductCode,
    pub(super) public_key_version: KeyVersion,
    pub(super) nonce: Option<String>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) public_key_rotation_timestamp: Option<Timestamp>,
    pub(super) claim_style: ClaimStyle,
}

impl Registration {
    /// Of claims that passed every check.
    pub(super) fn of(
        verifier: &RegistrationVerifier,
        claims: &Claims<'_>,
        nonce: Option<String>,
        issued_at: Option<Timestamp>,
        response: Option<&Response>,
    ) -> Self {
        let told = response.and_then(|response| response.rotation.timestamp());
        Self {
            product_code: verifier.product_code.clone(),
            public_key_version: claims.key_version,
            nonce,
            issued_at,
            public_key_rotation_timestamp: claims.rotation.timestamp().or(told),
            claim_style: claims.style,
        }
    }

    /// The product, which is the verifier's.
    #[must_use]
    pub fn product_code(&self) -> &ProductCode {
        &self.product_code
    }

    /// The version of the key that the signature verified under.
    #[must_use]
    pub fn public_key_version(&self) -> KeyVersion {
        self.public_key_version
    }

    /// The nonce, which is the one expected; `None` where none was sent.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// When the token was issued, where it says so (`iat`, RFC 7519 §4.1.6). There is no upper
    /// limit on its age: the nonce is what ties it to this start.
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// Since when the key version is out of date, if it is: ship a container with the new
    /// version's key. The token's own word counts; failing that the response's, which is not
    /// signed. (`PublicKeyRotationTimestamp` of RegisterUsage, API reference 2016-01-14.)
    #[must_use]
    pub fn public_key_rotation_timestamp(&self) -> Option<Timestamp> {
        self.public_key_rotation_timestamp
    }

    /// How the claims are spelled.
    #[must_use]
    pub fn claim_style(&self) -> ClaimStyle {
        self.claim_style
    }
}

/// The two spellings of the claims, of which a token has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimStyle {
    /// `productCode`: as issued.
    CamelCase,
    /// `ProductCode`: as printed in the API reference of RegisterUsage.
    PascalCase,
}

impl ClaimStyle {
    /// The stable name: `camelCase` or `PascalCase`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CamelCase => "camelCase",
            Self::PascalCase => "PascalCase",
        }
    }
}
