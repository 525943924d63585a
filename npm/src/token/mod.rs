//! Tokens: the verifiers of products, held in this module's memory, and their answers.

#[cfg(feature = "usage")]
mod diagnosis;
mod key;

use alloc::vec::Vec;

use meterproof::usage::ProductCode;
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, Registration, RegistrationVerifier,
    VerifyError,
};

#[cfg(feature = "usage")]
pub use diagnosis::{diagnosis, diagnosis_of_too_long};
pub use key::key_details;

use crate::fields::Fields;
use crate::refusal::Refusal;

/// The verifier of one product.
pub struct Verifier {
    /// The core's.
    pub inner: RegistrationVerifier,
    max_token_length: usize,
}

impl Verifier {
    /// A verifier of this configuration: the product code, then for each key its version and its
    /// text. `None` is for what has a default.
    pub fn new(
        mut configuration: Fields<'_>,
        leeway_seconds: Option<u32>,
        max_token_length: Option<u32>,
    ) -> Result<Self, Refusal> {
        let product_code = configuration.text().ok_or_else(Refusal::options)?;
        let product_code = ProductCode::parse(product_code)
            .map_err(|error| Refusal::configuration("invalid_product_code", error.message()))?;
        let mut keys = KeySet::new();
        while !configuration.is_empty() {
            let number = configuration.number().ok_or_else(Refusal::options)?;
            let text = configuration.text().ok_or_else(Refusal::options)?;
            let version = KeyVersion::new(number).ok_or_else(|| {
                Refusal::configuration("invalid_key_version", "0 is no version: begin at 1")
            })?;
            let key =
                PublicKey::parse(text).map_err(|error| Refusal::of_key(&error, Some(number)))?;
            keys = keys.with(version, key);
        }
        let mut inner = RegistrationVerifier::new(product_code, keys);
        let mut limit = meterproof::DEFAULT_MAX_TOKEN_LENGTH;
        if let Some(seconds) = leeway_seconds {
            inner = inner.with_leeway_seconds(seconds);
        }
        if let Some(bytes) = max_token_length {
            limit = bytes as usize;
            inner = inner.with_max_token_length(limit);
        }
        Ok(Self { inner, max_token_length: limit })
    }

    /// The error of a token that is longer than any limit.
    pub fn too_long(&self, length: usize) -> VerifyError {
        VerifyError::TooLong { actual: length, limit: self.max_token_length }
    }
}

/// The verifiers that JavaScript holds, by number.
pub struct Verifiers {
    places: Vec<Option<Verifier>>,
    vacant: Vec<usize>,
}

impl Verifiers {
    /// None yet.
    pub const fn new() -> Self {
        Self { places: Vec::new(), vacant: Vec::new() }
    }

    /// Keeps a verifier and answers its number.
    pub fn insert(&mut self, verifier: Verifier) -> usize {
        if let Some(number) = self.vacant.pop()
            && let Some(place) = self.places.get_mut(number)
        {
            *place = Some(verifier);
            return number;
        }
        self.places.push(Some(verifier));
        self.places.len() - 1
    }

    /// The verifier of this number.
    pub fn get(&self, number: usize) -> Result<&Verifier, Refusal> {
        self.places.get(number).and_then(Option::as_ref).ok_or_else(Refusal::options)
    }

    /// Forgets a verifier; its number may be another's next.
    pub fn remove(&mut self, number: usize) {
        if let Some(place) = self.places.get_mut(number)
            && place.take().is_some()
        {
            self.vacant.push(number);
        }
    }
}

/// What a token has to say about the nonce: this one.
pub fn exactly(nonce: &[u8]) -> Result<ExpectedNonce, Refusal> {
    let text = core::str::from_utf8(nonce).map_err(|_| Refusal::options())?;
    let nonce = Nonce::new(text)
        .map_err(|error| Refusal::configuration("invalid_nonce", error.message()))?;
    Ok(ExpectedNonce::Exactly(nonce))
}

/// The times of a registration in milliseconds since 1970: when it was issued, and since when its
/// key is out of date. NaN stands for none. Its other members are what JavaScript has passed in.
pub fn times(registration: &Registration) -> [f64; 2] {
    // The years 0 to 9999 in milliseconds are exact in an f64.
    #[allow(clippy::cast_precision_loss)]
    [registration.issued_at(), registration.public_key_rotation_timestamp()]
        .map(|time| time.map_or(f64::NAN, |time| time.unix_millis() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verifier(product_code: &[u8]) -> Verifier {
        let mut input = vec![u8::try_from(product_code.len()).unwrap(), 0, 0, 0];
        input.extend(product_code);
        Verifier::new(Fields::of(&input), None, None).ok().unwrap()
    }

    #[test]
    fn a_place_that_was_left_is_taken_again() {
        let mut verifiers = Verifiers::new();
        assert_eq!(verifiers.insert(verifier(b"a")), 0);
        assert_eq!(verifiers.insert(verifier(b"b")), 1);
        verifiers.remove(0);
        verifiers.remove(0);
        verifiers.remove(7);
        assert!(verifiers.get(0).is_err());
        assert_eq!(verifiers.insert(verifier(b"c")), 0);
        assert_eq!(verifiers.insert(verifier(b"d")), 2);
        assert_eq!(verifiers.get(0).ok().unwrap().inner.product_code().as_str(), "c");
    }
}
