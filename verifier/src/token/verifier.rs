use super::claims::{self, Claims};
use super::expectations::Expectations;
use super::{Diagnosis, ExpectedNonce, KeySet, Registration, VerifyError};
use super::{header, jws, walk};
use crate::Timestamp;
use crate::usage::ProductCode;

/// Most bytes of a token, unless another limit is set. Tokens as issued have about 800.
pub const DEFAULT_MAX_TOKEN_LENGTH: usize = 16 * 1024;
/// Most bytes that a response may have beyond the limit of the token in it. What SDKs and the
/// AWS CLI print around a token (`ResponseMetadata`, indentation) has about 1,000.
pub const MAX_RESPONSE_OVERHEAD: usize = 4 * 1024;
/// Seconds by which `iat` and `nbf` may lie in the future, unless set otherwise.
pub const DEFAULT_LEEWAY_SECONDS: u32 = 60;

/// Verifies what RegisterUsage returns to a container (AWS Marketplace Metering Service API
/// reference, RegisterUsage: `Signature`): a compact JWS (RFC 7515) signed with PS256
/// (RFC 7518 §3.5).
///
/// One product and its keys, configured once; what changes with each call (the token, the
/// nonce, the time) is an argument. The input is the token, or the JSON response around it.
///
/// ```
/// use meterproof::usage::ProductCode;
/// use meterproof::{ExpectedNonce, KeySet, Nonce, RegistrationVerifier, Timestamp};
///
/// let product = ProductCode::parse("cqcvf9f0ugw8rkbgmf1c9dxyz").unwrap();
/// // In earnest: KeySet::new().with(version, PublicKey::parse(pem)?)
/// let verifier = RegistrationVerifier::new(product, KeySet::new());
/// let nonce = ExpectedNonce::Exactly(Nonce::new("2ead20e4-3e6d-42cd-8f56-24f02d1cc4e1").unwrap());
/// let now = Timestamp::from_unix_seconds(1_795_257_000).unwrap();
///
/// let error = verifier.verify("eyJhbGciOiJub25lIn0.e30.AA", &nonce, now).unwrap_err();
/// assert_eq!(error.code(), "algorithm_not_ps256");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationVerifier {
    pub(super) product_code: ProductCode,
    pub(super) keys: KeySet,
    pub(super) max_token_length: usize,
    pub(super) leeway_seconds: u32,
}

impl RegistrationVerifier {
    /// For one product, with the keys that are trusted for it.
    #[must_use]
    pub fn new(product_code: ProductCode, keys: KeySet) -> Self {
        Self {
            product_code,
            keys,
            max_token_length: DEFAULT_MAX_TOKEN_LENGTH,
            leeway_seconds: DEFAULT_LEEWAY_SECONDS,
        }
    }

    /// With another limit on the token's length, in bytes. A response around it may have
    /// [`MAX_RESPONSE_OVERHEAD`] bytes more.
    #[must_use]
    pub fn with_max_token_length(mut self, bytes: usize) -> Self {
        self.max_token_length = bytes;
        self
    }

    /// With another leeway for `iat` and `nbf`, in seconds. `exp` has none.
    #[must_use]
    pub fn with_leeway_seconds(mut self, seconds: u32) -> Self {
        self.leeway_seconds = seconds;
        self
    }

    /// The product.
    #[must_use]
    pub fn product_code(&self) -> &ProductCode {
        &self.product_code
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// Verifies a token: all checks of [`CheckName::ALL`](super::CheckName::ALL), in order.
    ///
    /// # Errors
    /// [`VerifyError`], for the first check that fails.
    pub fn verify(
        &self,
        token: impl AsRef<[u8]>,
        nonce: &ExpectedNonce,
        now: Timestamp,
    ) -> Result<Registration, VerifyError> {
        let expected = Expectations { verifier: self, nonce, now };
        let unwrapped = expected.measure(token.as_ref())?.unwrapped?;
        let segments = jws::split(&unwrapped.token)?;
        let decoded = segments.decode()?;
        header::check(&header::parse(&decoded.header)?)?;
        let payload = claims::parse(&decoded.payload)?;
        let claims = Claims::read(&payload)?;
        let (version, message) = (claims.key_version, segments.signing_input);
        expected.signature(version, expected.key(version)?, message, &decoded.signature)?;
        expected.product_code(claims.product_code)?;
        let nonce = expected.nonce(claims.nonce)?;
        let issued_at = expected.times(&claims.times)?;
        Ok(Registration::of(self, &claims, nonce, issued_at, unwrapped.response.as_ref()))
    }

    /// Makes the same checks and reports each, going on after a failure where that can be
    /// done.
    pub fn diagnose(
        &self,
        token: impl AsRef<[u8]>,
        nonce: &ExpectedNonce,
        now: Timestamp,
    ) -> Diagnosis {
        walk::diagnose(Expectations { verifier: self, nonce, now }, token.as_ref())
    }
}
