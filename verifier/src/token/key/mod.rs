//! The seller's public key: one type for four notations.

mod demo_keys;
mod der;
mod error;
mod jwk;
mod pem;

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

pub use error::KeyError;

use crate::rsa::{Modulus, PublicOperation};

/// Smallest modulus accepted. RFC 7518 §3.5: "A key of size 2048 bits or larger MUST be used".
pub const MIN_KEY_BITS: u32 = 2048;
/// Largest modulus accepted: twice the work of the RSA-3072 keys that AWS Marketplace issues.
pub const MAX_KEY_BITS: u32 = 4096;
/// Smallest public exponent accepted: the first odd one above 2^16 (NIST FIPS 186-5 §A.1.1:
/// 2^16 < e < 2^256, e odd).
pub const MIN_EXPONENT: u64 = 65_537;
/// Largest public exponent accepted. A verification's work grows with the exponent's bits,
/// and none in use comes near 33.
pub const MAX_EXPONENT: u64 = (1 << 33) - 1;

/// An RSA public key that is fit to verify a PS256 signature.
///
/// Holding one is proof of these rules: a modulus of 2048 to 4096 bits, odd; an odd exponent
/// from 65537 to 2^33 - 1; and none of the keys whose private half is printed in a standard or
/// on a web page. AWS Marketplace shows a container product's key once, as PEM, when the
/// product is created; no operation returns it.
///
/// ```
/// use meterproof::{KeyError, PublicKey};
///
/// let error = PublicKey::parse("MIIBojANBgkqhkiG9w0BAQEFAAOC").unwrap_err();
/// assert_eq!(error.code(), "key_format_unknown");
/// ```
#[derive(Clone)]
pub struct PublicKey {
    operation: PublicOperation,
    fingerprint: [u8; 32],
}

impl PublicKey {
    /// Reads a key in any of the text notations: PEM (`PUBLIC KEY` as AWS issues it, or
    /// `RSA PUBLIC KEY`), or one JWK.
    ///
    /// # Errors
    /// [`KeyError`], by what is wrong with the text or with the key in it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        match text.trim_ascii_start().as_bytes().first() {
            None => Err(KeyError::Empty),
            Some(b'{' | b'[') => Self::from_jwk(text),
            Some(_) => Self::from_pem(text),
        }
    }

    /// Reads PEM (RFC 7468 §13 `PUBLIC KEY`, or the PKCS#1 form `RSA PUBLIC KEY`). The text
    /// begins with the header line and ends with the footer line; nothing but line breaks may
    /// follow.
    ///
    /// # Errors
    /// [`KeyError`], by what is wrong with the text or with the key in it.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        match pem::decode(text)? {
            pem::Block::Spki(der) => Self::from_spki_der(&der),
            pem::Block::Pkcs1(der) => Self::from_parts(&der::pkcs1(&der)?),
        }
    }

    /// Reads a DER-encoded SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 8017 §A.1).
    ///
    /// # Errors
    /// [`KeyError`], by what is wrong with the encoding or with the key in it.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_parts(&der::spki(der)?)
    }

    /// Reads one JSON Web Key (RFC 7517, RFC 7518 §6.3.1). `use`, `key_ops` and `alg` may be
    /// absent; where present they must allow the verification of PS256.
    ///
    /// # Errors
    /// [`KeyError`], by what is wrong with the text or with the key in it.
    pub fn from_jwk(text: &str) -> Result<Self, KeyError> {
        Self::from_parts(&jwk::decode(text)?)
    }

    /// Length of the modulus in bits, 2048 to 4096.
    #[must_use]
    pub fn bits(&self) -> u32 {
        // At most 4096.
        self.operation.modulus().bits() as u32
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo in DER, whatever notation it was read from:
    /// what `openssl pkey -pubin -outform der | sha256sum` prints.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The same key, with another path for its public operation. `None` where this machine or
    /// the key's exponent cannot take it.
    #[cfg(feature = "paths")]
    #[must_use]
    pub fn on_path(&self, path: crate::rsa::Path) -> Option<Self> {
        let (modulus, exponent) = (self.operation.modulus().clone(), self.operation.exponent());
        let operation = PublicOperation::with_path(path, modulus, exponent)?;
        Some(Self { operation, fingerprint: self.fingerprint })
    }

    /// The public operation (RFC 8017 §5.2.2).
    pub(super) fn operation(&self) -> &PublicOperation {
        &self.operation
    }

    /// Length of the modulus in bytes, which is the length of each signature (RFC 8017 §8.1.2).
    pub(super) fn modulus_len(&self) -> usize {
        self.operation.modulus().bits().div_ceil(8)
    }

    /// The rules. The demo keys come first: for the 1024-bit one, "everybody can sign with it"
    /// says more than "too small".
    fn from_parts(parts: &Parts) -> Result<Self, KeyError> {
        let fingerprint: [u8; 32] = Sha256::digest(der::encode_spki(parts)).into();
        if let Some(published_in) = demo_keys::published_in(&fingerprint) {
            return Err(KeyError::DemoKey { published_in });
        }
        let bits = parts.modulus_bits();
        if bits < MIN_KEY_BITS as usize {
            return Err(KeyError::TooSmall { bits });
        }
        if bits > MAX_KEY_BITS as usize {
            return Err(KeyError::TooLarge { bits });
        }
        if parts.modulus.last().is_none_or(|byte| byte % 2 == 0) {
            return Err(KeyError::EvenModulus);
        }
        let exponent = parts.exponent_value().ok_or(KeyError::ExponentTooLarge)?;
        if exponent < MIN_EXPONENT {
            return Err(KeyError::ExponentTooSmall { exponent });
        }
        if exponent > MAX_EXPONENT {
            return Err(KeyError::ExponentTooLarge);
        }
        if exponent % 2 == 0 {
            return Err(KeyError::EvenExponent { exponent });
        }
        // The rules above are as strict as the constructor's.
        let modulus = Modulus::from_be_bytes(&parts.modulus).ok_or(KeyError::EvenModulus)?;
        Ok(Self { operation: PublicOperation::new(modulus, exponent), fingerprint })
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// The same as [`PublicKey::parse`].
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(RSA-{}, SHA-256 ", self.bits())?;
        for byte in self.fingerprint {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

/// Modulus and exponent as unsigned big-endian bytes without leading zeros.
struct Parts {
    modulus: alloc::vec::Vec<u8>,
    exponent: alloc::vec::Vec<u8>,
}

impl Parts {
    fn modulus_bits(&self) -> usize {
        match self.modulus.first() {
            Some(first) => self.modulus.len() * 8 - first.leading_zeros() as usize,
            None => 0,
        }
    }

    fn exponent_value(&self) -> Option<u64> {
        if self.exponent.len() > 8 {
            return None;
        }
        Some(self.exponent.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}
